import { evidenceRows } from '../agent/evidenceReport.ts';
import type { AgentEvent, Phase, ReviewOutcome, RunEnding } from '../agent/events.ts';
import { describeHiddenCharacters, findHiddenCharacters } from '../edits/hiddenCharacters.ts';
import { createProposal, isEmpty, type FileChange, type Proposal } from '../edits/proposal.ts';
import { diffStat } from '../edits/unifiedDiff.ts';
import { assertNever } from '../util/exhaustive.ts';
import { closeText, idlePhases, push, replaceLast, withStatus, type Conversation } from './conversation.ts';
import { describeResend, endingAction, endingTone, silenceStart, silenceText, stepTitle } from './describe.ts';
import type { ChatEntry, PhaseState, ProposedFile, RunStatus } from './messages.ts';
import { reduceStepVerified, stepRows, undoneRows, withoutRows } from './stepRows.ts';
import {
  reduceMutantsFinished,
  reduceMutantsProgress,
  reduceTestsFinished,
  reduceTestsProgress,
  reduceTestsStarted,
} from './testEntries.ts';
import { addToolTime, addTurn, noWire } from './wireTotals.ts';

/** What the next event makes of a conversation. Pure: equal arguments give equal results, and nothing is changed in place. */
export function reduce(state: Conversation, event: AgentEvent): Conversation {
  switch (event.kind) {
    case 'runStarted':
      return withStatus(push(settle(state, 'closed'), { kind: 'user', text: event.goal, focus: event.paths }), {
        activity: 'running',
        phases: idlePhases,
        wire: noWire,
      });
    case 'phase':
      return withStatus(state, { phases: enterPhase(state.status.phases, event.phase) });
    case 'turnStarted':
      return closeText(state);
    case 'silent':
      return reduceSilent(state, event);
    case 'text':
      return appendText(state, 'assistant', event.delta);
    case 'reasoning':
      return appendText(state, 'reasoning', event.delta);
    case 'callStarted':
      return push(state, {
        kind: 'step',
        callId: event.callId,
        tool: event.name,
        title: stepTitle(event.name),
        detail: event.summary,
        state: 'running',
        durationMs: null,
      });
    case 'hostedCall':
      return push(state, {
        kind: 'step',
        callId: event.id,
        tool: event.name,
        title: stepTitle(event.name),
        detail: event.summary,
        state: event.isError ? 'failed' : 'done',
        durationMs: null,
      });
    case 'callFinished':
      return reduceCallFinished(state, event);
    case 'proposal':
      return reduceProposal(state, event.proposal);
    case 'testsStarted':
      return reduceTestsStarted(state, event);
    case 'testsProgress':
      return reduceTestsProgress(state, event);
    case 'mutantsProgress':
      return reduceMutantsProgress(state, event);
    case 'testsFinished':
      return reduceTestsFinished(state, event);
    case 'mutantsFinished':
      return reduceMutantsFinished(state, event);
    case 'reviewStarted':
      return withStatus(reduceReviewStarted(state, event), { activity: 'reviewing' });
    case 'stepVerified':
      return reduceStepVerified(state, event);
    case 'reviewed':
      return withStatus(reduceReviewed(state, event.outcome), {
        activity: state.status.activity === 'reviewing' ? 'running' : state.status.activity,
      });
    case 'applied':
      return event.differences.reduce(
        (next, { path, reason }) => push(next, { kind: 'notice', tone: 'warning', text: `${path}: ${reason}` }),
        replaceLast(state, (entry) =>
          entry.kind === 'proposal' && entry.state === 'accepted'
            ? { ...entry, state: 'applied', entry: event.entry }
            : undefined,
        ),
      );
    case 'rolledBack':
      return moveCard(state, ['applied', 'accepted'], 'rolledBack');
    case 'wire':
      return withStatus(state, { wire: addTurn(state.status.wire ?? noWire, event) });
    case 'callsAnswered':
      return withStatus(state, { wire: addToolTime(state.status.wire ?? noWire, event.durationMs) });
    case 'resend':
      return push(state, { kind: 'notice', tone: 'info', text: describeResend(event) });
    case 'warning':
      return push(state, { kind: 'notice', tone: 'warning', text: event.message });
    case 'runEnded':
      return reduceEnded(state, event.ending);
    default:
      return assertNever(event);
  }
}

/** What an earlier window showed: nothing of it runs, waits or can be undone by a button any more. */
export function settleAfterRestart(state: Conversation): Conversation {
  const settled = settle(state, 'closed');
  const entries = settled.entries.map((entry): ChatEntry => {
    if (entry.kind === 'ending' && entry.action !== null) return { ...entry, action: null };
    if (entry.kind !== 'proposal' || entry.entry === undefined) return entry;
    const { entry: _journal, ...card } = entry;
    return card;
  });
  return { ...settled, entries };
}

/** A run was asked for and gets ready; its first event, or a notice that says why not, follows. */
export function markStarting(state: Conversation): Conversation {
  return withStatus(state, { activity: 'running', phases: idlePhases, wire: null });
}

/** Something else than a run is under way, or has ended: until then no goal can be sent, and it can be stopped. */
export function markBusy(state: Conversation, isBusy: boolean): Conversation {
  return withStatus(state, { activity: isBusy ? 'running' : 'idle' });
}

/** The user asked to stop; the run has not ended yet. */
export function markStopping(state: Conversation): Conversation {
  return state.status.activity === 'idle' ? state : withStatus(state, { activity: 'stopping' });
}

/** What the journal knows of changes: which are undone, and which steps of the others. */
export type AppliedStates = ReadonlyMap<string, 'undone' | { readonly without: readonly string[] }>;

/** Something was taken back from outside a run; the cards show what the journal says of their changes. */
export function markUndone(state: Conversation, text: string, applied: AppliedStates): Conversation {
  const entries = state.entries.map((entry): ChatEntry => {
    const now = entry.kind === 'proposal' && entry.entry !== undefined ? applied.get(entry.entry) : undefined;
    if (entry.kind !== 'proposal' || entry.state !== 'applied' || now === undefined) return entry;
    if (now === 'undone') return { ...entry, state: 'rolledBack' };
    const steps = undoneRows(entry.steps, now.without);
    return steps === undefined ? entry : { ...entry, steps };
  });
  const isAllUndone = entries.every((entry) => entry.kind !== 'proposal' || entry.state !== 'applied');
  const undone = isAllUndone
    ? replaceLast({ ...state, entries }, (entry) =>
        entry.kind === 'ending' && entry.action === 'undo' ? { ...entry, action: null } : undefined,
      )
    : { ...state, entries };
  return push(undone, { kind: 'notice', tone: 'info', text });
}

/** The changes of a conversation that the journal may know. */
export function appliedEntries({ entries }: Conversation): readonly string[] {
  return entries.flatMap((entry) =>
    entry.kind === 'proposal' && entry.state === 'applied' && entry.entry !== undefined ? [entry.entry] : [],
  );
}

/** Says something that belongs to no run, for example why none was started. */
export function addNotice(state: Conversation, tone: 'info' | 'warning', text: string): Conversation {
  return push(state, { kind: 'notice', tone, text });
}

/** Says why a run that was asked for did not start. */
export function markRefused(state: Conversation, reason: string): Conversation {
  return withStatus(addNotice(state, 'warning', reason), { activity: 'idle' });
}

/** One line while it lasts. */
function reduceSilent(state: Conversation, event: Extract<AgentEvent, { kind: 'silent' }>): Conversation {
  const text = silenceText(event);
  const last = state.entries.at(-1);
  if (last?.kind !== 'notice' || !last.text.startsWith(silenceStart))
    return push(state, { kind: 'notice', tone: 'info', text });
  return { ...state, entries: state.entries.with(-1, { ...last, text }) };
}

function reduceCallFinished(
  state: Conversation,
  { callId, summary, isError, durationMs }: Extract<AgentEvent, { kind: 'callFinished' }>,
): Conversation {
  const result = { detail: summary, state: isError ? 'failed' : 'done', durationMs: Math.round(durationMs) } as const;
  return replaceLast(state, (entry) =>
    entry.kind === 'step' && entry.callId === callId && entry.state === 'running' ? { ...entry, ...result } : undefined,
  );
}

function appendText(state: Conversation, kind: 'assistant' | 'reasoning', delta: string): Conversation {
  const last = state.entries.at(-1);
  if (last !== undefined && last.kind === kind && last.isStreaming) {
    const entry: ChatEntry = { ...last, text: last.text + delta };
    return { ...state, entries: state.entries.with(-1, entry) };
  }
  return delta === '' ? state : push(state, { kind, text: delta, isStreaming: true });
}

function enterPhase(phases: RunStatus['phases'], phase: Phase): RunStatus['phases'] {
  return { ...endActive(phases, 'done'), [phase]: 'active' };
}

function endActive(phases: RunStatus['phases'], as: PhaseState): RunStatus['phases'] {
  const end = (state: PhaseState): PhaseState => (state === 'active' ? as : state);
  return {
    analyze: end(phases.analyze),
    propose: end(phases.propose),
    apply: end(phases.apply),
    verify: end(phases.verify),
  };
}

/** A new proposal takes the place of the one that was staged before; an empty one withdraws it. */
function reduceProposal(state: Conversation, proposal: Proposal): Conversation {
  const entries = state.entries.filter((entry) => entry.kind !== 'proposal' || entry.state !== 'staged');
  const cleared = entries.length === state.entries.length ? state : { ...state, entries };
  return isEmpty(proposal) ? cleared : ensureCard(cleared, proposal);
}

function ensureCard(state: Conversation, proposal: Proposal): Conversation {
  const hasCard = state.entries.some(
    (entry) => entry.kind === 'proposal' && entry.hash === proposal.hash && isOpen(entry.state),
  );
  if (hasCard) return state;
  return push(state, cardOf(proposal));
}

function cardOf(proposal: Proposal): Omit<Card, 'id'> {
  return {
    kind: 'proposal',
    hash: proposal.hash,
    files: proposal.changes.map(describeFile),
    state: 'staged',
    verdict: null,
    tests: null,
    warnings: findHiddenCharacters(proposal).map(describeHiddenCharacters),
  };
}

type Card = Extract<ChatEntry, { kind: 'proposal' }>;

function isOpen(state: Card['state']): boolean {
  return state === 'staged' || state === 'review';
}

/** The card comes last: what waits for a decision must be in sight. */
function reduceReviewStarted(
  state: Conversation,
  { proposal, verdict, evidence, steps }: Extract<AgentEvent, { kind: 'reviewStarted' }>,
): Conversation {
  // What was accepted in parts that do not go without each other is shown as it was.
  const isCard = (entry: ChatEntry): entry is Card =>
    entry.kind === 'proposal' && entry.hash === proposal.hash && (isOpen(entry.state) || entry.state === 'accepted');
  const known = state.entries.find(isCard);
  // A part that is shown again takes the place of the whole that it was accepted from.
  const others = state.entries.filter((entry) => !isCard(entry)).map((entry) => closeCard(entry));
  const cleared = { ...state, entries: others };
  const rows = evidence && evidenceRows(evidence).map(([name, text]) => ({ name, text: text.slice(0, 500) }));
  return push(cleared, {
    ...(known ?? cardOf(proposal)),
    files: proposal.changes.map(describeFile),
    state: 'review',
    verdict,
    ...(rows === undefined ? {} : { evidence: rows }),
    ...(steps === undefined ? {} : { steps: stepRows(steps) }),
  });
}

function closeCard(entry: ChatEntry): ChatEntry {
  return entry.kind === 'proposal' && (isOpen(entry.state) || entry.state === 'accepted')
    ? { ...entry, state: 'closed' }
    : entry;
}

function moveCard(state: Conversation, from: readonly Card['state'][], to: Card['state']): Conversation {
  return replaceLast(state, (entry) =>
    entry.kind === 'proposal' && from.includes(entry.state) ? { ...entry, state: to } : undefined,
  );
}

function reduceReviewed(state: Conversation, outcome: ReviewOutcome): Conversation {
  switch (outcome.kind) {
    case 'accepted': {
      const taken = new Set(outcome.paths);
      return replaceLast(state, (entry) => {
        if (entry.kind !== 'proposal' || entry.state !== 'review') return undefined;
        const files = entry.files.map((file) => ({ ...file, isTaken: taken.has(file.path) }));
        const steps = withoutRows(entry.steps, outcome.without ?? []);
        return { ...entry, files, state: 'accepted', ...(steps === undefined ? {} : { steps }) };
      });
    }
    case 'rejected':
      return moveCard(state, ['review'], 'rejected');
    case 'verify':
      return replaceLast(state, (entry) => {
        if (entry.kind !== 'proposal' || entry.state !== 'review') return undefined;
        const { evidence: _evidence, ...card } = entry;
        return { ...card, state: 'staged', verdict: null, tests: null };
      });
    case 'testsFirst':
    case 'shownOnly':
      return moveCard(state, ['review'], 'closed');
    default:
      return assertNever(outcome);
  }
}

function describeFile(change: FileChange): ProposedFile {
  const from = change.kind === 'move' ? change.from : null;
  const { added, removed } = diffStat(createProposal([change]));
  return { path: change.path, from, change: change.kind, added, removed, isTaken: true };
}

/** Nothing stays running after a run: not a step, not a test run, not a proposal that waits. */
function settle(state: Conversation, cardState: Card['state']): Conversation {
  const entries = closeText(state).entries.map((entry): ChatEntry => {
    if (entry.kind === 'step' && entry.state === 'running') return { ...entry, state: 'stopped' };
    if (entry.kind === 'tests' && entry.state === 'running') return { ...entry, state: 'stopped', summary: '' };
    if (entry.kind === 'proposal' && (isOpen(entry.state) || entry.state === 'accepted'))
      return { ...entry, state: cardState };
    return entry;
  });
  return { ...state, entries };
}

function reduceEnded(state: Conversation, ending: RunEnding): Conversation {
  const tone = endingTone(ending);
  const { phases, wire } = state.status;
  const ended = push(settle(state, 'closed'), {
    kind: 'ending',
    tone,
    text: ending.reason,
    wire,
    action: endingAction(ending),
  });
  return withStatus(ended, {
    activity: 'idle',
    phases: endActive(phases, tone === 'good' ? 'done' : tone === 'bad' ? 'failed' : 'idle'),
  });
}
