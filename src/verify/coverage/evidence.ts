import type { Proposal } from '../../edits/proposal.ts';
import type { CoverageEvidence, FileCoverage, OriginEvidence } from '../../workspace/evidence.ts';
import { changedSides, touchedLines, type ChangedSide, type Span } from '../../languages/texts/changedSpans.ts';
import type { UncountedParts } from '../../languages/texts/language.ts';
import type { LineState } from '../../languages/texts/pieces.ts';
import type { MeasuredRun, RunCoverage } from './runCoverage.ts';

/**
 * Which changed lines the tests executed: new ones in the run with the proposal, those that are gone in the run before it. Give runs
 * only that ended with passing tests.
 */
export function coverageEvidence(
  proposal: Proposal,
  before: MeasuredRun,
  after: MeasuredRun,
  uncounted: readonly UncountedParts[] = [],
): CoverageEvidence {
  if (after.kind === 'unknown') return after;
  const notes = new Set([before, after].flatMap((run) => (run.kind === 'measured' && run.note ? [run.note] : [])));
  const files = changedSides(proposal).map((changed) => {
    const coverage = changed.side === 'after' ? after.coverage : measured(before);
    const parts = uncounted.find(({ path, side }) => path === changed.path && side === changed.side);
    return judged(changed, coverage, parts?.spans ?? []);
  });
  return {
    kind: 'measured',
    tool: after.coverage.tool,
    ...(notes.size > 0 && { notes: [...notes] }),
    files: files.filter(({ executed, missed, unknown }) => executed.length + missed.length + unknown.length > 0),
  };
}

/** Whether the run with the proposal loaded each file that the proposal leaves there from where it ran. */
export function originEvidence(proposal: Proposal, after: MeasuredRun): OriginEvidence {
  const files = changedSides(proposal).filter(({ side }) => side === 'after');
  const paths = [...new Set(files.map(({ path }) => path))];
  if (after.kind === 'unknown') return { kind: 'unproven', files: paths, reason: after.reason };
  const unseen = files.filter(({ path, text }) => !after.coverage.hasLoaded(path, text)).map(({ path }) => path);
  if (unseen.length === 0) return { kind: 'proven', files: paths };
  const reason = `No process of the tests was seen to load ${unseen.length === 1 ? 'this file' : 'these files'} where they ran.`;
  return { kind: 'unproven', files: unseen, reason };
}

function measured(run: MeasuredRun): RunCoverage | undefined {
  return run.kind === 'measured' ? run.coverage : undefined;
}

/** Without a measurement nothing is known of any line that is not blank. */
function judged(changed: ChangedSide, coverage: RunCoverage | undefined, uncounted: readonly Span[]): FileCoverage {
  const open = new Set(
    touchedLines(changed)
      .filter((part) => uncounted.some((span) => hasCode(changed.text, part, span)))
      .map(({ line }) => line),
  );
  const states = [...(coverage?.statesOf(changed) ?? unmeasured(changed))].map(
    ([line, state]) => [line, state === 'executed' && open.has(line) ? 'unknown' : state] as const,
  );
  const linesThatAre = (wanted: LineState): number[] =>
    states.flatMap(([line, state]) => (state === wanted ? [line + 1] : [])).sort((a, b) => a - b);
  return {
    path: changed.path,
    side: changed.side,
    executed: linesThatAre('executed'),
    missed: linesThatAre('missed'),
    unknown: linesThatAre('unknown'),
  };
}

/** Whether two stretches have more than blanks in common. */
function hasCode(text: string, a: Span, b: Span): boolean {
  return text.slice(Math.max(a.start, b.start), Math.max(a.start, b.start, Math.min(a.end, b.end))).trim() !== '';
}

function unmeasured(changed: ChangedSide): ReadonlyMap<number, LineState> {
  return new Map(
    touchedLines(changed).map(({ line, start, end }) => [
      line,
      changed.text.slice(start, end).trim() === '' ? 'none' : 'unknown',
    ]),
  );
}
