/** The names that the imports of a file bind, each with where it may lead, and the lines that use it, one-based. */
export interface Bindings {
  readonly targets: ReadonlyMap<string, ReadonlySet<string>>;
  readonly uses: ReadonlyMap<string, readonly number[]>;
  /** The values, other than functions, that names of the top level are given, as texts that are equal for equal programs. */
  readonly values: ReadonlyMap<string, string>;
}

/** Every target of a name under it. */
export function targetsByName(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [name, target] of pairs) found.set(name, (found.get(name) ?? new Set()).add(target));
  return found;
}
