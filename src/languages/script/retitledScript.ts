import type { RelativePath } from '../../workspace/path.ts';
import type { Retitled } from '../texts/integrity.ts';
import type { Compiler } from './scripts.ts';
import { readScriptTests, type DeclaredTitle } from './scriptTests.ts';

/** What declares tests is the runner's own, so that its first argument is a title and no value. */
const foreignWords =
  /\b(?:function|class)\s+(?:it|test|describe|suite|context|specify)\b|\b(?:it|test|describe|suite|context|specify)\b[^;'"]*(?:\bfrom|\brequire\s*\()\s*['"]\.|\b(?:const|let|var)\s+(?:it|test|describe|suite|context|specify)\s*=\s*(?!\s*require\b)/;

/** Titles that differ, paired by place; undefined when anything else of the texts does. */
export function retitledScript(
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
