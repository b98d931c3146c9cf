/** How a set of parts fared. */
export type Tried =
  | { readonly kind: 'good' }
  | {
      readonly kind: 'bad';
      /** One sentence. */
      readonly reason: string;
      /** It was not run: it cannot even be put together. */
      readonly isImpossible?: true;
    }
  /** There is no time left for it. */
  | { readonly kind: 'untried' };

export interface Dropped<T> {
  readonly item: T;
  readonly tried: Exclude<Tried, { kind: 'good' }>;
}

export interface Sifted<T> {
  /** Good together, in the given order. */
  readonly kept: readonly T[];
  readonly dropped: readonly Dropped<T>[];
}

/**
 * Looks for a largest set that is good, given that all items together are bad: what is good beside what was kept so far is kept, what is
 * bad is halved until single items are left, and those are dropped. Rejects as `tryOut` does.
 */
export async function siftParts<T>(
  items: readonly T[],
  whole: Tried & { readonly kind: 'bad' },
  tryOut: (subset: readonly T[]) => Promise<Tried>,
): Promise<Sifted<T>> {
  const kept = new Set<T>();
  const dropped: Dropped<T>[] = [];

  /** Resolves to whether the whole group was kept; `known` is what is known of it beside what is kept. */
  async function settle(group: readonly T[], known: Tried | undefined): Promise<boolean> {
    const chosen = new Set([...kept, ...group]);
    const tried = known ?? (await tryOut(items.filter((item) => chosen.has(item))));
    if (tried.kind === 'good') {
      for (const item of group) kept.add(item);
      return true;
    }
    const [only] = group;
    if (tried.kind === 'untried' || (only !== undefined && group.length === 1)) {
      dropped.push(...group.map((item) => ({ item, tried })));
      return false;
    }
    const middle = Math.ceil(group.length / 2);
    const isLeftKept = await settle(group.slice(0, middle), undefined);
    // When the left half is good, the right half beside it is the group that was bad.
    await settle(group.slice(middle), isLeftKept ? tried : undefined);
    return false;
  }

  if (items.length > 0) await settle(items, whole);
  return { kept: items.filter((item) => kept.has(item)), dropped };
}
