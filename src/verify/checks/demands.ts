import type TypeScript from 'typescript';
import type { ChangedFile, ChangedLines, Demand } from '../../workspace/evidence.ts';
import {
  isDeclaration,
  isProgramText,
  isPython,
  isScript,
  type ChangedText,
} from '../../languages/texts/changedText.ts';
import type { BinaryReader } from './binaryReaders.ts';
import { lostEffects, turnedEffects } from './effectImports.ts';
import type { Parsers } from '../../languages/facts.ts';
import { withoutDeadCode, workingLines } from '../../languages/script/idleLines.ts';
import { inlinedEnums } from '../../languages/script/inlined.ts';
import { sameButForNames, type Freedom } from '../../languages/script/localNames.ts';
import { isModule } from '../../languages/script/moduleKind.ts';
import { findRelocation, namesIn, type Relocation } from '../../languages/script/moves.ts';
import { compilesTypes, readsComments, readsTexts } from '../../languages/script/nameReaders.ts';
import { linesThatDiffer, placesToExecute } from './places.ts';
import { Project } from '../../languages/texts/project.ts';
import { usesOfReboundNames } from './reboundNames.ts';
import { emit, fingerprintOf, obeyed, parseScript, type Compiler } from '../../languages/script/scripts.ts';
import { hasSameTokens } from '../../languages/texts/tokens.ts';
import { marksOf } from '../../languages/script/toolComments.ts';
import { areSeen } from '../../languages/script/visibleNames.ts';

/** What must be shown of each changed file; decided from the texts alone. */
export function demandsOf(
  all: readonly ChangedText[],
  parsers: Parsers,
  readers: BinaryReaders = new Map(),
  project = new Project(all.filter(({ isBinary }) => isBinary !== true)),
): readonly ChangedFile[] {
  const texts = all.filter(({ isBinary }) => isBinary !== true);
  const relocation: Relocation =
    parsers.ts === undefined ? { kind: 'none' } : findRelocation(parsers.ts, texts, project);
  const lostIn = lostEffects(texts, parsers);
  return all.map((text): ChangedFile => {
    const { path, from, change, role } = text;
    if (text.isBinary === true) {
      const demand = binaryDemand(text, readers.get(path));
      return { path, change, role, demand, ...(from === path ? {} : { from }) };
    }
    const own = demandOf(text, parsers, relocation, project);
    const lost = own.kind === 'none' ? [] : lostIn(text);
    const demand = lost.length > 0 ? lostDemand(lost) : withUses(own, text, texts, parsers);
    return { path, change, role, demand, ...(from === path ? {} : { from }) };
  });
}

/** Who may read a file that is no text, by its path; a path that is not there was not looked for. */
export type BinaryReaders = ReadonlyMap<string, BinaryReader>;

/** Of bytes nothing is seen but that they are others: what matters is whether a program may come to read them. */
function binaryDemand({ path, from, before, after }: ChangedText, reader: BinaryReader | undefined): Demand {
  if (path === from && before === after) return { kind: 'none', reason: 'It is as it was.' };
  if (reader?.kind === 'nobody')
    return { kind: 'none', reason: 'It is no text, and no program of the project names it, its folder or its kind.' };
  const who =
    reader === undefined
      ? 'code may read it'
      : reader.kind === 'unknown'
        ? reader.reason
        : `${reader.path} may read it`;
  return { kind: 'unprovable', reason: `it is no text, and ${who}, which no executed line shows.` };
}

function lostDemand(modules: readonly string[]): Demand {
  const names = modules.join(' and ');
  return {
    kind: 'unprovable',
    reason: `${names} was loaded for its effect only, and no executed line shows that nothing needs it.`,
  };
}

/** Where lines must be executed, those too that use a name which stands for something else now. */
function withUses(demand: Demand, text: ChangedText, all: readonly ChangedText[], parsers: Parsers): Demand {
  if (demand.kind !== 'execution') return demand;
  return { ...demand, places: [...demand.places, ...usesOfReboundNames(text, all, parsers)] };
}

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

const sameButForTypes = 'The program is the same: only comments, layout or types differ.';
const sameButForLayout = 'The program is the same: only comments or layout differ.';

/** Texts about the project, or about a package of it, that no program reads by convention; elsewhere the names may be those of content. */
const documentation =
  /^((packages|apps|libs|crates|modules)\/[^/]+\/)?(readme|changelog|changes|history|contributing|authors|license|licence|notice|code_of_conduct)(\.(md|txt|rst|adoc))?$/i;

/** In a text of the code, as a path of which this is the last part. */
function namesFile(code: string, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return (
    new RegExp(`["'\`/]${name}["'\`]`).test(code) && /\bread(?:File|dir)|\brequire\b|\bimport\b|\bopen\b/.test(code)
  );
}

function demandOf(text: ChangedText, parsers: Parsers, relocation: Relocation, project: Project): Demand {
  const { path, from, before, after } = text;
  if (before === after && path === from) return { kind: 'none', reason: 'It is as it was.' };
  if (documentation.test(path)) {
    const isRead = project.some(`reads ${path}`, ({ text: code }) => namesFile(code, path));
    return isRead
      ? { kind: 'unprovable', reason: 'it is about the project, but code of the project names it and may read it.' }
      : { kind: 'none', reason: 'It is about the project and no part of a program.' };
  }
  if (parsers.ts !== undefined && isScript(path)) {
    const [old, now] = [inlinedEnums(parsers.ts, from, before), inlinedEnums(parsers.ts, path, after)];
    if (old !== now) return { kind: 'unprovable', reason: inlinedReason };
  }
  if (isDeclaration(path)) return { kind: 'none', reason: 'It holds nothing but types.' };
  if (!isProgramText(path))
    return { kind: 'unprovable', reason: 'it is no program text, so no test can be seen to depend on it.' };
  const places = placesToExecute(text, parsers);
  if (isScript(path) && parsers.ts !== undefined) return scriptDemand(parsers.ts, text, places, relocation, project);
  if (isPython(path)) return pythonDemand(text, parsers, places);
  if (before !== undefined && after !== undefined && path === from && hasSameTokens(path, before, after))
    return { kind: 'none', reason: sameButForLayout };
  return { kind: 'execution', places };
}

function scriptDemand(
  ts: Compiler,
  text: ChangedText,
  places: readonly ChangedLines[],
  relocation: Relocation,
  project: Project,
): Demand {
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

function pythonDemand(
  { before, after, path, from }: ChangedText,
  { python }: Parsers,
  places: readonly ChangedLines[],
): Demand {
  const [old, now] = [python.get(before ?? ''), python.get(after ?? '')];
  const isSame = old !== undefined && now !== undefined && old.error === null && old.fingerprint === now.fingerprint;
  // A file that is gone can be loaded no more, whatever was in it.
  if (isSame && path === from && after !== undefined) return { kind: 'none', reason: sameButForLayout };
  return { kind: 'execution', places };
}
