/**
 * `npm run bench:faults [-- RUNS [SEED [NAME]]]`: whole conversations through a proxy that does to the connection everything that is known
 * to happen to one, and whole sessions with endpoints, gateways and networks that do what those do. Prints what became of them by class,
 * and the seed that repeats it; fails when a promise was broken. NAME is that of a class or of one fault.
 */
import { tableText } from './table.ts';
import { allFaults, makeRuns, planRuns, type PlannedRun } from '../support/faults/allFaults.ts';
import { outcomeName, turnLimitMs, type FaultReport } from '../support/faults/faultRun.ts';
import {
  makeSessions,
  planSessions,
  sessionClasses,
  type ClassReport,
} from '../support/faults/sessions/sessionClasses.ts';

const width = 12;
/** Of all runs, those of the connection; the rest is shared by the classes of sessions. */
const shareOfConnections = 0.6;
const count = Number(process.argv[2] ?? 3_500);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
const only = process.argv[4];
const unhandled: string[] = [];
process.on('unhandledRejection', (reason) =>
  unhandled.push(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)),
);
process.on('uncaughtException', (error) => unhandled.push(error.stack ?? error.message));

const startedAt = performance.now();
const reports = await makeRuns(plannedRuns(), width);
const sessions = await makeSessions(plannedSessions(), width);
const seconds = (performance.now() - startedAt) / 1000;
if (reports.length + sessions.length === 0) throw new Error(`There is no class and no fault “${only}”.`);

console.log(`Faults: ${reports.length} conversations and ${sessions.length} sessions, seed ${seed}.\n`);
printClasses();
if (reports.length > 0) printConnections();
if (only !== undefined && sessions.length > 0) printSessions();
const failures = [
  ...reports
    .filter(({ broken }) => broken.length > 0)
    .map(({ fault, seed: own, at, broken }) => `${fault} (seed ${own}, message ${at}): ${broken.join('; ')}`),
  ...sessions.filter(isBad).map((report) => `${report.fault} (seed ${report.seed}): ${sentencesOf(report).join('; ')}`),
];
for (const one of failures.slice(0, 20)) console.log(`\nBroken: ${one}`);
for (const one of unhandled.slice(0, 20)) console.log(`\nUnhandled: ${one}`);
const slowest = Math.max(0, ...reports.flatMap(({ turns }) => turns.map(({ ms }) => ms)));
console.log(
  `\nBroken promises: ${failures.length}; unhandled rejections: ${unhandled.length};`,
  `slowest turn ${Math.round(slowest)} ms of ${turnLimitMs} allowed; ${seconds.toFixed(0)} s in all,`,
  `largest memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB.`,
);
process.exit(failures.length > 0 || unhandled.length > 0 ? 1 : 0);

function plannedRuns(): readonly PlannedRun[] {
  if (only === undefined) return planRuns(seed, Math.round(count * shareOfConnections));
  const meant = allFaults.filter(({ name, kind }) => name === only || kind === only);
  const rounds = Math.ceil(count / Math.max(1, meant.length));
  return meant.length === 0
    ? []
    : planRuns(seed, rounds * allFaults.length)
        .filter(({ fault }) => meant.includes(fault))
        .slice(0, count);
}

function plannedSessions(): ReturnType<typeof planSessions> {
  if (only === undefined)
    return planSessions(seed, Math.ceil((count * (1 - shareOfConnections)) / sessionClasses.length));
  const meant = sessionClasses.flatMap(({ name, faults }) =>
    name === only ? [{ name, faults }] : [{ name, faults: faults.filter((fault) => fault.name === only) }],
  );
  return planSessions(
    seed,
    count,
    meant.filter(({ faults }) => faults.length > 0),
  );
}

/** Each kind of fault with its promises: nothing hangs, nothing is done twice, nothing that was staged is lost. */
function printClasses(): void {
  const kinds = [...new Set(allFaults.map(({ kind }) => kind))];
  const connections = kinds.map((kind) => reports.filter((report) => kindOf(report) === kind));
  const rows = [
    ...connections.filter((of) => of.length > 0).map((of) => [kindOf(of[0]), ...connectionCells(of)]),
    ...sessionClasses
      .map(({ name }) => sessions.filter(({ kind }) => kind === name))
      .filter((of) => of.length > 0)
      .map((of) => [of[0]?.kind ?? '', ...sessionCells(of)]),
  ];
  const sums = [1, 2, 3, 4, 5, 6, 7].map((column) =>
    String(rows.reduce((sum, cells) => sum + (Number(cells[column]) || 0), 0)),
  );
  const head = ['class', 'runs', 'done', 'ended by name', 'hung', 'doubled', 'lost proposals', 'otherwise broken'];
  console.log(tableText([head, ...rows, ['all', ...sums]]));
}

function kindOf(report: FaultReport | undefined): string {
  return allFaults.find(({ name }) => name === report?.fault)?.kind ?? '';
}

/** A conversation of these is asked again until it is done, and stages nothing. */
function connectionCells(of: readonly FaultReport[]): string[] {
  const hung = of.filter(({ isHung }) => isHung).length;
  const doubled = of.filter(({ isDoubled }) => isDoubled).length;
  const others = of.filter(({ broken, isHung, isDoubled }) => broken.length > 0 && !isHung && !isDoubled).length;
  const done = of.filter(({ loops, broken }) => loops === 1 && broken.length === 0).length;
  return [of.length, done, of.length - done, hung, doubled].map(String).concat('–', String(others));
}

function sessionCells(of: readonly ClassReport[]): string[] {
  const is = (choose: (report: ClassReport) => boolean): string => String(of.filter(choose).length);
  return [
    String(of.length),
    is(({ ending }) => ending === 'done'),
    is(({ ending }) => ending !== 'done'),
    is(({ isHung }) => isHung),
    is(({ isDoubled }) => isDoubled),
    is(({ isLost }) => isLost),
    is(({ wrong }) => wrong.length > 0),
  ];
}

function isBad({ isHung, isDoubled, isLost, wrong }: ClassReport): boolean {
  return isHung || isDoubled || isLost || wrong.length > 0;
}

function sentencesOf({ isHung, isDoubled, isLost, wrong }: ClassReport): string[] {
  return [
    ...(isHung ? ['it hung'] : []),
    ...(isDoubled ? ['something was done twice'] : []),
    ...(isLost ? ['the proposal was lost'] : []),
    ...wrong,
  ];
}

function printConnections(): void {
  const names = allFaults.map(({ name }) => name).filter((name) => reports.some(({ fault }) => fault === name));
  const rows = names.map((name) =>
    row(
      name,
      reports.filter(({ fault }) => fault === name),
    ),
  );
  const head = ['fault', 'runs', 'turns', 'done', 'resumed', 'named error', 'asked again', 'broken'];
  console.log(`\n${tableText([[...head, 'names of the errors'], ...rows, row('all', reports, false)])}`);
}

function printSessions(): void {
  const names = [...new Set(sessions.map(({ fault }) => fault))];
  const rows = names.map((name) => {
    const of = sessions.filter(({ fault }) => fault === name);
    return [name, String(of.length), tally(of.map(({ ending }) => ending ?? 'none')), String(of.filter(isBad).length)];
  });
  console.log(`\n${tableText([['fault', 'runs', 'endings', 'broken'], ...rows])}`);
}

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
