import type { Candidate } from '../analysis/candidate.ts';
import { createLinter } from '../analysis/linting.ts';
import { survey, type Plan } from '../analysis/planning.ts';
import { linesOf, rewrite, type Workbench } from '../analysis/rewriting.ts';
import { createSourceShelf, type Source } from '../analysis/source.ts';
import type { Analysis, Analyze, AnalysisRequest, Finding, Step } from '../analysis/refactoring.ts';
import { refactoringsFor, withFollowers } from '../refactorings/table.ts';

/**
 * What can be done in one file and what is worth telling about it. Only the text is known, so whatever would depend on the
 * types of imports is left alone. The first call reads the standard library and takes about a second.
 */
export const analyze: Analyze = createAnalyze();

/** An analysis with parsers of its own; equal requests get equal answers. */
export function createAnalyze(): Analyze {
  let bench: Workbench | undefined;
  return (request) => analyzeWith((bench ??= { shelf: createSourceShelf(), linter: createLinter() }), request);
}

function analyzeWith(bench: Workbench, request: AnalysisRequest): Analysis {
  const { path, text, intent, focus } = request;
  const source = bench.shelf.open(path, text);
  if (source === undefined) return { findings: [], steps: [] };
  const [error] = source.syntaxErrors;
  if (error !== undefined) return { findings: [syntaxFinding(error)], steps: [] };
  const { candidates, plans } = survey(bench, path, source, refactoringsFor(intent), focus);
  return {
    findings: candidates.map((candidate) => findingOf(source, candidate)),
    steps: plans.map((plan) => stepOf(bench, path, plan)),
  };
}

function syntaxFinding({ line, message }: Source['syntaxErrors'][number]): Finding {
  return {
    rule: 'syntax-error',
    title: 'The file does not parse',
    message: `${message} Nothing is proposed until that is mended.`,
    startLine: line,
    endLine: line,
    isFixable: false,
  };
}

function findingOf(source: Source, candidate: Candidate): Finding {
  const { rule, title, message } = candidate.refactoring;
  return {
    rule,
    title,
    message: candidate.message ?? message,
    ...linesOf(source, candidate),
    isFixable: candidate.edits !== undefined,
  };
}

function stepOf(bench: Workbench, path: string, { id, refactoring, unit, lines }: Plan): Step {
  return {
    id,
    rule: refactoring.rule,
    title: refactoring.title,
    ...lines,
    apply: (text) => rewrite(bench, path, text, withFollowers(refactoring), unit),
  };
}
