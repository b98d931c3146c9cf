import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { RelativePath } from '../../workspace/path.ts';
import { touchedLines, type ChangedSide, type Span } from '../../languages/texts/changedSpans.ts';
import { offsetsOfBytes } from '../../languages/texts/codeTokens.ts';
import { overlaps, type LineState } from '../../languages/texts/pieces.ts';
import { weaker } from './pieceLines.ts';
import type { RunView } from './reachingFiles.ts';
import { stronger, type RunCoverage } from './runCoverage.ts';

const line = z.int().check(z.minimum(1));

const column = z.int().check(z.minimum(0));

const fileSchema = z.object({
  hash: z.string(),
  executed: z.array(line),
  missed: z.array(line),
  /** What of executed lines was not executed, or may not have been: line, column, end line, end column, in bytes of UTF-8. */
  parts: z.array(z.tuple([line, column, line, column, z.enum(['missed', 'unknown'])])),
});

/** What `pythonProbe` writes of one process. */
export const pythonSchema = z.object({
  tool: z.string(),
  files: z.record(z.string(), fileSchema),
  /** By test file, as pytest calls it: functions that its tests called, each with its path, first and last line. */
  entered: z.optional(z.record(z.string(), z.array(z.tuple([z.string(), line, line])))),
});

/** A file as one process has executed it. */
interface FileLines {
  readonly executed: ReadonlySet<number>;
  readonly missed: ReadonlySet<number>;
  readonly parts: z.infer<typeof fileSchema>['parts'];
}

/** Lines, and parts of them, that Python processes executed, by file and content. */
export class PythonCoverage implements RunCoverage {
  readonly tool: string;
  readonly #dir: string;
  readonly #files = new Map<string, FileLines[]>();
  readonly #paths = new Set<string>();
  readonly #entered: readonly NonNullable<z.infer<typeof pythonSchema>['entered']>[];

  constructor(dir: string, processes: readonly z.infer<typeof pythonSchema>[]) {
    this.#dir = dir;
    this.tool = [...new Set(processes.map(({ tool }) => tool))].join(' and ');
    this.#entered = processes.flatMap(({ entered }) => (entered === undefined ? [] : [entered]));
    for (const { files } of processes)
      for (const [path, { hash, executed, missed, parts }] of Object.entries(files)) {
        this.#paths.add(path);
        const seen = { executed: new Set(executed), missed: new Set(missed), parts };
        this.#files.set(`${path}\n${hash}`, [...(this.#files.get(`${path}\n${hash}`) ?? []), seen]);
      }
  }

  statesOf(changed: ChangedSide): ReadonlyMap<number, LineState> {
    const path = join(this.#dir, changed.path);
    const states = new Map<number, LineState>();
    for (const file of this.#find(path, changed.text) ?? [undefined])
      for (const [index, state] of this.#statesIn(file, path, changed))
        states.set(index, stronger(states.get(index), state));
    return states;
  }

  hasLoaded(path: RelativePath, text: string): boolean {
    return this.#find(join(this.#dir, path), text) !== undefined;
  }

  viewsOf(changed: readonly ChangedSide[]): readonly RunView[] {
    const touched = changed.flatMap((side) => {
      return touchedLines(side).map(({ line }) => ({
        path: side.path,
        at: join(this.#dir, side.path),
        line: line + 1,
      }));
    });
    return this.#entered.flatMap((entered) =>
      Object.entries(entered).map(([file, functions]) => {
        const within = touched.filter(({ at, line }) =>
          functions.some(([path, first, last]) => path === at && first <= line && line <= last),
        );
        return { files: [file], lines: new Set(within.map(({ path, line }) => `${path}:${line}`)) };
      }),
    );
  }

  /** Of one line all changed parts must have been executed. */
  #statesIn(file: FileLines | undefined, path: string, changed: ChangedSide): ReadonlyMap<number, LineState> {
    const states = new Map<number, LineState>();
    const parts = file === undefined ? [] : placedParts(file, changed.text);
    for (const { line: index, start, end } of touchedLines(changed)) {
      const code = codeOf(changed.text, start, end);
      const left = parts.filter((part) => code !== undefined && overlaps(part, code));
      const own = code === undefined ? 'none' : this.#stateOf(file, path, index + 1);
      const state = left.reduce<LineState>((all, part) => weaker(all, part.state), own);
      const known = states.get(index);
      states.set(index, known === undefined ? state : weaker(known, state));
    }
    return states;
  }

  #stateOf(found: FileLines | undefined, path: string, number: number): LineState {
    if (found === undefined) return this.#paths.has(path) ? 'unknown' : 'missed';
    if (found.executed.has(number)) return 'executed';
    return found.missed.has(number) ? 'missed' : 'none';
  }

  #find(path: string, text: string): readonly FileLines[] | undefined {
    const bare = text.replace(/^\uFEFF/, '');
    const hashes = [bare, `\uFEFF${bare}`].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    const hash = hashes.find((each) => this.#files.has(`${path}\n${each}`));
    return hash === undefined ? undefined : this.#files.get(`${path}\n${hash}`);
  }
}

/** What of a changed stretch is no blank and no comment at its ends. */
function codeOf(text: string, start: number, end: number): Span | undefined {
  const code = text.slice(start, end).replace(/^\s*#.*$/, '');
  const bare = code.trim();
  if (bare === '') return undefined;
  const first = start + code.indexOf(bare);
  return { start: first, end: first + bare.length };
}

function placedParts({ parts }: FileLines, text: string): readonly (Span & { readonly state: LineState })[] {
  const offset = offsetsOfBytes(text);
  return parts.map(([first, from, last, to, state]) => ({ start: offset(first, from), end: offset(last, to), state }));
}
