import { posix as paths } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import { isGo } from '../../languages/texts/changedText.ts';

/** The packages of a Go project: a folder each, of which all files are one program. */
export class GoEdges {
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
      const name = this.packageAt(folder);
      if (name !== undefined) this.#folders.set(name, folder);
    }
  }

  /** How the package of a folder is imported. */
  packageAt(folder: string): string | undefined {
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

  hasPackage(name: string): boolean {
    return this.#folders.has(name);
  }
}

/** Stands for all files of a folder that are one package. */
export function packageNode(folder: string): string {
  return `go:${folder}`;
}

/** `''` for the root. */
export function folderOf(path: RelativePath): string {
  const folder = paths.dirname(path);
  return folder === '.' ? '' : folder;
}
