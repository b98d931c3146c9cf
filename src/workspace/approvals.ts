import type { RelativePath } from './path.ts';

/** A program to run, always argv, never a shell line. */
export interface CommandLine {
  readonly argv: readonly [string, ...string[]];
  /** Where it runs: below the workspace folder, `''` for the folder itself. */
  readonly cwd: RelativePath;
  /** Where it came from, for the person who confirms it, for example `package.json, script "test"`. */
  readonly origin: string;
  /** What it is run for; the tests when it does not say. */
  readonly purpose?: 'tests' | 'types' | 'lint';
}

/** A program that waits for a confirmation. */
export interface CommandQuestion {
  readonly command: CommandLine;
  /** The text of the script that it stands for. */
  readonly content: string;
}

/** Why there can be no private copy of a workspace. */
export type CopyRefusal =
  /** As many files and bytes as were counted before it was given up; there may be more. */
  | { readonly kind: 'tooLarge'; readonly files: number; readonly bytes: number }
  /** The disk that holds temporary files is full. */
  | { readonly kind: 'noRoom' };

/** What only the person at the keyboard may allow. Everything defaults to no. */
export interface Approvals {
  /**
   * Shown in full and asked once per content (argv, cwd and the text of the script that it stands for); remembered by hash.
   * False when declined or when nobody can answer.
   */
  confirmCommand(command: CommandLine, content: string, signal: AbortSignal): Promise<boolean>;
  /** As one question for all of them, of which the tests alone may be allowed; the answers are in the order of the questions. */
  confirmCommands(questions: readonly CommandQuestion[], signal: AbortSignal): Promise<readonly boolean[]>;
  /**
   * Whether a change may be verified in the workspace itself since there can be no copy: it is written, tested, and every file is put back.
   * Asked for each workspace once; false when nobody can answer.
   */
  confirmInPlace(refusal: CopyRefusal, signal: AbortSignal): Promise<boolean>;
  /** Whether edits to tests, snapshots and their configuration are allowed in this run. */
  allowsTestEdits(): boolean;
}
