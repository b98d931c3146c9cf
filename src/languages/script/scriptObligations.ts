import type TypeScript from 'typescript';
import { hunkLines, lineHunks } from '../../edits/hunks.ts';
import type { ChangedLines, ProofObligation } from '../../workspace/evidence.ts';
import { isDeclaration, type ChangedText } from '../texts/changedText.ts';
import type { Change, ObligationOf } from '../texts/language.ts';
import type { Project } from '../texts/project.ts';
import { withoutDeadCode, workingLines } from './executableLines.ts';
import { inlinedEnums } from './inlined.ts';
import { sameButForNames, type Freedom } from './localNames.ts';
import { isModule } from './moduleKind.ts';
import { findRelocation, namesIn, type Relocation } from './moves.ts';
import { compilesTypes, readsComments, readsTexts } from './nameReaders.ts';
import { emit, fingerprintOf, obeyed, parseScript, type Compiler, type ScriptParser } from './scripts.ts';
import { marksOf } from './toolComments.ts';
import { turnedEffects } from './turnedEffects.ts';
import { areSeen } from './visibleNames.ts';

/** What must be shown of changed scripts; without a compiler only of those that hold types. */
export function scriptObligations({ texts, parsers: { ts }, project }: Change<ScriptParser>): ObligationOf {
  const relocation: Relocation = ts === undefined ? { kind: 'none' } : findRelocation(ts, texts, project);
  return (text, placesOf) => {
    const { path, from, before, after } = text;
    if (ts !== undefined && inlinedEnums(ts, from, before) !== inlinedEnums(ts, path, after))
      return { kind: 'unprovable', reason: inlinedReason };
    if (isDeclaration(path)) return { kind: 'none', reason: 'It holds nothing but types.' };
    return ts === undefined ? undefined : scriptObligation(ts, text, placesOf(), relocation, project);
  };
}

function scriptObligation(
  ts: Compiler,
  text: ChangedText,
  places: readonly ChangedLines[],
  relocation: Relocation,
  project: Project,
): ProofObligation {
  const { path, from, before, after } = text;
  if (before !== undefined && after !== undefined && path === from) {
    if (obeyed(ts, path, before) !== obeyed(ts, path, after)) return { kind: 'unprovable', reason: obeyedReason };
    const [old, now] = [emit(ts, path, before), emit(ts, path, after)];
    if (hidesComments(ts, path, before, after, project)) return { kind: 'unprovable', reason: commentsReason };
    const isSameBut = nameFreedom(ts, path, before, after);
    const same = old.fingerprint === now.fingerprint ? sameButForTypes : sameProgram(text, ts, project, isSameBut);
    if (same !== undefined && marksOf(before) !== marksOf(after)) return { kind: 'unprovable', reason: obeyedReason };
    if (same === sameButForTypes && isScriptOfTypes(path) && compilesTypes(project) && hasOtherTypes(ts, text))
      return { kind: 'unprovable', reason: typesReason };
    if (same !== undefined) return { kind: 'none', reason: same };
    const turned = turnedEffects(text, ts, project);
    if (turned !== undefined) return { kind: 'unprovable', reason: turnedReason(turned) };
    if (places.length === 0) return { kind: 'execution', places: linesThatDiffer({ before, after }) };
    if (
      relocation.kind === 'none' &&
      isSameBut('functions') &&
      !readsTexts(project) &&
      !areSeenAs(ts, path, before, after, project)
    )
      return { kind: 'resolution', reason: 'Only names of local functions differ.', places };
  } else if (places.length === 0 && before === undefined && standsInFront(path, project))
    return { kind: 'unprovable', reason: 'it may be found where another file was found before it was there.' };
  else if (places.length === 0 && before === undefined) return { kind: 'none', reason: 'It holds nothing that runs.' };
  if (relocation.kind === 'none') return { kind: 'execution', places };
  const isMoved = before !== undefined && path !== from && workingLines(ts, path, after ?? '').size > 0;
  return { kind: 'resolution', reason: relocation.reason, places, ...(isMoved && { isMoved }) };
}

const obeyedReason =
  'what is obeyed and not executed differs (a directive such as "use strict", the first line, or a comment for a tool), and no executed line shows what that does.';

function turnedReason([first, second]: readonly [string, string]): string {
  return `${first} was loaded before ${second}, and no executed line shows that nothing needs what it does then.`;
}

const commentsReason = 'some code of the project reads the texts of functions, comments included.';

const typesReason = 'a package of the project makes code of types, and no executed line shows what that does.';

function isScriptOfTypes(path: string): boolean {
  return /\.[cm]?tsx?$/i.test(path);
}

/** Another file of the same name without its ending, or the first one of a folder of that name, goes by this path as well. */
function standsInFront(path: string, project: Project): boolean {
  const stem = path.replace(/\.[cm]?[jt]sx?$/i, '');
  const endings = [
    '.js',
    '.mjs',
    '.cjs',
    '.jsx',
    '.ts',
    '.tsx',
    '.json',
    '/index.js',
    '/index.ts',
    '/index.tsx',
    '/index.json',
  ];
  return endings.some((ending) => `${stem}${ending}` !== path && project.readText(`${stem}${ending}`) !== undefined);
}

/** More than comments and layout differs. */
function hasOtherTypes(ts: Compiler, { path, before = '', after = '' }: ChangedText): boolean {
  const [old, now] = [before, after].map((text) => fingerprintOf(ts, parseScript(ts, path, text)));
  return old !== now;
}

const inlinedReason = 'the compiler puts the values of a `declare const enum` wherever they are used.';

/** Whether somebody sees what the functions and classes are called that have another name now. */
function areSeenAs(ts: Compiler, path: string, before: string, after: string, project: Project): boolean {
  return areSeen(ts, [parseScript(ts, path, before)], namesGone(ts, path, before, after), project);
}

/** Comments within functions of which the texts are read are no comments. */
function hidesComments(ts: Compiler, path: string, before: string, after: string, project: Project): boolean {
  return commentsWithin(ts, path, before) !== commentsWithin(ts, path, after) && readsComments(project);
}

function commentsWithin(ts: Compiler, path: string, text: string): string {
  const source = parseScript(ts, path, text);
  const found: string[] = [];
  const visit = (node: TypeScript.Node): void => {
    if (ts.isFunctionLike(node)) found.push(...(node.getText(source).match(/\/\*[^]*?\*\//g) ?? []));
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found.join('\n');
}

/** Names that stand there more often or less often than they did. */
function namesGone(ts: Compiler, path: string, before: string, after: string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const name of namesIn(ts, path, before).names) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const name of namesIn(ts, path, after).names) counts.set(name, (counts.get(name) ?? 0) - 1);
  return new Set([...counts].flatMap(([name, count]) => (count === 0 ? [] : [name])));
}

/** Every line that differs, by the letter: where a difference counts that is in no line that runs. */
function linesThatDiffer({ before = '', after = '' }: Pick<ChangedText, 'before' | 'after'>): readonly ChangedLines[] {
  return lineHunks(before, after).map((hunk) => ({
    before: hunkLines(hunk, 'before'),
    after: hunkLines(hunk, 'after'),
  }));
}

const sameButForTypes = 'The program is the same: only comments, layout or types differ.';

/** Why a script whose text differs is the same program; undefined where it may be another one. */
function sameProgram(
  { path, before = '', after = '' }: ChangedText,
  ts: Compiler,
  project: Project,
  isSameBut: (freedom: Freedom) => boolean,
): string | undefined {
  if (isSameBut('variables') && (isSameBut('ownVariables') || !readsTexts(project)))
    return 'The program is the same: only names of local variables differ.';
  const [old, now] = [before, after].map((text) => emit(ts, path, withoutDeadCode(ts, path, text)).fingerprint);
  return old === now ? 'Only code that nothing reaches or refers to differs.' : undefined;
}

/** Which names may differ, looked into on the first question. */
function nameFreedom(ts: Compiler, path: string, before: string, after: string): (freedom: Freedom) => boolean {
  let known: ((freedom: Freedom) => boolean) | undefined;
  return (freedom) => {
    const isOwn = [before, after].every((side) => isModule(ts, parseScript(ts, path, side), path));
    known ??= sameButForNames(ts, emit(ts, path, before).outputText, emit(ts, path, after).outputText, isOwn);
    return known(freedom);
  };
}
