import type { Candidate, LintPlace, Refactoring } from './candidate.ts';
import { applyEdits, keepsComments, withLineEndsOf, type Edit } from './edits.ts';
import type { CodeLinter, LintFinding, LintRules } from './linting.ts';
import type { Source } from './source.ts';

/** What every refactoring finds in one source, each list in order of text; the linter runs once for all of them. */
export function searchAll(linter: CodeLinter, source: Source, refactorings: readonly Refactoring[]): Candidate[] {
  const lintFindings = runLint(linter, source, refactorings);
  return refactorings.flatMap((refactoring) => {
    const { search } = refactoring;
    if (search.kind === 'own')
      return search.find(source).map((place) => withoutHarm(source, { refactoring, ...place }));
    return lintFindings
      .filter(({ lintRule }) => lintRule === search.lintRule)
      .flatMap((finding) => lintCandidates(source, refactoring, finding))
      .map((candidate) => withoutHarm(source, candidate));
  });
}

function runLint(linter: CodeLinter, source: Source, refactorings: readonly Refactoring[]): readonly LintFinding[] {
  const rules: Record<string, readonly unknown[]> = {};
  for (const { search } of refactorings) if (search.kind === 'lint') rules[search.lintRule] = search.options ?? [];
  const wanted: LintRules = rules;
  return Object.keys(wanted).length === 0 ? [] : linter.lint(source, wanted);
}

/** A linter's finding counts only with a fix that is known to be safe: the rest would be style talk. */
function lintCandidates(source: Source, refactoring: Refactoring, finding: LintFinding): Candidate[] {
  const { search } = refactoring;
  const { start, end, fix, messageId } = finding;
  if (search.kind !== 'lint') return [];
  if (fix === undefined) return [];
  const place: LintPlace = { source, messageId, start, end, fix };
  if (search.isSafe?.(place) === false) return [];
  const edit = search.polish ? { ...fix, text: search.polish(fix.text, place) } : fix;
  return [{ refactoring, start, end, edits: [edit] }];
}

/** Edits in the file's own line ends; none when they would lose a comment. */
function withoutHarm(source: Source, candidate: Candidate): Candidate {
  if (candidate.edits === undefined) return candidate;
  const edits = withLineEndsOf(source.text, candidate.edits);
  if (candidate.refactoring.dropsComments === true || !touchesComment(source.text, edits))
    return { ...candidate, edits };
  const after = applyEdits(source.text, edits);
  if (after !== undefined && keepsComments(source.text, after, source.language.mayHaveJsx))
    return { ...candidate, edits };
  const { edits: _dropped, ...told } = candidate;
  return told;
}

function touchesComment(text: string, edits: readonly Edit[]): boolean {
  return edits.some(({ start, end }) => /\/[/*]/.test(text.slice(start, end)));
}
