/**
 * `npm run bench:faults [-- RUNS [SEED [FAULT]]]`: whole conversations through a proxy that does to the connection everything that
 * is known to happen to one. Prints what became of the turns, and the seed that repeats it; fails when a promise was broken.
 */
import { tableText } from './table.ts';
import { allFaults, makeRuns, planRuns } from '../support/faults/allFaults.ts';
import { outcomeName, turnLimitMs, type FaultReport } from '../support/faults/faultRun.ts';

const width = 12;
const count = Number(process.argv[2] ?? 2_100);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
const only = process.argv[4];
const unhandled: string[] = [];
process.on('unhandledRejection', (reason) =>
  unhandled.push(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)),
);
process.on('uncaughtException', (error) => unhandled.push(error.stack ?? error.message));

const startedAt = performance.now();
const plan = planRuns(seed, only === undefined ? count : count * allFaults.length);
const reports = await makeRuns(
  plan.filter(({ fault }) => only === undefined || fault.name === only),
  width,
);
const seconds = (performance.now() - startedAt) / 1000;
const names = allFaults.map(({ name }) => name).filter((name) => reports.some(({ fault }) => fault === name));
const rows = names.map((name) =>
  row(
    name,
    reports.filter(({ fault }) => fault === name),
  ),
);
console.log(`Faults of the connection: ${reports.length} conversations, seed ${seed}.\n`);
console.log(
  tableText([
    ['fault', 'runs', 'turns', 'done', 'resumed', 'named error', 'asked again', 'broken', 'names of the errors'],
    ...rows,
    row('all', reports, false),
  ]),
);
const broken = reports.filter((report) => report.broken.length > 0);
for (const { fault, seed: own, at, broken: sentences } of broken.slice(0, 20))
  console.log(`\nBroken: ${fault} (seed ${own}, message ${at}): ${sentences.join('; ')}`);
for (const one of unhandled.slice(0, 20)) console.log(`\nUnhandled: ${one}`);
const slowest = Math.max(...reports.flatMap(({ turns }) => turns.map(({ ms }) => ms)));
const calls = reports.length * 4;
console.log(
  `\n${calls} calls, each made exactly once: ${broken.length === 0 ? 'yes' : 'NO'}; unhandled rejections: ${unhandled.length};`,
  `slowest turn ${Math.round(slowest)} ms of ${turnLimitMs} allowed; ${seconds.toFixed(0)} s in all,`,
  `largest memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB.`,
);
process.exit(broken.length > 0 || unhandled.length > 0 ? 1 : 0);

function row(name: string, of: readonly FaultReport[], isNamed = true): string[] {
  const turns = of.flatMap((report) => report.turns);
  const errors = turns.filter(({ outcome }) => outcome.kind !== 'completed').map(({ outcome }) => outcomeName(outcome));
  const resumed = turns.filter(({ outcome, isResumed }) => outcome.kind === 'completed' && isResumed).length;
  const counts = [of.length, turns.length, turns.length - errors.length - resumed, resumed, errors.length];
  const again = of.reduce((sum, { loops }) => sum + loops - 1, 0);
  const wrong = of.filter((report) => report.broken.length > 0).length;
  return [name, ...[...counts, again, wrong].map(String), isNamed ? tally(errors) : ''];
}

/** `timed out 3, connection lost midway 2` */
function tally(errors: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const error of errors) counts.set(error, (counts.get(error) ?? 0) + 1);
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');
}
