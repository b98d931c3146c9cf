import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'jsonc-parser';
import * as z from 'zod/mini';
import { createProposal, type FileChange } from '../../src/edits/proposal.ts';
import { unifiedDiff } from '../../src/edits/unifiedDiff.ts';
import { analyze } from '../../src/engine/analyst/analyze.ts';
import { DirectAnalyst } from '../../src/engine/analyst/analyst.ts';
import type { Intent } from '../../src/engine/analysis/refactoring.ts';
import { runProcess } from '../../src/util/runProcess.ts';
import { root } from '../dev/paths.ts';

/**
 * `npm run bench:exercism -- CHECKOUT [OUT]`: every reference solution of a checkout of exercism/javascript or
 * exercism/typescript is rewritten with
 * everything that the engine would propose, nothing in the way that verifies or drops a change, and the exercises' own test
 * suites are run before and after: once for "Optimize this", once for all that can be asked for by name. With OUT the diffs and
 * the rewritten files are kept there.
 */
const [checkout, out] = process.argv.slice(2);
if (checkout === undefined) throw new Error('Name a checkout of exercism/javascript or exercism/typescript.');
const { signal } = new AbortController();
const analyst = new DirectAnalyst(analyze);
const everything: readonly Intent[] = [
  ...(['optimize', 'modernize', 'simplify', 'removeDeadCode', 'organizeImports', 'asyncAwait'] as const),
  ...(['forOf', 'useSet', 'arrayMethods', 'templateStrings'] as const),
];

interface Exercise {
  /** Absolute. */
  readonly folder: string;
  readonly slug: string;
  readonly solution: string;
  readonly text: string;
}

const manifest = z.object({
  files: z.object({
    solution: z.array(z.string()),
    example: z.optional(z.array(z.string())),
    exemplar: z.optional(z.array(z.string())),
  }),
});
const jestResults = z.object({
  testResults: z.array(
    z.object({ name: z.string(), assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) }),
  ),
});

const config = `module.exports = {
  testMatch: ['**/*.spec.js', '**/*.test.ts'],
  transform: { '[.][jt]s$': './transform.cjs' },
  moduleNameMapper: { '^([.]/.+)[.]js$': '$1' },
  testTimeout: 10_000,
};
`;
/** The exercises are written as modules for a compiler of their own; only their imports have to be understood here. */
const transform = `const ts = require('typescript');
const compilerOptions = { target: 'esnext', module: 'commonjs', esModuleInterop: true, allowJs: true };
exports.process = (text, fileName) => ({ code: ts.transpileModule(text, { fileName, compilerOptions }).outputText });
`;

const places = ['practice', 'concept'].map((kind) => join(resolve(checkout), 'exercises', kind));
const exercises = (await Promise.all(places.filter((place) => existsSync(place)).map(readExercises))).flat();
const work = out === undefined ? await mkdtemp(join(tmpdir(), 'exercism-')) : resolve(out);
try {
  const before = await runAll('before', new Map(exercises.map(({ slug, text }) => [slug, text])));
  console.log(`${exercises.length} solutions, ${before.passed.size} tests passed before, ${before.failed} did not`);
  for (const [name, intents] of Object.entries({ optimize: ['optimize' as const], everything }))
    await measure(name, intents, before);
} finally {
  if (out === undefined) await rm(work, { recursive: true, force: true });
}

async function measure(name: string, intents: readonly Intent[], before: Tests): Promise<void> {
  const texts = new Map<string, string>();
  const diffs: string[] = [];
  const rules = new Map<string, number>();
  let findings = 0;
  let changed = 0;
  for (const { slug, solution, text } of exercises) {
    const inquiry = { path: solution, text, ranges: [], intents, excluded: [] };
    const survey = await analyst.survey(inquiry, signal);
    if (survey.kind === 'failed') throw new Error(`${slug}: ${survey.reason}`);
    findings += survey.findings.length;
    const ids = survey.steps.map(({ id }) => id);
    const rewritten = await analyst.rewrite(inquiry, ids, signal);
    if (rewritten.kind === 'failed') throw new Error(`${slug}: ${rewritten.reason}`);
    for (const { id, rule } of survey.steps)
      if (rewritten.applied.includes(id)) rules.set(rule, (rules.get(rule) ?? 0) + 1);
    texts.set(slug, rewritten.text);
    if (rewritten.text === text) continue;
    changed += 1;
    diffs.push(unifiedDiff(createProposal([editOf(`${slug}/${solution}`, text, rewritten.text)])));
  }
  const after = await runAll(name, texts);
  const broken = [...before.passed].filter((id) => !after.passed.has(id));
  const applied = [...rules.values()].reduce((sum, count) => sum + count, 0);
  console.log(`\n${name}: ${findings} findings, ${applied} changes in ${changed} files, ${broken.length} tests broken`);
  for (const [rule, count] of [...rules].sort(([, a], [, b]) => b - a))
    console.log(`  ${String(count).padStart(5)}  ${rule}`);
  for (const id of broken) console.log(`  BROKEN ${id}`);
  await writeFile(join(work, `${name}.diff`), diffs.join('\n'));
}

function editOf(path: string, before: string, after: string): FileChange {
  return { kind: 'edit', path, before: { text: before, hasBom: false }, after: { text: after, hasBom: false } };
}

async function readExercises(place: string): Promise<readonly Exercise[]> {
  const found: Exercise[] = [];
  for (const entry of await readdir(place, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const slug = entry.name;
    const folder = join(place, slug);
    const { files } = manifest.parse(parse(await readFile(join(folder, '.meta/config.json'), 'utf8')));
    const [solution] = files.solution;
    const [example] = files.example ?? files.exemplar ?? [];
    if (solution === undefined || example === undefined || !/[.][jt]s$/.test(solution)) continue;
    found.push({ folder, slug, solution, text: await readFile(join(folder, example), 'utf8') });
  }
  return found;
}

interface Tests {
  /** `EXERCISE: FULL NAME`. */
  readonly passed: ReadonlySet<string>;
  readonly failed: number;
}

/** Runs all suites on these solutions, tests that the exercises leave for later included. */
async function runAll(name: string, solutions: ReadonlyMap<string, string>): Promise<Tests> {
  const base = join(work, name);
  await rm(base, { recursive: true, force: true });
  await mkdir(base, { recursive: true });
  await symlink(join(root, 'node_modules'), join(base, 'node_modules'));
  await writeFile(join(base, 'package.json'), '{}');
  await writeFile(join(base, 'jest.config.cjs'), config);
  await writeFile(join(base, 'transform.cjs'), transform);
  for (const { folder, slug, solution } of exercises) {
    const place = join(base, slug);
    await mkdir(place);
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isFile() && /[.][jt]s$/.test(entry.name) && !/[.]config[.][jt]s$/.test(entry.name))
        await copyWhole(join(folder, entry.name), join(place, entry.name));
    await writeFile(join(place, solution), solutions.get(slug) ?? '');
  }
  const report = join(base, 'report.json');
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const flags = ['--ci', '--silent', `--maxWorkers=${availableParallelism()}`, '--json', `--outputFile=${report}`];
  const request = { argv: [process.execPath, jest, ...flags] as const, cwd: base, env: process.env };
  await runProcess({ ...request, timeoutMs: 20 * 60_000, maxOutputBytes: 64_000 }, signal);
  const { testResults } = jestResults.parse(JSON.parse(await readFile(report, 'utf8')));
  const all = testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({ id: `${basename(dirname(file))}: ${fullName}`, status })),
  );
  return {
    passed: new Set(all.filter(({ status }) => status === 'passed').map(({ id }) => id)),
    failed: all.filter(({ status }) => status === 'failed').length,
  };
}

async function copyWhole(from: string, to: string): Promise<void> {
  const text = await readFile(from, 'utf8');
  const isSuite = /[.](?:spec[.]js|test[.]ts)$/.test(from);
  await writeFile(to, isSuite ? text.replaceAll(/\bx(?=(?:test|it|describe)\()/g, '') : text);
}
