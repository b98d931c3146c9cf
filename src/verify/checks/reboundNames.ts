import type { ChangedLines } from '../../workspace/evidence.ts';
import type { ChangedText } from '../../languages/texts/changedText.ts';
import { isSameModule } from '../../languages/texts/reExports.ts';
import type { Parsers } from '../../languages/facts.ts';
import { languageOf } from '../../languages/table.ts';
import type { Bindings } from '../../languages/texts/bindings.ts';

/**
 * The lines that use a name which an import takes from elsewhere now, or which has another value. Loading the file executes the import or the
 * assignment, but what changed with it are these lines, though not a letter of them differs; to see a value once is enough. Nothing is
 * asked for where the new place is itself among the changed files, since what stands there is looked at by itself.
 */
export function usesOfReboundNames(
  text: ChangedText,
  all: readonly ChangedText[],
  parsers: Parsers,
): readonly ChangedLines[] {
  const { path, from, before, after } = text;
  if (before === undefined || after === undefined) return [];
  const [old, now] = [bindingsOf(from, before, parsers), bindingsOf(path, after, parsers)];
  if (old === undefined || now === undefined) return [];
  const changed = all.flatMap((one) => (one.after === undefined || one === text ? [] : [one.path]));
  const linesWith = (name: string): readonly number[] => [...new Set(now.uses.get(name))].sort((a, b) => a - b);
  const values = [...now.values].flatMap(([name, value]): readonly ChangedLines[] => {
    const known = old.values.get(name);
    const lines = linesWith(name);
    const isOther = known !== undefined && known !== value && lines.length > 0;
    return isOther ? [{ before: [], after: lines, uses: 'some' }] : [];
  });
  const rebound = [...now.targets].flatMap(([name, targets]): readonly ChangedLines[] => {
    const known = [...(old.targets.get(name) ?? [])];
    const others = [...targets].filter(
      (target) => !known.some((one) => isSameModule(one, target)) && !changed.some((file) => isIn(path, target, file)),
    );
    const lines = linesWith(name);
    return known.length === 0 || others.length === 0 || lines.length === 0
      ? []
      : [{ before: [], after: lines, uses: 'all' }];
  });
  return [...rebound, ...values];
}

function isIn(path: string, target: string, file: string): boolean {
  return languageOf(path)?.leadsInto?.(target, file) === true;
}

function bindingsOf(path: string, text: string, parsers: Parsers): Bindings | undefined {
  return languageOf(path)?.bindings?.(path, text, parsers);
}
