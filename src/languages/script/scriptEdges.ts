import { isBuiltin } from 'node:module';
import { posix as paths } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import type { Edges } from '../texts/tests.ts';
import { scriptAt } from './scriptAt.ts';

/** What the manifests of a project say of its packages. */
interface ScriptPackages {
  /** By name: the folder, `''` for the root, and what is imported by the name alone. */
  readonly own: ReadonlyMap<string, { readonly folder: string; readonly main: string }>;
  /** Names of packages that are asked for. */
  readonly others: ReadonlySet<string>;
}

const imported =
  /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\(|\bmock\s*\(|\brequireActual\s*\()\s*(['"`])([^'"`\n]+)\1/g;
const quoted = /(['"`])([^'"`\n]{1,300})\1/g;
const none = { name: undefined, main: '' };

function readPackages(
  files: readonly RelativePath[],
  readText: (path: RelativePath) => string | undefined,
): ScriptPackages {
  const own = new Map<string, { folder: string; main: string }>();
  const others = new Set<string>();
  for (const path of files.filter((one) => /(?:^|\/)package\.json$/.test(one))) {
    const text = readText(path) ?? '';
    const field = (name: string): string | undefined => new RegExp(`"${name}"\\s*:\\s*"([^"]+)"`).exec(text)?.[1];
    const folder = paths.dirname(path) === '.' ? '' : paths.dirname(path);
    const name = field('name');
    if (name !== undefined) own.set(name, { folder, main: field('main') ?? 'index.js' });
    for (const [list] of text.matchAll(/"\w*[dD]ependencies"\s*:\s*\{[^{}]*\}/g))
      for (const [, key = ''] of list.matchAll(/"([^"]+)"\s*:\s*"/g)) others.add(key);
  }
  return { own, others };
}

/** The files of a project that its scripts load or name. */
export class ScriptEdges implements Edges {
  readonly #files: readonly RelativePath[];
  readonly #known: ReadonlySet<string>;
  readonly #packages: ScriptPackages;
  readonly #stems = new Map<string, RelativePath[]>();
  readonly #names = new Map<string, RelativePath[]>();

  constructor(files: readonly RelativePath[], readText: (path: RelativePath) => string | undefined) {
    this.#files = files;
    this.#known = new Set(files);
    this.#packages = readPackages(files, readText);
    for (const path of files.filter((one) => /\.(?:[cm]?[jt]sx?|json|vue|svelte)$/.test(one))) {
      const stem = paths.basename(path).replace(/\.\w+$/, '');
      for (const key of stem === 'index' ? [stem, paths.basename(paths.dirname(path))] : [stem])
        this.#stems.set(key, [...(this.#stems.get(key) ?? []), path]);
      this.#names.set(paths.basename(path), [...(this.#names.get(paths.basename(path)) ?? []), path]);
    }
  }

  isSource(path: RelativePath): boolean {
    return /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/.test(path);
  }

  reached(path: RelativePath, text: string): readonly RelativePath[] {
    return [...this.#imports(path, text), ...this.#mentions(path, text)];
  }

  /** A script runs what it imports. */
  takenOver(path: RelativePath, text: string): readonly RelativePath[] {
    return this.loads(path, text);
  }

  loadedAmong(path: RelativePath, text: string, open: ReadonlySet<RelativePath>): readonly RelativePath[] {
    return this.loads(path, text).filter((target) => open.has(target));
  }

  /** What it imports. An import by an alias leads to every file whose path ends so. */
  #imports(path: RelativePath, text: string): readonly RelativePath[] {
    return [
      ...new Set([...text.matchAll(imported)].flatMap(([, , specifier = '']) => this.#imported(path, specifier))),
    ];
  }

  /** What it imports by a path of its own, and surely loads. */
  loads(path: RelativePath, text: string): readonly RelativePath[] {
    return [...text.matchAll(imported)].flatMap(([, , specifier = '']) =>
      specifier.startsWith('.')
        ? scriptAt(paths.join(paths.dirname(path), specifier).replace(/\/$/, ''), this.#known, none)
        : [],
    );
  }

  /** What its texts name, as for a program that is started or a module that is loaded by a path. */
  #mentions(path: RelativePath, text: string): readonly RelativePath[] {
    const joins = /__dirname|import\.meta|\bjoin\s*\(|\bresolve\s*\(/.test(text);
    const found = [...text.matchAll(quoted)].flatMap(([, , word = '']) => {
      if (/^\.\.?\//.test(word))
        return [...this.#at(paths.join(paths.dirname(path), word)), ...this.#at(paths.join(word))];
      const own = joins && /\.\w+$/.test(word) && !word.includes('/') ? (this.#names.get(word) ?? []) : [];
      return word.includes('/') && this.#known.has(word) ? [word] : own;
    });
    return [...new Set(found)];
  }

  #imported(path: RelativePath, specifier: string): readonly RelativePath[] {
    if (specifier.startsWith('.')) return this.#at(paths.join(paths.dirname(path), specifier));
    const name = /^@[^/]+\/[^/]+|^[^/]+/.exec(specifier)?.[0] ?? specifier;
    const own = this.#packages.own.get(name);
    if (own !== undefined) return this.#ofPackage(own, specifier.slice(name.length + 1));
    if (isBuiltin(specifier) || this.#packages.others.has(name)) return [];
    const tail = specifier.split('/').slice(1).join('/');
    return [...this.#endingIn(specifier), ...(tail === '' ? [] : this.#endingIn(tail))];
  }

  #at(target: string): readonly RelativePath[] {
    const plain = paths.normalize(target).replace(/\/$/, '');
    if (plain.startsWith('..')) return [];
    if (this.#known.has(plain)) return [plain];
    const own = [...this.#packages.own.values()].find(({ folder }) => folder === (plain === '.' ? '' : plain));
    return own === undefined ? scriptAt(plain, this.#known, none) : this.#ofPackage(own, '');
  }

  /** Where what a package hands out is built, any of its files may be what it is built from. */
  #ofPackage(
    { folder, main }: { readonly folder: string; readonly main: string },
    rest: string,
  ): readonly RelativePath[] {
    const at = (below: string): readonly RelativePath[] =>
      scriptAt(paths.normalize(paths.join(folder, below)), this.#known, none);
    const wanted = rest === '' ? main : rest;
    for (const one of [wanted, wanted.replace(/^(?:\.\/)?(?:dist|lib|build|out)\//, 'src/'), `src/${wanted}`]) {
      const found = at(one);
      if (found.length > 0) return found;
    }
    return this.#files.filter((path) => folder === '' || path.startsWith(`${folder}/`));
  }

  #endingIn(tail: string): readonly RelativePath[] {
    const stem = tail.replace(/\.[cm]?[jt]sx?$/, '');
    return (this.#stems.get(paths.basename(stem)) ?? []).filter((path) => {
      const own = path.replace(/\.\w+$/, '');
      return [stem, `${stem}/index`].some((end) => own === end || own.endsWith(`/${end}`));
    });
  }
}
