import { splitLines } from './lines.ts';

/** A part of a file that resembles a text that was not found. */
export interface Excerpt {
  /** One-based, inclusive. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** At most `maxExcerptLines` lines of at most `maxLineLength` characters. */
  readonly text: string;
}

const maxExcerpts = 3;
const maxExcerptLines = 12;
const maxLineLength = 160;
/** Lines compared for likeness when none is equal. */
const maxCompared = 20_000;
/** The least share of common letter pairs that counts as alike. */
const leastLikeness = 0.5;

/** The parts of `text` that are most like `wanted`, best first; empty when nothing is alike. */
export function nearestExcerpts(text: string, wanted: string): readonly Excerpt[] {
  const lines = splitLines(text).map(({ body }) => body);
  const wantedLines = splitLines(wanted).map(({ body }) => body.trim());
  const starts = startsByEqualLines(lines, wantedLines);
  const best = starts.length > 0 ? starts : startsByLikeness(lines, wantedLines);
  return best.slice(0, maxExcerpts).map((start) => excerptAt(lines, start, wantedLines.length));
}

/** Where `wanted` would begin, judged by lines that are equal but for blanks; windows with most of them first. */
function startsByEqualLines(lines: readonly string[], wanted: readonly string[]): number[] {
  const positions = new Map<string, number[]>();
  for (const [index, line] of wanted.entries())
    if (/\w/.test(line)) positions.set(line, [...(positions.get(line) ?? []), index].slice(0, 20));
  const votes = new Map<number, number>();
  for (const [index, line] of lines.entries())
    for (const position of positions.get(line.trim()) ?? []) {
      const start = Math.max(0, index - position);
      votes.set(start, (votes.get(start) ?? 0) + 1);
    }
  let most = 0;
  for (const count of votes.values()) most = Math.max(most, count);
  return [...votes]
    .filter(([, count]) => count * 2 >= most)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([start]) => start)
    .slice(0, maxExcerpts);
}

/** Where the longest wanted line has a line like it. */
function startsByLikeness(lines: readonly string[], wanted: readonly string[]): number[] {
  const anchor = wanted.reduce((best, line, index) => (line.length > (wanted[best]?.length ?? 0) ? index : best), 0);
  const pairs = letterPairs(wanted[anchor] ?? '');
  return lines
    .slice(0, maxCompared)
    .map((line, index) => ({ start: Math.max(0, index - anchor), likeness: likeness(letterPairs(line.trim()), pairs) }))
    .filter((candidate) => candidate.likeness >= leastLikeness)
    .sort((a, b) => b.likeness - a.likeness || a.start - b.start)
    .map(({ start }) => start)
    .slice(0, maxExcerpts);
}

function letterPairs(line: string): ReadonlySet<string> {
  const pairs = new Set<string>();
  const end = Math.min(line.length, 400) - 1;
  for (let at = 0; at < end; at += 1) pairs.add(line.slice(at, at + 2));
  return pairs;
}

/** Dice's coefficient of two sets. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  let common = 0;
  for (const pair of a) if (b.has(pair)) common += 1;
  return (2 * common) / (a.size + b.size);
}

function excerptAt(lines: readonly string[], start: number, count: number): Excerpt {
  const shown = lines.slice(start, start + Math.min(Math.max(1, count), maxExcerptLines));
  return {
    firstLine: start + 1,
    lastLine: start + shown.length,
    text: shown.map((line) => (line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line)).join('\n'),
  };
}
