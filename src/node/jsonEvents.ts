import type { AgentEvent } from '../agent/events.ts';
import type { Evidence } from '../workspace/verification.ts';
import type { Proposal } from '../edits/proposal.ts';
import { unifiedDiff } from '../edits/unifiedDiff.ts';

/** One event as one line of JSON, without line end; proposals are shown by paths and unified diff, not by whole files. */
export function jsonLine(event: AgentEvent): string {
  return JSON.stringify(shape(event));
}

function shape(event: AgentEvent): unknown {
  switch (event.kind) {
    case 'reviewStarted':
      return {
        ...event,
        proposal: { ...brief(event.proposal), diff: unifiedDiff(event.proposal) },
        evidence: withoutRuns(event.evidence),
      };
    case 'testsFinished':
      return event.comparison === undefined
        ? event
        : { ...event, comparison: { ...event.comparison, evidence: withoutRuns(event.comparison.evidence) } };
    case 'mutantsFinished':
      return { ...event, comparison: { ...event.comparison, evidence: withoutRuns(event.comparison.evidence) } };
    case 'proposal':
      return { ...event, proposal: { ...brief(event.proposal), diff: unifiedDiff(event.proposal) } };
    case 'reviewed':
      return event.outcome.kind === 'accepted'
        ? { ...event, outcome: { ...event.outcome, proposal: brief(event.outcome.proposal) } }
        : event;
    default:
      return event;
  }
}

/** The runs are told by the events of the tests. */
function withoutRuns(evidence: Evidence | undefined): unknown {
  if (evidence === undefined) return undefined;
  const { tests, ...others } = evidence;
  return { ...others, flaky: tests.flaky, flakyBefore: tests.flakyBefore };
}

function brief(proposal: Proposal) {
  return {
    hash: proposal.hash,
    changes: proposal.changes.map((change) =>
      change.kind === 'move'
        ? { kind: change.kind, path: change.path, from: change.from }
        : { kind: change.kind, path: change.path },
    ),
  };
}
