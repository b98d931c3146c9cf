import { posix as paths } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import { isRust } from '../texts/changedText.ts';
import { folderOf } from '../texts/folders.ts';
import type { Edges, PlainTest, ReportedTest, TestPrograms } from '../texts/tests.ts';

interface RustPackage {
  readonly folder: string;
  /** As its programs are called once they are built. */
  readonly names: readonly string[];
  readonly manifest: string;
}

/** The packages of a Rust project: each is built as a whole, and its programs of tests with it. */
export class RustEdges implements Edges {
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

  /** A program of tests is reported by the file that it begins with. */
  readonly programs: TestPrograms = {
    isCalled: (name) => target.test(name),
    missing: (path, tests, reported, suite) => this.#missing(path, tests, reported, suite),
    isWhole: (path) => this.#isApart(path),
  };

  isSource(path: RelativePath): boolean {
    return path.endsWith('.rs');
  }

  takenOver(): readonly RelativePath[] {
    return [];
  }

  loadedAmong(): readonly RelativePath[] {
    return [];
  }

  /** The package of the file itself, and those of the project that its manifest names, each as a node. */
  reached(path: RelativePath): readonly string[] {
    const own = this.#packageOf(path);
    if (own === undefined) return [];
    const named = this.#packages.filter((one) => one !== own && one.names.some((name) => mentions(own.manifest, name)));
    return [own, ...named].map(({ folder }) => `rust:${folder}`);
  }

  /** Tests beside a package are no part of it. */
  nodeOf(path: RelativePath): string | undefined {
    const own = this.#isApart(path) ? undefined : this.#packageOf(path);
    return own && `rust:${own.folder}`;
  }

  /** A file of `tests` is a program of its own, or a part of one; what stands elsewhere is in those of its package. */
  #missing(
    path: RelativePath,
    tests: readonly PlainTest[],
    reported: readonly ReportedTest[],
    suite: readonly RelativePath[],
  ): readonly PlainTest[] {
    if (!reported.some(({ file }) => target.test(file))) return [];
    const units = reported.flatMap(({ file }) => /^(\S+) unittests /.exec(file)?.[1] ?? []);
    const [below, names] = [this.#below(path), this.#packageOf(path)?.names ?? []];
    const isApart = this.#isApart(path);
    const isOne = isApart && below.split('/').length === 2;
    // Of packages that call a program alike only those are known to have run of which something else did.
    const isShared = isApart && suite.some((one) => one !== path && isRust(one) && this.#below(one) === below);
    const isOther = isShared && units.length > 0 && !names.some((name) => units.includes(name));
    const isTarget = (name: string): boolean => {
      if (isApart) return !isOther && (isOne ? name.endsWith(` ${below}`) : / tests\/.*\.rs$/.test(name));
      return names.some((one) => name.startsWith(`${one} unittests `));
    };
    const own = reported.filter(({ file }) => isTarget(file));
    const isReported = ({ path: [name = ''] }: PlainTest): boolean =>
      own.some(({ title }) => title === name || title.endsWith(`::${name}`) || title === '(end)');
    return tests.filter((test) => !isReported(test));
  }

  #isApart(path: RelativePath): boolean {
    return this.#below(path).startsWith('tests/');
  }

  /** The path below the folder of its package. */
  #below(path: RelativePath): string {
    const folder = this.#packageOf(path)?.folder ?? '';
    return folder === '' ? path : path.slice(folder.length + 1);
  }

  #packageOf(path: RelativePath): RustPackage | undefined {
    return this.#packages.find(({ folder }) => folder === '' || path.startsWith(`${folder}/`));
  }
}

const target = /^\S+ (?:unittests )?\S+\.rs$/;

function builtName(name: string): string {
  return name.replaceAll('-', '_');
}

function mentions(manifest: string, name: string): boolean {
  const pattern = name.replaceAll('_', '[-_]');
  return new RegExp(`(?:^|[\\s".])${pattern}(?:"|\\s*[=.\\]])`, 'm').test(manifest);
}
