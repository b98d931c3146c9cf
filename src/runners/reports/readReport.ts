import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ConfiguredReport, RunnerKind } from '../testPlan.ts';
import { parseGoTestJson } from './goTestJson.ts';
import { parseJestJson } from './jestJson.ts';
import { parseJunitXml } from './junitXml.ts';
import { parseLibtest } from './libtest.ts';
import { parseMochaJson } from './mochaJson.ts';
import { bailedEnding, parseNodeTestEvents } from './nodeTestEvents.ts';
import { looksLikeTap, parseTap } from './tap.ts';
import type { ParsedReport } from './testIds.ts';
import { parseUnittestEvents } from './unittestEvents.ts';

/** The largest report that is read, in bytes. */
export const maxReportBytes = 64 * 1024 * 1024;

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

/** Reads the results of one step; never rejects. */
export async function readReport(runner: RunnerKind, output: StepOutput): Promise<ReadReport> {
  if (runner === 'command')
    return output.results === undefined ? readCommand(output) : readConfigured(output, output.results);
  if (speaks(runner)) return readSpoken(runner, output);
  const bailed = runner === 'nodeTest' ? await readBounded(output.report + bailedEnding) : undefined;
  const report = bailed?.kind === 'text' ? bailed : await readBounded(output.report);
  if (report.kind === 'text' && report.text.trim() !== '') return parse(runner, report.text);
  if (report.kind === 'tooLarge') return { kind: 'unreadable', reason: 'the report is larger than 64 MB' };
  return withoutReport(runner, output);
}

/** Runners whose results are their output. */
type SpeakingRunner = 'ava' | 'goTest' | 'cargoTest';
type WritingRunner = Exclude<RunnerKind, SpeakingRunner | 'command'>;

function speaks(runner: Exclude<RunnerKind, 'command'>): runner is SpeakingRunner {
  return runner === 'ava' || runner === 'goTest' || runner === 'cargoTest';
}

function readSpoken(runner: SpeakingRunner, output: StepOutput): ReadReport {
  if (output.isCut) return { kind: 'unreadable', reason: 'the tests print more than is kept' };
  const said = `${output.stdout}\n${output.stderr}`;
  if (runner === 'goTest' && /no packages to test|matched no packages/.test(said)) return { kind: 'noTests' };
  if (runner === 'ava' && /Couldn.t find any files to test/.test(said)) return { kind: 'noTests' };
  switch (runner) {
    case 'ava':
      return usable(parseTap(output.stdout));
    case 'goTest':
      return usable(parseGoTestJson(output.stdout));
    case 'cargoTest':
      return usable(parseLibtest(output.stdout, output.stderr));
  }
}

function usable(parsed: ParsedReport): ReadReport {
  if (parsed.kind === 'unreadable')
    return { kind: 'unreadable', reason: `the report could not be used, ${parsed.reason}` };
  return parsed.tests.length === 0 ? { kind: 'noTests' } : parsed;
}

/** What was promised must be there: an exit code is no result of single tests. */
async function readConfigured(output: StepOutput, results: ConfiguredReport): Promise<ReadReport> {
  if (results.kind === 'tap')
    return output.isCut
      ? { kind: 'unreadable', reason: 'the tests print more than is kept' }
      : usable(parseTap(output.stdout));
  const path = resolve(output.cwd, results.path);
  const found = await stat(path).catch(() => undefined);
  // A file system may keep times by the second.
  if (found === undefined || found.mtimeMs < output.startedAt - 1_000)
    return { kind: 'unreadable', reason: `${results.path} was not written` };
  const report = await readBounded(path);
  if (report.kind !== 'text') return { kind: 'unreadable', reason: `${results.path} is larger than 64 MB` };
  return usable(parseJunitXml(report.text));
}

function parse(runner: WritingRunner, text: string): ReadReport {
  return usable(parserOf(runner)(text));
}

function parserOf(runner: WritingRunner): (text: string) => ParsedReport {
  switch (runner) {
    case 'vitest':
    case 'jest':
      return parseJestJson;
    case 'mocha':
      return parseMochaJson;
    case 'nodeTest':
      return parseNodeTestEvents;
    case 'pytest':
      return parseJunitXml;
    case 'unittest':
      return parseUnittestEvents;
  }
}

/** The exit code that pytest documents for "no tests were collected". */
const pytestNoTests = 5;

/** Runners that find no tests write no report; they say so in words. */
const saysNoTests = /no test files? found|no tests found/i;

function withoutReport(runner: WritingRunner, output: StepOutput): ReadReport {
  const said = `${output.stdout}\n${output.stderr}`;
  if (runner === 'pytest' && /No module named '?pytest'?/.test(said))
    return {
      kind: 'notInstalled',
      reason: `pytest is not installed for ${output.argv[0] ?? 'Python'}. Install it and try again.`,
    };
  if ((runner === 'pytest' && output.code === pytestNoTests) || saysNoTests.test(said)) return { kind: 'noTests' };
  // Before 9.2 mocha knows no output file and prints the report.
  if (runner === 'mocha' && output.stdout.includes('"stats"')) return parse(runner, output.stdout);
  return { kind: 'unreadable', reason: 'the report was not written' };
}

/** A program of which nothing is known may still speak TAP or JUnit XML; otherwise its exit code is the one result. */
async function readCommand(output: StepOutput): Promise<ReadReport> {
  const spoken = parseSpoken(output.stdout) ?? (await parseNamedFile(output));
  if (spoken?.kind === 'tests' && spoken.tests.length > 0) return spoken;
  const passed = output.code === 0;
  const message = passed ? undefined : `exit code ${output.code ?? output.signal}\n${output.stderr.slice(-1_000)}`;
  return {
    kind: 'tests',
    tests: [{ file: undefined, path: [commandTestId], outcome: passed ? 'passed' : 'failed', message }],
  };
}

/** The one test id of a program that is judged by its exit code. */
export const commandTestId = 'command';

function parseSpoken(stdout: string): ParsedReport | undefined {
  if (looksLikeTap(stdout)) return parseTap(stdout);
  const start = stdout.search(/<\?xml|<testsuites?[\s>]/);
  return start === -1 ? undefined : parseJunitXml(stdout.slice(start, stdout.lastIndexOf('>') + 1));
}

/** A file that the command names as its output and that it has just written. */
async function parseNamedFile(output: StepOutput): Promise<ParsedReport | undefined> {
  for (const word of output.argv.slice(1)) {
    const name = /(?:^|=)([^=]+\.xml)$/.exec(word)?.[1];
    if (name === undefined) continue;
    const path = resolve(output.cwd, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || found.mtimeMs < output.startedAt - 1_000) continue;
    const report = await readBounded(path);
    if (report.kind === 'text') return parseJunitXml(report.text);
  }
  return undefined;
}

type Bounded =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'tooLarge' } | { readonly kind: 'missing' };

async function readBounded(path: string): Promise<Bounded> {
  try {
    const { size } = await stat(path);
    return size > maxReportBytes ? { kind: 'tooLarge' } : { kind: 'text', text: await readFile(path, 'utf8') };
  } catch {
    return { kind: 'missing' };
  }
}
