import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { offsetsOfBytes } from '../../languages/texts/codeTokens.ts';
import { touchedLines, type ChangedSide } from '../../languages/texts/changedSpans.ts';
import { openOperands, stateOutsideBlocks, variableGroups } from '../../languages/go/goGuards.ts';
import { overlaps, type LineState, type Piece } from '../../languages/texts/pieces.ts';
import { statesByPieces } from './pieceLines.ts';
import type { RunCoverage } from './runCoverage.ts';
import type { RelativePath } from '../../workspace/path.ts';

/** A block of statements; lines and columns are one-based, columns count bytes. */
interface Block {
  readonly start: readonly [number, number];
  readonly end: readonly [number, number];
  isExecuted: boolean;
}

/** What `go test -coverprofile` wrote, the packages of the workspace being those of its own modules. */
export class GoCoverage implements RunCoverage {
  readonly tool = 'go cover';
  readonly #dir: string;
  /** By import path of the package and name of the file. */
  readonly #files = new Map<string, Map<string, Block>>();

  constructor(dir: string, profiles: readonly string[]) {
    this.#dir = dir;
    for (const line of profiles.join('\n').split('\n')) {
      const match = /^(.+):(\d+)\.(\d+),(\d+)\.(\d+) \d+ (\d+)$/.exec(line);
      if (match?.[1] === undefined) continue;
      const [startLine = 0, startColumn = 0, endLine = 0, endColumn = 0, count = 0] = match.slice(2).map(Number);
      const blocks = this.#files.get(match[1]) ?? new Map<string, Block>();
      this.#files.set(match[1], blocks);
      const key = `${startLine}.${startColumn},${endLine}.${endColumn}`;
      const known = blocks.get(key) ?? {
        start: [startLine, startColumn],
        end: [endLine, endColumn],
        isExecuted: false,
      };
      known.isExecuted ||= count > 0;
      blocks.set(key, known);
    }
  }

  statesOf(changed: ChangedSide): ReadonlyMap<number, LineState> {
    const blocks = this.#blocksOf(changed.path);
    const pieces = [...piecesOf([...(blocks?.values() ?? [])], changed.text)].sort((a, b) => a.start - b.start);
    const groups = variableGroups(changed.text);
    const states = statesByPieces(pieces, changed, ({ start, end }) => {
      const code = changed.text
        .slice(start, end)
        .replace(/\/\/.*$/, '')
        .trim();
      if (/^[)}\]]*$/.test(code)) return 'none';
      if (blocks === undefined) return 'missed';
      const known = stateOutsideBlocks(changed.text, { start, end }, pieces);
      if (known !== undefined) return known;
      // Values of the package's variables are computed outside of every block that is counted.
      return groups.some((group) => start < group.end && group.start < end) ? 'unknown' : 'none';
    });
    const open = openOperands(changed.path, changed.text, pieces);
    const lines = touchedLines(changed).filter((part) => open.some((operand) => overlaps(part, operand)));
    const touched = new Set(lines.map(({ line }) => line));
    return new Map(
      [...states].map(([line, state]) => [line, state === 'executed' && touched.has(line) ? 'unknown' : state]),
    );
  }

  hasLoaded(path: RelativePath): boolean {
    return this.#blocksOf(path) !== undefined;
  }

  #blocksOf(path: RelativePath): ReadonlyMap<string, Block> | undefined {
    for (let folder = dirname(join(this.#dir, path)); folder.startsWith(this.#dir); folder = dirname(folder)) {
      const file = join(folder, 'go.mod');
      if (!existsSync(file)) continue;
      const name = /^module\s+"?([^\s"]+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
      return this.#files.get(`${name}/${relative(folder, join(this.#dir, path)).replaceAll('\\', '/')}`);
    }
    return undefined;
  }
}

function piecesOf(blocks: readonly Block[], text: string): readonly Piece[] {
  const offsetOf = offsetsOfBytes(text);
  const offset = ([line, column]: readonly [number, number]): number => offsetOf(line, column - 1);
  const isCode = (piece: Piece): boolean => text.slice(piece.start, piece.end).trim() !== '';
  return blocks
    .flatMap(({ start, end, isExecuted }) => {
      const [from, to] = [offset(start), offset(end)];
      // By line, so that blanks and comments at its ends are left out.
      return text
        .slice(from, to)
        .split(/(?<=\n)/)
        .reduce<{ at: number; pieces: Piece[] }>(
          ({ at, pieces }, part) => ({ at: at + part.length, pieces: [...pieces, ...codeOf(part, at, isExecuted)] }),
          { at: from, pieces: [] },
        ).pieces;
    })
    .filter(isCode);
}

function codeOf(part: string, at: number, isExecuted: boolean): readonly Piece[] {
  const code = part.replace(/(^|\s)\/\/.*\n?$/, '');
  const lead = code.length - code.trimStart().length;
  const bare = code.trim().replace(/^[{}\s]+$/, '');
  return bare === '' ? [] : [{ start: at + lead, end: at + lead + bare.length, isExecuted }];
}
