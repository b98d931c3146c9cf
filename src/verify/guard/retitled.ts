import type { RelativePath } from '../../workspace/path.ts';
import { isGo, isPython, isScript } from '../../languages/texts/changedText.ts';
import type { Compiler } from '../../languages/script/scripts.ts';
import { readScriptTests, type DeclaredTitle } from '../../languages/script/scriptTests.ts';

/** A test, or a suite, that is called otherwise and is the same in all else. */
export interface Retitled {
  /** Of a script what it is called with the suites around it, in another language its name alone. */
  readonly old: readonly string[];
  readonly now: readonly string[];
}

/**
 * What is called otherwise in a file of tests whose every other character stays, paired by place; undefined when anything else differs, or
 * when what a test is called may be read by it.
 */
export function retitledIn(
  ts: Compiler | undefined,
  path: RelativePath,
  before: string,
  after: string,
): readonly Retitled[] | undefined {
  if (before === after || readsTitles.test(before)) return undefined;
  if (isScript(path)) return ts && retitledScript(ts, path, before, after);
  return retitledByName(path, before, after);
}

/** Snapshots are kept by the title, and some tests look at their own. */
const readsTitles =
  /currentTestName|currentTest\b|fullTitle|\bthis\.test\b|\b(?:test|t|ctx|context|task|testInfo|info|this|self|request)\.(?:title|name|fullName|task|node|_testMethodName|id)\b|getState\s*\(|[sS]napshot|\.Name\(\)|__name__|__qualname__|\binspect\./;

/** What declares tests is the runner's own, so that its first argument is a title and no value. */
const foreignWords =
  /\b(?:function|class)\s+(?:it|test|describe|suite|context|specify)\b|\b(?:it|test|describe|suite|context|specify)\b[^;'"]*(?:\bfrom|\brequire\s*\()\s*['"]\.|\b(?:const|let|var)\s+(?:it|test|describe|suite|context|specify)\s*=\s*(?!\s*require\b)/;

function retitledScript(
  ts: Compiler,
  path: RelativePath,
  before: string,
  after: string,
): readonly Retitled[] | undefined {
  if (foreignWords.test(before)) return undefined;
  const [old, now] = [readScriptTests(ts, path, before).declared, readScriptTests(ts, path, after).declared];
  if (old.length !== now.length || without(before, old) !== without(after, now)) return undefined;
  return old.flatMap((one, index) => {
    const other = now[index];
    return other === undefined || one.path.join('\0') === other.path.join('\0')
      ? []
      : [{ old: one.path, now: other.path }];
  });
}

function without(text: string, titles: readonly DeclaredTitle[]): string {
  return [...titles]
    .sort((a, b) => b.start - a.start)
    .reduce((rest, { start, end }) => `${rest.slice(0, start)}''${rest.slice(end)}`, text);
}

/** By the name of a function that the runner collects by it. */
function retitledByName(path: RelativePath, before: string, after: string): readonly Retitled[] | undefined {
  const declared = isGo(path)
    ? /^func[ \t]+(Test(?![a-z])\w*)[ \t]*\(/gm
    : isPython(path)
      ? /^[ \t]*(?:async[ \t]+)?def[ \t]+(test\w*)[ \t]*\(/gm
      : undefined;
  if (declared === undefined) return undefined;
  const namesIn = (text: string): readonly string[] => [...text.matchAll(declared)].map(([, name = '']) => name);
  const [old, now] = [namesIn(before), namesIn(after)];
  const pairs = old.flatMap((name, index) => (name === now[index] ? [] : [[name, now[index] ?? ''] as const]));
  const isKnown = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(before);
  const isClear = old.length === now.length && pairs.every(([name, other]) => isOnce(old, name) && !isKnown(other));
  if (!isClear || pairs.length === 0 || new Set(now).size !== new Set(old).size) return undefined;
  const renamed = new Map(pairs);
  if (before.replace(/\w+/g, (word) => renamed.get(word) ?? word) !== after) return undefined;
  return pairs.map(([name, other]) => ({ old: [name], now: [other] }));
}

function isOnce(names: readonly string[], name: string): boolean {
  return names.filter((one) => one === name).length === 1;
}
