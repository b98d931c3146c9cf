import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { AgentEvent } from '../../../src/agent/events.ts';
import { createProposal, type Proposal } from '../../../src/edits/proposal.ts';
import { jsonLine } from '../../../src/node/jsonEvents.ts';
import { Printer } from '../../../src/node/printer.ts';
import type { TestRun } from '../../../src/workspace/verification.ts';

const escape = '\u001b';

const proposal: Proposal = createProposal([
  {
    kind: 'edit',
    path: 'a.js',
    before: { text: 'var a = 1;\n', hasBom: false },
    after: { text: `const a = 1; // ${escape}[2J\n`, hasBom: false },
  },
  { kind: 'move', path: 'c.js', from: 'b.js', before: { text: '', hasBom: false }, after: { text: '', hasBom: false } },
]);

const finished: TestRun = {
  kind: 'finished',
  command: 'npm test',
  durationMs: 1234,
  tests: [
    { id: 'a', outcome: 'passed' },
    { id: 'b', outcome: 'failed', message: 'no\nway' },
    { id: 'c', outcome: 'skipped' },
  ],
};

function print(hasColours: boolean, ...events: readonly AgentEvent[]): string {
  return printTo({ hasColours, isRewritable: false }, ...events);
}

function printTo(can: ConstructorParameters<typeof Printer>[1], ...events: readonly AgentEvent[]): string {
  let text = '';
  const printer = new Printer((piece) => (text += piece), can);
  for (const event of events) printer.show(event);
  return text;
}

const review: AgentEvent = {
  kind: 'reviewStarted',
  proposal,
  verdict: { kind: 'preserved', reasons: ['All passed.'] },
};

describe('printer', () => {
  it('says how long a model has been silent, each time it is told', () => {
    const silent = (forMs: number, showsLife: boolean): AgentEvent => ({ kind: 'silent', forMs, showsLife });
    const text = print(false, silent(15_000, false), silent(30_000, true));
    assert.match(text, /^ {2}.*\b15 s\.\n {2}.*\b30 s; its endpoint shows that it is at work\.\n$/);
  });

  it('ends streamed text before the next line', () => {
    const text = print(
      false,
      { kind: 'text', delta: 'I see ' },
      { kind: 'text', delta: 'a loop.' },
      { kind: 'callFinished', callId: '1', name: 'read_file', isError: false, summary: 'a.js, 3 lines', durationMs: 1 },
      { kind: 'text', delta: 'Done.\n' },
      { kind: 'warning', message: 'slow' },
    );
    assert.equal(text, 'I see a loop.\n  read_file: a.js, 3 lines\nDone.\nWarning: slow\n');
  });

  it('lists the steps of a plan, and says of each what is known', () => {
    const row = { added: 2, removed: 1, paths: ['a.js'], heldBy: [] };
    const steps = ['Use const', 'Use for…of'].map((name, index) => ({ id: `s${index}`, name, ...row }));
    const text = print(
      false,
      { ...review, steps },
      { kind: 'stepVerified', hash: proposal.hash, id: 's1', verdict: { kind: 'preserved', reasons: ['ok'] } },
      { kind: 'stepVerified', hash: proposal.hash, id: 's0', verdict: { kind: 'broken', reasons: ['It breaks.'] } },
    );
    assert.ok(
      text.endsWith(
        '\n2 steps\n  1. Use const (+2 -1)\n  2. Use for…of (+2 -1)\n  step 2: PRESERVED\n  step 1: BROKEN: It breaks.\n',
      ),
      text,
    );
    assert.doesNotMatch(print(false, { ...review, steps: steps.slice(1) }), /steps/);
  });

  it('writes how far the tests are over itself, and only where that can be done', () => {
    const events: readonly AgentEvent[] = [
      { kind: 'text', delta: 'Now.' },
      { kind: 'testsProgress', stage: 'trial', done: 3, failed: 0, total: 17 },
      { kind: 'testsProgress', stage: 'trial', done: 12, failed: 1, total: 17 },
      { kind: 'testsProgress', stage: 'trial', done: 18, failed: 1, total: 17 },
      { kind: 'warning', message: 'slow' },
    ];
    const clear = '\r\u001B[K';
    assert.equal(
      printTo({ hasColours: false, isRewritable: true }, ...events),
      `Now.\n${clear}  Running tests… 3 of 17${clear}  Running tests… 12 of 17, 1 failed${clear}  Running tests… 18, 1 failed${clear}Warning: slow\n`,
    );
    assert.equal(print(true, { kind: 'testsProgress', stage: 'baseline', done: 3, failed: 0 }), '');
    assert.equal(print(false, ...events), 'Now.\nWarning: slow\n');
  });

  it('writes which mutant is tried on the same line, and leaves nothing of it', () => {
    const verdict = { kind: 'preserved', reasons: ['ok'] } as const;
    const comparison = { before: finished, after: finished, broken: [], fixed: [], stillFailing: [], verdict };
    const events: readonly AgentEvent[] = [
      { kind: 'testsProgress', stage: 'trial', done: 3, failed: 0 },
      { kind: 'mutantsProgress', stage: 'trial', current: 1 },
      { kind: 'mutantsProgress', stage: 'trial', current: 3, total: 12 },
      { kind: 'mutantsFinished', stage: 'trial', comparison },
    ];
    const clear = '\r\u001B[K';
    assert.equal(
      printTo({ hasColours: false, isRewritable: true }, ...events),
      `${clear}  Running tests… 3${clear}  Trying mutant 1…${clear}  Trying mutant 3 of 12…${clear}`,
    );
    assert.equal(print(false, ...events), '');
  });

  it('shows the diff and the verdict with its reasons', () => {
    const text = print(false, review);
    assert.match(text, /2 files changed, 1 line added, 1 removed/);
    assert.match(text, /^-var a = 1;$/m);
    assert.match(text, /^rename to c\.js$/m);
    assert.match(text, /^Warning: a\.js gains 1 hidden control character/m);
    assert.match(text, /Verdict: PRESERVED\n {2}All passed\./);
  });

  it('names what broke', () => {
    const verdict = { kind: 'broken', reasons: ['One test broke.'] } as const;
    const broken = [{ id: 'sum › adds', outcome: 'failed', message: 'expected 3\n  at x' }] as const;
    const comparison = { before: finished, after: finished, broken, fixed: [], stillFailing: [], verdict };
    const text = print(false, { kind: 'testsFinished', stage: 'trial', run: finished, comparison });
    assert.match(text, /: 1 passed, 1 failed, 1 skipped \(1\.2 s\)\n {4}broken: sum › adds\n {6}expected 3\n$/);
  });

  it('colours only when asked to', () => {
    assert.ok(!print(false, review).includes(escape));
    assert.ok(print(true, review).includes(`${escape}[32m`));
  });

  it('lets no control character of others through to the terminal', () => {
    for (const event of [
      review,
      { kind: 'text', delta: `${escape}]0;title\u0007` },
      { kind: 'warning', message: `${escape}[31m\rhidden` },
      { kind: 'callFinished', callId: '1', name: escape, isError: true, summary: escape, durationMs: 1 },
      { kind: 'runEnded', ending: { kind: 'failed', reason: `\u202e${escape}` } },
    ] satisfies readonly AgentEvent[])
      assert.ok(!/[\u0000-\u0008\u000b-\u001f\u202e]/.test(print(false, event)), event.kind);
  });

  it('has words for every way a test run and a run can end', () => {
    const runs: readonly TestRun[] = [
      { kind: 'noTests', reason: 'no test script' },
      { kind: 'declined', command: 'npm test' },
      { kind: 'timedOut', command: 'npm test', afterMs: 2000, outputTail: '' },
      { kind: 'crashed', command: 'npm test', exitCode: null, outputTail: 'x\nboom' },
      { kind: 'unavailable', reason: 'no disk' },
    ];
    const text = print(false, ...runs.map((run): AgentEvent => ({ kind: 'testsFinished', stage: 'baseline', run })));
    for (const part of ['no test script', 'npm test was declined', 'stopped after 2 s', 'boom', 'no disk'])
      assert.ok(text.includes(part), part);
  });
});

describe('json events', () => {
  it('are one line each, with proposals as paths and diff', () => {
    const line = jsonLine({ kind: 'proposal', proposal });
    assert.ok(!line.includes('\n'));
    const value: unknown = JSON.parse(line);
    assert.deepEqual(Object.keys(value as object), ['kind', 'proposal']);
    const { proposal: shown } = value as { proposal: { hash: string; changes: unknown; diff: string } };
    assert.equal(shown.hash, proposal.hash);
    assert.deepEqual(shown.changes, [
      { kind: 'edit', path: 'a.js' },
      { kind: 'move', path: 'c.js', from: 'b.js' },
    ]);
    assert.match(shown.diff, /^-var a = 1;$/m);
  });

  it('never carry whole files', () => {
    const outcome = { kind: 'accepted', proposal, paths: ['a.js'] } as const;
    for (const event of [review, { kind: 'proposal', proposal }, { kind: 'reviewed', outcome }] satisfies AgentEvent[])
      assert.ok(!/"(before|after)"/.test(jsonLine(event)), event.kind);
  });
});
