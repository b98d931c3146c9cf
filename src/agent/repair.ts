import { partName, partsOf, proposalOf, type ProposalPart } from '../edits/parts.ts';
import type { Proposal } from '../edits/proposal.ts';
import type { TestComparison } from '../workspace/verification.ts';

/** A part that was left out, and why. */
export interface DroppedPart {
  readonly name: string;
  readonly reason: string;
}

/** What is left of a broken proposal without the parts that break it. */
export interface Repaired {
  readonly proposal: Proposal;
  readonly dropped: readonly DroppedPart[];
}

export interface RepairLimits {
  readonly maxTrials: number;
  readonly maxMs: number;
}

/**
 * Looks for a largest set of parts that breaks nothing, by halves: what is good beside what was kept so far is kept, what is bad is
 * halved until single parts are left, and those are dropped. Parts that nobody could try in time are dropped too. Undefined when there is
 * only one part, or none can be kept. Rejects only by cancellation.
 */
export async function repair(
  proposal: Proposal,
  broken: TestComparison,
  trial: (proposal: Proposal) => Promise<TestComparison>,
  { maxTrials, maxMs }: RepairLimits,
): Promise<Repaired | undefined> {
  const parts = partsOf(proposal);
  if (parts.length < 2) return undefined;
  const until = performance.now() + maxMs;
  const kept = new Set<ProposalPart>();
  const dropped: DroppedPart[] = [];
  let trials = 0;
  const inOrder = (chosen: ReadonlySet<ProposalPart>): readonly ProposalPart[] =>
    parts.filter((part) => chosen.has(part));

  async function settle(group: readonly ProposalPart[], known: TestComparison | undefined): Promise<boolean> {
    let bad = known;
    if (bad === undefined) {
      if (trials >= maxTrials || performance.now() > until) {
        dropped.push(...group.map((part) => ({ name: partName(part), reason: 'it could not be tried in time' })));
        return false;
      }
      trials += 1;
      const comparison = await trial(proposalOf(inOrder(new Set([...kept, ...group]))));
      if (comparison.verdict.kind !== 'broken') {
        for (const part of group) kept.add(part);
        return true;
      }
      bad = comparison;
    }
    const [only] = group;
    if (only !== undefined && group.length === 1) {
      dropped.push({ name: partName(only), reason: bad.verdict.reasons[0] ?? 'it breaks something' });
      return false;
    }
    const middle = Math.ceil(group.length / 2);
    const isLeftKept = await settle(group.slice(0, middle), undefined);
    // When the left half is good, the right half beside it is the group that was bad.
    await settle(group.slice(middle), isLeftKept ? bad : undefined);
    return false;
  }

  await settle(parts, broken);
  return kept.size === 0 ? undefined : { proposal: proposalOf(inOrder(kept)), dropped };
}
