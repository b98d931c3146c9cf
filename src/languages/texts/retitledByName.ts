import type { Retitled } from './integrity.ts';

/** By the names of functions that a runner collects, as `declared` captures them; undefined when anything else differs. */
export function retitledByName(declared: RegExp, before: string, after: string): readonly Retitled[] | undefined {
  const namesIn = (text: string): readonly string[] => [...text.matchAll(declared)].map(([, name = '']) => name);
  const [old, now] = [namesIn(before), namesIn(after)];
  const pairs = old.flatMap((name, index) => (name === now[index] ? [] : [[name, now[index] ?? ''] as const]));
  const isKnown = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(before);
  const isClear = old.length === now.length && pairs.every(([name, other]) => isOnce(old, name) && !isKnown(other));
  if (!isClear || pairs.length === 0 || new Set(now).size !== new Set(old).size) return undefined;
  const renamed = new Map(pairs);
  if (before.replace(/\w+/g, (word) => renamed.get(word) ?? word) !== after) return undefined;
  return pairs.map(([name, other]) => ({ old: [name], now: [other] }));
}

function isOnce(names: readonly string[], name: string): boolean {
  return names.filter((one) => one === name).length === 1;
}
