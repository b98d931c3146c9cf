import type { Refactoring } from '../analysis/candidate.ts';
import type { Intent } from '../analysis/refactoring.ts';
import * as arrays from './arrayMethods.ts';
import { builtinRefactorings } from './builtins.ts';
import { collectInSet } from './collectInSet.ts';
import { conditionRefactorings } from './conditions.ts';
import * as declarations from './declarations.ts';
import { organizeImports, removeUnusedImports } from './imports.ts';
import { joinDeclaration } from './joinDeclaration.ts';
import { forEachToForOf, forOf, forOfEntries } from './loops.ts';
import { promiseToAsync } from './promiseToAsync.ts';
import { replaceSearchBySet } from './replaceSearchBySet.ts';
import { reports } from './reports.ts';
import { returnCondition } from './returnCondition.ts';
import { spreadMapToArrayFrom } from './spreadMapToArrayFrom.ts';
import * as strings from './strings.ts';
import { removeUnreachable } from './unreachableCode.ts';
import { removeUnused } from './unusedCode.ts';

/** Everything that can be done or told, in the order in which steps are taken: what saves time first, tidying last. */
export const allRefactorings: readonly Refactoring[] = [
  replaceSearchBySet,
  collectInSet,
  arrays.constantArrayToSet,
  arrays.filterToFind,
  arrays.filterToSome,
  arrays.mapFlatToFlatMap,
  spreadMapToArrayFrom,
  arrays.reduceToFromEntries,
  arrays.indexOfToIncludes,
  arrays.findIndexToIndexOf,
  strings.matchToTest,
  strings.startsOrEndsWith,
  forOf,
  forOfEntries,
  forEachToForOf,
  promiseToAsync,
  declarations.varToLet,
  declarations.letToConst,
  strings.concatenationToTemplate,
  declarations.callbackToArrow,
  declarations.arrowBody,
  declarations.objectShorthand,
  arrays.lastElementAt,
  arrays.negativeIndex,
  arrays.flattenWithFlat,
  arrays.arrayFromToSpread,
  strings.substringToSlice,
  strings.replaceAllText,
  ...builtinRefactorings,
  returnCondition,
  ...conditionRefactorings,
  joinDeclaration,
  ...reports,
  removeUnreachable,
  removeUnused,
  removeUnusedImports,
  organizeImports,
];

/** Asked for by name only: they change when code runs, which files are loaded, what is there at all, or nothing but looks. */
const onlyByName: readonly Intent[] = ['asyncAwait', 'forOf', 'organizeImports', 'removeDeadCode'];

/** What is looked for when that is asked; `optimize` is everything that is not for asking by name. */
export function refactoringsFor(intent: Intent): readonly Refactoring[] {
  if (intent !== 'optimize') return allRefactorings.filter(({ intents }) => intents.includes(intent));
  return allRefactorings.filter(({ intents }) => !intents.every((one) => onlyByName.includes(one)));
}

/** The refactoring with what has to follow it in the same step. */
export function withFollowers(refactoring: Refactoring): readonly Refactoring[] {
  const followers = (refactoring.followedBy ?? []).flatMap(
    (rule) => allRefactorings.find((one) => one.rule === rule) ?? [],
  );
  return [refactoring, ...followers];
}
