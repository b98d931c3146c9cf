import { lineIndexAt } from '../../edits/lines.ts';
import { codeTokens, lineStarts, type CodeToken } from './codeTokens.ts';
import { contains, type Intervals } from './intervals.ts';
import { readSourceMap, type MapPlace, type SourceMap } from './sourceMap.ts';

/** A piece of a written text and whether what it became was executed: all of it. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly isExecuted: boolean;
}

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
  if (isSameOrErased(script.text, written))
    return codeTokens(script.text, false).map((token) => ({
      start: token.start,
      end: token.end,
      isExecuted: contains(script.executed, token.start),
    }));
  const map = script.map === undefined ? undefined : readSourceMap(script.map, path, written);
  return map === undefined ? undefined : mappedPieces(script, map, written);
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

function mappedPieces({ text, executed }: RanScript, map: SourceMap, written: string): readonly Piece[] | undefined {
  const ranStarts = lineStarts(text);
  const writtenStarts = lineStarts(written);
  const marks = new Map<number, Mark>();
  const fit = { names: 0, matching: 0 };
  const names = new Set(written.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  for (const token of codeTokens(text, false)) {
    if (isPadding(token)) continue;
    const line = lineIndexAt(ranStarts, token.start);
    const found = map.find(line, token.start - (ranStarts[line] ?? 0));
    const lineStart = found === undefined ? undefined : writtenStarts[found.line];
    if (found === undefined || lineStart === undefined) continue;
    const origin = lineStart + found.column;
    // Names that compilers make up stand nowhere in it.
    if (token.isName && found.isExact && names.has(token.text)) {
      fit.names += 1;
      if (written.startsWith(token.text, origin)) fit.matching += 1;
    }
    const mark = marks.get(origin) ?? { isExecuted: true };
    mark.isExecuted &&= contains(executed, token.start);
    marks.set(origin, mark);
  }
  // A map that is of something else leads to other words.
  if (marks.size === 0 || fit.matching * 2 < fit.names) return undefined;
  return joined(marks, written, writtenStarts);
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
