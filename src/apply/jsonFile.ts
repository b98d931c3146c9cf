import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../disk/errorCode.ts';
import { removeIfThere, writeAtomically } from './atomicWrite.ts';

/** The largest file that is read back, in bytes. */
const maxBytes = 16 * 1024 * 1024;

/** One value in a file of its own, for the user only: after a crash at any point it is the old value or the new one. */
export class JsonFile {
  readonly #path: string;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Undefined when there is none, or when it is no JSON: whoever asks parses it. Rejects when it cannot be reached. */
  async read(): Promise<unknown> {
    try {
      const bytes = await readFile(this.#path);
      if (bytes.length > maxBytes) return undefined;
      const value: unknown = JSON.parse(bytes.toString('utf8'));
      return value;
    } catch (error) {
      if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Resolves when it lasts. One write at a time. */
  write(value: unknown): Promise<void> {
    return this.writeText(JSON.stringify(value));
  }

  /** As `write`, of a value that is JSON already. */
  writeText(json: string): Promise<void> {
    return this.#change(async () => {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      await writeAtomically(this.#path, Buffer.from(json));
    });
  }

  /** Need not be there. */
  remove(): Promise<void> {
    return this.#change(() => removeIfThere(this.#path));
  }

  /** Gives the file to somebody else: a change that is asked for later is rejected. Resolves when the last one has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing.catch(() => undefined);
  }

  async #change(change: () => Promise<void>): Promise<void> {
    if (this.#isClosed) throw new Error('it belongs to somebody else now');
    this.#writing = change();
    await this.#writing;
  }
}
