import type { Check } from '../../workspace/evidence.ts';
import type { VerificationTask } from '../../workspace/verification.ts';
import type { Parsers } from '../../languages/facts.ts';
import { noProject, type ProjectUses } from '../../languages/script/projectUses.ts';
import { suitsTheSame } from '../../languages/script/signatures.ts';
import { languageOf } from '../../languages/table.ts';
import type { ChangedText } from '../../languages/texts/changedText.ts';
import { reExportOf, isSameModule, type ExportedNames } from '../../languages/texts/reExports.ts';
import type { ExportingFiles } from '../../languages/texts/language.ts';
import { askedSentence, findingOf, isAsked, type ApiChange } from './apiChanges.ts';

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

type Sides = Readonly<Record<'before' | 'after', ExportingFiles>>;

/** What differs of one file for others, asked for or not. */
function changesOf(
  text: ChangedText,
  texts: readonly ChangedText[],
  sides: Sides,
  parsers: Parsers,
  project: ProjectUses,
): readonly ApiChange[] {
  const { path, from } = text;
  const [old, now]: readonly ExportedNames[] = [
    sides.before.get(from) ?? new Map(),
    sides.after.get(path) ?? new Map(),
  ];
  const found: ApiChange[] = [];
  const add = (name: string, isGone: boolean, message: string, last?: string, next?: string): void =>
    void found.push({ name, path, isGone, message, last, next });
  const language = languageOf(path);
  const handedOn: ExportedNames = language?.handedOn?.({ text, texts, after: sides.after, parsers }) ?? new Map();
  for (const [name, signature] of old ?? []) {
    const next = resolved(now?.get(name) ?? handedOn.get(name), path, sides.after);
    const last = resolved(signature, from, sides.before);
    if (isKept(last, next)) continue;
    const mayBeGone = language?.mayBeThere?.({ name, last, listed: now ?? new Map(), handedOn }) === true;
    const isFollowed = next === undefined && language?.isFoundAnywhere === true;
    const place = isFollowed ? otherPlace(name, last, text, texts, sides) : undefined;
    if (next !== undefined || language?.isPartOfAnother?.(name) === true)
      add(name, false, `\`${name}\` is declared otherwise`, last, next);
    else if (mayBeGone) add(name, false, `\`${name}\` may be gone`, last);
    else if (place === undefined) add(name, true, `\`${name}\` is no longer exported`, last);
    // Where nobody outside can load the file, and nobody inside takes the name from it, it makes no difference where it stands.
    else if (!project.isInternal(from) || project.takesFrom(name, from))
      add(name, false, `\`${name}\` is exported by ${place} now, and no longer from here`, last);
  }
  for (const one of language?.otherExports?.(text, { old: old ?? new Map(), now: now ?? new Map() }, parsers) ?? [])
    add(one.name, one.isGone, one.message);
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

/** Whether whoever used the one can use the other. */
function isKept(last: string | undefined, next: string | undefined): boolean {
  if (last === undefined || next === undefined) return last === next;
  return isSameDeclaration(last, next) || suitsTheSame(last, next);
}

/** How a name is declared where it stands; where that is not among the changed files, its name there and the place. */
function resolved(signature: string | undefined, path: string, modules: ExportingFiles, depth = 0): string | undefined {
  const target = signature === undefined ? undefined : reExportOf(signature);
  if (target === undefined) return signature;
  const language = languageOf(path);
  const file = [...modules.keys()].find((one) => language?.leadsTo?.(target.specifier, path, one) === true);
  const own = file === undefined || depth > 5 ? undefined : modules.get(file)?.get(target.name);
  if (own !== undefined && file !== undefined) return resolved(own, file, modules, depth + 1);
  // A changed file that hands the name on by a way that is not followed leaves the place open.
  if (file !== undefined) return theName(target.name, '');
  const { specifier } = target;
  return theName(target.name, language?.placeOf?.(specifier, path) ?? specifier);
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

/** Undefined when nothing reads the language. */
function namesOf(path: string, text: string | undefined, parsers: Parsers): ExportedNames | undefined {
  return languageOf(path)?.exportedNames?.(path, text, parsers);
}
