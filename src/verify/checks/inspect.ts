import type { Proposal } from '../../edits/proposal.ts';
import type { Check, Checks, Finding } from '../../workspace/evidence.ts';
import type { Evidence, VerificationTask } from '../../workspace/verification.ts';
import { checkIntegrity, type IntegrityOptions } from '../guard/integrity.ts';
import { retitledIn } from '../guard/retitled.ts';
import type { RetitledFile } from '../guard/retitledRuns.ts';
import { checkApi } from './api.ts';
import { reboundExports } from '../../languages/script/bindings.ts';
import type { Span } from '../../languages/texts/changedSpans.ts';
import type { UncountedParts } from '../coverage/evidence.ts';
import { binaryReaders } from './binaryReaders.ts';
import { changedTexts, isScript, type ChangedText } from '../../languages/texts/changedText.ts';
import { compareComplexity } from './complexity.ts';
import { demandsOf } from './demands.ts';
import { loadParsers, type Parsers } from '../../languages/facts.ts';
import { strictGo } from '../../languages/go/goDemands.ts';
import { guardedParts } from '../../languages/script/guardedParts.ts';
import { namedPaths, pathsOfPatterns } from './namedPaths.ts';
import { Project, type ProjectTexts } from '../../languages/texts/project.ts';
import { usesIn } from '../../languages/script/projectUses.ts';
import { movedModules, strictPython } from '../../languages/python/pythonDemands.ts';
import { followLoading } from '../../languages/python/pythonOrder.ts';
import { PythonProject } from '../../languages/python/pythonProject.ts';
import { checkScope } from './scope.ts';
import { parseScript } from '../../languages/script/scripts.ts';
import { checkSyntax } from './syntax.ts';

/** What the texts of a proposal say by themselves, before anything is run. */
export interface Inspection extends Pick<Evidence, 'files' | 'complexity'> {
  readonly checks: Omit<Checks, 'types' | 'lint'>;
  readonly uncounted: readonly UncountedParts[];
  /** Tests that are called otherwise in files of tests that are the same in all else. */
  readonly retitled: readonly RetitledFile[];
}

/** Runs nothing of the project. Rejects only by cancellation. */
export async function inspect(
  proposal: Proposal,
  task: VerificationTask,
  options: IntegrityOptions & Partial<ProjectTexts> & { readonly root?: string },
  signal: AbortSignal,
): Promise<Inspection> {
  const all = changedTexts(proposal, options.isTest);
  const texts = all.filter(({ isBinary }) => isBinary !== true);
  const python = new PythonProject(texts, options);
  const parsers = await loadParsers(texts, signal, () => python.names);
  const loading = await followLoading(texts, parsers, python, signal);
  const project = new Project(texts, options);
  const demanded = demandsOf(all, parsers, await binaryReaders(all, options.root, signal), project);
  const files = strictGo(strictPython(demanded, texts, parsers, python, loading), texts, options);
  return {
    files,
    complexity: compareComplexity(texts, parsers),
    retitled: texts.flatMap((text) => retitledTests(text, parsers)),
    uncounted: texts.flatMap((text) => uncountedParts(text, parsers)),
    checks: {
      syntax: checkSyntax(texts, parsers),
      api: withDoubts(checkApi(texts, task, parsers, usesIn(project)), [
        ...namedPaths(texts, options.readText),
        ...movedModules(texts, task),
        ...pathsOfPatterns(texts, project),
        ...reboundExports(texts, parsers, project),
      ]),
      bodies: bodiesOf(files),
      scope: checkScope(all, task),
      integrity: checkIntegrity(all, parsers, options),
    },
  };
}

function retitledTests({ path, role, before, after }: ChangedText, { ts }: Parsers): readonly RetitledFile[] {
  if (role !== 'test' || before === undefined || after === undefined) return [];
  const tests = retitledIn(ts, path, before, after) ?? [];
  return tests.length === 0 ? [] : [{ path, tests }];
}

/** What others may use are names, what they are bound to, and the paths of the files that have them. */
function withDoubts(names: Check, doubts: readonly Finding[]): Check {
  if (doubts.length === 0 || names.kind === 'failed') return names;
  return { kind: 'doubtful', findings: [...(names.kind === 'doubtful' ? names.findings : []), ...doubts] };
}

/**
 * What stays as it is need not be counted anew: of the text before, the parts that are not in the text after, neither guarded in the same
 * way nor in any other.
 */
function uncountedParts(
  { path, from, before = '', after = '' }: ChangedText,
  { ts }: Parsers,
): readonly UncountedParts[] {
  if (ts === undefined || !isScript(path)) return [];
  const partsOf = (
    own: string,
    text: string,
  ): readonly (Span & { readonly text: string; readonly isStep: boolean })[] => {
    const source = parseScript(ts, own, text);
    return guardedParts(ts, source).map(({ start, end, owner, isStep }) => ({
      ...{ start, end, isStep },
      text: owner.getText(source),
    }));
  };
  const now = partsOf(path, after);
  const isLess = (part: string): boolean => before.split(part).length > after.split(part).length;
  const gone = partsOf(from, before).filter(
    ({ start, end, text, isStep }) =>
      !isStep && !now.some((one) => one.text.endsWith(text)) && isLess(before.slice(start, end)),
  );
  return [
    { path: from, side: 'before', spans: gone },
    { path, side: 'after', spans: now },
  ];
}

/** The comparison of bodies is what makes a demand one of resolution; all else must be executed, whatever it was called. */
function bodiesOf(files: Evidence['files']): Check {
  const others = files.filter(({ role, demand }) => role === 'code' && demand.kind === 'execution');
  return others.length === 0
    ? { kind: 'passed' }
    : { kind: 'passed', note: 'More than places and names differ, so that it must be executed.' };
}
