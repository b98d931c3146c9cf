import type { FileMutant } from '../../mutation/changes/fileMutant.ts';

/**
 * An order in which every beginning is a fair sample: functions take turns, within each the kinds of mistake do, and which of a kind comes
 * first is drawn by the seed. Equal for equal seeds.
 */
export function spreadMutants(mutants: readonly FileMutant[], seed: string): readonly FileMutant[] {
  const random = randomNumbers(seed);
  const byFunction = grouped(shuffled(mutants, random), ({ path, functionLine }) => `${path}:${functionLine}`);
  return interleaved(byFunction.map((group) => interleaved(grouped(group, ({ mutator }) => mutator))));
}

/** Numbers from 0 up to 1 that look drawn and are the same for the same seed (mulberry32 over an FNV-1a hash). */
function randomNumbers(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function interleaved<T>(groups: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(0, ...groups.map((group) => group.length));
  return Array.from({ length: longest }, (_, turn) => groups.flatMap((group) => group.slice(turn, turn + 1))).flat();
}
