import type { Routine } from './routine.ts';

/** How a set of changes fared. */
export type Trial<E> =
  | { readonly kind: 'good' }
  | { readonly kind: 'bad'; readonly evidence: E }
  /** Nothing can be learnt from here on; `reason` says why. */
  | { readonly kind: 'stopped'; readonly reason: string };

export interface Sifted<T, E> {
  /** Known to be good together, in the given order. */
  readonly kept: readonly T[];
  readonly dropped: readonly { readonly item: T; readonly evidence: E }[];
  /** Not decided: the trials ran out or could not go on. */
  readonly undecided: readonly T[];
  /** Why trials ended early. */
  readonly reason?: string;
}

/**
 * Finds a largest set that is good, given that all items together are not: halves a bad group until single items are left,
 * and keeps every group that is good together with what was kept before. Asks for at most `maxTrials` trials.
 */
export function* sift<T, E>(
  items: readonly T[],
  evidence: E,
  maxTrials: number,
  tryOut: (subset: readonly T[]) => Routine<Trial<E>>,
): Routine<Sifted<T, E>> {
  const kept = new Set<T>();
  const dropped: { item: T; evidence: E }[] = [];
  const undecided: T[] = [];
  let trials = 0;
  let reason: string | undefined;
  const inOrder = (chosen: ReadonlySet<T>): readonly T[] => items.filter((item) => chosen.has(item));

  /** Returns true when the whole group was kept. `known` is the evidence when the group is bad beside what is kept. */
  function* settle(group: readonly T[], known: E | undefined): Routine<boolean> {
    let bad = known;
    if (bad === undefined) {
      if (reason === undefined && trials >= maxTrials) reason = `I stop after ${maxTrials} trials`;
      if (reason !== undefined) {
        undecided.push(...group);
        return false;
      }
      trials++;
      const trial = yield* tryOut(inOrder(new Set([...kept, ...group])));
      if (trial.kind === 'good') {
        for (const item of group) kept.add(item);
        return true;
      }
      if (trial.kind === 'stopped') {
        reason = trial.reason;
        undecided.push(...group);
        return false;
      }
      bad = trial.evidence;
    }
    const [only] = group;
    if (only !== undefined && group.length === 1) {
      dropped.push({ item: only, evidence: bad });
      return false;
    }
    const middle = Math.ceil(group.length / 2);
    const isLeftKept = yield* settle(group.slice(0, middle), undefined);
    // When the left half is good, the right half beside it is the group that was bad.
    yield* settle(group.slice(middle), isLeftKept ? bad : undefined);
    return false;
  }

  if (items.length > 0) yield* settle(items, evidence);
  return { kept: inOrder(kept), dropped, undecided, ...(reason !== undefined && { reason }) };
}
