import { isGo, isPython } from '../../../languages/texts/changedText.ts';
import type { TestRun } from '../../../workspace/verification.ts';
import type { ReferenceRun } from './judgeFault.ts';
import type { Fault } from '../../mutation/changes/fault.ts';

/** What the message of an assertion of each language looks like. */
const assertions = {
  python: /\bAssertionError\b|^(E\s+)?assert\b|\bDID NOT (RAISE|WARN)\b|^(E\s+)?Failed: /m,
  go: /^\s*[\w-]+_test\.go:\d+:|\bError Trace:/m,
};

/** What an engine of JavaScript says itself where a value is not what the code takes it for. */
const engineErrors =
  /Cannot (?:read|set|delete|define|destructure|access|convert|assign|redefine)\b|\bis not (?:a function|defined|iterable|a constructor|async iterable|extensible|callable)|\bhas no properties|Invalid left-hand side|Maximum call stack|before initialization|Assignment to constant|Reduce of empty array/;

/** Mutators of which nothing but an error or its absence is seen. */
const ofErrors = /^(Raise|ErrorDropped)/;

/**
 * Whether a run with a mutant fails by errors alone, without an assertion that was not met. A test that merely executes the code fails
 * in that way, too, as where a mutant joins values of two types or never ends: it shows nothing of what the test looks at. Only of
 * languages in which mutants are made without their types being known.
 */
export function onlyCrashes({ path, mutator }: Fault, reference: ReferenceRun, run: TestRun): boolean {
  const assertion = isPython(path) ? assertions.python : isGo(path) ? assertions.go : undefined;
  if (assertion === undefined || ofErrors.test(mutator)) return false;
  if (run.kind !== 'finished') return true;
  return !failuresOf(reference, run).some((message) => assertion.test(message));
}

/** Whether all that fails fails by what an engine of JavaScript says of code that cannot go on, by the first lines of each message. */
export function onlyEngineErrors({ mutator }: Fault, reference: ReferenceRun, run: TestRun): boolean {
  // That it does not fail there is what `?.` is for.
  if (run.kind !== 'finished' || mutator === 'Chain') return false;
  const messages = failuresOf(reference, run);
  return (
    messages.length > 0 &&
    messages.every((message) => engineErrors.test(headOf(message)) && !/Assert/.test(headOf(message)))
  );
}

function headOf(message: string): string {
  return message.trim().split('\n').slice(0, 2).join('\n');
}

function failuresOf(reference: ReferenceRun, run: Extract<TestRun, { kind: 'finished' }>): readonly string[] {
  const passed = new Set(reference.tests.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id));
  const isNew = new Set(reference.tests.map(({ id }) => id));
  const failures = run.tests.filter(({ id, outcome }) => outcome === 'failed' && (passed.has(id) || !isNew.has(id)));
  return failures.map(({ message = '' }) => message);
}
