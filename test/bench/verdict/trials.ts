import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createVerifier, type DisposableVerifier } from '../../../src/verify/verifier.ts';
import { InPlace } from './independent.ts';
import { layOut, type Candidate, type Subject } from './subject.ts';
import type { Row } from './table.ts';

/** How many changes are wanted of each side; what is missing is missing in the candidates. */
export interface Wanted {
  readonly breaking: number;
  readonly safe: number;
}

export interface Outcome {
  /** Changes that turn the project's own tests red where they are made in place. */
  readonly breaking: readonly Row[];
  /** Refactorings that leave them green. */
  readonly safe: readonly Row[];
  /** Candidates that were neither: breaking ones that no test notices, refactorings that were not done right. */
  readonly dropped: { readonly unnoticed: number; readonly wrong: number };
}

/** A subject in two folders: one that the product verifies, one in which changes are really made. */
export class Trial {
  readonly #inPlace: InPlace;
  readonly #verifier: DisposableVerifier;

  constructor(subject: Subject, folder: string) {
    const root = join(folder, 'workspace', subject.name);
    const copies = join(folder, 'copies', subject.name);
    for (const path of [root, copies]) mkdirSync(path, { recursive: true });
    layOut(subject, root);
    this.#inPlace = new InPlace(subject, join(folder, 'in place', subject.name));
    const approvals = { confirmCommand: async (): Promise<boolean> => true };
    this.#verifier = createVerifier({ root, documents: { unsaved: () => [] }, approvals, temporaryFolder: copies });
  }

  isGreen({ proposal }: Candidate): Promise<boolean> {
    return this.#inPlace.colour(proposal).then((colour) => colour === 'green');
  }

  async judge({ family, note, proposal, subject }: Candidate, signal: AbortSignal): Promise<Row> {
    const { verdict } = await this.#verifier.examine(proposal, signal);
    return { family, note: `${subject.name} ${note}`, verdict };
  }

  dispose(): Promise<void> {
    return this.#verifier.dispose();
  }
}

export interface Pools {
  readonly breaking: readonly Candidate[];
  readonly safe: readonly Candidate[];
}

/** Works through the candidates of both sides, `parallel` subjects at a time, until enough of each are judged. */
export async function runTrials(
  pools: Pools,
  wanted: Wanted,
  {
    folder,
    parallel,
    onRow,
  }: { readonly folder: string; readonly parallel: number; readonly onRow: (done: number) => void },
  signal: AbortSignal,
): Promise<Outcome> {
  const breaking: Row[] = [];
  const safe: Row[] = [];
  const dropped = { unnoticed: 0, wrong: 0 };
  const subjects = [...new Set([...pools.breaking, ...pools.safe].map(({ subject }) => subject))];
  const weights = subjects.reduce((sum, subject) => sum + weightOf(subject), 0);
  const work = async (subject: Subject): Promise<void> => {
    const trial = new Trial(subject, folder);
    const share = (all: number): number => Math.ceil((all * weightOf(subject)) / weights);
    const fill = async (rows: Row[], candidates: readonly Candidate[], all: number, isSafe: boolean): Promise<void> => {
      let count = 0;
      for (const one of candidates) {
        if (one.subject !== subject || count >= share(all)) continue;
        if ((await trial.isGreen(one)) !== isSafe) {
          dropped[isSafe ? 'wrong' : 'unnoticed'] += 1;
          continue;
        }
        rows.push(await trial.judge(one, signal));
        count += 1;
        onRow(breaking.length + safe.length);
      }
    };
    try {
      await fill(breaking, pools.breaking, wanted.breaking, false);
      await fill(safe, pools.safe, wanted.safe, true);
    } finally {
      await trial.dispose();
    }
  };
  const queue = [...subjects];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { breaking, safe, dropped };
}

/** Runners that take a second to start get fewer changes than the one that is there at once. */
function weightOf({ command }: Subject): number {
  return command.includes('--test') ? 5 : 1;
}
