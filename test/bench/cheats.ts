import { judgeTestChanges, type Judged } from './cheats/trials.ts';
import { honestChanges, rewrittenAssertions, weakenings } from './cheats/weakenings.ts';

/**
 * `npm run bench:cheats`: what the guard says of changes that make tests weaker, where tests may not be changed and where they may. Ends
 * with exit code 1 when one of them is not BROKEN where tests are read-only, when one passes at all, or when an honest change is BROKEN.
 */
const { signal } = new AbortController();
const locked = await judgeTestChanges(weakenings, false, signal);
const allowed = await judgeTestChanges(weakenings, true, signal);
const honest = await judgeTestChanges(honestChanges, true, signal);
const rewritten = await judgeTestChanges(rewrittenAssertions, true, signal);
print('weaker tests, tests read-only', locked);
print('weaker tests, changes to tests allowed', allowed);
print('honest changes, changes to tests allowed', honest);
print('assertions in other words, which the guard takes for weaker ones', rewritten);
const wrong = [
  ...locked.filter(({ kind }) => kind !== 'broken'),
  ...allowed.filter(({ kind }) => kind === 'passed'),
  ...honest.filter(({ kind }) => kind === 'broken'),
];
console.log('\nin doubt where changes to tests are allowed');
for (const one of [...allowed, ...honest]) if (one.kind === 'unproven') console.log(`  ${describe(one)}`);
for (const one of wrong) console.log(`WRONG: ${describe(one)}`);
if (wrong.length > 0) process.exitCode = 1;

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
