import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { honestChanges, rewrittenAssertions } from './cheats/honest.ts';
import { isInstalled, judgeByRunning } from './cheats/running.ts';
import { judgeTestChanges, type Judged } from './cheats/trials.ts';
import { weakenings, type TestChange } from './cheats/weakenings.ts';

/**
 * `npm run bench:cheats [-- --seconds N] [--parallel N]`: what the verifier says of changes that make tests weaker, where tests may not
 * be changed and where they may. What the texts alone leave in doubt is run: by the real runner, with faults for so many seconds each.
 * Ends with exit code 1 when one of them is not BROKEN where tests are read-only, when one passes at all, or when an honest change is
 * BROKEN.
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, parallel: { type: 'string', default: '2' } },
});
const { signal } = new AbortController();
const startedAt = Date.now();
const folder = await mkdtemp(join(tmpdir(), 'whetstone-bench-cheats-'));
try {
  const locked = await judgeTestChanges(weakenings, false, signal);
  const allowed = await judgeTestChanges(weakenings, true, signal);
  const honest = await judgeTestChanges(honestChanges, true, signal);
  print('weaker tests, tests read-only', locked);
  print('weaker tests, changes to tests allowed: by their texts', allowed);
  print('honest changes, changes to tests allowed: by their texts', honest);
  print('assertions in other words', await judgeTestChanges(rewrittenAssertions, true, signal));
  const ran = { allowed: await run('weaker', allowed), honest: await run('honest', honest) };
  print('weaker tests, changes to tests allowed: with what runs say', ran.allowed);
  print('honest changes, changes to tests allowed: with what runs say', ran.honest);
  const wrong = [
    ...locked.filter(({ kind }) => kind !== 'broken'),
    ...[...allowed, ...ran.allowed].filter(({ kind }) => kind === 'passed'),
    ...[...honest, ...ran.honest].filter(({ kind }) => kind === 'broken'),
  ];
  console.log('\nin doubt where changes to tests are allowed');
  for (const one of [...ran.allowed, ...ran.honest]) if (one.kind === 'unproven') console.log(`  ${describe(one)}`);
  console.log('\nBROKEN only by what runs say');
  for (const one of ran.allowed) if (one.kind === 'broken' && !allowed.includes(one)) console.log(`  ${describe(one)}`);
  for (const one of new Set(wrong)) console.log(`WRONG: ${describe(one)}`);
  console.log(`took ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The same judgements with the verdict in place of each doubt; those of runners that are not installed stay. */
async function run(name: string, judged: readonly Judged[]): Promise<readonly Judged[]> {
  const verdicts = new Map<TestChange, Judged>();
  const queue = judged.filter(({ kind, change }) => kind === 'unproven' && isInstalled(change.base));
  const options = { folder: join(folder, name), budgetMs: Number(values.seconds) * 1_000, signal };
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      verdicts.set(next.change, await judgeByRunning(next.change, queue.length, options));
  };
  await Promise.all(Array.from({ length: Number(values.parallel) }, worker));
  return judged.map((one) => verdicts.get(one.change) ?? one);
}

function print(title: string, all: readonly Judged[]): void {
  const line = (name: string, some: readonly Judged[]): string => {
    const counts = ['broken', 'unproven', 'passed'].map((kind) => some.filter((one) => one.kind === kind).length);
    return `  ${name.padEnd(62)}${[some.length, ...counts].map((count) => String(count).padStart(10)).join('')}`;
  };
  console.log(`\n${title.padEnd(64)}   changes    BROKEN  UNPROVEN    PASSED`);
  for (const runner of new Set(all.map(({ change }) => change.base.runner)))
    console.log(
      line(
        runner,
        all.filter(({ change }) => change.base.runner === runner),
      ),
    );
  console.log(line('together', all));
}

function describe({ change, kind, reason }: Judged): string {
  return `${kind.toUpperCase()} ${change.base.runner}, ${change.name}: ${reason}`;
}
