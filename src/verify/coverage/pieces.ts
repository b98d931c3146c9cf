import { lineIndexAt } from '../../edits/lines.ts';
import type { Span } from '../../languages/texts/changedSpans.ts';
import type { Piece } from '../../languages/texts/pieces.ts';
import { codeTokens, lineStarts, type CodeToken } from '../../languages/texts/codeTokens.ts';
import { contains, type Intervals } from './intervals.ts';
import { readSourceMap, type MapPlace, type SourceMap } from './sourceMap.ts';

/** A script as it ran. */
export interface RanScript {
  readonly text: string;
  readonly executed: Intervals;
  /** How to come back to what was written; undefined when the script is what was written, or nobody knows. */
  readonly map: MapPlace | undefined;
}

/**
 * The pieces of a written text that a script ran, `path` being absolute; undefined when that cannot be told: no map leads back, the map
 * is of another text, or it does not fit.
 */
export function piecesOf(script: RanScript, path: string, written: string): readonly Piece[] | undefined {
  // A text is given without its byte order mark, and may have run with it.
  const mark = script.text.startsWith('\uFEFF') && !written.startsWith('\uFEFF') ? 1 : 0;
  const ran = script.text.slice(mark);
  if (isSameOrErased(ran, written))
    return codeTokens(ran, false).map((token) => ({
      start: token.start,
      end: token.end,
      isExecuted: contains(script.executed, token.start + mark),
    }));
  const map = script.map === undefined ? undefined : readSourceMap(script.map, path, written);
  if (map === undefined) return undefined;
  const found = (map.mayCountMark ? [0, 1] : [0]).map((shift) => markedOrigins(script, map, written, shift));
  const [best] = found.sort((a, b) => b.matching - a.matching);
  // A map that is of something else leads to other words.
  if (best === undefined || best.marks.size === 0 || best.matching * 2 < best.names) return undefined;
  return joined(withExports(best.marks, written), written, lineStarts(written));
}

/** Node runs TypeScript with the types blanked out: every offset stays. */
function isSameOrErased(ran: string, written: string): boolean {
  if (ran === written) return true;
  const sourceUrl = /\n*\/\/# sourceURL=.*\s*$/.exec(ran.slice(-5_000))?.[0].length ?? 0;
  // Line ends before the mark may be the text's own.
  const text = ran.slice(0, ran.length - sourceUrl).trimEnd();
  if (text.length !== written.trimEnd().length) return false;
  for (let at = 0; at < text.length; at += 1)
    if (text[at] !== written[at] && !/[\s;]/.test(text[at] ?? '')) return false;
  return true;
}

interface Mark {
  isExecuted: boolean;
}

interface MarkedOrigins {
  /** By where they stand in the written text. */
  readonly marks: Map<number, Mark>;
  /** Names that the map leads to a place for, and those of them that stand there. */
  readonly names: number;
  readonly matching: number;
}

/** What the tokens that ran were in the written text; the columns of its first line are `shift` to the right of where the map says. */
function markedOrigins({ text, executed }: RanScript, map: SourceMap, written: string, shift: number): MarkedOrigins {
  const ranStarts = lineStarts(text);
  const writtenStarts = lineStarts(written);
  const marks = new Map<number, Mark>();
  const fit = { names: 0, matching: 0 };
  const names = new Set(written.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  const added = addedByVite(text, written);
  for (const token of codeTokens(text, false)) {
    if (isPadding(token) || added.some(({ start, end }) => start <= token.start && token.start < end)) continue;
    const line = lineIndexAt(ranStarts, token.start);
    const found = map.find(line, token.start - (ranStarts[line] ?? 0));
    const lineStart = found === undefined ? undefined : writtenStarts[found.line];
    if (found === undefined || lineStart === undefined) continue;
    const origin = lineStart + Math.max(0, found.column - (found.line === 0 ? shift : 0));
    // Names that compilers make up stand nowhere in it.
    if (token.isName && found.isExact && names.has(token.text)) {
      fit.names += 1;
      if (written.startsWith(token.text, origin)) fit.matching += 1;
    }
    const mark = marks.get(origin) ?? { isExecuted: true };
    mark.isExecuted &&= contains(executed, token.start);
    marks.set(origin, mark);
  }
  return { marks, ...fit };
}

/**
 * The statements by which vite hands out what a module exports. Nobody wrote them, but its maps may lead from them to the beginning of
 * the file; how much of them is executed says nothing of what stands there.
 */
function addedByVite(ran: string, written: string): readonly Span[] {
  if (written.includes('__vi')) return [];
  const body = String.raw`\{\s*(?:try\s*\{\s*return [^{}]*\}\s*catch(?:\s*\(\w*\))?\s*\{\s*\}|return [^{}]*)\s*\}`;
  const name = String.raw`\(\s*(?:__vi\w*__,\s*)?"(?:[^"\\]|\\.)*",\s*`;
  const statement = new RegExp(
    String.raw`\b__vi\w*export\w*__${name}\(\)\s*=>\s*${body}\s*\);?|` +
      String.raw`\bObject\.defineProperty${name}\{\s*enumerable:\s*true,\s*configurable:\s*true,\s*get\s*\(\)\s*${body},?\s*\}\s*\);?`,
    'g',
  );
  return [...ran.matchAll(statement)].map(({ 0: text, index }) => ({ start: index, end: index + text.length }));
}

/** Where a compiler takes away the word `export`, what it stands before was exported all the same once the module ran. */
function withExports(marks: ReadonlyMap<number, Mark>, written: string): ReadonlyMap<number, Mark> {
  const hasRun = [...marks.values()].some(({ isExecuted }) => isExecuted);
  const more = new Map(marks);
  for (const { 0: text, index } of written.matchAll(/^export\s+(?:default\s+)?(?=[\w$@])/gm))
    if (hasRun && !marks.has(index) && marks.has(index + text.length)) more.set(index, { isExecuted: true });
  return more;
}

/** What compilers put in for operators that older engines lack: `void 0` is executed or not without anybody having written it. */
function isPadding(token: CodeToken): boolean {
  return token.text === 'void' || token.text === '0';
}

/** Each piece reaches to the next, or to the end of its line. */
function joined(marks: ReadonlyMap<number, Mark>, written: string, starts: readonly number[]): readonly Piece[] {
  const sorted = [...marks].sort(([a], [b]) => a - b);
  return sorted.map(([start, { isExecuted }], index) => {
    const lineEnd = starts[lineIndexAt(starts, start) + 1] ?? written.length;
    return { start, end: Math.min(sorted[index + 1]?.[0] ?? written.length, lineEnd), isExecuted };
  });
}
