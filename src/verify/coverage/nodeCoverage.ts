import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import type { ChangedSide } from './changedSpans.ts';
import { codeTokens } from './codeTokens.ts';
import { overlaps, statesByPieces } from './pieceLines.ts';
import { piecesOf, type Piece, type RanScript } from './pieces.ts';
import { stronger, type LineState, type RunCoverage } from './runCoverage.ts';
import { sourcesOf } from './sourceMap.ts';
import { typeDeclarations } from './typeDeclarations.ts';

/** A script of the workspace as some processes of the run have executed it. */
export interface LoadedScript extends RanScript {
  /** Absolute. */
  readonly path: string;
}

/** What V8 counted in all Node processes of a run. */
export class NodeCoverage implements RunCoverage {
  readonly tool = 'V8';
  readonly #dir: string;
  readonly #scripts: readonly LoadedScript[];
  /** Absolute paths of scripts that were written while the tests ran. */
  readonly #built: ReadonlySet<string>;

  constructor(dir: string, scripts: readonly LoadedScript[], startedAt: number) {
    this.#dir = dir;
    this.#scripts = scripts;
    const mapped = new Set(scripts.filter(({ map }) => map !== undefined).map(({ path }) => path));
    this.#built = new Set([...mapped].filter((path) => writtenAt(path) >= startedAt));
  }

  statesOf(changed: ChangedSide): ReadonlyMap<number, LineState> {
    const own = join(this.#dir, changed.path);
    const variants = this.#loading(own, changed.text).map((script) => piecesOf(script, own, changed.text));
    const states = new Map<number, LineState>();
    for (const pieces of variants.length === 0 ? [[]] : variants)
      for (const [line, state] of statesOfLines(pieces, changed)) {
        const seen = variants.length === 0 && state === 'unknown' ? 'missed' : state;
        states.set(line, stronger(states.get(line), seen));
      }
    return states;
  }

  hasLoaded(path: RelativePath, text: string): boolean {
    return this.#loading(join(this.#dir, path), text).length > 0;
  }

  /** Scripts that are the file, or were made of this very text: by what their map says, or by when they were built. */
  #loading(path: string, text: string): readonly LoadedScript[] {
    return this.#scripts.filter((script) => {
      if (script.path === path) return true;
      if (script.map === undefined) return false;
      const source = sourcesOf(script.map).find((found) => found.path === path);
      if (source === undefined) return false;
      return source.content === undefined ? this.#built.has(script.path) : source.content === text;
    });
  }
}

/** Lines that the spans touch, judged by the pieces on them; without pieces nothing is known. */
function statesOfLines(pieces: readonly Piece[] | undefined, changed: ChangedSide): ReadonlyMap<number, LineState> {
  const types = /\.[cm]?tsx?$/.test(changed.path) ? typeDeclarations(changed.text) : [];
  const code = codeTokens(changed.text, /\.(jsx?|tsx)$/.test(changed.path)).filter(
    (token) => !types.some((type) => overlaps(token, type)),
  );
  return statesByPieces(pieces ?? [], changed, (part) =>
    code.some((token) => overlaps(token, part)) ? 'unknown' : 'none',
  );
}

function writtenAt(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
