import type { ChangedText } from '../texts/changedText.ts';
import type { Loaded } from '../texts/language.ts';
import type { Project } from '../texts/project.ts';
import { loadedByScript } from './loadedModules.ts';
import { actsWhenLoaded, isHarmless } from './loadOrder.ts';
import type { Compiler } from './scripts.ts';

/**
 * Modules that change their turns, of which one is loaded for nothing but what loading it does, or which both do something by a statement of
 * their own when they are: what the one does may be what the other needs. Undefined where there are none.
 */
export function turnedEffects(
  { path, from, before, after }: ChangedText,
  ts: Compiler,
  project: Project,
): readonly [string, string] | undefined {
  if (before === undefined || after === undefined) return undefined;
  const [old, now] = [loadedByScript(ts, from, before), loadedByScript(ts, path, after)];
  if (old.length < 2) return undefined;
  const effects = new Set(old.flatMap(({ module, isForEffect }) => (isForEffect ? [module] : [])));
  const turn = new Map([...now.entries()].reverse().map(([index, { module }]) => [module, index]));
  const isActive = (one: Loaded): boolean => one.isForEffect || !isHarmless(ts, project, from, one.specifier);
  for (const [index, first] of old.entries())
    for (const second of old.slice(index + 1)) {
      const [one, other] = [turn.get(first.module), turn.get(second.module)];
      if (first.module === second.module || one === undefined || other === undefined || one < other) continue;
      const isOfEffect = effects.has(first.module) || effects.has(second.module);
      const areActive = isOfEffect
        ? isActive(first) && isActive(second)
        : [first, second].every(({ specifier }) => actsWhenLoaded(ts, project, from, specifier));
      if (areActive) return [first.module, second.module];
    }
  return undefined;
}
