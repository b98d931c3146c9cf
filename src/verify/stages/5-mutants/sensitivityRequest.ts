import type { Proposal } from '../../../edits/proposal.ts';
import type { ChangedFile, MutatedPlace } from '../../../workspace/evidence.ts';
import type { TestRun } from '../../../workspace/verification.ts';
import type { FileMutant } from '../../mutation/changes/fileMutant.ts';
import type { MutantPlace } from '../../mutation/changes/mutant.ts';
import type { MutantTrial } from './tryMutant.ts';

/** What is to be known of the tests of a proposal. */
export interface SensitivityRequest extends MutantTrial {
  readonly proposal: Proposal;
  /** What must be shown of each changed file; only of those that tests must speak for are there mutants. */
  readonly files: readonly ChangedFile[];
  readonly budgetMs: number;
  /** The clock that the budget is measured by, in ms; the machine's own when none is given. */
  readonly now?: () => number;
  /** Told before each mutant is shown to the tests; how many are left with it, as far as is known by now. */
  readonly onNext?: ((left: number) => void) | undefined;
  /** Told of each mutant that was tried, and how all tests ran with it. */
  readonly onTried?: ((mutant: FileMutant, run: TestRun, outcome: 'killed' | 'survived') => void) | undefined;
  /** Told once, at the end, what the tests said of each place. */
  readonly onPlaces?: ((places: readonly TriedPlace[]) => void) | undefined;
}

/** A place of a change with what the tests said of its mutants. */
export interface TriedPlace {
  readonly place: MutantPlace;
  readonly result: MutatedPlace;
  /** Those of its mutants that were killed. */
  readonly kills: readonly FileMutant[];
}
