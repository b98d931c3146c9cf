import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { isAlive } from '../util/isAlive.ts';
import { parseJson } from '../util/parseJson.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { InterruptedRun } from './interruptions.ts';
import { startOf } from './processStart.ts';
import { realRoot } from './rootFolder.ts';

const maxPaths = 200;
const maxBytes = 1024 * 1024;
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

const noteSchema = z.object({
  version: z.literal(1),
  root: z.string(),
  title: z.string(),
  begunAt: z.string(),
  since: z.string(),
  stage: z.enum(['verifying', 'reviewing', 'writing', 'written']),
  paths: z.array(z.string()).check(z.maxLength(maxPaths)),
  owner: z.object({ host: z.string(), pid: z.int(), start: z.string() }),
});
type Note = Readonly<z.infer<typeof noteSchema>>;

/**
 * What runs of this user are about while they have a change in hand, one small file each: it is gone when the run ended, so that one whose
 * process is gone tells of a run that was cut.
 */
export class RunNotes {
  readonly #folder: string;

  /** `folder` is absolute, outside of any workspace; it is made when it is needed. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** For a run that begins now in this workspace folder. Writes nothing yet. */
  begin(root: string, title: string): RunNote {
    return new RunNote(join(this.#folder, `${randomUUID()}.json`), { root: realRoot(root), title: shortened(title) });
  }

  /** The runs of a folder that were cut, oldest first; nothing is forgotten by looking. Never rejects. */
  async interrupted(root: string): Promise<readonly (InterruptedRun & { readonly file: string })[]> {
    const real = realRoot(root);
    const names = await readdir(this.#folder).catch(() => []);
    const found: (InterruptedRun & { readonly file: string })[] = [];
    for (const name of names.filter((one) => one.endsWith('.json'))) {
      const file = join(this.#folder, name);
      const note = parseNote(await readFile(file, 'utf8').catch(() => ''));
      if (note === undefined || note.root !== real || note.owner.host !== host) continue;
      if (!isOwnerAlive(note.owner)) found.push({ ...note, file });
    }
    return found.sort((one, other) => (one.begunAt < other.begunAt ? -1 : 1));
  }

  /** As `interrupted`, and each is given once. */
  async takeInterrupted(root: string): Promise<readonly InterruptedRun[]> {
    const found = await this.interrupted(root);
    for (const { file } of found) await rm(file, { force: true }).catch(() => undefined);
    return found;
  }
}

/** The note of one run. Written at once, before whatever it speaks of can begin; a disk that refuses costs the note only. */
export class RunNote {
  readonly #file: string;
  readonly #about: Pick<Note, 'root' | 'title' | 'begunAt'>;

  constructor(file: string, about: Pick<Note, 'root' | 'title'>) {
    this.#file = file;
    this.#about = { ...about, begunAt: new Date().toISOString() };
  }

  /** How far the newest change of the run is. */
  enter(stage: InterruptedRun['stage'], paths: readonly RelativePath[]): void {
    const owner = { host, pid: process.pid, start: startOf(process.pid) };
    const since = new Date().toISOString();
    const note: Note = { version: 1, ...this.#about, since, stage, paths: paths.slice(0, maxPaths), owner };
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(`${this.#file}.new`, JSON.stringify(note), { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch {
      // Nothing is lost but that a cut is told.
    }
  }

  /** There is nothing in hand any more. */
  clear(): void {
    rmSync(this.#file, { force: true });
  }
}

function parseNote(text: string): Note | undefined {
  if (text.length > maxBytes) return undefined;
  const parsed = noteSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

function isOwnerAlive({ pid, start }: Note['owner']): boolean {
  if (!isAlive(pid)) return false;
  const now = startOf(pid);
  // The number may have been given to another process since.
  return now === '' || start === '' || now === start;
}

function shortened(title: string): string {
  const line = title.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}
