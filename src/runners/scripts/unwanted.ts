import type { Word } from './scriptText.ts';

/** Options that are taken out of a command, so that it runs once, in full, and writes results that can be read. */
export interface Unwanted {
  /** Options without a value of their own; `--name=value` is taken out too. */
  readonly bare?: readonly string[];
  /** Options whose value may be the next word. */
  readonly valued?: readonly string[];
  /** Options by how they begin. */
  readonly prefixes?: readonly string[];
}

/** The words in front of a `--` without unwanted options, and all behind it. */
export function withoutUnwanted(
  args: readonly Word[],
  { bare = [], valued = [], prefixes = [] }: Unwanted,
): readonly Word[] {
  const kept: Word[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at];
    if (word === undefined) break;
    if (word.text === '--') return [...kept, ...args.slice(at)];
    const [name = ''] = word.text.split('=', 1);
    if (bare.includes(name) || prefixes.some((prefix) => word.text.startsWith(prefix))) continue;
    if (valued.includes(name)) {
      const next = args[at + 1]?.text;
      if (name === word.text && next !== undefined && !next.startsWith('-')) at += 1;
      continue;
    }
    kept.push(word);
  }
  return kept;
}
