import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { parseJson } from '../util/parseJson.ts';
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
  readonly #shared: string | undefined;

  /** `folder` is of one workspace folder; `shared` is where all of them were kept by earlier versions. */
  constructor(folder: string, shared?: string) {
    this.#folder = folder;
    this.#shared = shared;
  }

  /** Rejects when it cannot be written: then nothing may be applied. */
  async keep(entry: string, texts: readonly TypedText[]): Promise<void> {
    if (texts.length === 0) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(fileOf(this.#folder, entry), JSON.stringify(texts), { mode: 0o600, flush: true });
    const old = (await readdir(this.#folder)).sort().slice(0, -maxKept);
    await Promise.all(old.map((name) => rm(join(this.#folder, name), { force: true })));
  }

  /** Empty when nothing was kept. Never rejects. */
  async read(entry: string): Promise<readonly TypedText[]> {
    if (!entryName.test(entry)) return [];
    for (const folder of this.#folders()) {
      const text = await readFile(fileOf(folder, entry), 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const parsed = typedTexts.safeParse(parseJson(text));
      return parsed.success ? parsed.data : [];
    }
    return [];
  }

  /** Never rejects. */
  async forget(entry: string): Promise<void> {
    for (const folder of this.#folders()) await rm(fileOf(folder, entry), { force: true }).catch(() => {});
  }

  #folders(): readonly string[] {
    return this.#shared === undefined ? [this.#folder] : [this.#folder, this.#shared];
  }
}

function fileOf(folder: string, entry: string): string {
  if (!entryName.test(entry)) throw new Error(`Not the name of a journal entry: ${entry}`);
  return join(folder, `${entry}.json`);
}
