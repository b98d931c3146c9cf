import type { RelativePath } from '../../workspace/path.ts';
import type { ChangedSide, Span } from './changedSpans.ts';

/** What runs of a language, and what failing says. */
export interface Execution {
  /** Whether nothing of a file runs, so that no mistake can be made in it. Without it something of every file does. */
  readonly holdsOnlyTypes?: (path: RelativePath) => boolean;
  /** One-based lines that no count tells of and that killed mutants show to be executed all the same. Without it there are none. */
  readonly witnessedLines?: (changed: ChangedSide, killed: readonly Span[]) => readonly number[];
  /**
   * What the message of an assertion looks like that was not met, of a language in which mutants are made without their types being known: a
   * test that fails otherwise has only met an error. Without it every failure counts.
   */
  readonly assertionMessage?: RegExp;
  /** What an engine says itself of code that cannot go on, which shows no assertion. Without it no failure is told apart so. */
  readonly engineError?: RegExp;
  /** Whether a file of code is what a test is about; undefined where names in the test decide, as they do without it. */
  readonly isAbout?: (test: RelativePath, path: RelativePath) => boolean | undefined;
  /** The compiler and the linter of a project may look into its files. Without it neither is asked, and nothing is known of types. */
  readonly projectTools?: {
    /** Whether the compiler finds what is wrong with types there. */
    readonly isTyped: (path: RelativePath) => boolean;
  };
}
