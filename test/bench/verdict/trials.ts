import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createVerifier, type DisposableVerifier } from '../../../src/verify/verifier.ts';
import { touchesOnly, type Gaps } from './covered.ts';
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

/** Longer than the tests of our own subjects take, in ms: what takes longer hangs. */
const usualLimitMs = 15_000;

/** A subject in two folders: one that the product verifies, one in which changes are really made. */
export class Trial {
  readonly #inPlace: InPlace;
  readonly #verifier: DisposableVerifier;

  constructor(subject: Subject, folder: string) {
    const root = join(folder, 'workspace', subject.name);
    const copies = join(folder, 'copies', subject.name);
    const { timeLimitMs = usualLimitMs } = subject;
    for (const path of [root, copies]) mkdirSync(path, { recursive: true });
    layOut(subject, root);
    this.#inPlace = new InPlace(subject, join(folder, 'in place', subject.name), timeLimitMs);
    this.#verifier = createVerifier({
      root,
      documents: { unsaved: (): [] => [] },
      approvals: { confirmCommand: async (): Promise<boolean> => true },
      configuredCommand: () => (subject.isConfigured === true ? subject.command : undefined),
      temporaryFolder: copies,
      timeLimitMs,
    });
  }

  isGreen({ proposal }: Candidate): Promise<boolean> {
    return this.#inPlace.colour(proposal).then((colour) => colour === 'green');
  }

  async judge({ family, note, proposal, subject }: Candidate, gaps: Gaps, signal: AbortSignal): Promise<Row> {
    const { verdict } = await this.#verifier.examine(proposal, signal);
    const isCovered = touchesOnly(proposal, gaps);
    return { subject: subject.name, family, note: `${subject.name} ${note}`, verdict, isCovered };
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
  /** What the tests of a subject leave out; nothing where it is not given. */
  readonly gapsOf?: (subject: Subject) => Gaps;
  /** Ends the work early, with what is judged until then. */
  readonly isOver?: () => boolean;
}

type Side = 'breaking' | 'safe';

/** One subject with what is left to be tried on it; worked on by one at a time. */
interface Lane {
  readonly subject: Subject;
  readonly trial: Trial;
  readonly left: Record<Side, Candidate[]>;
  judged: number;
  isBusy: boolean;
}

/**
 * Works through the candidates of both sides until enough of each are judged. The subjects take turns by their weight, and so do the
 * two sides, so that a run that is cut off has some of everything.
 */
export async function runTrials(
  pools: Pools,
  wanted: Wanted,
  { folder, parallel, onRow, gapsOf = () => new Map(), isOver = () => false }: TrialOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const rows: Record<Side, Row[]> = { breaking: [], safe: [] };
  const pending: Record<Side, number> = { breaking: 0, safe: 0 };
  const dropped = { unnoticed: 0, wrong: 0 };
  const lanes = lanesOf(pools, folder);
  const share = (side: Side): number => (wanted[side] === 0 ? 1 : (rows[side].length + pending[side]) / wanted[side]);

  /** The side that is further behind, as long as there is something to try on it. */
  const next = (): readonly [Lane, Side] | undefined => {
    if (isOver()) return undefined;
    const sides = (['breaking', 'safe'] as const).filter((side) => share(side) < 1);
    for (const side of sides.sort((one, other) => share(one) - share(other))) {
      const [lane] = lanes
        .filter(({ isBusy, left }) => !isBusy && left[side].length > 0)
        .sort((one, other) => one.judged / weightOf(one.subject) - other.judged / weightOf(other.subject));
      if (lane !== undefined) return [lane, side];
    }
    return undefined;
  };
  const take = async (lane: Lane, side: Side): Promise<void> => {
    const one = lane.left[side].shift();
    if (one === undefined) return;
    if ((await lane.trial.isGreen(one)) !== (side === 'safe')) {
      dropped[side === 'safe' ? 'wrong' : 'unnoticed'] += 1;
      return;
    }
    const row = await lane.trial.judge(one, gapsOf(lane.subject), signal);
    lane.judged += 1;
    rows[side].push(row);
    onRow(row, side === 'safe');
  };
  const work = async (): Promise<void> => {
    for (let found = next(); found !== undefined; found = next()) {
      const [lane, side] = found;
      lane.isBusy = true;
      pending[side] += 1;
      await take(lane, side);
      pending[side] -= 1;
      lane.isBusy = false;
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(parallel, lanes.length) }, work));
  } finally {
    await Promise.all(lanes.map(({ trial }) => trial.dispose()));
  }
  return { ...rows, dropped };
}

function lanesOf(pools: Pools, folder: string): readonly Lane[] {
  const subjects = [...new Set([...pools.breaking, ...pools.safe].map(({ subject }) => subject))];
  return subjects.map((subject) => {
    const own = (all: readonly Candidate[]): Candidate[] => all.filter((one) => one.subject === subject);
    const left = { breaking: own(pools.breaking), safe: own(pools.safe) };
    return { subject, trial: new Trial(subject, folder), left, judged: 0, isBusy: false };
  });
}

/** Runners that take seconds to start get fewer changes than the one that is there at once. */
function weightOf({ command }: Subject): number {
  return command.includes('--test') ? 3 : 1;
}
