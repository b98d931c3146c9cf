import { posix } from 'node:path';
import type { TestIdiom } from '../../../runners/runner.ts';
import type { Manifest } from './runner.ts';

/** How tests are written here. */
export interface Style {
  readonly idiom: TestIdiom;
  /** `import`, or else `require`. */
  readonly isModule: boolean;
  readonly quote: "'" | '"';
  readonly end: ';' | '';
  readonly indent: string;
  /** How the file under test is named from where the test is. */
  readonly from: string;
}

export interface StyleSources {
  readonly idiom: TestIdiom;
  readonly manifest: Manifest;
  /** Where the test will be, and the file that it tests. */
  readonly testPath: string;
  readonly path: string;
  readonly text: string;
  /** Whether the file under test is a module of the language. */
  readonly isModule: boolean;
  /** An existing test; undefined without any. */
  readonly example: string | undefined;
}

export function styleOf({ idiom, manifest, testPath, path, text, isModule, example }: StyleSources): Style {
  const looked = example ?? text;
  const imports = example !== undefined && /^\s*import\b/m.test(example);
  const requires = example !== undefined && /\brequire\s*\(/.test(example);
  const isTypeScript = /\.[cm]?tsx?$/.test(testPath);
  const byFile = isTypeScript || (isModule && !/\.cjs$/.test(testPath));
  const byName = /\.mjs$/.test(testPath) || (manifest.isModule && !/\.cjs$/.test(testPath) && idiom.heedsPackageType);
  return {
    idiom,
    isModule: byName || (imports ? true : requires ? false : byFile),
    quote: (looked.match(/"/g)?.length ?? 0) > (looked.match(/'/g)?.length ?? 0) ? '"' : "'",
    end: /;\s*$/m.test(looked) || !/\S/.test(looked) ? ';' : '',
    indent: /^(\t| {4}(?! )| {2}(?! ))/m.exec(looked)?.[1] ?? '  ',
    from: importPath(testPath, path, example, idiom),
  };
}

function importPath(testPath: string, path: string, example: string | undefined, idiom: TestIdiom): string {
  const relative = posix.relative(posix.dirname(testPath), path);
  const full = relative.startsWith('.') ? relative : `./${relative}`;
  const extension = posix.extname(full);
  const bareName = full.slice(0, -extension.length);
  const named =
    example === undefined ? undefined : /\b(?:from|require\s*\()\s*['"](\.{1,2}\/[^'"]+)['"]/.exec(example)?.[1];
  if (named === undefined) return /^\.tsx?$/.test(extension) && idiom.findsBareTypeScript ? bareName : full;
  const used = posix.extname(named);
  if (!/^\.[cm]?[jt]sx?$/.test(used)) return /^\.[mc]/.test(extension) ? full : bareName;
  return /^\.[cm]?tsx?$/.test(extension) && /js$/.test(used)
    ? bareName + extension.replace('t', 'j').replace('x', '')
    : full;
}
