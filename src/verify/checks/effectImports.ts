import type { Parsers } from '../../languages/facts.ts';
import { languageOf } from '../../languages/table.ts';
import type { ChangedText } from '../../languages/texts/changedText.ts';
import { stem } from '../../languages/texts/reExports.ts';
import type { Loaded } from '../../languages/texts/language.ts';

/**
 * Tells of each changed file the modules that it loaded for nothing but what loading them does, and that no changed file loads any more. Tests
 * that pass say little of that: what such a module does is to be there for others. Languages are left out in which an import without use looks
 * the same.
 */
export function lostEffects(all: readonly ChangedText[], parsers: Parsers): (text: ChangedText) => readonly string[] {
  // All files are looked at once, and only where one of them loads something for its effect.
  let kept: ReadonlySet<string> | undefined;
  return ({ path, from, before, after }) => {
    if (before === undefined || after === undefined || languageOf(path)?.loads === undefined) return [];
    const effects = loadedBy(from, before, parsers).filter(({ isForEffect }) => isForEffect);
    if (effects.length === 0) return [];
    const known = (kept ??= keptBy(all, parsers));
    return effects.map(({ module }) => module).filter((module) => !known.has(module));
  };
}

/** What is loaded still; what moved or went away with the change is looked at where it stood. */
function keptBy(all: readonly ChangedText[], parsers: Parsers): ReadonlySet<string> {
  const modules = all.flatMap(({ path, from, after }) => [
    ...(after === undefined ? [] : loadedBy(path, after, parsers).map(({ module }) => module)),
    ...(after === undefined || path !== from ? [`./${stem(from)}`] : []),
  ]);
  return new Set(modules);
}

function loadedBy(path: string, text: string, parsers: Parsers): readonly Loaded[] {
  return languageOf(path)?.loads?.(path, text, parsers) ?? [];
}
