/** How a set of items fared. */
export type Tried<E> =
  | { readonly kind: 'good' }
  | { readonly kind: 'bad'; readonly evidence: E }
  /** Nobody could try it, now or later. */
  | { readonly kind: 'untried' };

export interface Bisected<T, E> {
  /** Good together, in the given order. */
  readonly kept: readonly T[];
  readonly dropped: readonly { readonly item: T; readonly evidence: E }[];
  /** Not decided. */
  readonly untried: readonly T[];
}

/**
 * Looks for a largest set that is good, given that all items together are bad: what is good beside what was kept so far is kept, what is
 * bad is halved until single items are left, and those are dropped. Yields each set that is to be tried, and goes on with how it fared.
 */
export function* bisectGroups<T, E>(items: readonly T[], whole: E): Generator<readonly T[], Bisected<T, E>, Tried<E>> {
  const kept = new Set<T>();
  const dropped: { item: T; evidence: E }[] = [];
  const untried: T[] = [];

  /** Returns whether the whole group was kept; `known` is how it fared beside what is kept, where that is known. */
  function* settle(group: readonly T[], known: Tried<E> | undefined): Generator<readonly T[], boolean, Tried<E>> {
    const chosen = new Set([...kept, ...group]);
    const tried = known ?? (yield items.filter((item) => chosen.has(item)));
    if (tried.kind === 'good') {
      for (const item of group) kept.add(item);
      return true;
    }
    const [only] = group;
    if (tried.kind === 'untried') untried.push(...group);
    else if (only !== undefined && group.length === 1) dropped.push({ item: only, evidence: tried.evidence });
    else {
      const middle = Math.ceil(group.length / 2);
      const isLeftKept = yield* settle(group.slice(0, middle), undefined);
      // When the left half is good, the right half beside it is the group that was bad.
      yield* settle(group.slice(middle), isLeftKept ? tried : undefined);
    }
    return false;
  }

  if (items.length > 0) yield* settle(items, { kind: 'bad', evidence: whole });
  return { kept: items.filter((item) => kept.has(item)), dropped, untried };
}
