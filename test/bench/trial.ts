/**
 * `npm run bench:trial`: what verification adds to a project's own tests. The private copy of 10,000 files, cold and brought in step after one
 * changed file; then each stage on the sample, with the project's own test time apart. Fails when the copy is slower than promised.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateFolder } from '../../src/verify/copy/privateFolder.ts';
import { scanTree } from '../../src/verify/copy/scanTree.ts';
import { defaultCopyLimits, TrialCopy } from '../../src/verify/copy/trialCopy.ts';
import { detectRunner } from '../../src/runners/plans/detectRunner.ts';
import { executeTests } from '../../src/verify/stages/2-run/executeTests.ts';
import { currentHost } from '../../src/verify/programs/testEnvironment.ts';
import { runProcess } from '../../src/util/runProcess.ts';
import { sampleFolder } from '../dev/paths.ts';
import { median, milliseconds } from './figures.ts';
import { tableText } from './table.ts';

const promises = { coldMs: 5_000, furtherMs: 200 };
const folders = 200;
const perFolder = 50;
const rounds = 15;
const { signal } = new AbortController();
const base = await realpath(await mkdtemp(join(tmpdir(), 'whetstone-bench-')));

try {
  const copying = await benchCopy(makeProject(join(base, 'large')));
  const stages = await benchStages(join(base, 'sample'));
  console.log(`load of the machine: ${loadavg()[0]?.toFixed(1)}\n`);
  console.log(tableText([['private copy of 10,000 files', 'median', 'slowest'], ...copying.map(row)]));
  console.log(`\n${tableText([['on the sample', 'median', 'slowest'], ...stages.map(row)])}`);
  const [cold, further] = copying.map(({ times }) => median(times));
  if ((cold ?? NaN) > promises.coldMs || (further ?? NaN) > promises.furtherMs) {
    console.error('The copy is slower than promised: 5 s cold, 200 ms for a further trial.');
    process.exitCode = 1;
  }
} finally {
  await rm(base, { recursive: true, force: true });
}

interface Stage {
  readonly name: string;
  readonly times: readonly number[];
}

function row({ name, times }: Stage): readonly string[] {
  return [name, milliseconds(median(times)), milliseconds(Math.max(...times))];
}

function makeProject(root: string): string {
  for (let folder = 0; folder < folders; folder += 1) {
    const path = join(root, `part${folder % 20}`, `folder${folder}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < perFolder; file += 1)
      writeFileSync(join(path, `file${file}.ts`), `export const value${file} = ${folder};\n`.repeat(60));
  }
  return root;
}

async function benchCopy(root: string): Promise<readonly Stage[]> {
  const [cold, further, scan]: number[][] = [[], [], []];
  for (let round = 0; round < 3; round += 1) {
    const holder = await PrivateFolder.create(base);
    const copy = await TrialCopy.open(root, holder, defaultCopyLimits);
    cold?.push(await timed(() => copy.sync([], signal)));
    for (let change = 0; change < rounds; change += 1) {
      writeFileSync(join(root, 'part1/folder1/file1.ts'), `export const changed = ${round * rounds + change};\n`);
      further?.push(await timed(() => copy.sync([], signal)));
      scan?.push(await timed(() => scanTree(root, signal)));
    }
    await holder.dispose();
  }
  return [
    { name: 'cold', times: cold ?? [] },
    { name: 'a further trial, one file changed', times: further ?? [] },
    { name: 'of which looking at every file once', times: scan ?? [] },
  ];
}

async function benchStages(root: string): Promise<readonly Stage[]> {
  await cp(sampleFolder, root, { recursive: true });
  const found = detectRunner(root, undefined);
  if (found.kind !== 'plan') throw new Error(found.reason);
  const holder = await PrivateFolder.create(base);
  const copy = await TrialCopy.open(root, holder, defaultCopyLimits);
  const times: Record<string, number[]> = {};
  const take = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    (times[name] ??= []).push(await timed(work));
  };
  const place = { dir: copy.dir, workspaceNames: [root], scratch: holder.path };
  const options = { timeLimitMs: 120_000, host: currentHost() };
  const own = {
    cwd: root,
    env: { PATH: process.env['PATH'], CI: 'true' },
    timeoutMs: 120_000,
    maxOutputBytes: 1_000_000,
  };
  for (let round = 0; round < rounds; round += 1) {
    await take("the project's own tests, by themselves", () =>
      runProcess({ argv: [process.execPath, '--test'], ...own }, signal),
    );
    await take('copy brought in step', () => copy.sync([], signal));
    await take('tests in the copy, results read', () => executeTests(found.plan, place, options, signal));
    await take('the same, with coverage', () =>
      executeTests(found.plan, place, { ...options, coverage: { tell: () => {} } }, signal),
    );
  }
  await holder.dispose();
  return Object.entries(times).map(([name, all]) => ({ name, times: all }));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
