import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import type { ChangedSide } from '../../languages/texts/changedSpans.ts';
import { countedTokens } from '../../languages/script/countedTokens.ts';
import { overlaps, type LineState, type Piece } from '../../languages/texts/pieces.ts';
import { statesByPieces } from './pieceLines.ts';
import { piecesOf, type RanScript } from './pieces.ts';
import { stronger, type RunCoverage } from './runCoverage.ts';
import type { RunView } from './reachingFiles.ts';
import { sourcesOf } from './sourceMap.ts';

/** A script of the workspace as some processes of the run have executed it. */
export interface LoadedScript extends RanScript {
  /** Absolute. */
  readonly path: string;
}

/** Scripts as one process has executed them, or one while some test files, absolute, had their turn. */
export interface ScriptView {
  readonly tests: readonly string[];
  readonly scripts: readonly LoadedScript[];
}

/** What V8 counted in all Node processes of a run. */
export class NodeCoverage implements RunCoverage {
  readonly tool = 'V8';
  readonly #dir: string;
  readonly #scripts: readonly LoadedScript[];
  /** Absolute paths of scripts that were written while the tests ran. */
  readonly #built: ReadonlySet<string>;

  readonly #views: readonly ScriptView[];

  constructor(dir: string, scripts: readonly LoadedScript[], startedAt: number, views: readonly ScriptView[] = []) {
    this.#views = views;
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

  viewsOf(changed: readonly ChangedSide[]): readonly RunView[] {
    return this.#views.map(({ tests, scripts }) => {
      const lines = new Set<string>();
      for (const side of changed) {
        const own = join(this.#dir, side.path);
        for (const script of this.#loading(own, side.text, scripts))
          for (const [line, state] of statesOfLines(piecesOf(script, own, side.text), side))
            if (state === 'executed') lines.add(`${side.path}:${line + 1}`);
      }
      const files = tests.length > 0 ? tests : scripts.map(({ path }) => path);
      return { files: files.map((path) => relative(this.#dir, path)), lines };
    });
  }

  /** Scripts that are the file, or were made of this very text: by what their map says, or by when they were built. */
  #loading(path: string, text: string, scripts = this.#scripts): readonly LoadedScript[] {
    return scripts.filter((script) => {
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
  const code = countedTokens(changed.path, changed.text);
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
