import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../../util/abort.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { languageOf, languages, pageLanguage } from '../../languages/table.ts';
import type { LanguageId } from '../../languages/texts/language.ts';
import type { Edges, TestPrograms } from '../../languages/texts/tests.ts';
import { readProjectText } from '../../runners/scripts/projectFiles.ts';

/** More files are not looked through, nor are larger ones, in characters. */
const maxFiles = 5_000;
const maxText = 1024 * 1024;

/** What loads what in a project, by its texts: rather too much than too little, as far as it can be seen at all. */
export class SuiteGraph {
  readonly #root: string;
  readonly #files: readonly RelativePath[];
  /** By the language that they are of. */
  readonly #edges = new Map<LanguageId, Edges>();

  constructor(root: string, files: readonly RelativePath[]) {
    const read = (path: RelativePath): string | undefined => readProjectText(root, path);
    this.#root = root;
    this.#files = files;
    for (const { id, edges } of languages) if (edges !== undefined) this.#edges.set(id, edges(files, read));
  }

  async text(path: RelativePath): Promise<string> {
    const text = await readFile(join(this.#root, path), 'utf8').catch(() => '');
    return text.length > maxText ? '' : text;
  }

  /** The files that run as tests of a file when it does. */
  async runWith(start: readonly RelativePath[], among: ReadonlySet<RelativePath>): Promise<ReadonlySet<RelativePath>> {
    const found = new Set(start);
    const open = [...start];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      const next = this.#edgesOf(path)?.takenOver(path, await this.text(path)) ?? [];
      for (const one of next.filter((file) => among.has(file) && !found.has(file))) {
        found.add(one);
        open.push(one);
      }
    }
    return found;
  }

  /** Of the open files those that a file loads for certain. */
  loadedAmong(path: RelativePath, text: string, open: ReadonlySet<RelativePath>): readonly RelativePath[] {
    return this.#edgesOf(path)?.loadedAmong(path, text, open) ?? [];
  }

  /** How tests of a file are reported by what it is built into; undefined where files are reported by themselves. */
  programsOf(path: RelativePath): TestPrograms | undefined {
    return this.#edgesOf(path)?.programs;
  }

  /** The language of which a report calls a program so. */
  readonly languageOfProgram = (name: string): LanguageId | undefined =>
    [...this.#edges].find(([, { programs }]) => programs?.isCalled(name) === true)?.[0];

  /** For each file that reaches one of those that changed: which of them; undefined when there are too many files to look through. */
  async reaching(
    changed: readonly RelativePath[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<RelativePath, readonly RelativePath[]> | undefined> {
    const edges = [...this.#edges.values()];
    const sources = this.#files.filter((path) => edges.some((one) => one.isSource(path)));
    if (sources.length > maxFiles) return undefined;
    const users = new Map<string, string[]>();
    const enter = (target: string, user: string): void => void users.set(target, [...(users.get(target) ?? []), user]);
    for (const path of sources) {
      throwIfAborted(signal);
      for (const target of this.#edgesOf(path)?.reached(path, await this.text(path)) ?? []) enter(target, path);
    }
    for (const path of new Set([...sources, ...changed])) {
      const node = this.#edgesOf(path)?.nodeOf?.(path);
      if (node !== undefined) enter(path, node);
    }
    const found = new Map<RelativePath, RelativePath[]>();
    for (const path of changed)
      for (const user of usersOf(path, users)) found.set(user, [...(found.get(user) ?? []), path]);
    return found;
  }

  /** Pages, and data that names files, are read as scripts are. */
  #edgesOf(path: RelativePath): Edges | undefined {
    const own = languageOf(path);
    return (own && this.#edges.get(own.id)) ?? this.#edges.get(pageLanguage.id);
  }
}

function usersOf(path: string, users: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [path];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const user of users.get(next) ?? []) {
      if (found.has(user)) continue;
      found.add(user);
      open.push(user);
    }
  return found;
}
