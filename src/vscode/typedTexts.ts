import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { RelativePath } from '../workspace/path.ts';

/** What a user had typed into a file and not saved when a refactoring was applied to it. */
export interface TypedText {
  readonly path: RelativePath;
  readonly text: string;
  readonly hasBom: boolean;
}

const typedTexts = z.array(z.object({ path: z.string(), text: z.string(), hasBom: z.boolean() }));
const maxKept = 50;
/** As the journal names its entries; nothing else becomes a file name. */
const entryName = /^[0-9a-z-]{1,80}$/;

/** Keeps unsaved typing beside the journal, which knows only what was on disk, so that a restart of the editor loses neither. */
export class TypedTexts {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Rejects when it cannot be written: then nothing may be applied. */
  async keep(entry: string, texts: readonly TypedText[]): Promise<void> {
    if (texts.length === 0) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(this.#fileOf(entry), JSON.stringify(texts), { mode: 0o600, flush: true });
    const old = (await readdir(this.#folder)).sort().slice(0, -maxKept);
    await Promise.all(old.map((name) => rm(join(this.#folder, name), { force: true })));
  }

  /** Empty when nothing was kept. Never rejects. */
  async read(entry: string): Promise<readonly TypedText[]> {
    try {
      const parsed = typedTexts.safeParse(JSON.parse(await readFile(this.#fileOf(entry), 'utf8')));
      return parsed.success ? parsed.data : [];
    } catch {
      return [];
    }
  }

  /** Never rejects. */
  async forget(entry: string): Promise<void> {
    await rm(this.#fileOf(entry), { force: true }).catch(() => {});
  }

  #fileOf(entry: string): string {
    if (!entryName.test(entry)) throw new Error(`Not the name of a journal entry: ${entry}`);
    return join(this.#folder, `${entry}.json`);
  }
}
