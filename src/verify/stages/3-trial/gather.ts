import type { Proposal } from '../../../edits/proposal.ts';
import type { CoverageEvidence, FileCoverage, LeftOutEvidence, StageTime } from '../../../workspace/evidence.ts';
import type { TestComparison, TestEvidence } from '../../../workspace/verification.ts';
import type { Inspection } from '../../checks/inspect.ts';
import { compareLint, compareTypes, hasProjectTools } from '../../programs/projectFindings.ts';
import { changedSides } from '../../../languages/texts/changedSpans.ts';
import { coverageEvidence, originEvidence } from '../../coverage/evidence.ts';
import { reachingFiles } from '../../coverage/reachingFiles.ts';
import type { MeasuredRun } from '../../coverage/runCoverage.ts';
import type { LineState } from '../../../languages/texts/pieces.ts';
import type { StateRun } from '../2-run/stateRunner.ts';
import { comparisonOf } from '../../verdict/comparison.ts';

export interface Gathered {
  readonly proposal: Proposal;
  readonly inspection: Inspection;
  readonly before: StateRun;
  readonly after: StateRun;
  readonly tests: TestEvidence;
  readonly times: readonly StageTime[];
  /** What the tests of each state execute, where that was measured. */
  readonly measured?: MeasuredStates | undefined;
  readonly leftOut?: LeftOutEvidence | undefined;
}

export interface MeasuredStates {
  readonly before: MeasuredRun;
  readonly after: MeasuredRun;
}

const notMeasured: MeasuredRun = { kind: 'unknown', reason: 'It was not measured, since nothing depends on it.' };

/** Old path → new path of what a proposal moves. */
export function movesOf(proposal: Proposal): ReadonlyMap<string, string> {
  return new Map(proposal.changes.flatMap((change) => (change.kind === 'move' ? [[change.from, change.path]] : [])));
}

/** Joins what two states showed with what the texts say, and judges. */
export function gather({
  proposal,
  inspection,
  before,
  after,
  tests,
  times,
  measured,
  leftOut,
}: Gathered): TestComparison {
  const executed = measured ?? { before: notMeasured, after: notMeasured };
  const moves = movesOf(proposal);
  const scripts = inspection.files
    .filter(
      ({ path, change, role, demand }) =>
        change !== 'delete' && role === 'code' && demand.kind !== 'none' && hasProjectTools(path),
    )
    .map(({ path }) => path);
  return comparisonOf(proposal, tests, {
    files: inspection.files,
    complexity: inspection.complexity,
    checks: {
      ...inspection.checks,
      types: compareTypes(before.problems.types, after.problems.types, moves, scripts),
      lint: compareLint(before.problems.lint, after.problems.lint, moves),
    },
    origin: originEvidence(proposal, executed.after),
    coverage: withReach(
      coverageOf(proposal, inspection, executed.before, executed.after),
      proposal,
      executed.after,
      after,
    ),
    times,
    leftOut,
  });
}

/** With the test files that execute the change, where the run tells them apart. */
function withReach(
  coverage: CoverageEvidence,
  proposal: Proposal,
  measured: MeasuredRun,
  { run }: StateRun,
): CoverageEvidence {
  if (coverage.kind === 'unknown' || measured.kind === 'unknown' || run.kind !== 'finished') return coverage;
  const files = new Set(run.tests.map(({ id }) => id.split(' › ', 1)[0] ?? ''));
  const after = changedSides(proposal).filter(({ side }) => side === 'after');
  const reachedBy = reachingFiles(measured.coverage.viewsOf?.(after) ?? [], files);
  return reachedBy === undefined ? coverage : { ...coverage, reachedBy };
}

/** What was measured of the changed parts, and of the whole of those lines that must be executed though nothing in them changed. */
function coverageOf(
  proposal: Proposal,
  { files, uncounted }: Inspection,
  before: MeasuredRun,
  after: MeasuredRun,
): CoverageEvidence {
  const measured = coverageEvidence(proposal, before, after, uncounted);
  if (measured.kind === 'unknown') return measured;
  const more = files.flatMap((file): readonly FileCoverage[] => {
    if (file.demand.kind !== 'execution' && file.demand.kind !== 'resolution') return [];
    const { places } = file.demand;
    const from = file.from ?? file.path;
    return [
      wholeLines(
        proposal,
        measured.files,
        { path: file.path, side: 'after', run: after },
        places.flatMap((one) => one.after),
      ),
      wholeLines(
        proposal,
        measured.files,
        { path: from, side: 'before', run: before },
        places.flatMap((one) => one.before),
      ),
    ];
  });
  return { ...measured, files: [...measured.files, ...more] };
}

interface Side {
  readonly path: string;
  readonly side: 'before' | 'after';
  readonly run: MeasuredRun;
}

function wholeLines(
  proposal: Proposal,
  known: readonly FileCoverage[],
  { path, side, run }: Side,
  wanted: readonly number[],
): FileCoverage {
  const told = new Set(
    known
      .filter((one) => one.path === path && one.side === side)
      .flatMap(({ executed, missed, unknown }) => [...executed, ...missed, ...unknown]),
  );
  const text = textOf(proposal, path, side);
  const nothing = { path, side, executed: [], missed: [], unknown: [] };
  const open = wanted.filter((line) => !told.has(line));
  if (text === undefined || open.length === 0) return nothing;
  if (run.kind === 'unknown') return { ...nothing, unknown: open };
  const spans = spansOf(text, open);
  const states = run.coverage.statesOf({ path, side, text, spans });
  const linesThatAre = (state: LineState): number[] => open.filter((line) => states.get(line - 1) === state);
  return {
    path,
    side,
    executed: linesThatAre('executed'),
    missed: linesThatAre('missed'),
    unknown: linesThatAre('unknown'),
  };
}

function spansOf(text: string, lines: readonly number[]): readonly { readonly start: number; readonly end: number }[] {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return [...new Set(lines)]
    .sort((a, b) => a - b)
    .map((line) => ({ start: starts[line - 1] ?? text.length, end: starts[line] ?? text.length }))
    .filter(({ start, end }) => start < end);
}

function textOf({ changes }: Proposal, path: string, side: 'before' | 'after'): string | undefined {
  for (const change of changes) {
    const own = side === 'before' && change.kind === 'move' ? change.from : change.path;
    if (own !== path) continue;
    if (side === 'after' && change.kind !== 'delete') return change.after.text;
    if (side === 'before' && change.kind !== 'create') return change.before.text;
  }
  return undefined;
}
