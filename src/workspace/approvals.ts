import type { RelativePath } from './path.ts';

/** A program to run, always argv, never a shell line. */
export interface CommandLine {
  readonly argv: readonly [string, ...string[]];
  /** Where it runs: below the workspace folder, `''` for the folder itself. */
  readonly cwd: RelativePath;
  /** Where it came from, for the person who confirms it, for example `package.json, script "test"`. */
  readonly origin: string;
}

/** What only the person at the keyboard may allow. Everything defaults to no. */
export interface Approvals {
  /**
   * Shown in full and asked once per content (argv, cwd and the text of the script that it stands for); remembered by hash.
   * False when declined or when nobody can answer.
   */
  confirmCommand(command: CommandLine, content: string, signal: AbortSignal): Promise<boolean>;
  /** Whether edits to tests, snapshots and their configuration are allowed in this run. */
  allowsTestEdits(): boolean;
}
