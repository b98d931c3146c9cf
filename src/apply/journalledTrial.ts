import { lstat, utimes } from 'node:fs/promises';
import { errorCode } from '../disk/errorCode.ts';
import type { Proposal } from '../edits/proposal.ts';
import { isAbortError, throwIfAborted } from '../util/abort.ts';
import type { TakenBack, TrialWriteOutcome, TrialWriter } from '../workspace/trialWriter.ts';
import { Journal, type JournalOptions, type OpenEntry } from './journal.ts';
import { ChangedMeanwhile } from './restore.ts';
import { noSteps, type StepHook } from './steps.ts';
import { writeTargets } from './writeTargets.ts';

/** When a file was last changed and read. */
interface FileTimes {
  readonly absolute: string;
  readonly atime: Date;
  readonly mtime: Date;
}

/**
 * Writes trials to disk by way of the journal: as long as one is there its entry is open, so that recovering, which every start begins with,
 * takes it back. While it lasts nobody else can write to the workspace through the journal.
 */
export class JournalledTrial implements TrialWriter {
  readonly #journal: Journal;
  readonly #onStep: StepHook;

  constructor(options: JournalOptions) {
    this.#journal = new Journal(options);
    this.#onStep = options.onStep ?? noSteps;
  }

  async write(proposal: Proposal, signal: AbortSignal): Promise<TrialWriteOutcome> {
    throwIfAborted(signal);
    const recorded = await this.#journal.record(proposal, { label: 'A trial in the workspace itself', isTrial: true });
    if (recorded.kind !== 'recorded') return recorded;
    const { entry } = recorded;
    const times = await timesOf(entry);
    try {
      await writeTargets(entry, this.#onStep, signal);
      throwIfAborted(signal);
    } catch (error) {
      const taken = await this.#takeBack(entry, times);
      if (isAbortError(error)) throw error;
      if (error instanceof ChangedMeanwhile) return { kind: 'stale', paths: [error.path] };
      const after = taken.kind === 'failed' ? taken.reason : 'Everything is as it was.';
      return {
        kind: 'failed',
        reason: `The change could not be written to be tried out (${errorCode(error)}). ${after}`,
      };
    }
    const takeBack = (keepsTimes: boolean): Promise<TakenBack> => this.#takeBack(entry, keepsTimes ? times : []);
    return { kind: 'written', trial: { takeBack } };
  }

  async #takeBack(entry: OpenEntry, times: readonly FileTimes[]): Promise<TakenBack> {
    try {
      const left = await this.#journal.putBack(entry);
      const kept = entry.targets.filter(({ path }) => left.includes(path)).map(({ absolute }) => absolute);
      for (const { absolute, atime, mtime } of times)
        if (!kept.includes(absolute)) await utimes(absolute, atime, mtime).catch(() => undefined);
      // Where somebody's work stood in the way the bytes from before stay in the journal.
      if (left.length === 0) await this.#journal.discard(entry);
      return { kind: 'restored', left };
    } catch (error) {
      const paths = entry.targets.map(({ path }) => path).join(', ');
      return {
        kind: 'failed',
        reason: `${paths} could not be put back (${errorCode(error)}); that is done at the next start.`,
      };
    }
  }
}

/** Of the files that stand there before. */
async function timesOf({ targets }: OpenEntry): Promise<readonly FileTimes[]> {
  const there = targets.filter(({ before }) => before !== undefined);
  const found = await Promise.all(
    there.map(async ({ absolute }): Promise<FileTimes[]> => {
      const stat = await lstat(absolute).catch(() => undefined);
      return stat === undefined ? [] : [{ absolute, atime: stat.atime, mtime: stat.mtime }];
    }),
  );
  return found.flat();
}
