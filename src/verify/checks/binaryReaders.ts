import { posix } from 'node:path';
import { decodeBytes } from '../../edits/encoding.ts';
import { listFiles } from '../../disk/listing.ts';
import { languageOf } from '../../languages/table.ts';
import { readBytes } from '../../disk/readBytes.ts';
import type { RelativePath } from '../../workspace/path.ts';
import type { ChangedText } from '../../languages/texts/changedText.ts';

/** Whether a program of the project may read a file that is no text. */
export type BinaryReader =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'program'; readonly path: RelativePath }
  | { readonly kind: 'unknown'; readonly reason: string };

const maxFiles = 20_000;
const maxFileBytes = 1024 * 1024;
const maxBytes = 64 * 1024 * 1024;

/** Texts for people. What shows an image there is no program. */
const prose =
  /\.(md|markdown|rst|adoc|txt)$|(^|\/)(license|licence|notice|authors|\.gitattributes|\.gitignore|\.editorconfig)$/i;

/** Programs that take whatever stands in a folder name no file. */
const takesAny =
  /\breaddir|\bopendir|\bglob\b|\bglobSync\b|fast-glob|\bglobby\b|import\.meta\.glob|require\.context|express\.static|\bsirv\b|serve-static|serveStatic|copyFiles|\bos\.(?:walk|listdir|scandir)|\biterdir\b|\brglob\b|\bReadDir\b|\bWalkDir\b|filepath\.Walk|go:embed|include_dir|\bread_dir\b/;

/** Looks through the texts of the project, as it is on disk and as it is changed, for whoever may read the changed files that are no text. */
export async function binaryReaders(
  texts: readonly ChangedText[],
  root: string | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<RelativePath, BinaryReader>> {
  const wanted = texts.filter(({ isBinary, role }) => isBinary === true && role === 'code');
  if (wanted.length === 0 || root === undefined) return new Map();
  const programs = await programsOf(texts, root, signal);
  return new Map(
    wanted.map(({ path, from }): [RelativePath, BinaryReader] => {
      if (programs === undefined)
        return [path, { kind: 'unknown', reason: 'the project is too large to look who reads it' }];
      const found = [path, from].map((own) => readerOf(own, programs)).find((one) => one !== undefined);
      return [path, found === undefined ? { kind: 'nobody' } : { kind: 'program', path: found }];
    }),
  );
}

type Programs = readonly (readonly [path: RelativePath, text: string])[];

/** Undefined when there are too many. */
async function programsOf(
  texts: readonly ChangedText[],
  root: string,
  signal: AbortSignal,
): Promise<Programs | undefined> {
  const { paths, isCut } = await listFiles(root, undefined, maxFiles, signal);
  if (isCut) return undefined;
  const changed = texts
    .filter(({ isBinary }) => isBinary !== true)
    .flatMap(({ path, before, after }) => [before, after].map((text) => [path, text ?? ''] as const));
  const found = changed.filter(([path]) => !prose.test(path));
  let bytes = 0;
  for (const path of paths.filter((one) => !prose.test(one))) {
    const read = await readBytes(root, path, maxFileBytes);
    if (read.kind !== 'file') {
      if (read.kind === 'tooLarge' && isReadable(path)) return undefined;
      continue;
    }
    const decoded = decodeBytes(read.bytes);
    if (decoded.kind !== 'text') continue;
    bytes += read.bytes.length;
    if (bytes > maxBytes) return undefined;
    found.push([path, decoded.content.text]);
  }
  return found;
}

/** Programs, pages and data, which may name any file. */
function isReadable(path: RelativePath): boolean {
  return languageOf(path) !== undefined || /\.(html?|css|json)$/i.test(path);
}

function readerOf(path: RelativePath, programs: Programs): RelativePath | undefined {
  const kind = posix.extname(path).slice(1);
  const folders = posix.dirname(path).split('/');
  // What lies in the folder of the project itself is named by no folder.
  const words = [posix.basename(path), ...(kind === '' ? [] : [`.${kind}`])];
  const quoted = new RegExp(
    `["'\`/(](?:${
      [...folders, kind]
        .filter((one) => one !== '' && one !== '.')
        .map(escaped)
        .join('|') || '(?!)'
    })(?=["'\`/)*])`,
  );
  return programs.find(
    ([, text]) => words.some((word) => text.includes(word)) || quoted.test(text) || takesAny.test(text),
  )?.[0];
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
