import { posix as paths } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import type { Edges } from '../texts/tests.ts';
import { PythonProject } from './pythonProject.ts';

/** The files of a project that Python files load or name. */
export class PythonEdges implements Edges {
  readonly #known: ReadonlySet<string>;
  readonly #project: PythonProject;

  constructor(files: readonly RelativePath[]) {
    this.#known = new Set(files);
    this.#project = new PythonProject([], { listFiles: () => files });
  }

  isSource(path: RelativePath): boolean {
    return path.endsWith('.py');
  }

  /** What it imports, and what pytest loads with it. */
  reached(path: RelativePath, text: string): readonly RelativePath[] {
    const project = this.#project;
    const found = [...this.loads(path, text)];
    // A double, or a module that is loaded by its name, is named with its dots; a program that is started by its path or name.
    for (const [, , word = ''] of text.matchAll(/(['"])([\w./-]{1,300})\1/g)) {
      if (this.#known.has(word)) found.push(word);
      else if (/^[A-Za-z_]\w*(?:\.\w+)+$/.test(word)) found.push(...project.modulesAt(word, [], path));
    }
    for (const [, name = ''] of text.matchAll(/['"]-m['"]\s*,\s*['"]([\w.]+)['"]/g))
      found.push(...project.modulesAt(name, ['__main__'], path));
    return [...new Set([...found, ...this.#conftests(path)])];
  }

  /** What its import statements name. */
  loads(path: RelativePath, text: string): readonly RelativePath[] {
    const project = this.#project;
    const found: RelativePath[] = [];
    for (const [, module = '', names = ''] of text.matchAll(
      /^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]*)/gm,
    ))
      found.push(...project.modulesAt(module, names.match(/\w+/g) ?? [], path));
    for (const [, list = ''] of text.matchAll(/^[ \t]*import[ \t]+([\w., \t]+)/gm))
      for (const name of list.split(','))
        found.push(...project.modulesAt(name.trim().split(/\s/, 1)[0] ?? '', [], path));
    return found;
  }

  /** What it takes over whole: its tests run as those of this file, too. */
  takenOver(path: RelativePath, text: string): readonly RelativePath[] {
    return [...text.matchAll(/^from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+\*/gm)].flatMap(([, module = '']) =>
      this.#project.modulesAt(module, [], path),
    );
  }

  loadedAmong(path: RelativePath, text: string, open: ReadonlySet<RelativePath>): readonly RelativePath[] {
    return this.loads(path, text).filter((target) => open.has(target));
  }

  #conftests(path: RelativePath): readonly RelativePath[] {
    const parts = paths.dirname(path).split('/');
    const folders = ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
    return folders
      .map((folder) => paths.join(folder, 'conftest.py'))
      .filter((one) => one !== path && this.#known.has(one));
  }
}
