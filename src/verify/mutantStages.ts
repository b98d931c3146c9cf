import type { Proposal } from '../edits/proposal.ts';
import type { Check } from '../workspace/evidence.ts';
import type { IsTest } from '../workspace/pathPolicy.ts';
import type { Evidence, TestComparison, VerificationTask } from '../workspace/verification.ts';
import { doubtOrLoss } from './stages/6-weaker-tests/weakerTests.ts';
import type { CopyPlace, LaidProposal, StateToLayOver } from './places/copyPlace.ts';
import type { KeyedState } from './places/testPlace.ts';
import { findRelated, planOfFiles } from './stages/3-trial/findRelated.ts';
import type { ReferenceRun } from './stages/5-mutants/judgeMutant.ts';
import { ExaminedChanges } from './stages/5-mutants/examinedChanges.ts';
import { measureInCopy } from './stages/5-mutants/inCopy.ts';
import type { TriedPlace } from './stages/5-mutants/sensitivityRequest.ts';
import type { RunCall } from './stages/2-run/runCall.ts';
import { addTimes, timesSince } from './stages/2-run/stageClock.ts';
import type { StateRunner } from './stages/2-run/stateRunner.ts';
import type { TestPlan } from '../runners/testPlan.ts';
import { comparisonOf } from './verdict/comparison.ts';
import { executionFiles } from './verdict/demanded.ts';
import { dependsOnSensitivity } from './verdict/judge.ts';
import { relatedFirstFromMs, type VerifierOptions } from './stages/2-run/verifierOptions.ts';
import { budgetForWritten, writtenIn, WrittenTally } from './stages/3-trial/writtenTests.ts';

/** A proposal that was tried, and what mutants may be seeded into. */
export interface TriedProposal {
  readonly plan: TestPlan;
  readonly proposal: Proposal;
  readonly task: VerificationTask;
  /** It was tried in the workspace itself, where no mutant may come. */
  readonly isInPlace: boolean;
  readonly isTest: IsTest;
  /** The state before it, brought into the copy anew. */
  readonly stateBefore: () => Promise<KeyedState & StateToLayOver>;
}

/** A comparison that says more now, with the state that it rests on where the copy was needed for that. */
export interface Enriched {
  readonly comparison: TestComparison;
  readonly before?: KeyedState;
}

const defaultBudgetMs = 60_000;

const onlyInCopy = {
  kind: 'notAvailable',
  reason: 'The change is verified in the workspace itself; mutants are seeded into a private copy only.',
} as const;

const switchedOff = { kind: 'notAvailable', reason: 'Mutants are switched off by a budget of 0 seconds.' } as const;

/** What seeded mutants tell of the tests that speak for a proposal; each of the two rejects by cancellation only. */
export class MutantStages {
  readonly #copy: CopyPlace;
  readonly #runner: StateRunner;
  readonly #options: Pick<VerifierOptions, 'sensitivityMs' | 'relatedFirstFromMs'>;
  readonly #examined = new ExaminedChanges();
  /** What was found where old and new tests were shown the same mutants, so that they are not shown them again. */
  readonly #compared = new WeakSet<Check>();

  constructor(
    copy: CopyPlace,
    runner: StateRunner,
    options: Pick<VerifierOptions, 'sensitivityMs' | 'relatedFirstFromMs'>,
  ) {
    this.#copy = copy;
    this.#runner = runner;
    this.#options = options;
  }

  /** Whether the tests would have noticed a mistake in what was changed. */
  async withSensitivity(tried: TriedProposal, comparison: TestComparison, call: RunCall): Promise<Enriched> {
    const { plan, proposal, task } = tried;
    const { evidence, after: reference } = comparison;
    const written = writtenIn(proposal, task.written);
    const wanted = this.#options.sensitivityMs;
    // Whoever wrote the tests may have wanted no more than that they pass: that they notice mistakes is seen, not assumed.
    const allowedMs = written === undefined ? (wanted ?? defaultBudgetMs) : wanted || defaultBudgetMs;
    const isMeasured = evidence?.sensitivity.kind === 'measured';
    if (evidence === undefined || isMeasured || reference.kind !== 'finished') return { comparison };
    if (allowedMs <= 0)
      return { comparison: comparisonOf(proposal, evidence.tests, { ...evidence, sensitivity: switchedOff }) };
    if (wanted === undefined && written === undefined && !dependsOnSensitivity(evidence)) return { comparison };
    const budgetMs = written === undefined ? allowedMs : budgetForWritten(allowedMs, reference);
    const tally = written && new WrittenTally(written, reference);
    const unmeasured = tally && { written: tally.evidence() };
    if (tried.isInPlace) {
      const told = { ...evidence, sensitivity: onlyInCopy, ...unmeasured };
      return { comparison: comparisonOf(proposal, evidence.tests, told) };
    }
    const otherwise = unmeasured ? comparisonOf(proposal, evidence.tests, { ...evidence, ...unmeasured }) : comparison;
    return this.#inCopy(tried, otherwise, evidence, call, async (laid, { key }) => {
      // Which of the written tests notice a mutant is seen when all run.
      const isSlow = reference.durationMs >= (this.#options.relatedFirstFromMs ?? relatedFirstFromMs);
      const isApart = tally === undefined && isSlow;
      const part = isApart ? await likeliest(tried, evidence, reference, laid.dir, call.signal) : undefined;
      const files = executionFiles(evidence);
      let places: readonly TriedPlace[] = [];
      const onPlaces = (tried: readonly TriedPlace[]): void => void (places = tried);
      const told = { onTried: tally?.add, onPlaces, isInFull: tally !== undefined };
      const request = { plan, proposal, files, reference, laid, budgetMs, part, ...told };
      const measured = await measureInCopy(request, this.#runner, call);
      const found = { ...measured, ...(tally && { written: tally.evidence() }) };
      this.#examined.add({ key, proposal, found, places });
      return found;
    });
  }

  /**
   * With what is known already of the same proposal over the state with this key, or of a whole that it is a part of; as it is where that is
   * not enough. Runs nothing.
   */
  async recalled(
    proposal: Proposal,
    { comparison, key }: { readonly comparison: TestComparison; readonly key: string },
  ): Promise<TestComparison> {
    const { evidence } = comparison;
    if (evidence?.sensitivity.kind !== 'pending' || !dependsOnSensitivity(evidence)) return comparison;
    const found = await this.#examined.recall(key, proposal, executionFiles(evidence));
    return found === undefined ? comparison : comparisonOf(proposal, evidence.tests, { ...evidence, ...found });
  }

  /** What was applied: with what the copy showed of it over the same state, or with what its mutants show now. */
  async ofApplied(
    tried: TriedProposal,
    comparison: TestComparison,
    key: string,
    call: RunCall,
  ): Promise<TestComparison> {
    const recalled = await this.recalled(tried.proposal, { comparison, key });
    const isPending = recalled.evidence?.sensitivity.kind === 'pending';
    return isPending ? (await this.withSensitivity(tried, recalled, call)).comparison : recalled;
  }

  /** Nothing that was found is true any more. */
  forget(): void {
    this.#examined.forget();
  }

  /** Where the tests change along and it is not certain that they are as good, both versions are shown the same mutants. */
  async withWeakerTests(tried: TriedProposal, comparison: TestComparison, call: RunCall): Promise<Enriched> {
    const { plan, proposal, isTest } = tried;
    const { evidence, before, after, verdict } = comparison;
    const budgetMs = this.#options.sensitivityMs ?? defaultBudgetMs;
    const doubt = evidence?.checks.integrity;
    if (doubt?.kind !== 'doubtful' || verdict.kind === 'broken' || budgetMs <= 0) return { comparison };
    if (tried.isInPlace || this.#compared.has(doubt)) return { comparison };
    if (evidence === undefined || before.kind !== 'finished' || after.kind !== 'finished') return { comparison };
    return this.#inCopy(tried, comparison, evidence, call, async (laid) => {
      const request = { plan, proposal, before, after, laid, budgetMs, isTest };
      const integrity = await doubtOrLoss(doubt, request, this.#runner, call);
      this.#compared.add(integrity);
      return { checks: { ...evidence.checks, integrity } };
    });
  }

  /** The comparison with what was learnt of the proposal in the copy, judged anew. */
  async #inCopy(
    { plan, proposal, stateBefore }: TriedProposal,
    comparison: TestComparison,
    evidence: Evidence,
    call: RunCall,
    learn: (laid: LaidProposal, before: KeyedState) => Promise<Partial<Evidence>>,
  ): Promise<Enriched> {
    const startedWith = call.clock.times;
    const before = await stateBefore();
    const laid = await this.#copy.lay(plan, proposal, before, call);
    if ('run' in laid) return { comparison };
    const learnt = await call.clock.during('sensitivity', () => learn(laid, before));
    const times = addTimes(evidence.times, timesSince(startedWith, call.clock.times));
    return { comparison: comparisonOf(proposal, evidence.tests, { ...evidence, ...learnt, times }), before };
  }
}

/** The tests that execute the change, or as far as that is not known, those that import it. */
async function likeliest(
  { plan, proposal }: TriedProposal,
  { coverage }: Evidence,
  reference: ReferenceRun,
  dir: string,
  signal: AbortSignal,
): Promise<TestPlan | undefined> {
  const reachedBy = coverage.kind === 'measured' ? coverage.reachedBy : undefined;
  const part = reachedBy && planOfFiles(plan, dir, reachedBy, reference);
  return part ?? findRelated(plan, dir, proposal, reference, signal);
}
