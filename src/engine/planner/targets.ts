import type { LineRange } from '../analysis/refactoring.ts';
import { call, type Routine } from './routine.ts';
import { isSupported, maxChosenFiles, selectSources, type Selection } from './selection.ts';
import { errorOf, parseListing } from './toolOutputs.ts';
import type { Toolset } from './toolset.ts';
import type { FocusEntry } from './userMessage.ts';
import { count, few } from './wording.ts';

/** One file to look at; empty ranges mean all of it. */
export interface Target {
  readonly path: string;
  readonly ranges: readonly LineRange[];
}

/** What will be looked at, and sentences on what will not. */
export interface Targets {
  readonly targets: readonly Target[];
  readonly notes: readonly string[];
}

/** A file name in running text. */
const fileName = /(?:[\w@$.-]+\/)*[\w@$.-]*[\w$-]\.[cm]?[jt]sx?(?!\w|\.\w)/g;

/** Turns what the user pointed at into files: pointed-at files first, then those of folders, each once. */
export function* resolveTargets(
  tools: Toolset,
  focus: readonly FocusEntry[],
  goal: string,
  excluded: readonly string[],
): Routine<Targets> {
  const notes: string[] = [];
  const ranges = new Map<string, readonly LineRange[]>();
  for (const entry of focus.filter(({ isFolder }) => !isFolder)) {
    if (isSupported(entry.path)) ranges.set(entry.path, joinRanges(ranges.get(entry.path), entry.range));
    else notes.push(`${entry.path} is not a JavaScript or TypeScript source file, so I left it alone.`);
  }
  const folders = focus.filter(({ isFolder }) => isFolder).map(({ path }) => path);
  const wanted = focus.length === 0 ? [''] : folders;
  if (wanted.length > 0) {
    if (!tools.has('list_files', 'path'))
      notes.push('The request offers no list_files tool, so I cannot look into folders.');
    else yield* addListed({ tools, wanted, goal, ranges, notes, excluded });
  }
  const spared = [...ranges.keys()].filter((path) => isExcluded(path, excluded));
  for (const path of spared) ranges.delete(path);
  if (spared.length > 0) notes.push(`I leave ${few(spared, 5)} alone, as you say.`);
  const all = [...ranges].map(([path, places]) => ({ path, ranges: places }));
  if (all.length > maxChosenFiles)
    notes.push(
      `I take ${maxChosenFiles} files at a time; ${count(all.length - maxChosenFiles, 'file')} more were left out.`,
    );
  return { targets: all.slice(0, maxChosenFiles), notes };
}

function joinRanges(known: readonly LineRange[] | undefined, range: LineRange | undefined): readonly LineRange[] {
  // A file that was named as a whole stays whole.
  if (range === undefined || known?.length === 0) return [];
  return [...(known ?? []), range];
}

interface Listed {
  readonly tools: Toolset;
  /** `''` stands for the whole workspace. */
  readonly wanted: readonly string[];
  readonly goal: string;
  readonly excluded: readonly string[];
  readonly ranges: Map<string, readonly LineRange[]>;
  readonly notes: string[];
}

function* addListed({ tools, wanted, goal, ranges, notes, excluded }: Listed): Routine<void> {
  const outputs = yield* call(wanted.map((path) => tools.call('list_files', { path: path === '' ? null : path })));
  let room = Math.max(0, maxChosenFiles - ranges.size);
  wanted.forEach((folder, index) => {
    const place = folder === '' ? 'the workspace' : `${folder}/`;
    const output = outputs[index] ?? '';
    const error = errorOf(output);
    if (error !== undefined) {
      notes.push(`I could not list ${place}: ${error}`);
      return;
    }
    const listing = parseListing(output);
    const named = folder === '' ? namedFiles(goal, listing.paths, excluded) : undefined;
    if (named) {
      for (const path of named.found.slice(0, room)) ranges.set(path, []);
      if (named.missing.length > 0) notes.push(`I found no file named ${few(named.missing, 5)}.`);
      return;
    }
    const selection = selectSources(listing.paths, folder, room);
    for (const path of selection.chosen) if (!ranges.has(path)) ranges.set(path, []);
    room = Math.max(0, maxChosenFiles - ranges.size);
    notes.push(...selectionNotes(place, selection, listing.isCut));
  });
}

/** Products whose names look like files. */
const products =
  /^(?:node|nodejs|vue|next|nuxt|react|express|three|d3|ember|backbone|angular|moment|chart|p5|socket|knockout|deno|bun)\.[jt]s$/i;

/** Files that the goal names, by path or by name; undefined when it names none. */
function namedFiles(
  goal: string,
  paths: readonly string[],
  excluded: readonly string[],
): { readonly found: readonly string[]; readonly missing: readonly string[] } | undefined {
  const written = [...goal.slice(0, 8_000).matchAll(fileName)].map(([name]) => name.replace(/^\.\//, ''));
  const names = [...new Set(written)].filter((name) => !products.test(name) && !excluded.includes(name));
  if (names.length === 0) return undefined;
  return {
    found: paths.filter((path) => !isExcluded(path, excluded) && names.some((name) => isNamedBy(path, name))),
    missing: names.filter((name) => !paths.some((path) => isNamedBy(path, name))),
  };
}

function isNamedBy(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}

function isExcluded(path: string, excluded: readonly string[]): boolean {
  return excluded.some((name) => isNamedBy(path, name) || `/${path}`.includes(`/${name}/`));
}

function selectionNotes(place: string, selection: Selection, isCut: boolean): readonly string[] {
  const notes: string[] = [];
  const { chosen, tests, setApart, beyondLimit } = selection;
  if (chosen.length === 0 && beyondLimit === 0)
    notes.push(`In ${place} I found no JavaScript or TypeScript source to work on.`);
  if (tests > 0) notes.push(`I left ${count(tests, 'test file')} alone.`);
  if (setApart > 0) notes.push(`I left out ${count(setApart, 'generated, configuration or declaration file')}.`);
  if (beyondLimit > 0)
    notes.push(
      `I take ${maxChosenFiles} files at a time; ${count(beyondLimit, 'file')} more in ${place} were left out.`,
    );
  if (isCut) notes.push(`The list of ${place} was cut, so there may be more files than I know of.`);
  return notes;
}
