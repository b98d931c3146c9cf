import type { ProofObligation, Finding } from '../../workspace/evidence.ts';
import type { VerificationTask } from '../../workspace/verification.ts';
import { isPython, type ChangedText } from '../texts/changedText.ts';
import type { PythonFacts, PythonParser } from './pythonFacts.ts';
import { followLoading, loadingDoubts } from './pythonOrder.ts';
import { isPackage, moduleName } from './pythonExports.ts';
import { PythonProject, readsDocumentation, readsSource } from './pythonProject.ts';
import type { Change, ObligationOf, UnshownBy } from '../texts/language.ts';
import type { ProjectTexts } from '../texts/project.ts';
import { sameButForLayout } from '../texts/sameProgram.ts';
import { namesThing } from '../texts/task.ts';

/** Nothing of a file that Python reads as the same; of all others nothing more is known. */
export function pythonObligations({ parsers: { python } }: Change<PythonParser>): ObligationOf {
  return ({ before, after, path, from }) => {
    const [old, now] = [python.get(before ?? ''), python.get(after ?? '')];
    const isSame = old !== undefined && now !== undefined && old.error === null && old.fingerprint === now.fingerprint;
    // A file that is gone can be loaded no more, whatever was in it.
    return isSame && path === from && after !== undefined ? { kind: 'none', reason: sameButForLayout } : undefined;
  };
}

/**
 * What of changed Python files counts beside their statements: what is obeyed and not executed, texts that others read, and what loading a
 * module does. No line that a test executes shows any of these. Rejects only by cancellation.
 */
export async function unshownByPython(
  { texts, parsers }: Change<PythonParser>,
  source: Partial<ProjectTexts>,
  signal: AbortSignal,
): Promise<UnshownBy> {
  const project = new PythonProject(texts, source);
  const loading = await followLoading(texts, parsers, project, signal);
  const loadingDoubt = loadingDoubts(texts, parsers, project, loading);
  return (text, demand) => reasonOf(text, demand, parsers, project) ?? loadingDoubt(text);
}

function reasonOf(
  text: ChangedText,
  demand: ProofObligation,
  { python }: PythonParser,
  project: PythonProject,
): string | undefined {
  const { path, from, before, after } = text;
  if (before === undefined || after === undefined) return undefined;
  const [old, now] = [python.get(before), python.get(after)];
  if (old === undefined || now === undefined || old.error !== null || now.error !== null) return undefined;
  if (old.obeyed !== now.obeyed) return obeyedReason;
  if (describesOtherwise(old, now, 'seen'))
    return 'a text differs that describes a function or a class, and that a decorator or a base class may read.';
  if (describesOtherwise(old, now, 'plain')) {
    const reader = project.holding(readsDocumentation);
    if (reader !== undefined) return `its documentation differs, and ${reader} reads what code says of itself.`;
  }
  if (demand.kind === 'none' && before !== after) {
    const reader = project.holding(readsSource);
    if (reader !== undefined) return `its comments or layout differ, and ${reader} reads the text of code.`;
  }
  if (path !== from && knowsItsPlace.test(before)) return 'it asks where it stands, and stands elsewhere now.';
  const isSilent = demand.kind === 'execution' && demand.places.length === 0 && before !== after;
  return isSilent ? 'it differs where no line could be seen to be executed.' : undefined;
}

const obeyedReason =
  'what is obeyed and not executed differs (how the text is encoded, the first line, what a tool is told), and no executed line shows what that does.';

/** Not to ask whether it is the program itself, nor to name a logger. */
const knowsItsPlace =
  /\b__(?:file|path|package|spec|module|qualname)__\b|(?<!getLogger\(\s*)\b__name__\b(?!\s*==\s*["']__main__)|\bget_data\b|\bresources\b|\bpickle\b/;

function describesOtherwise(old: PythonFacts, now: PythonFacts, kind: 'plain' | 'seen'): boolean {
  const [then, next] = [old.documentation[kind], now.documentation[kind]];
  return Object.entries(then).some(([name, text]) => name in next && next[name] !== text);
}

/** Public modules that have another name now, unless the goal asks for it: who imports them from outside is seen by no test. */
export function movedModules(texts: readonly ChangedText[], task: VerificationTask): readonly Finding[] {
  return texts
    .filter(({ path, from, role, after }) => role === 'code' && isPython(from) && after !== undefined && path !== from)
    .filter(({ from }) => !isPackage(from) && !moduleName(from).startsWith('_'))
    .filter(({ from }) => !namesThing(task, moduleName(from)))
    .map(({ from, path }) => ({ message: `\`${moduleName(from)}\` can be imported by that name no more`, path }));
}
