import type { Proposal } from '../../../edits/proposal.ts';
import type { ChangedFile, ReachEvidence, SensitivityEvidence } from '../../../workspace/evidence.ts';
import { witnessedLines, type KilledMutant } from '../../coverage/witnesses.ts';
import type { LaidProposal } from '../../places/copyPlace.ts';
import type { RunCall } from '../2-run/runCall.ts';
import type { StateRunner } from '../2-run/stateRunner.ts';
import { preparing, type TestPlan } from '../../../runners/testPlan.ts';
import type { ReferenceRun } from './judgeMutant.ts';
import { measureReach } from './measureReach.ts';
import { measureSensitivity } from './measureSensitivity.ts';
import type { SensitivityRequest } from './sensitivityRequest.ts';
import type { RelatedReference } from './tryMutant.ts';

export interface CopySensitivityRequest {
  readonly plan: TestPlan;
  readonly proposal: Proposal;
  /** Those of its files that tests must speak for. */
  readonly files: readonly ChangedFile[];
  /** The tests of the proposal, as they went. */
  readonly reference: ReferenceRun;
  /** The copy with the proposal in it. */
  readonly laid: LaidProposal;
  readonly budgetMs: number;
  /** It must be seen of every test whether it notices a mutant. */
  readonly isInFull?: boolean | undefined;
  /** The tests that have to do with the proposal, where it is worth while to run them first. */
  readonly part?: TestPlan | undefined;
  readonly onTried?: SensitivityRequest['onTried'];
  readonly onPlaces?: SensitivityRequest['onPlaces'];
}

/** Seeds mutants into the private copy that holds the proposal. Rejects only by cancellation. */
export async function measureInCopy(
  { plan, proposal, files, reference, laid: { copy }, budgetMs, part, isInFull, ...told }: CopySensitivityRequest,
  runner: StateRunner,
  { signal, clock, onMutant }: RunCall,
): Promise<{ readonly sensitivity: SensitivityEvidence; readonly reach: ReachEvidence }> {
  const paths = new Set(proposal.changes.map(({ path }) => path));
  const startedAt = Date.now();
  let current = 0;
  const run = (of: TestPlan): SensitivityRequest['runTests'] => {
    return (timeLimitMs, stop, isBailing) =>
      runner.runQuietly(of, { dir: copy.dir, timeLimitMs, isBailing }, { signal: stop, clock });
  };
  const request: SensitivityRequest = {
    proposal,
    files,
    reference,
    hasBuild: plan.steps.some((step) => step.runner === preparing),
    budgetMs,
    onNext: (left) => {
      current += 1;
      onMutant?.({ current, total: current + left - 1 });
    },
    isInFull,
    related: part && (await relatedReference(run(part), reference, budgetMs, signal)),
    write: async (path, content) => {
      if (!paths.has(path)) return `${path} is no part of the proposal.`;
      const written = await copy.lay([{ path, content }]);
      return written.kind === 'refused' ? written.reason : undefined;
    },
    runTests: run(plan),
  };
  // What only throws is noticed by whoever gets there: that is no merit of a test.
  const reach = await measureReach(request, signal);
  const left = Math.max(0, budgetMs - (Date.now() - startedAt));
  const killed: KilledMutant[] = [];
  const onTried: SensitivityRequest['onTried'] = (mutant, ran, outcome) => {
    if (outcome === 'killed' && ran.kind === 'finished') killed.push(mutant);
    told.onTried?.(mutant, ran, outcome);
  };
  const sensitivity = await measureSensitivity({ ...request, ...told, budgetMs: left, onTried }, signal);
  return { reach: { ...reach, reached: [...reach.reached, ...witnessedLines(proposal, killed)] }, sensitivity };
}

/** Undefined when the related tests do not pass by themselves, or take as long as all of them. */
async function relatedReference(
  run: SensitivityRequest['runTests'],
  all: ReferenceRun,
  budgetMs: number,
  signal: AbortSignal,
): Promise<RelatedReference | undefined> {
  const alone = await run(budgetMs, signal);
  if (alone.kind !== 'finished' || alone.durationMs > all.durationMs / 2) return undefined;
  const passing = new Set(all.tests.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id));
  const tests = alone.tests.filter(({ id, outcome }) => outcome === 'passed' && passing.has(id));
  return tests.length === 0 ? undefined : { reference: { ...alone, tests }, run };
}
