import type { LineRange } from '../refactoring.ts';
import { call, type Routine } from './routine.ts';
import { isSupported, maxChosenFiles, selectSources, type Selection } from './selection.ts';
import { errorOf, parseListing } from './toolOutputs.ts';
import type { Toolset } from './toolset.ts';
import type { FocusEntry } from './userMessage.ts';
import { count } from './wording.ts';

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
const fileName = /(?:[\w@$.-]+\/)*[\w@$.-]*[\w$-]\.[cm]?[jt]sx?(?![\w.])/g;

/** Turns what the user pointed at into files: pointed-at files first, then those of folders, each once. */
export function* resolveTargets(tools: Toolset, focus: readonly FocusEntry[], goal: string): Routine<Targets> {
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
    else yield* addListed({ tools, wanted, goal, ranges, notes });
  }
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
  readonly ranges: Map<string, readonly LineRange[]>;
  readonly notes: string[];
}

function* addListed({ tools, wanted, goal, ranges, notes }: Listed): Routine<void> {
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
    const named = folder === '' ? namedFiles(goal, listing.paths) : [];
    const selection =
      named.length > 0
        ? { chosen: named.slice(0, room), tests: 0, setApart: 0, otherLanguages: 0, beyondLimit: 0 }
        : selectSources(listing.paths, folder, room);
    for (const path of selection.chosen) if (!ranges.has(path)) ranges.set(path, []);
    room = Math.max(0, maxChosenFiles - ranges.size);
    notes.push(...selectionNotes(place, selection, listing.isCut));
  });
}

/** Files that the goal names, by path or by name. */
function namedFiles(goal: string, paths: readonly string[]): readonly string[] {
  const names = new Set([...goal.matchAll(fileName)].map(([name]) => name.replace(/^\.\//, '')));
  if (names.size === 0) return [];
  return paths.filter((path) => [...names].some((name) => path === name || path.endsWith(`/${name}`)));
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
