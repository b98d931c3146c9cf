import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../../util/abort.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { isGo, isPython, isRust } from '../../languages/texts/changedText.ts';
import { readProjectText } from '../../runners/scripts/projectFiles.ts';
import { folderOf, GoEdges, packageNode } from './goEdges.ts';
import { PythonEdges } from './pythonEdges.ts';
import { RustEdges } from './rustEdges.ts';
import { readPackages, ScriptEdges } from './scriptEdges.ts';

/** More files are not looked through, nor are larger ones, in characters. */
const maxFiles = 5_000;
const maxText = 1024 * 1024;

/** What loads what in a project, by its texts: rather too much than too little, as far as it can be seen at all. */
export class SuiteGraph {
  readonly #root: string;
  readonly #files: readonly RelativePath[];
  readonly #scripts: ScriptEdges;
  readonly #python: PythonEdges;
  readonly go: GoEdges;
  readonly rust: RustEdges;

  constructor(root: string, files: readonly RelativePath[]) {
    const read = (path: RelativePath): string | undefined => readProjectText(root, path);
    this.#root = root;
    this.#files = files;
    this.#scripts = new ScriptEdges(files, readPackages(files, read));
    this.#python = new PythonEdges(files);
    this.go = new GoEdges(files, read);
    this.rust = new RustEdges(files, read);
  }

  async text(path: RelativePath): Promise<string> {
    const text = await readFile(join(this.#root, path), 'utf8').catch(() => '');
    return text.length > maxText ? '' : text;
  }

  /** The files that run as tests of a file when it does: a script runs what it imports. */
  async runWith(start: readonly RelativePath[], among: ReadonlySet<RelativePath>): Promise<ReadonlySet<RelativePath>> {
    const found = new Set(start);
    const open = [...start];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (isGo(path) || isRust(path)) continue;
      const text = await this.text(path);
      const next = isPython(path) ? this.#python.takenOver(path, text) : this.#scripts.loads(path, text);
      for (const one of next.filter((file) => among.has(file) && !found.has(file))) {
        found.add(one);
        open.push(one);
      }
    }
    return found;
  }

  /** What a script or a Python file loads for certain, by a statement of its text. */
  imports(path: RelativePath, text: string): readonly RelativePath[] {
    return isPython(path) ? this.#python.imports(path, text) : this.#scripts.loads(path, text);
  }

  /** For each file that reaches one of those that changed: which of them; undefined when there are too many files to look through. */
  async reaching(
    changed: readonly RelativePath[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<RelativePath, readonly RelativePath[]> | undefined> {
    const sources = this.#files.filter((path) => /\.(?:[cm]?[jt]sx?|vue|svelte|astro|py|go|rs)$/.test(path));
    if (sources.length > maxFiles) return undefined;
    const users = new Map<string, string[]>();
    const enter = (target: string, user: string): void => void users.set(target, [...(users.get(target) ?? []), user]);
    for (const path of sources) {
      throwIfAborted(signal);
      for (const target of this.#targets(path, await this.text(path))) enter(target, path);
    }
    for (const path of new Set([...sources, ...changed])) {
      if (isGo(path) && !path.endsWith('_test.go')) enter(path, packageNode(folderOf(path)));
      const built = isRust(path) && !this.rust.below(path).startsWith('tests/') ? this.rust.nodeOf(path) : undefined;
      if (built !== undefined) enter(path, built);
    }
    const found = new Map<RelativePath, RelativePath[]>();
    for (const path of changed)
      for (const user of usersOf(path, users)) found.set(user, [...(found.get(user) ?? []), path]);
    return found;
  }

  #targets(path: RelativePath, text: string): readonly string[] {
    if (isGo(path)) return this.go.reached(path, text);
    if (isRust(path)) return this.rust.reached(path);
    if (isPython(path)) return this.#python.reached(path, text);
    return [...this.#scripts.imports(path, text), ...this.#scripts.mentions(path, text)];
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
