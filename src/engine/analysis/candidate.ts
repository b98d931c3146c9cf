import type { Intent } from './refactoring.ts';
import type { Edit } from './edits.ts';
import type { Source } from './source.ts';

/** One place in one text where a refactoring could act; without `edits` it is only worth telling. */
export interface Candidate {
  readonly refactoring: Refactoring;
  /** Offsets of what is meant; the steps of a function are found by `start`. */
  readonly start: number;
  readonly end: number;
  /** Said instead of the refactoring's own message. */
  readonly message?: string;
  readonly edits?: readonly Edit[];
}

/** A rewrite or a report, with everything that people are told about it. */
export interface Refactoring {
  /** Unique in the table. */
  readonly rule: string;
  readonly title: string;
  readonly message: string;
  /** Empty for a follow-up that is never offered on its own. */
  readonly intents: readonly Intent[];
  /** Rules whose findings are worked off in the same place right after this one, as part of the same step. */
  readonly followedBy?: readonly string[];
  /** True when comments go with the code that they are about, which a rewrite must never do. */
  readonly dropsComments?: boolean;
  /** Pure. A candidate with edits promises that they keep the behaviour of the text. */
  readonly search: Search;
}

/** How candidates are found: by a rule of the linter, with a precondition for its fix, or by own code. */
export type Search =
  | {
      readonly kind: 'lint';
      /** As ESLint names it, for example `unicorn/no-for-loop`. */
      readonly lintRule: string;
      readonly options?: readonly unknown[];
      /** True when the fix keeps the behaviour here; without it the rule is trusted. */
      readonly isSafe?: (place: LintPlace) => boolean;
      /** Brings what the rule writes into better form, with the same meaning. */
      readonly polish?: (text: string, place: LintPlace) => string;
    }
  | { readonly kind: 'own'; find(source: Source): readonly FoundPlace[] };

export interface FoundPlace {
  readonly start: number;
  readonly end: number;
  readonly message?: string;
  readonly edits?: readonly Edit[];
}

/** A finding of the linter that has a fix. */
export interface LintPlace {
  readonly source: Source;
  readonly messageId: string;
  /** Offsets of the report. */
  readonly start: number;
  readonly end: number;
  readonly fix: Edit;
}
