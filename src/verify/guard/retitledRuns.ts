import { posix } from 'node:path';
import type { TestCaseResult, TestRun } from '../../workspace/verification.ts';
import { movedId } from '../verdict/compareRuns.ts';
import { languageOf } from '../../languages/table.ts';
import type { Retitled } from '../../languages/texts/integrity.ts';

/** What is called otherwise in one file of tests, which is the same in all else. */
export interface RetitledFile {
  /** Where it stands with the change. */
  readonly path: string;
  readonly tests: readonly Retitled[];
}

type Finished = Extract<TestRun, { kind: 'finished' }>;

/**
 * The run before with the tests called as they are now, for those that are called otherwise: only where the old id is gone and the new one is
 * there, so that a test that does not run any more stays gone. `renamed` are the ids, old and new.
 */
export function withNewTitles(
  before: TestRun,
  after: TestRun,
  files: readonly RetitledFile[],
  moves: ReadonlyMap<string, string>,
): { readonly run: TestRun; readonly renamed: ReadonlyMap<string, string> } {
  const nothing = { run: before, renamed: new Map<string, string>() };
  if (files.length === 0 || before.kind !== 'finished' || after.kind !== 'finished') return nothing;
  const now = idsOf(after);
  const old = new Set([...idsOf(before)].map((id) => movedId(id, moves)));
  const renamed = new Map<string, string>();
  for (const { id } of before.tests) {
    const moved = movedId(id, moves);
    if (now.has(moved)) continue;
    const found = files.flatMap((file) => newId(moved, file) ?? []).find((one) => now.has(one) && !old.has(one));
    if (found !== undefined) renamed.set(id, found);
  }
  // Two of the old ones are not one of the new ones.
  if (new Set(renamed.values()).size !== renamed.size) return nothing;
  const tests = before.tests.map((test): TestCaseResult => ({ ...test, id: renamed.get(test.id) ?? test.id }));
  return { run: { ...before, tests }, renamed };
}

/** The same for another run of the state before. */
export function alsoRetitled(run: TestRun, renamed: ReadonlyMap<string, string>): TestRun {
  if (run.kind !== 'finished' || renamed.size === 0) return run;
  return { ...run, tests: run.tests.map((test) => ({ ...test, id: renamed.get(test.id) ?? test.id })) };
}

/** One sentence for people, of the tests that were told by their place. */
export function retitledNote(renamed: ReadonlyMap<string, string>): readonly string[] {
  const [first] = renamed;
  if (first === undefined) return [];
  const [old, now] = first.map((id) => id.split(joint).slice(1).join(joint));
  const others = renamed.size - 1;
  const more =
    others === 0 ? '' : `, and ${others === 1 ? '1 other is' : `${others} others are`} called otherwise, too`;
  return [`The test "${old ?? ''}" is called "${now ?? ''}" now, with nothing else in it changed${more}.`];
}

const joint = ' › ';

function idsOf({ tests }: Finished): ReadonlySet<string> {
  return new Set(tests.map(({ id }) => id));
}

/** The id of a test of this file by its new title, or by that of a suite around it. */
function newId(id: string, { path, tests }: RetitledFile): string | undefined {
  const [file = '', ...parts] = id.split(joint);
  if (languageOf(path)?.hasTitles !== true) return isOf(file, path) ? byName(file, parts, tests) : undefined;
  if (file !== path) return undefined;
  const said = oneLine(parts.join(' '));
  const fits = tests.filter(
    ({ old }) => said === oneLine(old.join(' ')) || said.startsWith(`${oneLine(old.join(' '))} `),
  );
  const innermost = fits.sort((a, b) => b.old.length - a.old.length)[0];
  if (innermost === undefined) return undefined;
  const { old, now } = innermost;
  // Titles stand each by itself, or all in one.
  const isApart = old.every((title, index) => oneLine(parts[index] ?? '') === oneLine(title));
  if (isApart) return [file, ...now.map(oneLine), ...parts.slice(now.length)].join(joint);
  return [file, oneLine(`${now.join(' ')}${said.slice(oneLine(old.join(' ')).length)}`)].join(joint);
}

function byName(file: string, parts: readonly string[], tests: readonly Retitled[]): string | undefined {
  const names = new Map(tests.map(({ old, now }) => [old[0] ?? '', now[0] ?? '']));
  const rest = parts.join(joint);
  // The name is the first word, or the last one but for what is given to the test.
  const renamed = rest.replace(/\w+/g, (word) => names.get(word) ?? word);
  return renamed === rest ? undefined : [file, renamed].join(joint);
}

/** A run tells the file, or the package. */
function isOf(file: string, path: string): boolean {
  if (file === path || languageOf(path)?.isReportedByPackage !== true) return file === path;
  const folder = posix.dirname(path);
  return folder === '.' || file.endsWith(`/${folder}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
