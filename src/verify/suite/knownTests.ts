import type { Proposal } from '../../edits/proposal.ts';
import { isNamedAsTest, type IsTest } from '../../workspace/pathPolicy.ts';
import type { TestRun } from '../../workspace/verification.ts';
import { collectedTests } from './collectedTests.ts';

/** What the last run showed of which files belong to the tests; before any, their names say it. */
export class KnownTests {
  readonly #root: string;
  #run: TestRun | undefined;
  #found: IsTest = isNamedAsTest;

  constructor(root: string) {
    this.#root = root;
  }

  readonly isTest: IsTest = (path) => this.#found(path);

  /** `applied` is what the files on the disk hold already, and the run did not. Rejects only by cancellation. */
  async learn(run: TestRun, applied: Proposal | undefined, signal: AbortSignal): Promise<void> {
    if (run.kind !== 'finished' || (applied === undefined && run === this.#run)) return;
    this.#found = await collectedTests(this.#root, run, applied, signal);
    this.#run = applied === undefined ? run : undefined;
  }

  forget(): void {
    this.#run = undefined;
    this.#found = isNamedAsTest;
  }
}
