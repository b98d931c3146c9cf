import type { Check, Finding } from '../../workspace/evidence.ts';
import type { VerificationTask } from '../../workspace/verification.ts';
import { isPython, isScript, type ChangedText } from './changedText.ts';
import { elsewhere, fromElsewhere, leadsTo } from './elsewhere.ts';
import { exportedNames, type ExportedNames } from './exportedNames.ts';
import type { Parsers } from './facts.ts';
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
  for (const { path, from, after, role } of texts) {
    const [old, now] = [sides.before.get(from), sides.after.get(path)];
    if (role === 'test' || old === undefined || now === undefined) continue;
    looked += 1;
    const handedOn = importedNames(path, after, parsers);
    for (const [name, signature] of old) {
      const next = resolved(now.get(name) ?? handedOn.get(name), path, sides.after);
      const last = resolved(signature, from, sides.before);
      const isKept = next === last || (next !== undefined && last !== undefined && suitsTheSame(last, next));
      if (isKept || asksForOtherNames(task, name)) continue;
      // What was put onto a function or a class may be a part of it now.
      const isPart = name.includes('.') && name !== 'module.exports';
      if (next !== undefined || isPart) changed.push({ message: `\`${name}\` is declared otherwise`, path });
      else gone.push({ message: `\`${name}\` is no longer exported`, path });
    }
    const added = [...now.keys()].filter((name) => !old.has(name));
    if (added.length > 0) notes.push(`${path} exports ${added.join(', ')} now`);
  }
  if (gone.length > 0) return { kind: 'failed', findings: gone };
  if (changed.length > 0) return { kind: 'doubtful', findings: changed };
  if (looked === 0) return { kind: 'unknown', reason: 'Nothing here reads what the changed files export.' };
  return notes.length === 0 ? { kind: 'passed' } : { kind: 'passed', note: `${notes.join('; ')}.` };
}

type Modules = ReadonlyMap<string, ExportedNames | undefined>;

/** How a name is declared where it stands; where that is not among the changed files, only its name there. */
function resolved(signature: string | undefined, path: string, modules: Modules, depth = 0): string | undefined {
  const target = signature === undefined ? undefined : elsewhere(signature);
  if (target === undefined) return signature;
  const file = [...modules.keys()].find((one) => leadsTo(target.specifier, path, one));
  const own = file === undefined || depth > 5 ? undefined : modules.get(file)?.get(target.name);
  return file === undefined || own === undefined ? `the name ${target.name}` : resolved(own, file, modules, depth + 1);
}

/** In Python every name that a module has taken from another one can be taken from it. */
function importedNames(path: string, text: string | undefined, { python }: Parsers): ExportedNames {
  const facts = isPython(path) && text !== undefined ? python.get(text) : undefined;
  return new Map(
    (facts?.imported ?? []).map(({ name, module, original }) => [
      name,
      fromElsewhere({ specifier: module, name: original }),
    ]),
  );
}

/** Undefined when nothing reads the language; a text that is not there exports nothing. */
function namesOf(path: string, text: string | undefined, { ts, python }: Parsers): ExportedNames | undefined {
  if (isScript(path)) {
    if (ts === undefined) return undefined;
    return text === undefined ? new Map() : exportedNames(ts, path, text);
  }
  if (!isPython(path)) return undefined;
  if (text === undefined) return new Map();
  const facts = python.get(text);
  return facts === undefined || facts.error !== null
    ? undefined
    : new Map(facts.api.map(({ name, signature }) => [name, signature]));
}
