import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { AgentEvent } from '../../../src/agent/events.ts';
import { emptyConversation, type Conversation } from '../../../src/chat/conversation.ts';
import { chatEntry, runStatus } from '../../../src/chat/messages.ts';
import {
  appliedEntries,
  markBusy,
  markStopping,
  markUndone,
  reduce,
  settleAfterRestart,
} from '../../../src/chat/reducer.ts';
import { createProposal, emptyProposal } from '../../../src/edits/proposal.ts';
import { exampleMeter } from '../../support/exampleMeter.ts';
import { anyEnding, anyEvent } from './events.ts';

const proposal = createProposal([
  { kind: 'edit', path: 'a.js', before: text('one\ntwo\nthree\n'), after: text('one\n2\n3\nthree\n') },
  { kind: 'create', path: 'b.js', after: text('x\ny\n') },
]);

describe('chat reducer', () => {
  it('never changes a conversation in place, whatever comes in whatever order', () =>
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let state = deepFreeze(emptyConversation);
        for (const event of events) state = deepFreeze(reduce(state, event));
      }),
    ));

  it('keeps ids unique and rising, and every state valid for the panel', () =>
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const { entries, status } = play(events);
        const ids = entries.map(({ id }) => id);
        assert.deepEqual(
          ids,
          [...new Set(ids)].sort((a, b) => a - b),
        );
        for (const entry of entries) chatEntry.parse(entry);
        runStatus.parse(status);
      }),
    ));

  it('leaves nothing running, streaming, active or waiting after a run ended', () =>
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), anyEnding, (events, ending) => {
        const { entries, status } = play([...events, { kind: 'runEnded', ending }]);
        assert.equal(status.activity, 'idle');
        assert.ok(!Object.values(status.phases).includes('active'));
        for (const entry of entries) {
          if ('isStreaming' in entry) assert.equal(entry.isStreaming, false);
          if ('state' in entry)
            assert.ok(!['running', 'staged', 'review', 'accepted'].includes(entry.state), entry.kind);
        }
        assert.equal(entries.at(-1)?.kind, 'ending');
      }),
    ));

  it('shows every streamed character, in order, once', () =>
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const sent = events.map((event) => (event.kind === 'text' ? event.delta : '')).join('');
        const shown = play(events).entries.map((entry) => (entry.kind === 'assistant' ? entry.text : ''));
        assert.equal(shown.join(''), sent);
      }),
    ));

  it('ends the call that finished and no other', () => {
    const { entries } = play([
      { kind: 'callStarted', callId: 'c1', name: 'read_file', summary: 'a.js' },
      { kind: 'callStarted', callId: 'c2', name: 'read_file', summary: 'b.js' },
      { kind: 'callFinished', callId: 'c1', name: 'read_file', isError: true, summary: 'gone', durationMs: 3.4 },
    ]);
    assert.deepEqual(
      entries.map((entry) => entry.kind === 'step' && [entry.state, entry.detail, entry.durationMs]),
      [
        ['failed', 'gone', 3],
        ['running', 'b.js', null],
      ],
    );
  });

  it('replaces a staged proposal by the next one and withdraws it when it becomes empty', () => {
    const other = createProposal([{ kind: 'delete', path: 'c.js', before: text('x\n') }]);
    const replaced = play([
      { kind: 'proposal', proposal },
      { kind: 'proposal', proposal: other },
    ]);
    assert.deepEqual(cards(replaced), [[other.hash, 'staged']]);
    assert.deepEqual(cards(reduce(replaced, { kind: 'proposal', proposal: emptyProposal })), []);
  });

  it('counts lines per file', () => {
    const [card] = play([{ kind: 'proposal', proposal }]).entries;
    assert.ok(card?.kind === 'proposal');
    assert.deepEqual(
      card.files.map(({ path, change, added, removed }) => [path, change, added, removed]),
      [
        ['a.js', 'edit', 2, 1],
        ['b.js', 'create', 2, 0],
      ],
    );
  });

  it('follows a card from staged to applied to undone, and clearing the draft does not remove it', () => {
    const applied = play([
      { kind: 'runStarted', goal: 'Optimize this', paths: ['a.js'], endpoint: 'embedded engine' },
      { kind: 'proposal', proposal },
      { kind: 'reviewStarted', proposal, verdict: { kind: 'preserved', reasons: ['All tests pass.'] } },
      { kind: 'reviewed', outcome: { kind: 'accepted', proposal, paths: ['a.js', 'b.js'] } },
      {
        kind: 'applied',
        entry: 'e1',
        paths: ['a.js', 'b.js'],
        differences: [{ path: 'a.js', reason: 'a formatter changed it.' }],
      },
      { kind: 'proposal', proposal: emptyProposal },
      { kind: 'runEnded', ending: { kind: 'done', applied: true, verified: true, reason: 'Kept.' } },
    ]);
    assert.deepEqual(cards(applied), [[proposal.hash, 'applied']]);
    const ending = applied.entries.at(-1);
    assert.ok(ending?.kind === 'ending' && ending.tone === 'good' && ending.action === 'undo');
    assert.ok(applied.entries.some((entry) => entry.kind === 'notice' && entry.text.startsWith('a.js:')));
    const undone = markUndone(applied, 'Undone.', new Map([['e1', 'undone']]));
    assert.deepEqual(cards(undone), [[proposal.hash, 'rolledBack']]);
    assert.ok(undone.entries.every((entry) => entry.kind !== 'ending' || entry.action === null));
  });

  it('shows which files were left out on accepting', () => {
    const [card] = play([
      { kind: 'reviewStarted', proposal, verdict: { kind: 'preserved', reasons: ['Yes.'] } },
      { kind: 'reviewed', outcome: { kind: 'accepted', proposal, paths: ['b.js'] } },
    ]).entries;
    assert.ok(card?.kind === 'proposal');
    assert.deepEqual(
      card.files.map(({ path, isTaken }) => [path, isTaken]),
      [
        ['a.js', false],
        ['b.js', true],
      ],
    );
  });

  it('takes a card back to being verified, without what it said before, and offers what would help', () => {
    const offered = play([
      { kind: 'reviewStarted', proposal, verdict: { kind: 'unproven', reasons: ['Not yet.'], offer: 'verification' } },
    ]);
    const [before] = offered.entries;
    assert.ok(before?.kind === 'proposal' && before.verdict?.offer === 'verification');
    const [card] = reduce(offered, {
      kind: 'reviewed',
      outcome: { kind: 'verify', proposal, paths: ['a.js', 'b.js'] },
    }).entries;
    assert.ok(card?.kind === 'proposal');
    assert.deepEqual([card.state, card.verdict, card.tests, card.evidence], ['staged', null, null, undefined]);
  });

  it('says in one line that a model is silent, for as long as it is', () => {
    const silent = (forMs: number) => ({ kind: 'silent', forMs, showsLife: false }) as const;
    const { entries } = play([silent(15_000), silent(30_000), { kind: 'text', delta: 'Now.' }, silent(15_000)]);
    assert.deepEqual(
      entries.map((entry) => ('text' in entry ? entry.text : '')),
      ['The model has said nothing for 30 s.', 'Now.', 'The model has said nothing for 15 s.'],
    );
  });

  it('closes the card of the whole when a part of it is shown again', () => {
    const part = createProposal(proposal.changes.slice(1));
    const shown = play([
      { kind: 'reviewStarted', proposal, verdict: { kind: 'preserved', reasons: ['Yes.'] } },
      { kind: 'reviewed', outcome: { kind: 'accepted', proposal, paths: ['b.js'] } },
      { kind: 'reviewStarted', proposal: part, verdict: { kind: 'broken', reasons: ['No.'] } },
    ]);
    assert.deepEqual(cards(shown), [
      [proposal.hash, 'closed'],
      [part.hash, 'review'],
    ]);
  });

  it('shows the steps of a proposal, what is known of each, and which were left out', () => {
    const plan = (['1', '2', '3'] as const).map((id) => ({
      ...{ id, name: `Step ${id}`, added: 1, removed: 0, paths: ['a.js'] },
      heldBy: id === '1' ? ['3'] : [],
    }));
    const reviewing = play([
      { kind: 'reviewStarted', proposal, verdict: { kind: 'unproven', reasons: ['No.'] }, steps: plan },
      { kind: 'stepVerified', hash: proposal.hash, id: '3', verdict: { kind: 'unproven', reasons: ['No.'] } },
      { kind: 'stepVerified', hash: proposal.hash, id: '1', verdict: { kind: 'preserved', reasons: ['Yes.'] } },
      { kind: 'stepVerified', hash: 'another', id: '2', verdict: { kind: 'broken', reasons: ['No.'] } },
    ]);
    const shown = ({ entries: [card] }: Conversation): unknown =>
      card?.kind === 'proposal' && card.steps?.map(({ verdict, state }) => [verdict?.kind, state]);
    assert.deepEqual(shown(reviewing), [
      ['preserved', 'taken'],
      [undefined, 'taken'],
      ['unproven', 'taken'],
    ]);
    const accepted = { kind: 'accepted', proposal, paths: ['a.js', 'b.js'], without: ['1', '3'] } as const;
    assert.deepEqual(shown(reduce(reviewing, { kind: 'reviewed', outcome: accepted })), [
      ['preserved', 'leftOut'],
      [undefined, 'taken'],
      ['unproven', 'leftOut'],
    ]);
  });

  it('shows which steps of an applied change are undone, and that they came back', () => {
    const plan = (['1', '2', '3'] as const).map((id) => ({
      ...{ id, name: `Step ${id}`, added: 1, removed: 0, paths: ['a.js'], heldBy: [] },
    }));
    const accepted = { kind: 'accepted', proposal, paths: ['a.js', 'b.js'], without: ['2'] } as const;
    const applied = play([
      { kind: 'reviewStarted', proposal, verdict: { kind: 'preserved', reasons: ['Yes.'] }, steps: plan },
      { kind: 'reviewed', outcome: accepted },
      { kind: 'applied', entry: 'e1', paths: ['a.js'], differences: [] },
      { kind: 'runEnded', ending: { kind: 'done', applied: true, verified: true, reason: 'Kept.' } },
    ]);
    assert.deepEqual(appliedEntries(applied), ['e1']);
    const states = ({ entries: [card] }: Conversation): unknown =>
      card?.kind === 'proposal' && card.steps?.map(({ state }) => state);
    const less = markUndone(applied, 'Undone.', new Map([['e1', { without: ['3'] }]]));
    assert.deepEqual(states(less), ['taken', 'leftOut', 'undone']);
    assert.deepEqual(cards(less), [[proposal.hash, 'applied']]);
    assert.ok(
      less.entries.some((entry) => entry.kind === 'ending' && entry.action === 'undo'),
      'the rest can be undone',
    );
    const again = markUndone(less, 'It is back.', new Map([['e1', { without: [] }]]));
    assert.deepEqual(states(again), ['taken', 'leftOut', 'taken']);
    assert.deepEqual(appliedEntries(settleAfterRestart(again)), [], 'no button of another window undoes anything');
  });

  it('offers to set a key when the endpoint refused it', () => {
    const reason = 'Refused.';
    const refused = play([{ kind: 'runEnded', ending: { kind: 'unreachable', reason, isKeyRefused: true } }]);
    const other = play([{ kind: 'runEnded', ending: { kind: 'unreachable', reason } }]);
    assert.deepEqual(
      [refused, other].map(({ entries: [entry] }) => entry?.kind === 'ending' && entry.action),
      ['setKey', 'showLog'],
    );
  });

  it('puts the tests of the trial on the card', () => {
    const run = (outcomes: readonly ('passed' | 'failed')[]) => ({
      kind: 'finished' as const,
      command: 'node --test',
      durationMs: 1_200,
      tests: outcomes.map((outcome, index) => ({ id: `t${index}`, outcome })),
    });
    const before = run(['passed', 'passed']);
    const after = run(['passed', 'failed']);
    const { entries } = play([
      { kind: 'proposal', proposal },
      { kind: 'testsStarted', stage: 'trial', command: 'node --test' },
      {
        kind: 'testsFinished',
        stage: 'trial',
        run: after,
        comparison: {
          before,
          after,
          broken: [{ id: 't1', outcome: 'failed', message: 'expected 1' }],
          fixed: [],
          stillFailing: [],
          verdict: { kind: 'broken', reasons: ['One test broke.'] },
        },
      },
    ]);
    const [card, tests] = entries;
    assert.ok(card?.kind === 'proposal' && tests?.kind === 'tests');
    assert.deepEqual(card.tests, {
      before: { passed: 2, failed: 0, skipped: 0 },
      after: { passed: 1, failed: 1, skipped: 0 },
    });
    assert.equal(card.verdict?.kind, 'broken');
    assert.deepEqual([tests.state, tests.failures], ['failed', [{ id: 't1', message: 'expected 1' }]]);
  });

  it('counts on the tests that run, and forgets the count when they are stopped', () => {
    const events: AgentEvent[] = [
      { kind: 'testsProgress', stage: 'baseline', done: 1, failed: 0 },
      { kind: 'testsStarted', stage: 'trial', command: 'node --test' },
      { kind: 'testsProgress', stage: 'trial', done: 12, failed: 0, total: 17 },
      { kind: 'testsProgress', stage: 'baseline', done: 13, failed: 0, total: 17 },
    ];
    const shown = ({ entries }: Conversation): unknown =>
      entries.flatMap((entry) => (entry.kind === 'tests' ? [[entry.state, entry.summary]] : []));
    assert.deepEqual(shown(play(events)), [['running', 'Running tests… 12 of 17']]);
    const stopped = play([...events, { kind: 'runEnded', ending: { kind: 'cancelled', reason: 'Stopped.' } }]);
    assert.deepEqual(shown(stopped), [['stopped', '']]);
  });

  it('says which mutant is tried, on tests that had finished too, and what is known then', () => {
    const passed = { id: 'a', outcome: 'passed' } as const;
    const run = { kind: 'finished', command: 'npm test', tests: [passed], durationMs: 400 } as const;
    const compared = (kind: 'unproven' | 'preserved') => ({
      ...{ before: run, after: run, broken: [], fixed: [], stillFailing: [] },
      verdict: { kind, reasons: ['So.'] },
    });
    const started: AgentEvent[] = [
      { kind: 'proposal', proposal },
      { kind: 'testsStarted', stage: 'trial', command: 'npm test' },
    ];
    const mutant: AgentEvent = { kind: 'mutantsProgress', stage: 'trial', current: 3, total: 12 };
    const shown = ({ entries }: Conversation): unknown =>
      entries.flatMap((entry): unknown[] => {
        if (entry.kind === 'tests') return [[entry.state, entry.summary]];
        return entry.kind === 'proposal' ? [entry.verdict?.kind] : [];
      });
    const trying = ['running', 'Trying mutant 3 of 12…'];
    assert.deepEqual(shown(play([...started, mutant])), [undefined, trying]);
    const tried: AgentEvent[] = [
      ...started,
      { kind: 'testsFinished', stage: 'trial', run, comparison: compared('unproven') },
      mutant,
    ];
    assert.deepEqual(shown(play(tried)), ['unproven', trying]);
    const ended: AgentEvent = { kind: 'mutantsFinished', stage: 'trial', comparison: compared('preserved') };
    assert.deepEqual(shown(play([...tried, ended])), ['preserved', ['passed', '1 passed in 0.4 s']]);
    const stopped = play([...tried, { kind: 'runEnded', ending: { kind: 'cancelled', reason: 'Stopped.' } }]);
    assert.deepEqual(shown(stopped), ['unproven', ['stopped', '']]);
  });

  it('warns of hidden characters that a proposal brings in', () => {
    const hiding = createProposal([{ kind: 'create', path: 'a.js', after: text('let a;\nlet b\u202E;\n') }]);
    const [card] = play([{ kind: 'proposal', proposal: hiding }]).entries;
    assert.ok(card?.kind === 'proposal');
    assert.match(card.warnings.join(), /a\.js.*U\+202E.*line 2/);
  });

  it('moves through the phases and marks where a run failed', () => {
    const { status } = play([
      { kind: 'phase', phase: 'analyze' },
      { kind: 'phase', phase: 'propose' },
      { kind: 'runEnded', ending: { kind: 'failed', reason: 'No.' } },
    ]);
    assert.deepEqual(status.phases, { analyze: 'done', propose: 'failed', apply: 'idle', verify: 'idle' });
  });

  it('adds up what went over the wire', () => {
    const { status } = play([wire(100, 400), wire(50, 800)]);
    assert.deepEqual(
      [status.wire?.turns, status.wire?.up, status.wire?.down, status.wire?.upIfFull],
      [2, 150, 20, 1_200],
    );
  });

  it('shows work that is no run, which can be stopped, and keeps what was said', () => {
    const before = play([wire(100, 400)]);
    const busy = markBusy(before, true);
    assert.equal(busy.status.activity, 'running');
    assert.equal(markStopping(busy).status.activity, 'stopping');
    assert.deepEqual(markBusy(markStopping(busy), false), before);
  });

  it('shows stopping until the run has ended, and not without a run', () => {
    assert.equal(markStopping(emptyConversation), emptyConversation);
    const stopping = markStopping(play([{ kind: 'runStarted', goal: 'x', paths: [], endpoint: 'e' }]));
    assert.equal(stopping.status.activity, 'stopping');
    const reviewed = reduce(stopping, {
      kind: 'reviewStarted',
      proposal,
      verdict: { kind: 'preserved', reasons: ['Yes.'] },
    });
    assert.equal(reviewed.status.activity, 'reviewing', 'what a stopped run had staged waits for a decision');
  });
});

function play(events: readonly AgentEvent[]): Conversation {
  return events.reduce(reduce, emptyConversation);
}

function cards({ entries }: Conversation): unknown[] {
  return entries.flatMap((entry) => (entry.kind === 'proposal' ? [[entry.hash, entry.state]] : []));
}

function text(value: string) {
  return { text: value, hasBom: false };
}

function wire(bytesUp: number, bytesUpIfFull: number): AgentEvent {
  return { kind: 'wire', meter: { ...exampleMeter, bytesUp, bytesUpIfFull }, handshakes: 0, reconnects: 0 };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
