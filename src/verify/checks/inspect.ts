import type { Proposal } from '../../edits/proposal.ts';
import type { Check, Checks, Finding } from '../../workspace/evidence.ts';
import type { Evidence, VerificationTask } from '../../workspace/verification.ts';
import { checkIntegrity, type IntegrityOptions } from '../guard/integrity.ts';
import { retitledIn } from '../guard/retitled.ts';
import type { RetitledFile } from '../guard/retitledRuns.ts';
import { checkApi } from './api.ts';
import { binaryReaders } from './binaryReaders.ts';
import { changedTexts, type ChangedText } from '../../languages/texts/changedText.ts';
import { compareComplexity } from './complexity.ts';
import { obligationsOf, strictDemands } from './proofObligations.ts';
import { loadParsers, type Parsers } from '../../languages/facts.ts';
import { languageOf, languages } from '../../languages/table.ts';
import type { Change, UncountedParts } from '../../languages/texts/language.ts';
import { Project, type ProjectTexts } from '../../languages/texts/project.ts';
import { usesIn } from '../../languages/script/projectUses.ts';
import { checkScope } from './scope.ts';
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
  const source = listedOnce(options);
  const parsers = await loadParsers(texts, signal, source);
  const change: Change<Parsers> = { texts, parsers, project: new Project(texts, source) };
  const demanded = obligationsOf(all, parsers, await binaryReaders(all, options.root, signal), change.project);
  const files = await strictDemands(demanded, change, source, signal);
  const doubts = languages.flatMap(({ otherUses }) => otherUses?.(change, task, source) ?? []);
  return {
    files,
    complexity: compareComplexity(texts, parsers),
    retitled: texts.flatMap((text) => retitledTests(text, parsers)),
    uncounted: texts.flatMap((text) => languageOf(text.path)?.uncountedParts?.(text, parsers) ?? []),
    checks: {
      syntax: checkSyntax(texts, parsers),
      api: withDoubts(checkApi(texts, task, parsers, usesIn(change.project)), doubts),
      bodies: bodiesOf(files),
      scope: checkScope(all, task),
      integrity: checkIntegrity(all, parsers, options),
    },
  };
}

/** Each question about the project lists its files anew, and they are the same ones while a change is looked at. */
function listedOnce<T extends Partial<ProjectTexts>>(source: T): T {
  const { listFiles } = source;
  if (listFiles === undefined) return source;
  let listed: { readonly files: ReturnType<typeof listFiles> } | undefined;
  return { ...source, listFiles: () => (listed ??= { files: listFiles() }).files };
}

function retitledTests({ path, role, before, after }: ChangedText, parsers: Parsers): readonly RetitledFile[] {
  if (role !== 'test' || before === undefined || after === undefined) return [];
  const tests = retitledIn(path, before, after, parsers) ?? [];
  return tests.length === 0 ? [] : [{ path, tests }];
}

/** What others may use are names, what they are bound to, and the paths of the files that have them. */
function withDoubts(names: Check, doubts: readonly Finding[]): Check {
  if (doubts.length === 0 || names.kind === 'failed') return names;
  return { kind: 'doubtful', findings: [...(names.kind === 'doubtful' ? names.findings : []), ...doubts] };
}

/** The comparison of bodies is what makes a demand one of resolution; all else must be executed, whatever it was called. */
function bodiesOf(files: Evidence['files']): Check {
  const others = files.filter(({ role, demand }) => role === 'code' && demand.kind === 'execution');
  return others.length === 0
    ? { kind: 'passed' }
    : { kind: 'passed', note: 'More than places and names differ, so that it must be executed.' };
}
