import type { ConfiguredReport } from '../runners/reports/configuredReport.ts';
import { evidenceNameProblem } from './evidenceFile.ts';

export interface VerifyArguments {
  readonly kind: 'verify';
  readonly base: string;
  /** What the change was for; decides which changes of public names were asked for. */
  readonly goal: string;
  readonly test: readonly [string, ...string[]] | undefined;
  readonly testReport: ConfiguredReport | undefined;
  readonly testTimeLimitMs: number | undefined;
  /** Names of variables that the project's own programs may see beside the harmless ones. */
  readonly environment: readonly string[];
  readonly sensitivityMs: number | undefined;
  readonly isJson: boolean;
  readonly evidence: string | undefined;
  readonly allowsTestEdits: boolean;
  /** A workspace that cannot be copied may be verified where it stands. */
  readonly isInPlace: boolean;
  readonly cwd: string | undefined;
}

interface Values {
  readonly base?: string | undefined;
  readonly goal?: string | undefined;
  readonly json?: boolean | undefined;
  readonly evidence?: string | undefined;
  readonly 'allow-test-edits'?: boolean | undefined;
  readonly 'in-place'?: boolean | undefined;
  readonly cwd?: string | undefined;
}

/** Reads the arguments of `verify`; what tests are run and for how long is parsed already. */
export function verifyArguments(
  rest: readonly string[],
  values: Values,
  parsed: Pick<VerifyArguments, 'test' | 'testReport' | 'testTimeLimitMs' | 'environment' | 'sensitivityMs'>,
): VerifyArguments | { readonly kind: 'wrong'; readonly message: string } {
  const [extra] = rest;
  if (extra !== undefined) return { kind: 'wrong', message: `verify takes no PATH ("${extra}").` };
  const base = values.base?.trim() ?? '';
  if (base === '') return { kind: 'wrong', message: 'verify needs --base REV, the commit to compare with.' };
  const problem = values.evidence === undefined ? undefined : evidenceNameProblem(values.evidence);
  if (problem !== undefined) return { kind: 'wrong', message: problem };
  return {
    kind: 'verify',
    base,
    goal: values.goal?.trim() ?? '',
    ...parsed,
    isJson: values.json ?? false,
    evidence: values.evidence,
    allowsTestEdits: values['allow-test-edits'] ?? false,
    isInPlace: values['in-place'] ?? false,
    cwd: values.cwd,
  };
}
