import { posix } from 'node:path';
import { isTest } from '../selection.ts';
import type { TestIdiom } from '../../../runners/runner.ts';
import type { Manifest } from './runner.ts';

const script = /\.[cm]?[jt]sx?$/;
const testFolder = /^(?:tests?|specs?|__tests__)$/;
/** Cut into what comes before, the mark of a test, and the extension. */
const nameParts = /^(test[-_])?(.*?)([._-](?:test|tests|spec|specs))?(\.[cm]?[jt]sx?)$/;

/** The existing test that is nearest to a file: of the same name, else of the longest common path; undefined without any. */
export function nearestTest(path: string, paths: readonly string[]): string | undefined {
  const stem = stemOf(path);
  const score = (test: string): number => {
    const isOwn = posix.basename(test).includes(stem) ? 1_000 : 0;
    return isOwn + commonSegments(path, test) + (nameParts.exec(posix.basename(test))?.[3] === undefined ? 0 : 0.5);
  };
  return paths
    .filter(
      (one) => script.test(one) && isTest(one) && !/(?:^|\/)(?:node_modules|fixtures?|helpers?|support)\//.test(one),
    )
    .filter((one) => !/\.d\.[cm]?ts$|(?:^|\/)(?:setup|config|index|helpers?)\b|\.config\./.test(one))
    .sort((a, b) => score(b) - score(a))
    .at(0);
}

/** Where tests of a file belong, likeliest first; none of the paths is taken. */
export function placesFor(
  path: string,
  paths: readonly string[],
  nearest: string | undefined,
  { idiom, manifest }: { readonly idiom: TestIdiom; readonly manifest: Manifest },
): readonly string[] {
  const taken = new Set(paths);
  const beside = posix.dirname(path);
  const usual =
    idiom.place === undefined ? [beside, 'test'] : [folderIn(manifest.script) ?? idiom.place.folder, beside];
  const guessed = usual.map((folder) => ({
    folder,
    prefix: '',
    mark: markIn(manifest.script) ?? idiom.place?.mark ?? '.test',
    extension: idiom.ending(posix.extname(path)),
  }));
  const known = nearest === undefined ? [] : [likeNearest(path, nearest)];
  return [...new Set([...known, ...guessed].map((place) => freePath(stemOf(path), place, taken)))];
}

interface Place {
  readonly folder: string;
  readonly prefix: string;
  readonly mark: string;
  readonly extension: string;
}

function likeNearest(path: string, nearest: string): Place {
  const [, prefix = '', , mark = '', extension = '.js'] = nameParts.exec(posix.basename(nearest)) ?? [];
  const folders = posix.dirname(nearest).split('/');
  const isApart = folders.some((folder) => testFolder.test(folder));
  const isInside = folders.at(-1) === '__tests__';
  const folder = isInside
    ? posix.join(posix.dirname(path), '__tests__')
    : isApart
      ? folders.join('/')
      : posix.dirname(path);
  return { folder, prefix, mark, extension };
}

function freePath(stem: string, { folder, prefix, mark, extension }: Place, taken: ReadonlySet<string>): string {
  const join = (name: string): string => posix.join(folder, `${prefix}${name}${mark}${extension}`);
  for (let number = 0; ; number++) {
    const path = join([stem, `${stem}.characterization`][number] ?? `${stem}.characterization${number}`);
    if (!taken.has(path)) return path;
  }
}

/** The folder that the script names, such as `spec` in `mocha 'spec/**'`. */
function folderIn(command: string): string | undefined {
  return /(?:^|[\s'"=./])((?:tests?|specs?)(?:\/[\w-]+)*)(?=\/|['"\s]|$)/.exec(command)?.[1];
}

function markIn(command: string): string | undefined {
  return /\.spec\b|[*_]spec\b/.test(command) ? '.spec' : undefined;
}

function stemOf(path: string): string {
  return posix.basename(path).replace(script, '');
}

function commonSegments(a: string, b: string): number {
  const [one, other] = [a.split('/'), b.split('/')];
  const end = one.findIndex((segment, index) => segment !== other[index]);
  return end === -1 ? one.length : end;
}
