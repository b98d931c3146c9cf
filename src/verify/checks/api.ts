import { posix } from 'node:path';
import type { Check } from '../../workspace/evidence.ts';
import type { VerificationTask } from '../../workspace/verification.ts';
import { askedSentence, findingOf, isAsked, type ApiChange } from './apiChanges.ts';
import { noProject, type ProjectUses } from '../../languages/script/projectUses.ts';
import { isGo, isPython, isScript, type ChangedText } from '../../languages/texts/changedText.ts';
import {
  absoluteName,
  elsewhere,
  fromElsewhere,
  isSameModule,
  leading,
  leadsTo,
  type ExportedNames,
} from '../../languages/texts/elsewhere.ts';
import { exportedNames } from '../../languages/script/exportedNames.ts';
import type { Parsers } from '../../languages/facts.ts';
import {
  changesItsClass,
  compareExports,
  handedOnNames,
  isPackage,
  mayBeInherited,
  moduleName,
} from '../../languages/python/pythonExports.ts';
import type { PythonFacts } from '../../languages/python/pythonFacts.ts';
import { goNames } from '../../languages/go/goApi.ts';
import { suitsTheSame } from '../../languages/script/signatures.ts';

/**
 * What others may use of the changed files. A name that is gone fails whoever uses it, so that is a failure; a name that is declared
 * otherwise may suit every caller or none, so that is a doubt. Where the goal names it, it is told as what was asked for: the callers that
 * are seen are checked by compiler and tests then. Names that come are only noted.
 */
export function checkApi(
  texts: readonly ChangedText[],
  task: VerificationTask,
  parsers: Parsers,
  project: ProjectUses = noProject,
): Check {
  const changes: ApiChange[] = [];
  const notes: string[] = [];
  const asked: string[] = [];
  const sides: Sides = {
    before: new Map(texts.map((text) => [text.from, namesOf(text.from, text.before, parsers)])),
    after: new Map(texts.map((text) => [text.path, namesOf(text.path, text.after, parsers)])),
  };
  let looked = 0;
  for (const text of texts) {
    const [old, now] = [sides.before.get(text.from), sides.after.get(text.path)];
    if (text.role === 'test' || old === undefined || now === undefined) continue;
    looked += 1;
    const added = new Map([...now].filter(([name]) => !old.has(name)));
    for (const change of changesOf(text, texts, sides, parsers, project))
      if (isAsked(task, change)) asked.push(askedSentence(task, change, added));
      else changes.push(change);
    if (added.size > 0) notes.push(`${text.path} exports ${[...added.keys()].join(', ')} now`);
  }
  const gone = changes.filter(({ isGone }) => isGone);
  if (gone.length > 0) return { kind: 'failed', findings: gone.map(findingOf) };
  if (changes.length > 0) return { kind: 'doubtful', findings: changes.map(findingOf) };
  if (looked === 0) return { kind: 'unknown', reason: 'Nothing here reads what the changed files export.' };
  const note = notes.length === 0 ? {} : { note: `${notes.join('; ')}.` };
  return { kind: 'passed', ...note, ...(asked.length > 0 && { asked: [...new Set(asked)] }) };
}

type Sides = Readonly<Record<'before' | 'after', Modules>>;

/** What differs of one file for others, asked for or not. */
function changesOf(
  text: ChangedText,
  texts: readonly ChangedText[],
  sides: Sides,
  parsers: Parsers,
  project: ProjectUses,
): readonly ApiChange[] {
  const { path, from, after } = text;
  const [old, now]: readonly ExportedNames[] = [
    sides.before.get(from) ?? new Map(),
    sides.after.get(path) ?? new Map(),
  ];
  const found: ApiChange[] = [];
  const add = (name: string, isGone: boolean, message: string, last?: string, next?: string): void =>
    void found.push({ name, path, isGone, message, last, next });
  const handedOn = isGo(path) ? namesBeside(text, texts, sides.after) : importedNames(path, after, parsers);
  for (const [name, signature] of old ?? []) {
    const next = resolved(now?.get(name) ?? handedOn.get(name), path, sides.after);
    const last = resolved(signature, from, sides.before);
    if (isKept(last, next)) continue;
    // Of an object that is not written out it is not known what was in it, nor what is.
    const isOpen = isScript(path) && (name === '*' || now?.has('*') === true);
    const wasAnything = name === 'module.exports' && last === 'a value' && (now?.size ?? 0) > 0;
    const mayBeGone =
      isOpen || wasAnything || name.startsWith('* ') || handedOn.has('*') || mayBeInherited(name, now ?? new Map());
    const place = next === undefined && isScript(path) ? otherPlace(name, last, text, texts, sides) : undefined;
    if (next !== undefined || isAttached(path, name)) add(name, false, `\`${name}\` is declared otherwise`, last, next);
    else if (mayBeGone) add(name, false, `\`${name}\` may be gone`, last);
    else if (place === undefined) add(name, true, `\`${name}\` is no longer exported`, last);
    // Where nobody outside can load the file, and nobody inside takes the name from it, it makes no difference where it stands.
    else if (!project.isInternal(from) || project.takesFrom(name, from))
      add(name, false, `\`${name}\` is exported by ${place} now, and no longer from here`, last);
  }
  const lists = listsOf(text, parsers);
  for (const name of lists.gone) add(name, true, `\`${name}\` is no longer exported`);
  for (const message of lists.doubts) add('__all__', false, message);
  if (after === undefined && isPython(path)) {
    if (isPackage(path)) add(moduleName(path), false, 'Its folder is no package of its own any more');
    else if (!moduleName(path).startsWith('_')) add(moduleName(path), true, 'The module is no longer there');
  }
  for (const name of now?.keys() ?? [])
    if (isPython(path) && !old?.has(name) && changesItsClass(name) && old?.has(ownerOf(name)) === true)
      add(name, false, `\`${name}\` is new`);
  return found;
}

/** The changed file that exports a name now as another one did before. */
function otherPlace(
  name: string,
  last: string | undefined,
  { path }: ChangedText,
  texts: readonly ChangedText[],
  { before, after }: Sides,
): string | undefined {
  return texts.find((one) => {
    if (one.path === path || one.role === 'test' || before.get(one.from)?.has(name) === true) return false;
    const next = resolved(after.get(one.path)?.get(name), one.path, after);
    return next !== undefined && isKept(last, next);
  })?.path;
}

type Modules = ReadonlyMap<string, ExportedNames | undefined>;

/** What was put onto a function or a class of a script, which may be a part of it now. */
function isAttached(path: string, name: string): boolean {
  return isScript(path) && name.includes('.') && name !== 'module.exports';
}

/** Whether whoever used the one can use the other. */
function isKept(last: string | undefined, next: string | undefined): boolean {
  if (last === undefined || next === undefined) return last === next;
  return isSameDeclaration(last, next) || suitsTheSame(last, next);
}

/** How a name is declared where it stands; where that is not among the changed files, its name there and the place. */
function resolved(signature: string | undefined, path: string, modules: Modules, depth = 0): string | undefined {
  const target = signature === undefined ? undefined : elsewhere(signature);
  if (target === undefined) return signature;
  const file = [...modules.keys()].find((one) => leadsTo(target.specifier, path, one));
  const own = file === undefined || depth > 5 ? undefined : modules.get(file)?.get(target.name);
  if (own !== undefined && file !== undefined) return resolved(own, file, modules, depth + 1);
  // A changed file that hands the name on by a way that is not followed leaves the place open.
  if (file !== undefined) return theName(target.name, '');
  const { specifier } = target;
  return theName(target.name, isPython(path) ? absoluteName(specifier, posix.dirname(path)) : leading(path, specifier));
}

function theName(name: string, place: string): string {
  return `the name ${name}\n${place}`;
}

function isSameDeclaration(a: string, b: string): boolean {
  if (a === b) return true;
  const [[nameA, placeA], [nameB, placeB]] = [a.split('\n'), b.split('\n')];
  if (!a.startsWith('the name ') || nameA !== nameB || placeA === undefined || placeB === undefined) return false;
  return placeA === '' || placeB === '' || isSameModule(placeA, placeB);
}

function ownerOf(member: string): string {
  return member.slice(0, member.lastIndexOf('.'));
}

function listsOf({ path, from, before, after }: ChangedText, parsers: Parsers): ReturnType<typeof compareExports> {
  const [old, now] = [factsOf(from, before, parsers), factsOf(path, after, parsers)];
  return old === undefined || now === undefined ? { gone: [], doubts: [] } : compareExports(old, now);
}

function factsOf(path: string, text: string | undefined, { python }: Parsers): PythonFacts | undefined {
  const facts = isPython(path) && text !== undefined ? python.get(text) : undefined;
  return facts?.error === null ? facts : undefined;
}

/** A package of Go is all the files of a folder. */
function namesBeside({ path }: ChangedText, texts: readonly ChangedText[], after: Modules): ExportedNames {
  const others = texts.filter(
    (one) => one.path !== path && one.role !== 'test' && posix.dirname(one.path) === posix.dirname(path),
  );
  return new Map(others.flatMap((one) => [...(after.get(one.path) ?? [])]));
}

/** In Python every name that a module has taken from another one can be taken from it. */
function importedNames(path: string, text: string | undefined, parsers: Parsers): ExportedNames {
  const facts = factsOf(path, text, parsers);
  return new Map(
    (facts?.imported ?? []).map(({ name, module, original }) => [
      name,
      fromElsewhere({ specifier: module, name: original }),
    ]),
  );
}

/** Undefined when nothing reads the language; a text that is not there exports nothing. */
function namesOf(path: string, text: string | undefined, parsers: Parsers): ExportedNames | undefined {
  if (isScript(path)) {
    if (parsers.ts === undefined) return undefined;
    return text === undefined ? new Map() : exportedNames(parsers.ts, path, text);
  }
  if (isGo(path)) return text === undefined ? new Map() : goNames(path, text);
  if (!isPython(path)) return undefined;
  if (text === undefined) return new Map();
  const facts = factsOf(path, text, parsers);
  if (facts === undefined) return undefined;
  const declared = facts.api.map(({ name, signature }) => [name, signature] as const);
  return new Map([...handedOnNames(path, facts), ...declared]);
}
