import { languageOf } from '../../../languages/table.ts';
import type { TestRun } from '../../../workspace/verification.ts';
import type { ReferenceRun } from './judgeMutant.ts';
import type { FileMutant } from '../../mutation/changes/fileMutant.ts';

/** Mutators of which nothing but an error or its absence is seen. */
const ofErrors = /^(Raise|ErrorDropped)/;

/**
 * Whether a run with a mutant fails by errors alone, without an assertion that was not met. A test that merely executes the code fails
 * in that way, too, as where a mutant joins values of two types or never ends: it shows nothing of what the test looks at. Only of
 * languages in which mutants are made without their types being known.
 */
export function onlyCrashes({ path, mutator }: FileMutant, reference: ReferenceRun, run: TestRun): boolean {
  const assertion = languageOf(path)?.assertionMessage;
  if (assertion === undefined || ofErrors.test(mutator)) return false;
  if (run.kind !== 'finished') return true;
  return !failuresOf(reference, run).some((message) => assertion.test(message));
}

/** Whether all that fails fails by what the engine itself says of code that cannot go on, by the first lines of each message. */
export function onlyEngineErrors({ path, mutator }: FileMutant, reference: ReferenceRun, run: TestRun): boolean {
  // That it does not fail there is what `?.` is for.
  const engineError = languageOf(path)?.engineError;
  if (engineError === undefined || run.kind !== 'finished' || mutator === 'Chain') return false;
  const messages = failuresOf(reference, run);
  return (
    messages.length > 0 &&
    messages.every((message) => engineError.test(headOf(message)) && !/Assert/.test(headOf(message)))
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
