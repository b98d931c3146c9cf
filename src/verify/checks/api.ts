import type { Check, Finding } from '../../workspace/evidence.ts';
import type { VerificationTask } from '../../workspace/verification.ts';
import { isDeclaration, isPython, isScript, type ChangedText } from './changedText.ts';
import { exportedNames, type ExportedNames } from './exportedNames.ts';
import type { Parsers } from './facts.ts';
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
  const after = new Map(texts.map((text) => [text.path, namesOf(text.path, text.after, parsers)]));
  let looked = 0;
  for (const { path, from, before, role } of texts) {
    const [old, now] = [namesOf(from, before, parsers), after.get(path)];
    if (role === 'test' || old === undefined || now === undefined) continue;
    looked += 1;
    for (const [name, signature] of old) {
      const next = now.get(name);
      if (next === signature || asksForOtherNames(task, name)) continue;
      if (next !== undefined) changed.push({ message: `\`${name}\` is declared otherwise`, path });
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

/** Undefined when nothing reads the language; a text that is not there exports nothing. */
function namesOf(path: string, text: string | undefined, { ts, python }: Parsers): ExportedNames | undefined {
  if (isScript(path) && !isDeclaration(path)) {
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
