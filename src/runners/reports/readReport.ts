import { readFile, stat } from 'node:fs/promises';
import type { ConfiguredReport } from './configuredReport.ts';
import type { ParsedReport } from './testIds.ts';

/** The largest report that is read, in bytes. */
const maxReportBytes = 64 * 1024 * 1024;

/** What is known of a step that ran to its end. */
export interface StepOutput {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Where the runner was asked to write its results. */
  readonly report: string;
  /** In ms since the epoch. */
  readonly startedAt: number;
  /** Of a configured command. */
  readonly results?: ConfiguredReport | undefined;
  /** True when the beginning of its output was dropped. */
  readonly isCut: boolean;
}

export type ReadReport =
  | (Extract<ParsedReport, { kind: 'tests' }> & { readonly note?: string })
  | { readonly kind: 'noTests' }
  | { readonly kind: 'notInstalled'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** What else may be known of a report that is a file. */
export interface WrittenReport {
  readonly parse: (text: string) => ParsedReport;
  /** Follows the name of the report where the run was ended at its first failure. */
  readonly bailedEnding?: string;
  /** What the end of a run without a report says by itself; undefined when it says nothing. */
  readonly without?: (output: StepOutput) => ReadReport | undefined;
}

/** Runners that find no tests write no report; they say so in words. */
const saysNoTests = /no test files? found|no tests found/i;

/** Reads the results of runners that write them into the file that they were given. Never rejects. */
export function readsWritten({ parse, bailedEnding, without }: WrittenReport) {
  return async (output: StepOutput): Promise<ReadReport> => {
    const bailed = bailedEnding === undefined ? undefined : await readBounded(output.report + bailedEnding);
    const report = bailed?.kind === 'text' ? bailed : await readBounded(output.report);
    if (report.kind === 'text' && report.text.trim() !== '') return usable(parse(report.text));
    if (report.kind === 'tooLarge') return { kind: 'unreadable', reason: 'the report is larger than 64 MB' };
    if (saysNoTests.test(saidBy(output))) return { kind: 'noTests' };
    return without?.(output) ?? { kind: 'unreadable', reason: 'the report was not written' };
  };
}

/** Reads the results of runners whose output they are; `noTests` is what these say instead of any. Never rejects. */
export function readsSpoken(parse: (stdout: string, stderr: string) => ParsedReport, noTests?: RegExp) {
  return (output: StepOutput): Promise<ReadReport> => {
    if (output.isCut) return Promise.resolve({ kind: 'unreadable', reason: 'the tests print more than is kept' });
    if (noTests?.test(saidBy(output)) === true) return Promise.resolve({ kind: 'noTests' });
    return Promise.resolve(usable(parse(output.stdout, output.stderr)));
  };
}

/** The report as it can be told. */
export function usable(parsed: ParsedReport): ReadReport {
  if (parsed.kind === 'unreadable')
    return { kind: 'unreadable', reason: `the report could not be used, ${parsed.reason}` };
  return parsed.tests.length === 0 ? { kind: 'noTests' } : parsed;
}

export function saidBy({ stdout, stderr }: StepOutput): string {
  return `${stdout}\n${stderr}`;
}

type Bounded =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'tooLarge' } | { readonly kind: 'missing' };

/** Reads a file that is not larger than reports may be. Never rejects. */
export async function readBounded(path: string): Promise<Bounded> {
  try {
    const { size } = await stat(path);
    return size > maxReportBytes ? { kind: 'tooLarge' } : { kind: 'text', text: await readFile(path, 'utf8') };
  } catch {
    return { kind: 'missing' };
  }
}
