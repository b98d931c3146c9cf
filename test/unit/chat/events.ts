import fc from 'fast-check';
import type { AgentEvent } from '../../../src/agent/events.ts';
import { createProposal, emptyProposal, type FileChange, type Proposal } from '../../../src/edits/proposal.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'const x = 1;', '}', ''), { maxLength: 8 });
const content = lines.map((list) => ({ text: list.join('\n'), hasBom: false }));
const path = fc.constantFrom('a.js', 'b.js', 'src/c.ts');

const change: fc.Arbitrary<FileChange> = fc.oneof(
  fc.record({ kind: fc.constant('edit' as const), path, before: content, after: content }),
  fc.record({ kind: fc.constant('create' as const), path, after: content }),
  fc.record({ kind: fc.constant('delete' as const), path, before: content }),
  fc.record({ kind: fc.constant('move' as const), path, from: fc.constant('old.js'), before: content, after: content }),
);

/** Proposals with up to three files, the empty one among them. */
export const anyProposal: fc.Arbitrary<Proposal> = fc
  .uniqueArray(change, { selector: (one) => one.path, maxLength: 3 })
  .map((changes) => (changes.length === 0 ? emptyProposal : createProposal(changes)));

const callId = fc.constantFrom('call_1', 'call_2', 'call_3');
const outcome = fc.constantFrom('passed' as const, 'failed' as const, 'skipped' as const);
const testCase = fc.record({ id: fc.string({ maxLength: 5 }), outcome });
const testRun = fc.oneof(
  fc.record({
    kind: fc.constant('finished' as const),
    command: fc.constant('node --test'),
    tests: fc.array(testCase, { maxLength: 30 }),
    durationMs: fc.nat(100_000),
  }),
  fc.constant({ kind: 'noTests' as const, reason: 'No tests were found.' }),
  fc.constant({ kind: 'declined' as const, command: 'npm test' }),
  fc.constant({ kind: 'timedOut' as const, command: 'npm test', afterMs: 5_000, outputTail: 'waiting' }),
  fc.constant({ kind: 'crashed' as const, command: 'npm test', exitCode: 1, outputTail: '' }),
  fc.constant({ kind: 'unavailable' as const, reason: 'No copy could be made.' }),
);
const verdict = fc.record(
  {
    kind: fc.constantFrom('preserved' as const, 'broken' as const, 'unproven' as const),
    reasons: fc.constant(['Because.']),
    offer: fc.constantFrom('characterizationTests' as const, 'verification' as const),
  },
  { requiredKeys: ['kind', 'reasons'] },
);
const comparison = fc.record({
  before: testRun,
  after: testRun,
  broken: fc.array(testCase, { maxLength: 30 }),
  fixed: fc.constant([]),
  stillFailing: fc.constant([]),
  verdict,
});
const meter = fc.record({
  turn: fc.nat(1000),
  bytesUp: fc.nat(10_000),
  bytesDown: fc.nat(10_000),
  itemsUp: fc.nat(10),
  bytesUpIfFull: fc.nat(100_000),
  bytesUpOverhead: fc.nat(3_000),
  isFull: fc.boolean(),
  modelMs: fc.nat(1000),
  waitModelMs: fc.nat(1000),
  wireMs: fc.nat(1000),
  transport: fc.constantFrom('webSocket' as const, 'http' as const),
  handshakes: fc.nat(3),
  reconnects: fc.nat(3),
  resends: fc.nat(3),
  httpResends: fc.nat(3),
  itemsResent: fc.nat(10),
});

/** Every way in which a run can end. */
export const anyEnding = fc.oneof(
  fc.record({
    kind: fc.constant('done' as const),
    applied: fc.boolean(),
    verified: fc.boolean(),
    reason: fc.constant('Done.'),
  }),
  fc.record({ kind: fc.constant('unverified' as const), applied: fc.boolean(), reason: fc.constant('Unproven.') }),
  fc.record({
    kind: fc.constantFrom(
      'nothingToChange' as const,
      'rejected' as const,
      'rolledBack' as const,
      'broken' as const,
      'testsFailedBefore' as const,
      'unreachable' as const,
      'failed' as const,
      'cancelled' as const,
    ),
    reason: fc.constant('It ended.'),
  }),
  fc.constant({ kind: 'limitReached' as const, limit: 'turns' as const, reason: 'Enough.' }),
);

const stepId = fc.constantFrom('1', '2', '3');
const plannedSteps = fc.uniqueArray(
  fc.record({
    id: stepId,
    name: fc.constantFrom('Extract isExpired', 'Inline total'),
    added: fc.nat(9),
    removed: fc.nat(9),
    paths: fc.array(path, { maxLength: 2 }),
    heldBy: fc.array(stepId, { maxLength: 2 }),
  }),
  { selector: ({ id }) => id, maxLength: 3 },
);

const stage = fc.constantFrom('baseline' as const, 'trial' as const, 'applied' as const);

/** Any event, in any order: a panel must survive what a loop would never send. */
export const anyEvent: fc.Arbitrary<AgentEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('runStarted' as const),
    goal: fc.string({ minLength: 1, maxLength: 20 }),
    paths: fc.array(path, { maxLength: 2 }),
    endpoint: fc.constant('embedded engine'),
  }),
  fc.record({
    kind: fc.constant('phase' as const),
    phase: fc.constantFrom('analyze' as const, 'propose' as const, 'apply' as const, 'verify' as const),
  }),
  fc.record({ kind: fc.constant('turnStarted' as const), turn: fc.nat(10) }),
  fc.record({ kind: fc.constant('text' as const), delta: fc.string({ maxLength: 10 }) }),
  fc.record({ kind: fc.constant('reasoning' as const), delta: fc.string({ maxLength: 10 }) }),
  fc.record({
    kind: fc.constant('callStarted' as const),
    callId,
    name: fc.constantFrom('read_file', 'run_tests', 'unheard_of'),
    summary: fc.string({ maxLength: 10 }),
  }),
  fc.record({
    kind: fc.constant('callFinished' as const),
    callId,
    name: fc.constant('read_file'),
    isError: fc.boolean(),
    summary: fc.string({ maxLength: 10 }),
    durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('proposal' as const), proposal: anyProposal }),
  fc.record({ kind: fc.constant('testsStarted' as const), stage, command: fc.constant('npm test') }),
  fc.record(
    {
      kind: fc.constant('testsProgress' as const),
      stage,
      done: fc.nat(20),
      failed: fc.nat(3),
      total: fc.nat(20),
    },
    { requiredKeys: ['kind', 'stage', 'done', 'failed'] },
  ),
  fc.record({ kind: fc.constant('mutantsProgress' as const), stage, current: fc.nat(20), total: fc.nat(20) }),
  fc.record({ kind: fc.constant('mutantsFinished' as const), stage, comparison }),
  fc.record({ kind: fc.constant('testsFinished' as const), stage, run: testRun }),
  fc.record({ kind: fc.constant('testsFinished' as const), stage, run: testRun, comparison }),
  fc.record({ kind: fc.constant('reviewStarted' as const), proposal: anyProposal, verdict }),
  fc.record({ kind: fc.constant('reviewStarted' as const), proposal: anyProposal, verdict, steps: plannedSteps }),
  anyProposal.chain(({ hash }) =>
    fc.record({
      kind: fc.constant('stepVerified' as const),
      hash: fc.constant(hash),
      id: stepId,
      verdict: fc.oneof(verdict, fc.constant({ kind: 'notVerified' as const, reasons: ['There was no time.'] })),
    }),
  ),
  fc.record({
    kind: fc.constant('reviewed' as const),
    outcome: fc.constantFrom({ kind: 'rejected' as const, reason: 'No.' }, { kind: 'shownOnly' as const }),
  }),
  anyProposal.map((proposal) => ({
    kind: 'reviewed' as const,
    outcome: { kind: 'accepted' as const, proposal, paths: proposal.changes.map((one) => one.path), without: ['1'] },
  })),
  anyProposal.map((proposal) => ({
    kind: 'reviewed' as const,
    outcome: { kind: 'verify' as const, proposal, paths: proposal.changes.slice(0, 1).map((one) => one.path) },
  })),
  fc.record({
    kind: fc.constant('applied' as const),
    entry: fc.constantFrom('1', '2'),
    paths: fc.array(path, { maxLength: 2 }),
    differences: fc.array(fc.record({ path, reason: fc.constant('a formatter changed it.') }), { maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant('rolledBack' as const), paths: fc.array(path, { maxLength: 2 }) }),
  fc.record({ kind: fc.constant('wire' as const), meter, handshakes: fc.nat(2), reconnects: fc.nat(2) }),
  fc.record({
    kind: fc.constant('hostedCall' as const),
    id: fc.constantFrom('ci_1', ''),
    name: fc.constantFrom('code_interpreter', 'mcp'),
    summary: fc.string(),
    isError: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('callsAnswered' as const), calls: fc.nat(4), durationMs: fc.nat(100) }),
  fc.record({
    kind: fc.constant('resend' as const),
    reason: fc.constantFrom('reconnected' as const, 'afterAbort' as const),
    items: fc.nat(9),
  }),
  fc.record({ kind: fc.constant('silent' as const), forMs: fc.nat(60_000), showsLife: fc.boolean() }),
  fc.record({ kind: fc.constant('warning' as const), message: fc.string({ maxLength: 10 }) }),
  fc.record({ kind: fc.constant('runEnded' as const), ending: anyEnding }),
);
