import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseJunitXml } from './reports/junitXml.ts';
import { readBounded, readsSpoken, usable, type ReadReport, type StepOutput } from './reports/readReport.ts';
import { looksLikeTap, parseTap } from './reports/tap.ts';
import type { ParsedReport } from './reports/testIds.ts';
import type { Runner } from './runner.ts';
import type { ConfiguredReport } from './reports/configuredReport.ts';

/** Any other program: what it was configured to leave behind, or what it speaks, or its exit code alone. */
export const anyCommand: Runner = {
  name: 'command',
  title: 'a command',
  programs: [],
  speaksResults: true,
  read: (output) => (output.results === undefined ? readAny(output) : readConfigured(output, output.results)),
};

/** The one test id of a program that is judged by its exit code. */
export const commandTestId = 'command';

/** What was promised must be there: an exit code is no result of single tests. */
async function readConfigured(output: StepOutput, results: ConfiguredReport): Promise<ReadReport> {
  if (results.kind === 'tap') return readsSpoken(parseTap)(output);
  const path = resolve(output.cwd, results.path);
  if (!(await isNew(path, output))) return { kind: 'unreadable', reason: `${results.path} was not written` };
  const report = await readBounded(path);
  if (report.kind !== 'text') return { kind: 'unreadable', reason: `${results.path} is larger than 64 MB` };
  return usable(parseJunitXml(report.text));
}

/** A program of which nothing is known may still speak TAP or JUnit XML; otherwise its exit code is the one result. */
async function readAny(output: StepOutput): Promise<ReadReport> {
  const spoken = parseSpoken(output.stdout) ?? (await parseNamedFile(output));
  if (spoken?.kind === 'tests' && spoken.tests.length > 0) return spoken;
  const passed = output.code === 0;
  const message = passed ? undefined : `exit code ${output.code ?? output.signal}\n${output.stderr.slice(-1_000)}`;
  return {
    kind: 'tests',
    tests: [{ file: undefined, path: [commandTestId], outcome: passed ? 'passed' : 'failed', message }],
  };
}

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
    if (!(await isNew(path, output))) continue;
    const report = await readBounded(path);
    if (report.kind === 'text') return parseJunitXml(report.text);
  }
  return undefined;
}

/** A file system may keep times by the second. */
async function isNew(path: string, { startedAt }: StepOutput): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.mtimeMs >= startedAt - 1_000;
}
