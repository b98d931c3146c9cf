import type { ComplexityChange } from '../../workspace/evidence.ts';
import type { ChangedText } from '../../languages/texts/changedText.ts';
import type { Parsers } from '../../languages/facts.ts';
import { languageOf } from '../../languages/table.ts';

/** Functions whose cyclomatic complexity is not what it was, or that are new or gone; code only, no tests. */
export function compareComplexity(texts: readonly ChangedText[], parsers: Parsers): readonly ComplexityChange[] {
  return texts.flatMap(({ path, from, before, after, role }): readonly ComplexityChange[] => {
    if (role === 'test') return [];
    const old = before === undefined ? new Map<string, number>() : complexitiesOf(from, before, parsers);
    const now = after === undefined ? new Map<string, number>() : complexitiesOf(path, after, parsers);
    return [...new Set([...old.keys(), ...now.keys()])]
      .map((name) => ({ path, name, before: old.get(name) ?? null, after: now.get(name) ?? null }))
      .filter((one) => one.before !== one.after);
  });
}

function complexitiesOf(path: string, text: string, parsers: Parsers): ReadonlyMap<string, number> {
  return languageOf(path)?.complexities?.(path, text, parsers) ?? new Map();
}
