import type { AgentEvent } from '../agent/events.ts';
import type { PlannedStep } from '../edits/plannedSteps.ts';
import { replaceLast, type Conversation } from './conversation.ts';
import type { ProposedStep } from './messages.ts';

const maxReasons = 5;
const maxReasonLength = 300;

/** The steps of a proposal as its card shows them, before anything is known of them. */
export function stepRows(steps: readonly PlannedStep[]): readonly ProposedStep[] {
  return steps.map(({ id, name, added, removed, heldBy }) => ({
    id,
    name,
    added,
    removed,
    heldBy,
    verdict: null,
    state: 'taken',
  }));
}

/** Puts what is known of a step on the card of its proposal. */
export function reduceStepVerified(
  state: Conversation,
  { hash, id, verdict: { kind, reasons } }: Extract<AgentEvent, { kind: 'stepVerified' }>,
): Conversation {
  const shown = reasons.slice(0, maxReasons).map((reason) => reason.slice(0, maxReasonLength));
  return replaceLast(state, (entry) => {
    if (entry.kind !== 'proposal' || entry.hash !== hash || entry.steps === undefined) return undefined;
    const steps = entry.steps.map((step) => (step.id === id ? { ...step, verdict: { kind, reasons: shown } } : step));
    return { ...entry, steps };
  });
}

/** The same rows when some of those that were applied are undone, and all others are not. */
export function undoneRows(
  steps: readonly ProposedStep[] | undefined,
  ids: readonly string[],
): readonly ProposedStep[] | undefined {
  return steps?.map((step) => {
    if (step.state === 'leftOut') return step;
    return { ...step, state: ids.includes(step.id) ? 'undone' : 'taken' };
  });
}

/** The same rows once it is decided which of them are left out. */
export function withoutRows(
  steps: readonly ProposedStep[] | undefined,
  ids: readonly string[],
): readonly ProposedStep[] | undefined {
  return steps?.map((step) => (ids.includes(step.id) ? { ...step, state: 'leftOut' } : step));
}
