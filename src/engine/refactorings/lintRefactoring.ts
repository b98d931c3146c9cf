import type { LintPlace, Refactoring } from '../analysis/candidate.ts';
import type { Intent } from '../analysis/refactoring.ts';

interface LintRefactoring {
  /** Where the linter's rules of two plugins share a name. */
  readonly rule?: string;
  readonly title: string;
  readonly message: string;
  readonly intents: readonly Intent[];
  readonly options?: readonly unknown[];
  readonly followedBy?: readonly string[];
  readonly isSafe?: (place: LintPlace) => boolean;
  readonly polish?: (text: string, place: LintPlace) => string;
}

/** A refactoring that a rule of the linter finds and does; its name is the rule's without the plugin. */
export function lintRefactoring(lintRule: string, parts: LintRefactoring): Refactoring {
  const { options, isSafe, polish, ...rest } = parts;
  const rule = parts.rule ?? lintRule.replace(/^.*\//, '');
  const own = { ...(options && { options }), ...(isSafe && { isSafe }), ...(polish && { polish }) };
  return { ...rest, rule, search: { kind: 'lint', lintRule, ...own } };
}
