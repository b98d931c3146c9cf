/** Translates the indentation that a model wrote into the one that a file has. */
export interface IndentMap {
  /** The file's indentation for one of the model's. */
  apply(indent: string): string;
}

/** One line on which the indentation of both sides is known. */
export interface IndentPair {
  readonly old: string;
  readonly file: string;
}

/** The blanks that a line starts with. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** Lines that tell each side's habit where the pairs do not. */
export interface IndentHabits {
  readonly model: readonly string[];
  readonly file: readonly string[];
}

/** Relates two indentations line by line; undefined when they nest differently, so that re-indenting would be a guess. */
export function relateIndents(pairs: readonly IndentPair[], habits: IndentHabits): IndentMap | undefined {
  const whole = consistentMap(pairs);
  if (whole) return extrapolate(whole, habits);
  // Models often cut the first line's indentation only: let that line stand for itself.
  const [first, ...rest] = pairs;
  if (first?.old !== '' || first.file === '' || rest.length === 0) return undefined;
  const known = consistentMap(rest);
  if (!known) return undefined;
  const inner = extrapolate(known, habits);
  return known.has('') ? inner : { apply: (indent) => (indent === '' ? first.file : inner.apply(indent)) };
}

/** Each indentation means one other, and deeper stays deeper. */
function consistentMap(pairs: readonly IndentPair[]): Map<string, string> | undefined {
  const known = new Map<string, string>();
  for (const { old, file } of pairs) {
    const before = known.get(old);
    if (before !== undefined && before !== file) return undefined;
    known.set(old, file);
  }
  const byDepth = [...known].sort((a, b) => columns(a[0]) - columns(b[0]));
  const isNested = byDepth.every(([old, file], index) => {
    const next = byDepth[index + 1];
    return next === undefined || (columns(old) < columns(next[0]) && columns(file) < columns(next[1]));
  });
  return isNested ? known : undefined;
}

function extrapolate(known: ReadonlyMap<string, string>, habits: IndentHabits): IndentMap {
  const isFlat = [...known.values()].every((indent) => indent === '');
  const usesTabs = isFlat ? prefersTabs(habits.file) : [...known.values()].some((indent) => indent.includes('\t'));
  const modelUsesTabs = [...known.keys(), ...habits.model.map(indentOf)].some((indent) => indent.includes('\t'));
  const isSameKind = usesTabs === modelUsesTabs;
  const slope = slopeOf(known) ?? (isSameKind ? 1 : usesTabs ? 1 / unitOf(habits.model) : unitOf(habits.file));
  return {
    apply(indent) {
      const exact = known.get(indent);
      if (exact !== undefined) return exact;
      const [old, file] = nearest(known, indent);
      if (slope === 1 && isSameKind && indent.startsWith(old)) return file + indent.slice(old.length);
      const wanted = Math.max(0, Math.round(units(file) + slope * (units(indent) - units(old))));
      return (usesTabs ? '\t' : ' ').repeat(wanted);
    },
  };
}

/** The deepest known indentation that is not deeper, else the shallowest known. */
function nearest(known: ReadonlyMap<string, string>, indent: string): readonly [string, string] {
  const byDepth = [...known].sort((a, b) => columns(a[0]) - columns(b[0]));
  return byDepth.findLast(([old]) => columns(old) <= columns(indent)) ?? byDepth[0] ?? ['', ''];
}

/** How many units of the file go with one of the model's, where two known depths tell. */
function slopeOf(known: ReadonlyMap<string, string>): number | undefined {
  const byDepth = [...known].sort((a, b) => columns(a[0]) - columns(b[0]));
  const [first, last] = [byDepth[0], byDepth.at(-1)];
  if (!first || !last || first === last) return undefined;
  return (units(last[1]) - units(first[1])) / (units(last[0]) - units(first[0]));
}

/** Length in the indentation's own kind: tabs when it has any, blanks otherwise. */
function units(indent: string): number {
  const tabs = indent.split('\t').length - 1;
  return tabs > 0 ? tabs : indent.length;
}

/** Width for ordering only. */
function columns(indent: string): number {
  let width = 0;
  for (const blank of indent) width += blank === '\t' ? 4 : 1;
  return width;
}

function prefersTabs(lines: readonly string[]): boolean {
  let tabs = 0;
  let spaces = 0;
  for (const line of lines) {
    if (line.startsWith('\t')) tabs += 1;
    else if (line.startsWith('  ')) spaces += 1;
  }
  return tabs > spaces;
}

/** Spaces a level, as most steps between neighbouring lines have it; 4 when nothing tells. */
function unitOf(lines: readonly string[]): number {
  const steps = new Map<number, number>();
  let before = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const width = indentOf(line).length;
    if (width > before) steps.set(width - before, (steps.get(width - before) ?? 0) + 1);
    before = width;
  }
  const [most] = [...steps].sort((a, b) => b[1] - a[1]);
  return most && most[0] <= 8 ? most[0] : 4;
}
