import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { RelativePath } from '../../workspace/path.ts';
import { touchedLines, type ChangedSide } from './changedSpans.ts';
import { stronger, type LineState, type RunCoverage } from './runCoverage.ts';

const line = z.int().check(z.minimum(1));

/** What `pythonProbe` writes of one process. */
export const pythonSchema = z.object({
  tool: z.string(),
  files: z.record(z.string(), z.object({ hash: z.string(), executed: z.array(line), missed: z.array(line) })),
});

interface FileLines {
  readonly executed: Set<number>;
  readonly missed: Set<number>;
}

/** Lines that Python processes executed, by file and content. */
export class PythonCoverage implements RunCoverage {
  readonly tool: string;
  readonly #dir: string;
  readonly #files = new Map<string, FileLines>();
  readonly #paths = new Set<string>();

  constructor(dir: string, processes: readonly z.infer<typeof pythonSchema>[]) {
    this.#dir = dir;
    this.tool = [...new Set(processes.map(({ tool }) => tool))].join(' and ');
    for (const { files } of processes)
      for (const [path, { hash, executed, missed }] of Object.entries(files)) {
        this.#paths.add(path);
        const known = this.#files.get(`${path}\n${hash}`) ?? { executed: new Set(), missed: new Set() };
        this.#files.set(`${path}\n${hash}`, known);
        for (const each of executed) known.executed.add(each);
        for (const each of missed) known.missed.add(each);
      }
  }

  statesOf(changed: ChangedSide): ReadonlyMap<number, LineState> {
    const path = join(this.#dir, changed.path);
    const found = this.#find(path, changed.text);
    const states = new Map<number, LineState>();
    for (const { line: index, start, end } of touchedLines(changed)) {
      const isBlank = /^\s*(#.*)?$/.test(changed.text.slice(start, end).trim());
      const state = isBlank ? 'none' : this.#stateOf(found, path, index + 1);
      states.set(index, stronger(states.get(index), state));
    }
    return states;
  }

  hasLoaded(path: RelativePath, text: string): boolean {
    return this.#find(join(this.#dir, path), text) !== undefined;
  }

  #stateOf(found: FileLines | undefined, path: string, number: number): LineState {
    if (found === undefined) return this.#paths.has(path) ? 'unknown' : 'missed';
    if (found.executed.has(number)) return 'executed';
    return found.missed.has(number) ? 'missed' : 'none';
  }

  #find(path: string, text: string): FileLines | undefined {
    const bare = text.replace(/^\uFEFF/, '');
    const hashes = [bare, `\uFEFF${bare}`].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    const hash = hashes.find((each) => this.#files.has(`${path}\n${each}`));
    return hash === undefined ? undefined : this.#files.get(`${path}\n${hash}`);
  }
}
