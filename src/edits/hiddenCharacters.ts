import type { FileChange, Proposal } from './proposal.ts';

/** Characters that a reader cannot see and that change what is read or run, by family. */
const families: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'bidirectional control', pattern: /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu },
  {
    name: 'zero-width',
    pattern:
      /[\u00AD\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200D\u2060-\u2064\u206A-\u206F\u3164\uFEFF\uFFA0]/gu,
  },
  { name: 'tag', pattern: /[\u{E0000}-\u{E007F}]/gu },
  { name: 'variation selector', pattern: /[\uFE00-\uFE0E\u{E0100}-\u{E01EF}]/gu },
  { name: 'control', pattern: /[\u0000-\u0008\u000B\u000E-\u001F\u007F-\u009F\u2028\u2029]/gu },
];

/** Hidden characters of one family that a change brings into one file. */
export interface HiddenCharacters {
  readonly path: string;
  readonly family: string;
  /** How many more than before. */
  readonly count: number;
  /** One-based line of the first one in the new text. */
  readonly line: number;
  /** Code points, each once, as `U+202E`. */
  readonly codePoints: readonly string[];
}

/** What a proposal adds that a reader of its diff would not see; characters that were there before are not reported. */
export function findHiddenCharacters(proposal: Proposal): readonly HiddenCharacters[] {
  return proposal.changes.flatMap(inChange);
}

/** One sentence for a person. */
export function describeHiddenCharacters({ path, family, count, line, codePoints }: HiddenCharacters): string {
  const noun = count === 1 ? `1 hidden ${family} character` : `${count} hidden ${family} characters`;
  return `${path} gains ${noun} (${codePoints.slice(0, 5).join(', ')}), first on line ${line}.`;
}

/** The text without them; line ends are kept. */
export function withoutHiddenCharacters(text: string): string {
  return families.reduce((left, { pattern }) => left.replaceAll(pattern, ''), text);
}

function inChange(change: FileChange): HiddenCharacters[] {
  if (change.kind === 'delete') return [];
  const before = change.kind === 'create' ? '' : change.before.text;
  const after = change.after.text;
  return families.flatMap(({ name, pattern }) => {
    const had = new Map<string, number>();
    for (const [character] of before.matchAll(pattern)) had.set(character, (had.get(character) ?? 0) + 1);
    const gained: { readonly character: string; readonly index: number }[] = [];
    for (const match of after.matchAll(pattern)) {
      const left = had.get(match[0]) ?? 0;
      if (left > 0) had.set(match[0], left - 1);
      else gained.push({ character: match[0], index: match.index });
    }
    const [first] = gained;
    if (first === undefined) return [];
    const line = after.slice(0, first.index).split('\n').length;
    const codePoints = [...new Set(gained.map(({ character }) => codePointName(character)))];
    return [{ path: change.path, family: name, count: gained.length, line, codePoints }];
  });
}

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
