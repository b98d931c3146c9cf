import type { KeyedState, StateRequest, TestPlace, TrialRequest } from '../../places/testPlace.ts';
import type { RelatedRuns } from './breakage.ts';
import type { RunCall } from '../2-run/runCall.ts';
import { findRelated } from './findRelated.ts';

/** Ways to run what has to do with a proposal first; undefined where the runner cannot be told, or nearly all tests have to do with it. */
export async function relatedRuns(
  place: TestPlace,
  tried: Pick<TrialRequest, 'plan' | 'proposal' | 'timeLimitMs'>,
  state: StateRequest,
  before: KeyedState,
  call: RunCall,
): Promise<RelatedRuns | undefined> {
  if (before.run.kind !== 'finished') return undefined;
  const part = await findRelated(tried.plan, await place.dir(), tried.proposal, before.run, call.signal);
  if (part === undefined) return undefined;
  const current = { ...before, isInStep: false };
  return {
    plan: part,
    after: () => place.tryOut({ ...tried, before: current, isRepeated: true, part }, call),
    before: () => place.test({ ...state, paths: [], part }, call),
  };
}
