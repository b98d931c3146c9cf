import type { RelativePath } from '../../workspace/path.ts';

const scriptEnds = ['', '.js', '.ts', '.tsx', '.jsx', '.mjs', '.cjs', '.mts', '.cts', '.json'];

/** How a package calls itself, and what it hands out. */
export interface OwnPackage {
  readonly name: string | undefined;
  readonly main: string;
}

/** The file that a path in an import leads to: TypeScript is imported by the names of what it becomes. */
export function scriptAt(target: string, known: ReadonlySet<string>, own: OwnPackage): readonly RelativePath[] {
  const bare = target.replace(/\.([cm]?)jsx?$/, '');
  const inside = target === '' ? own.main.replace(/^\.\//, '') : `${target}/index`;
  const found = [target, bare, inside]
    .filter((name) => name !== '')
    .flatMap((name) => scriptEnds.map((end) => `${name}${end}`))
    .find((name) => known.has(name));
  return found === undefined ? [] : [found];
}
