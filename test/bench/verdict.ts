import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { breakingCandidates } from './verdict/breaking.ts';
import { gapsOf, type Gaps } from './verdict/covered.ts';
import { breakingPython, safePython } from './verdict/python.ts';
import { inTurns, randomNumbers, shuffled } from './verdict/random.ts';
import { safeCandidates } from './verdict/safe.ts';
import { ownSubjects, projectsIn, type Candidate, type Subject } from './verdict/subject.ts';
import { sweepCandidates } from './verdict/sweeps.ts';
import { confusionTable, reasonsOf, type Row } from './verdict/table.ts';
import { runTraps } from './verdict/traps.ts';
import { runTrials } from './verdict/trials.ts';

/**
 * `npm run bench:verdict [-- --full] [--seed N] [--breaking N] [--safe N] [--minutes N] [--parallel N] [--part K[-L]/N]
 * [--projects DIR [--command ARGV-JSON]]`: what the verifier says of changes of which an independent run of the project's own tests, in
 * place, knows whether they break something. Ends with exit code 1 on any PRESERVED that is wrong, and when too few refactorings that
 * are right and in covered lines are PRESERVED.
 */
const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    projects: { type: 'string' },
    command: { type: 'string' },
    parallel: { type: 'string', default: '3' },
    breaking: { type: 'string' },
    safe: { type: 'string' },
    minutes: { type: 'string' },
    part: { type: 'string', default: '1/1' },
  },
});
const usual = values.full ? { breaking: 1_080, safe: 330 } : { breaking: 420, safe: 140 };
/** A long measurement can be taken in parts, which share no change. */
const [, first = 1, last = first, parts = 1] = (/^(\d+)(?:-(\d+))?\/(\d+)$/.exec(values.part) ?? []).map((digits) =>
  digits === undefined ? undefined : Number(digits),
);
const isInPart = (index: number): boolean => index % parts >= first - 1 && index % parts <= last - 1;
const ofPart = (all: number): number => Math.ceil((all * (last - first + 1)) / parts);
const wanted = {
  breaking: ofPart(Number(values.breaking ?? usual.breaking)),
  safe: ofPart(Number(values.safe ?? usual.safe)),
};
/** The share of right refactorings, in percent, that must be recognised as such. */
const floor = 95;
const random = randomNumbers(Number(values.seed));
const { signal } = new AbortController();
const startedAt = Date.now();
const endsAt = values.minutes === undefined ? Infinity : startedAt + Number(values.minutes) * 60_000;

const subjects = values.projects === undefined ? ownSubjects() : projectsIn(values.projects, commandOf(values.command));
const isOwn = values.projects === undefined;
/** Files of others may be long, and only some of what could be done to them is ever tried. */
const mostInFile = isOwn ? Infinity : 300;
const pools = { breaking: [] as Candidate[], safe: [] as Candidate[] };
for (const subject of subjects) {
  // The naive sweeps ask the compiler for every place of a file.
  const sweeps = isOwn ? [...sweepCandidates(subject), ...breakingPython(subject)] : [];
  pools.breaking.push(...distinct([...(await breakingCandidates(subject, mostInFile)), ...sweeps]));
  pools.safe.push(...distinct([...(await safeCandidates(subject, mostInFile)), ...safePython(subject)]));
}
console.log(
  `verdicts over ${subjects.length} projects, seed ${values.seed}: ${pools.breaking.length} candidates to break behaviour, ${pools.safe.length} to keep it`,
);

const folder = await mkdtemp(join(tmpdir(), 'whetstone-bench-verdict-'));
try {
  const parallel = Number(values.parallel);
  const order = (all: readonly Candidate[]): readonly Candidate[] =>
    inTurns(shuffled(all, random), ({ family }) => family).filter((_, index) => isInPart(index));
  const ordered = { breaking: order(pools.breaking), safe: order(pools.safe) };
  const gaps = new Map(subjects.map((one) => [one, gapsOf(one, join(folder, 'counted', one.name))]));
  for (const [{ name }, files] of gaps) tellGaps(name, files);
  const traps = isOwn && first === 1 ? await runTraps(folder, signal) : [];
  console.log(`${traps.length} traps: ${traps.filter(isPreserved).length} PRESERVED`);
  const sofar = { breaking: [] as Row[], safe: [] as Row[] };
  const onRow = (row: Row, isSafe: boolean): void => {
    (isSafe ? sofar.safe : sofar.breaking).push(row);
    if (!isSafe && isPreserved(row)) console.log(`WRONG: ${row.family}, ${row.note}`);
    if ((sofar.breaking.length + sofar.safe.length) % 50 === 0) tell(sofar);
  };
  const isOver = (): boolean => Date.now() > endsAt;
  const options = { folder, parallel, onRow, isOver, gapsOf: (one: Subject): Gaps => gaps.get(one) ?? new Map() };
  const { breaking, safe, dropped } = await runTrials(ordered, wanted, options, signal);
  if (isOver()) console.log(`\ncut off after ${values.minutes} minutes: what was judged until then`);
  report(breaking, safe, traps, dropped);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function report(
  breaking: readonly Row[],
  safe: readonly Row[],
  traps: readonly Row[],
  dropped: { readonly unnoticed: number; readonly wrong: number },
): void {
  const covered = safe.filter(({ isCovered }) => isCovered);
  const wrong = [...breaking, ...traps].filter(isPreserved);
  const share = covered.length === 0 ? 100 : (100 * covered.filter(isPreserved).length) / covered.length;
  console.log(`\n${confusionTable('changes that break tests', breaking)}`);
  console.log(`\n${confusionTable('refactorings done right', safe)}`);
  if (traps.length > 0) console.log(`\n${confusionTable('green from the wrong place', traps)}`);
  const bySubject = (rows: readonly Row[]): readonly Row[] => rows.map((row) => ({ ...row, family: row.subject }));
  console.log(`\n${confusionTable('that break tests, by project', bySubject(breaking))}`);
  console.log(`\n${confusionTable('done right, by project', bySubject(safe))}`);
  console.log(
    `\nnot counted: ${dropped.unnoticed} changes that no test notices, ${dropped.wrong} refactorings that turn tests red`,
  );
  console.log(
    `wrong PRESERVED: ${wrong.length} of ${breaking.length + traps.length}; ` +
      `right PRESERVED: ${covered.filter(isPreserved).length} of ${covered.length} in covered lines, ${share.toFixed(1)} %`,
  );
  console.log(`took ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  const rest = safe.filter((row) => !isPreserved(row));
  if (rest.length > 0) console.log(`\nrefactorings that are not PRESERVED, by reason\n${reasonsOf(rest)}`);
  for (const { family, note, verdict } of wrong) console.log(`WRONG: ${family}, ${note}: ${verdict.reasons.join(' ')}`);
  if (wrong.length > 0 || share < floor) process.exitCode = 1;
}

/** What the tests of a subject leave out, as another program counts it. */
function tellGaps(name: string, files: Gaps): void {
  const missed = [...files].filter(([, lines]) => lines.size > 0).map(([path, lines]) => `${path} ${lines.size}`);
  if (missed.length > 0) console.log(`${name}: lines that its tests leave out: ${missed.join(', ')}`);
}

function isPreserved({ verdict }: Row): boolean {
  return verdict.kind === 'preserved';
}

/** One line now and then, so that a run that ends early has told what it counted. */
function tell({ breaking, safe }: { readonly breaking: readonly Row[]; readonly safe: readonly Row[] }): void {
  const wrong = breaking.filter(isPreserved).length;
  const right = safe.filter(isPreserved).length;
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  console.log(
    `${seconds} s: ${breaking.length} break tests, ${wrong} of them PRESERVED; ${safe.length} do not, ${right} of them PRESERVED`,
  );
}

/** Different ways lead to the same text. */
function distinct(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...new Map(candidates.map((one) => [one.proposal.hash, one])).values()];
}

function commandOf(json: string | undefined): Subject['command'] | undefined {
  if (json === undefined) return undefined;
  const words: unknown = JSON.parse(json);
  if (!Array.isArray(words) || words.length === 0) throw new Error('--command must be a JSON array of texts.');
  const [program = '', ...args] = words.map(String);
  return [program, ...args];
}
