import type { Span } from '../texts/changedSpans.ts';
import type { ChangedText } from '../texts/changedText.ts';
import type { UncountedParts } from '../texts/language.ts';
import { uncountedBranches } from './uncountedBranches.ts';
import { parseScript, type ScriptParser } from './scripts.ts';

/**
 * What stays as it is need not be counted anew: of the text before, the parts that are not in the text after, neither guarded in the same
 * way nor in any other.
 */
export function uncountedParts(
  { path, from, before = '', after = '' }: ChangedText,
  { ts }: ScriptParser,
): readonly UncountedParts[] {
  if (ts === undefined) return [];
  const partsOf = (
    own: string,
    text: string,
  ): readonly (Span & { readonly text: string; readonly isStep: boolean })[] => {
    const source = parseScript(ts, own, text);
    return uncountedBranches(ts, source).map(({ start, end, owner, isStep }) => ({
      ...{ start, end, isStep },
      text: owner.getText(source),
    }));
  };
  const now = partsOf(path, after);
  const isLess = (part: string): boolean => before.split(part).length > after.split(part).length;
  const gone = partsOf(from, before).filter(
    ({ start, end, text, isStep }) =>
      !isStep && !now.some((one) => one.text.endsWith(text)) && isLess(before.slice(start, end)),
  );
  return [
    { path: from, side: 'before', spans: gone },
    { path, side: 'after', spans: now },
  ];
}
