import type { AgentEvent, RunEnding } from '../../../../src/agent/events.ts';
import { isEmpty, type Proposal } from '../../../../src/edits/proposal.ts';
import { within } from '../../../../src/util/abort.ts';
import { Random } from '../random.ts';
import { after, before, isDoubled } from './effectModel.ts';
import type { Expected, SessionFault, SessionPlan } from './sessionPlan.ts';
import { SessionRig } from './sessionRig.ts';

/** What became of a run of a session. */
export interface SessionReport {
  readonly fault: string;
  readonly seed: number;
  /** Undefined for a run that had to be ended. */
  readonly ending: RunEnding['kind'] | undefined;
  readonly isHung: boolean;
  /** Something was done twice, or written twice. */
  readonly isDoubled: boolean;
  /** Something was staged and neither shown with its verdict nor, where that was allowed, written. */
  readonly isLost: boolean;
  /** Everything else that is not as it must be, in words. */
  readonly wrong: readonly string[];
}

/** No run takes longer by the machine's own clock, in ms, however busy it is. */
export const runLimitMs = 30_000;

/** Makes one run. Never rejects for what goes wrong inside. */
export async function runSessionFault(fault: SessionFault, seed: number): Promise<SessionReport> {
  const plan = fault.plan(new Random(seed));
  const rig = await SessionRig.start(plan);
  const running = rig.run();
  const ending = await within(running, runLimitMs);
  try {
    if (ending === undefined) {
      rig.stop.abort();
      await within(running, runLimitMs);
    }
    const staged = stagedLast(rig.events);
    return {
      fault: fault.name,
      seed,
      ending: ending?.kind,
      isHung: ending === undefined,
      isDoubled: wasDoubled(rig, staged),
      isLost: ending !== undefined && staged !== undefined && wasLost(rig, staged, ending),
      wrong: ending === undefined ? [] : wrongIn(plan, rig, ending),
    };
  } finally {
    await rig.dispose();
  }
}

/** What was proposed when the run came to its end; a proposal that was decided on is taken away by nobody before. */
function stagedLast(events: readonly AgentEvent[]): Proposal | undefined {
  const proposals = events.flatMap((event) => (event.kind === 'proposal' ? [event.proposal] : []));
  return proposals.findLast((proposal) => !isEmpty(proposal));
}

function wasDoubled(rig: SessionRig, staged: Proposal | undefined): boolean {
  const proposed = staged?.changes.map((change) => (change.kind === 'delete' ? '' : change.after.text)) ?? [];
  const edits = rig.events.filter(
    (event) => event.kind === 'callFinished' && event.name === 'apply_edit' && !event.isError,
  );
  const writes = rig.events.filter(({ kind }) => kind === 'applied');
  return [rig.text, ...proposed].some(isDoubled) || edits.length > 2 || writes.length > 1;
}

function wasLost({ events, text }: SessionRig, { hash }: Proposal, ending: RunEnding): boolean {
  const isShown = events.some((event) => event.kind === 'reviewStarted' && event.proposal.hash === hash);
  const isWritten = text !== before;
  return !isShown || (ending.kind !== 'cancelled' && !isWritten);
}

function wrongIn({ expected, says, check }: SessionPlan, rig: SessionRig, ending: RunEnding): string[] {
  const text = expected === 'done' || expected === 'cut' ? after : before;
  return [
    ...(isAs(expected, ending) ? [] : [`ended as ${ending.kind} (${ending.reason}) and not ${expected}`]),
    ...(ending.reason.trim() === '' ? ['it ended without a reason'] : []),
    ...(says === undefined || says.test(ending.reason)
      ? []
      : [`its reason says nothing of ${says.source}: ${ending.reason}`]),
    ...(rig.text === text ? [] : [`the file holds ${JSON.stringify(rig.text)}`]),
    ...rig.server.offences.map((offence) => `a request breaks the protocol: ${offence}`),
    ...(check?.(rig) ?? []),
  ];
}

function isAs(expected: Expected, ending: RunEnding): boolean {
  switch (expected) {
    case 'done':
      return ending.kind === 'done' && ending.applied && ending.verified;
    case 'cut':
      return ending.kind === 'cut' && ending.settled.kind === 'done' && ending.settled.applied;
    case 'named':
      return ['limitReached', 'unreachable', 'failed', 'noAnswer'].includes(ending.kind);
    case 'stopped':
      return ending.kind === 'cancelled' && (ending.settled?.kind === 'done' || ending.settled?.kind === 'unverified');
  }
}
