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
    const documents = { unsaved: (): [] => [] };
    this.#verifier = createVerifier({ root, documents, approvals, temporaryFolder: copies, sensitivityMs: 0 });
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

export interface TrialOptions {
  readonly folder: string;
  /** How many subjects are worked on at a time. */
  readonly parallel: number;
  /** Told of each row as it is judged. */
  readonly onRow: (row: Row, isSafe: boolean) => void;
  /** Ends the work early, with what is judged until then. */
  readonly isOver?: () => boolean;
}

/** Works through the candidates of both sides until enough of each are judged. */
export async function runTrials(
  pools: Pools,
  wanted: Wanted,
  { folder, parallel, onRow, isOver = () => false }: TrialOptions,
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
    const missing = { breaking: share(wanted.breaking), safe: share(wanted.safe) };
    const take = async (one: Candidate, isSafe: boolean): Promise<void> => {
      const side = isSafe ? 'safe' : 'breaking';
      if (missing[side] <= 0 || isOver()) return;
      if ((await trial.isGreen(one)) !== isSafe) {
        dropped[isSafe ? 'wrong' : 'unnoticed'] += 1;
        return;
      }
      const row = await trial.judge(one, signal);
      (isSafe ? safe : breaking).push(row);
      missing[side] -= 1;
      onRow(row, isSafe);
    };
    const own = (all: readonly Candidate[]): readonly Candidate[] => all.filter((one) => one.subject === subject);
    const all = [own(pools.breaking), own(pools.safe)] as const;
    try {
      // Three of the one for each of the other, so that a run that is cut off has both.
      for (let turn = 0; turn < Math.max(all[0].length, all[1].length * 3); turn += 1) {
        for (const one of all[0].slice(turn, turn + 1)) await take(one, false);
        if (turn % 3 === 0) for (const one of all[1].slice(turn / 3, turn / 3 + 1)) await take(one, true);
      }
    } finally {
      await trial.dispose();
    }
  };
  const queue = [...subjects].sort((one, other) => weightOf(other) - weightOf(one));
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return { breaking, safe, dropped };
}

/** Runners that take seconds to start get fewer changes than the one that is there at once. */
function weightOf({ command }: Subject): number {
  return command.includes('--test') ? 12 : 1;
}
