import type { Proposal } from '../../edits/proposal.ts';
import { languageOf } from '../../languages/table.ts';
import { changedSides, type Span } from '../../languages/texts/changedSpans.ts';
import type { LinePlace } from '../../workspace/evidence.ts';

/** A mutant of the new text that a passing test failed by, by an assertion. */
export interface KilledMutant extends Span {
  readonly path: string;
}

/** Changed lines that no count tells of and that killed mutants show to be executed all the same, as far as their language lets them. */
export function witnessedLines(proposal: Proposal, killed: readonly KilledMutant[]): readonly LinePlace[] {
  return changedSides(proposal).flatMap((changed): readonly LinePlace[] => {
    const { path, side } = changed;
    const own = killed.filter((one) => one.path === path);
    if (side !== 'after' || own.length === 0) return [];
    return (languageOf(path)?.witnessedLines?.(changed, own) ?? []).map((line) => ({ path, line }));
  });
}
