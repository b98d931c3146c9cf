import { isGo, isPython } from '../checks/changedText.ts';
import type { TestRun } from '../../workspace/verification.ts';
import type { ReferenceRun } from '../sensitivity/judgeFault.ts';
import type { Fault } from '../sensitivity/fault.ts';

/** What the message of an assertion of each language looks like. */
const assertions = {
  python: /\bAssertionError\b|^(E\s+)?assert\b|\bDID NOT (RAISE|WARN)\b|^(E\s+)?Failed: /m,
  go: /^\s*[\w-]+_test\.go:\d+:|\bError Trace:/m,
};

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
  const passed = new Set(reference.tests.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id));
  const isNew = new Set(reference.tests.map(({ id }) => id));
  const failures = run.tests.filter(({ id, outcome }) => outcome === 'failed' && (passed.has(id) || !isNew.has(id)));
  return !failures.some(({ message = '' }) => assertion.test(message));
}
