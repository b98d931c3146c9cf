/**
 * What was renamed when two sequences of names belong to texts that are otherwise the same: old name → new name. Undefined when it is no
 * renaming: one old name became two, two became one, or a name took the place of another that was there.
 */
export function renamingOf(
  before: readonly string[],
  after: readonly string[],
): ReadonlyMap<string, string> | undefined {
  if (before.length !== after.length) return undefined;
  const forward = new Map<string, string>();
  for (const [index, name] of before.entries()) {
    const now = after[index] ?? '';
    if ((forward.get(name) ?? now) !== now) return undefined;
    forward.set(name, now);
  }
  const known = new Set(before);
  const renamed = new Map([...forward].filter(([old, now]) => old !== now));
  const isInjective = new Set(forward.values()).size === forward.size;
  return isInjective && [...renamed.values()].every((name) => !known.has(name)) ? renamed : undefined;
}
