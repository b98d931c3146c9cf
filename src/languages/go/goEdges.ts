import type { RelativePath } from '../../workspace/path.ts';
import { isGo } from '../texts/changedText.ts';
import { folderOf } from '../texts/folders.ts';
import type { Edges, TestPrograms } from '../texts/tests.ts';

/** The packages of a Go project: a folder each, of which all files are one program. */
export class GoEdges implements Edges {
  /** By its path of import. */
  readonly #folders = new Map<string, string>();
  readonly #modules: readonly { readonly name: string; readonly folder: string }[];

  constructor(files: readonly RelativePath[], readText: (path: RelativePath) => string | undefined) {
    this.#modules = files
      .filter((path) => /(?:^|\/)go\.mod$/.test(path))
      .flatMap((path) => {
        const name = /^module\s+"?([^\s"]+)/m.exec(readText(path) ?? '')?.[1];
        return name === undefined ? [] : [{ name, folder: folderOf(path) }];
      })
      // The innermost module comes first.
      .sort((a, b) => b.folder.length - a.folder.length);
    for (const folder of new Set(files.filter(isGo).map(folderOf))) {
      const name = this.#packageAt(folder);
      if (name !== undefined) this.#folders.set(name, folder);
    }
  }

  /** A package is reported by its path of import, with all its tests. */
  readonly programs: TestPrograms = {
    isCalled: (name) => this.#folders.has(name),
    isTest: (path) => path.endsWith('_test.go') && this.#packageAt(folderOf(path)) !== undefined,
    missing: (path, tests, reported) => {
      const name = this.#packageAt(folderOf(path)) ?? folderOf(path);
      const own = reported.filter(({ file }) => file === name);
      return tests.filter((test) => !own.some(({ title }) => title === test.path[0] || title === '(package)'));
    },
    isWhole: () => true,
  };

  isSource(path: RelativePath): boolean {
    return path.endsWith('.go');
  }

  /** Tests of a package are no part of it for others. */
  nodeOf(path: RelativePath): string | undefined {
    return path.endsWith('_test.go') ? undefined : packageNode(folderOf(path));
  }

  takenOver(): readonly RelativePath[] {
    return [];
  }

  loadedAmong(path: RelativePath, text: string, open: ReadonlySet<RelativePath>): readonly RelativePath[] {
    const packages = new Set(this.reached(path, text));
    return [...open].filter((target) => isGo(target) && packages.has(packageNode(folderOf(target))));
  }

  /** How the package of a folder is imported. */
  #packageAt(folder: string): string | undefined {
    const own = this.#modules.find(
      (one) => one.folder === '' || folder === one.folder || folder.startsWith(`${one.folder}/`),
    );
    if (own === undefined) return undefined;
    const below = own.folder === '' ? folder : folder.slice(own.folder.length + 1);
    return below === '' ? own.name : `${own.name}/${below}`;
  }

  /** The package of the file itself, and those that it imports, each as `packageNode`. */
  reached(path: RelativePath, text: string): readonly string[] {
    const named = [...text.matchAll(/["`]([^"`\s]+)["`]/g)].flatMap(([, name = '']) => this.#folders.get(name) ?? []);
    return [...new Set([folderOf(path), ...named])].map(packageNode);
  }
}

/** Stands for all files of a folder that are one package. */
function packageNode(folder: string): string {
  return `go:${folder}`;
}
