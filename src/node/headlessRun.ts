import { cutEnding } from '../agent/cutEnding.ts';
import type { AgentEvent, RunEnding, Settlement } from '../agent/events.ts';
import type { RunRequest } from '../agent/run.ts';
import type { ApplyPolicy } from './cliArguments.ts';
import type { Verdict } from '../workspace/verification.ts';
import type { TrackedApplier } from './trackedApplier.ts';

/** The part of a session that a headless run needs. */
export interface Runner {
  run(request: RunRequest, onEvent: (event: AgentEvent) => void, signal: AbortSignal): Promise<RunEnding>;
}

export interface HeadlessRunPorts {
  readonly runner: Runner;
  /** The same that the runner applies with. */
  readonly applier: TrackedApplier;
  readonly policy: ApplyPolicy;
}

/**
 * Runs one request and leaves behind only what the policy allows: a run that was stopped, or that could not prove what it
 * applied under `verified`, is rolled back before it ends. The last event is always `runEnded`, with what came of it in the end.
 */
export async function runHeadless(
  { runner, applier, policy }: HeadlessRunPorts,
  request: RunRequest,
  onEvent: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<RunEnding> {
  let verdict: Verdict | undefined;
  const ending = await runner.run(
    request,
    (event) => {
      if (event.kind === 'runEnded') return;
      if (event.kind === 'reviewStarted') verdict = event.verdict;
      const isProof = event.kind === 'testsFinished' && event.stage === 'applied';
      if (isProof && event.comparison?.verdict.kind === 'preserved') applier.markProven();
      onEvent(event);
    },
    signal,
  );
  const named = namedBy(ending, verdict);
  const settled = mayStay(named, policy) ? named : await takeBack(named, applier, onEvent);
  onEvent({ kind: 'runEnded', ending: settled });
  return settled;
}

function namedBy(ending: RunEnding, verdict: Verdict | undefined): RunEnding {
  if (ending.kind === 'rejected') return refusal(ending.reason, verdict);
  if (ending.kind !== 'cut' || ending.settled.kind !== 'rejected') return ending;
  return cutEnding(ending.cause, refusal(ending.settled.reason, verdict));
}

/** Nobody rejected anything here but the policy, and it did so for what the verdict says. */
function refusal(reason: string, verdict: Verdict | undefined): Settlement {
  return verdict?.kind === 'broken' ? { kind: 'broken', reason } : { kind: 'unverified', applied: false, reason };
}

function mayStay(ending: RunEnding, policy: ApplyPolicy): boolean {
  if (ending.kind === 'cut') return mayStay(ending.settled, policy);
  if (ending.kind === 'cancelled' || ending.kind === 'failed') return false;
  return policy === 'always' || (ending.kind === 'done' && ending.verified);
}

async function takeBack(
  ending: RunEnding,
  applier: TrackedApplier,
  onEvent: (event: AgentEvent) => void,
): Promise<RunEnding> {
  if (!applier.hasUnproven) return ending;
  const { paths, problems } = await applier.takeBackUnproven();
  if (paths.length > 0) onEvent({ kind: 'rolledBack', paths });
  if (problems.length > 0)
    return { ...ending, reason: `${ending.reason} What was applied could not be rolled back: ${problems.join(' ')}` };
  if (ending.kind === 'cancelled') return { kind: 'cancelled', reason: 'Stopped; what was applied is rolled back.' };
  const reason = `${ending.reason} What was applied is rolled back, because only what is verified may stay.`;
  return ending.kind === 'unverified' ? { kind: 'unverified', applied: false, reason } : { ...ending, reason };
}
