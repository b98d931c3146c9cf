import { posix } from 'node:path';
import type { Check, Finding } from '../../workspace/evidence.ts';
import type { VerificationTask } from '../../workspace/verification.ts';
import { isGo, isPython, isScript, type ChangedText } from './changedText.ts';
import { absoluteName, elsewhere, fromElsewhere, isSameModule, leading, leadsTo } from './elsewhere.ts';
import { exportedNames, type ExportedNames } from './exportedNames.ts';
import type { Parsers } from './facts.ts';
import {
  changesItsClass,
  compareExports,
  handedOnNames,
  isPackage,
  mayBeInherited,
  moduleName,
} from './pythonExports.ts';
import type { PythonFacts } from './pythonFacts.ts';
import { goNames } from './goApi.ts';
import { suitsTheSame } from './signatures.ts';
import { asksForOtherNames } from './task.ts';

/**
 * What others may use of the changed files. A name that is gone fails whoever uses it, so that is a failure; a name that is declared
 * otherwise may suit every caller or none, so that is a doubt. Neither counts where the goal asks for it: the callers that are seen
 * are checked by compiler and tests then. Names that come are only noted.
 */
export function checkApi(texts: readonly ChangedText[], task: VerificationTask, parsers: Parsers): Check {
  const gone: Finding[] = [];
  const changed: Finding[] = [];
  const notes: string[] = [];
  const sides: Readonly<Record<'before' | 'after', Modules>> = {
    before: new Map(texts.map((text) => [text.from, namesOf(text.from, text.before, parsers)])),
    after: new Map(texts.map((text) => [text.path, namesOf(text.path, text.after, parsers)])),
  };
  let looked = 0;
  for (const text of texts) {
    const { path, from, after, role } = text;
    const [old, now] = [sides.before.get(from), sides.after.get(path)];
    if (role === 'test' || old === undefined || now === undefined) continue;
    looked += 1;
    const handedOn = isGo(path) ? namesBeside(text, texts, sides.after) : importedNames(path, after, parsers);
    for (const [name, signature] of old) {
      const next = resolved(now.get(name) ?? handedOn.get(name), path, sides.after);
      const last = resolved(signature, from, sides.before);
      if (isKept(last, next) || asksForOtherNames(task, name)) continue;
      const mayBeGone = name.startsWith('* ') || handedOn.has('*') || mayBeInherited(name, now);
      if (next !== undefined || isAttached(path, name))
        changed.push({ message: `\`${name}\` is declared otherwise`, path });
      else if (mayBeGone) changed.push({ message: `\`${name}\` may be gone`, path });
      else gone.push({ message: `\`${name}\` is no longer exported`, path });
    }
    const lists = listsOf(text, parsers);
    const isUnasked = (name: string): boolean => !asksForOtherNames(task, name);
    gone.push(...lists.gone.filter(isUnasked).map((name) => ({ message: `\`${name}\` is no longer exported`, path })));
    if (isUnasked('__all__')) changed.push(...lists.doubts.map((message) => ({ message, path })));
    if (after === undefined && isPython(path) && isUnasked(moduleName(path))) {
      if (isPackage(path)) changed.push({ message: 'Its folder is no package of its own any more', path });
      else if (!moduleName(path).startsWith('_')) gone.push({ message: 'The module is no longer there', path });
    }
    const added = [...now.keys()].filter((name) => !old.has(name));
    for (const name of added.filter((one) => isPython(path) && changesItsClass(one) && old.has(ownerOf(one))))
      if (isUnasked(name)) changed.push({ message: `\`${name}\` is new`, path });
    if (added.length > 0) notes.push(`${path} exports ${added.join(', ')} now`);
  }
  if (gone.length > 0) return { kind: 'failed', findings: gone };
  if (changed.length > 0) return { kind: 'doubtful', findings: changed };
  if (looked === 0) return { kind: 'unknown', reason: 'Nothing here reads what the changed files export.' };
  return notes.length === 0 ? { kind: 'passed' } : { kind: 'passed', note: `${notes.join('; ')}.` };
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
