import type { VerifyArguments } from './verifyArguments.ts';

export interface UndoArguments extends Pick<
  VerifyArguments,
  'test' | 'testReport' | 'testTimeLimitMs' | 'environment'
> {
  readonly kind: 'undo';
  readonly what: UndoWhat;
  readonly cwd: string | undefined;
}

/** The newest change as a whole, one step of it by its number from 1 on, or only a list of its steps. */
export type UndoWhat =
  { readonly kind: 'change' } | { readonly kind: 'step'; readonly number: number } | { readonly kind: 'list' };

interface Values {
  readonly step?: string | undefined;
  readonly list?: boolean | undefined;
  readonly cwd?: string | undefined;
}

const ofTests = ['test', 'test-report', 'test-time-limit', 'env'];

/** Reads the arguments of `undo`; what tests are run and for how long is parsed already. */
export function undoArguments(
  rest: readonly string[],
  values: Values,
  {
    test,
    testReport,
    testTimeLimitMs,
    environment,
  }: Pick<VerifyArguments, 'test' | 'testReport' | 'testTimeLimitMs' | 'environment'>,
): UndoArguments | { readonly kind: 'wrong'; readonly message: string } {
  const wrong = (message: string): { readonly kind: 'wrong'; readonly message: string } => ({ kind: 'wrong', message });
  const [extra] = rest;
  if (extra !== undefined) return wrong(`undo takes no PATH ("${extra}"); name the folder by --cwd DIR.`);
  const what = whatOf(values);
  if (what === undefined) return wrong(`--step must be the number of a step in --list, not "${values.step}".`);
  if (values.list === true && values.step !== undefined) return wrong('undo takes --step or --list, not both.');
  const needless = what.kind === 'step' ? undefined : ofTests.find((name) => Object.hasOwn(values, name));
  if (needless !== undefined) return wrong(`undo does not take --${needless} without --step.`);
  return { kind: 'undo', what, cwd: values.cwd, test, testReport, testTimeLimitMs, environment };
}

function whatOf({ step, list }: Values): UndoWhat | undefined {
  if (step === undefined) return { kind: list === true ? 'list' : 'change' };
  return /^[1-9]\d{0,3}$/.test(step) ? { kind: 'step', number: Number(step) } : undefined;
}
