import { posix as paths } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import { isRust } from '../../languages/texts/changedText.ts';
import { folderOf } from './goEdges.ts';

interface RustPackage {
  readonly folder: string;
  /** As its programs are called once they are built. */
  readonly names: readonly string[];
  readonly manifest: string;
}

/** The packages of a Rust project: each is built as a whole, and its programs of tests with it. */
export class RustEdges {
  readonly #packages: readonly RustPackage[];

  constructor(files: readonly RelativePath[], readText: (path: RelativePath) => string | undefined) {
    this.#packages = files
      .filter((path) => paths.basename(path) === 'Cargo.toml')
      .flatMap((path): readonly RustPackage[] => {
        const manifest = readText(path) ?? '';
        const folder = folderOf(path);
        if (!/^\s*\[package\]/m.test(manifest)) return [];
        const named = [...manifest.matchAll(/^\s*name\s*=\s*"([^"]+)"/gm)].map(([, name = '']) => name);
        const programs = files.filter((file) => folderOf(file) === paths.join(folder, 'src/bin') && isRust(file));
        const names = [...named, ...programs.map((file) => paths.basename(file, '.rs'))].map(builtName);
        return [{ folder, names, manifest }];
      })
      // The innermost package comes first.
      .sort((a, b) => b.folder.length - a.folder.length);
  }

  /** The package of the file itself, and those of the project that its manifest names, each as a node. */
  reached(path: RelativePath): readonly string[] {
    const own = this.#packageOf(path);
    if (own === undefined) return [];
    const named = this.#packages.filter((one) => one !== own && one.names.some((name) => mentions(own.manifest, name)));
    return [own, ...named].map(({ folder }) => `rust:${folder}`);
  }

  /** Stands for the package that a file of code belongs to. */
  nodeOf(path: RelativePath): string | undefined {
    const own = this.#packageOf(path);
    return own && `rust:${own.folder}`;
  }

  /** How the programs of its package are called; empty outside of any. */
  namesAt(path: RelativePath): readonly string[] {
    return this.#packageOf(path)?.names ?? [];
  }

  /** The path below the folder of its package. */
  below(path: RelativePath): string {
    const folder = this.#packageOf(path)?.folder ?? '';
    return folder === '' ? path : path.slice(folder.length + 1);
  }

  #packageOf(path: RelativePath): RustPackage | undefined {
    return this.#packages.find(({ folder }) => folder === '' || path.startsWith(`${folder}/`));
  }
}

function builtName(name: string): string {
  return name.replaceAll('-', '_');
}

function mentions(manifest: string, name: string): boolean {
  const pattern = name.replaceAll('_', '[-_]');
  return new RegExp(`(?:^|[\\s".])${pattern}(?:"|\\s*[=.\\]])`, 'm').test(manifest);
}
