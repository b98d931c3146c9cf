import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { AgentEvent, ReviewOutcome } from '../../../src/agent/events.ts';
import { defaultLimits, type Reviewer } from '../../../src/agent/run.ts';
import { Session } from '../../../src/agent/session.ts';
import { toolResult, type Tool } from '../../../src/agent/tool.ts';
import type { Draft } from '../../../src/edits/draft.ts';
import { createProposal, isEmpty, type Proposal } from '../../../src/edits/proposal.ts';
import type { InputItem } from '../../../src/responses/items.ts';
import type { Diagnostic } from '../../../src/workspace/language.ts';
import type {
  Applier,
  RollBackOutcome,
  TestComparison,
  TestRun,
  Verdict,
  Verifier,
} from '../../../src/workspace/verification.ts';
import { calls, says, ScriptedClient, type ScriptedTurn } from '../../support/scriptedClient.ts';

const stage = (text: string, path = 'a.js'): ScriptedTurn => calls([`stage ${path} ${text}`, 'stage', { path, text }]);

describe('session', () => {
  it('goes through analyze, propose, apply and verify, and reports on the same chain', async () => {
    const world = new World(stage('good'), says('Please look.'), says('Glad to hear.'));
    const ending = await world.run();
    assert.deepEqual(ending, { kind: 'done', applied: true, verified: true, reason: 'ok' });
    assert.deepEqual(world.phases(), ['analyze', 'propose', 'apply', 'verify']);
    assert.equal(world.prepared.length, 1, 'the copy is made while the model thinks');
    assert.deepEqual(world.log, ['baseline', 'trial good', 'review preserved', 'apply good', 'verify good']);
    const report = world.client.requests[2] ?? [];
    assert.equal(report.map(({ type }) => type).join(), 'message');
    assert.match(textOf(report), /^Review: accepted\.\nApplied: a\.js\nVerification: preserved\. ok$/);
    assert.ok(isEmpty(world.session.draft.proposal));
  });

  it('sends the standing instructions once', async () => {
    const world = new World(says('Nothing to do.'), says('Still nothing.'));
    assert.deepEqual(await world.run(), { kind: 'nothingToChange', reason: 'Nothing to do.' });
    await world.run();
    const roles = world.client.requests.map((items) =>
      items.map((item) => (item.type === 'message' ? item.role : item.type)),
    );
    assert.deepEqual(roles, [['developer', 'user'], ['user']]);
    assert.deepEqual(world.log, []);
  });

  it('describes the focus in the goal', async () => {
    const world = new World(says('ok'));
    await world.run();
    assert.equal(
      textOf(world.client.requests[0]?.slice(1) ?? []),
      'Goal: Optimize this\n\nFocus:\n- a.js lines 3-9 (function f)',
    );
  });

  it('leaves the disk alone when the proposal is rejected', async () => {
    const world = new World(stage('good'), says('Look.'), says('Understood.'));
    world.decision = () => ({ kind: 'rejected', reason: 'not my style' });
    assert.deepEqual(await world.run(), { kind: 'rejected', reason: 'not my style' });
    assert.ok(!world.log.some((line) => line.startsWith('apply')));
    assert.match(textOf(world.client.requests[2] ?? []), /^Review: rejected\..*\nReason: not my style$/);
  });

  it('hands a proposal that breaks tests back to the model before anybody sees it', async () => {
    const world = new World(stage('bad'), says('Look.'), stage('good'), says('Mended.'), says('Done.'));
    assert.equal((await world.run()).kind, 'done');
    assert.match(
      textOf(world.client.requests[2] ?? []),
      /^Review: not shown yet.*\nVerification: broken\. it broke\nBroken tests:\n- t1: expected 1/,
    );
    assert.deepEqual(
      world.log.filter((line) => /review|apply/.test(line)),
      ['review preserved', 'apply good'],
    );
  });

  it('shows a proposal that stays broken, as broken', async () => {
    const world = new World(stage('bad'), says('1'), says('2'), says('3'), says('closing'));
    world.decision = () => ({ kind: 'rejected', reason: 'broken' });
    assert.equal((await world.run()).kind, 'rejected');
    assert.deepEqual(
      world.log.filter((line) => line.startsWith('review')),
      ['review broken'],
    );
  });

  it('rolls a regression back when asked to, tells the model, and goes on with it', async () => {
    const world = new World(stage('regresses'), says('Look.'), stage('good'), says('Better.'), says('Done.'));
    assert.equal((await world.run()).kind, 'done');
    assert.deepEqual(world.log.slice(2), [
      'review preserved',
      'apply regresses',
      'verify regresses',
      'rollBack 1',
      'trial good',
      'review preserved',
      'apply good',
      'verify good',
    ]);
    assert.match(textOf(world.client.requests[2] ?? []), /Verification: broken\.[^]*Rolled back/);
  });

  it('ends rolled back when the model has nothing better', async () => {
    const world = new World(stage('regresses'), says('Look.'), says('Sorry.'));
    assert.equal((await world.run()).kind, 'rolledBack');
  });

  it('treats new errors in the changed files as a regression', async () => {
    const world = new World(stage('good'), says('Look.'), says('Sorry.'));
    world.errorsAfterApply = ['TS2304'];
    assert.equal((await world.run()).kind, 'rolledBack');
  });

  it('does not blame errors that were there before', async () => {
    const world = new World(stage('good'), says('Look.'), says('Done.'));
    world.errorsBefore = ['TS2304'];
    world.errorsAfterApply = ['TS2304'];
    assert.equal((await world.run()).kind, 'done');
  });

  it('applies only the accepted files, verified as what they are', async () => {
    const two = calls(['1', 'stage', { path: 'a.js', text: 'good' }], ['2', 'stage', { path: 'b.js', text: 'more' }]);
    const world = new World(two, says('Look.'), says('Done.'));
    world.decision = (proposal) => ({ kind: 'accepted', proposal, paths: ['b.js'] });
    assert.equal((await world.run()).kind, 'done');
    assert.deepEqual(world.log.slice(1), [
      'trial good+more',
      'review preserved',
      'trial more',
      'apply more',
      'verify more',
    ]);
    assert.match(textOf(world.client.requests[2] ?? []), /Applied: b\.js\nNot accepted: a\.js/);
  });

  it('shows again when the accepted part alone breaks tests', async () => {
    const two = calls(
      ['1', 'stage', { path: 'a.js', text: 'good' }],
      ['2', 'stage', { path: 'b.js', text: 'bad alone' }],
    );
    const world = new World(two, says('Look.'), says('Done.'));
    const decisions: ReviewOutcome[] = [];
    world.decision = (proposal) => {
      const outcome: ReviewOutcome =
        decisions.length === 0 ? { kind: 'accepted', proposal, paths: ['b.js'] } : { kind: 'rejected', reason: 'no' };
      decisions.push(outcome);
      return outcome;
    };
    assert.equal((await world.run()).kind, 'rejected');
    assert.deepEqual(
      world.log.filter((line) => line.startsWith('review')),
      ['review preserved', 'review broken'],
    );
  });

  it('stops when tests fail before any change and nobody wants to go on', async () => {
    const world = new World(stage('good'), calls(['t', 'tests', {}]), says('never'));
    world.failingBefore = 2;
    assert.equal((await world.run()).kind, 'testsFailedBefore');
    assert.ok(!world.log.some((line) => /trial|review|apply/.test(line)));
    assert.ok(isEmpty(world.session.draft.proposal));
  });

  it('goes on when the user wants to', async () => {
    const world = new World(stage('good'), says('Look.'), says('Done.'));
    world.failingBefore = 2;
    world.goesOnDespiteFailures = true;
    assert.equal((await world.run()).kind, 'done');
  });

  it('says what is stale and writes nothing', async () => {
    const world = new World(stage('good'), says('Look.'), says('I see.'));
    world.isStale = true;
    const ending = await world.run();
    assert.equal(ending.kind, 'failed');
    assert.match(ending.reason, /a\.js changed since the preview, so nothing was written/);
  });

  it('keeps the decision when the endpoint fails afterwards', async () => {
    const world = new World(stage('good'), says('Look.'), { kind: 'unreachable', cause: 'refused', detail: 'gone' });
    assert.equal((await world.run()).kind, 'done');
    assert.ok(world.events.some((event) => event.kind === 'warning' && event.message.includes('The decision stands')));
  });

  it('ends a run cancelled in each phase with nothing staged and nothing applied that was not accepted', async () => {
    for (const at of ['baseline', 'trial good', 'review preserved', 'apply good', 'verify good']) {
      const world = new World(stage('good'), says('Look.'), says('Done.'));
      world.cancelAt = at;
      const ending = await world.run();
      assert.equal(ending.kind, 'cancelled', at);
      assert.ok(isEmpty(world.session.draft.proposal));
      const wasApplied = world.log.includes('applied');
      assert.equal(wasApplied, at === 'verify good', at);
      if (wasApplied) assert.match(ending.reason, /Undo Last Refactoring/);
    }
  });

  it('starts the next run with the results that the endpoint has not seen', async () => {
    const world = new World(calls(['c1', 'stage', { path: 'a.js', text: 'good' }], ['c2', 'tests', {}]), says('hello'));
    world.cancelAt = 'baseline';
    assert.equal((await world.run()).kind, 'cancelled');
    world.cancelAt = undefined;
    await world.run();
    assert.deepEqual(
      world.client.requests[1]?.map((item) => item.type),
      ['function_call_output', 'function_call_output', 'message'],
    );
  });

  it('refuses a second run while one is under way', async () => {
    const world = new World(says('a'));
    const first = world.run();
    await assert.rejects(world.run(), /under way/);
    await first;
  });
});

/** A session over scripted ports; `log` is what reached them, in order. */
class World {
  readonly log: string[] = [];
  readonly events: AgentEvent[] = [];
  readonly client: ScriptedClient;
  readonly session: Session;
  decision: (proposal: Proposal) => ReviewOutcome = (proposal) => ({
    kind: 'accepted',
    proposal,
    paths: proposal.changes.map(({ path }) => path),
  });
  failingBefore = 0;
  goesOnDespiteFailures = false;
  isStale = false;
  errorsBefore: readonly string[] = [];
  errorsAfterApply: readonly string[] = [];
  cancelAt: string | undefined;
  readonly prepared: AbortSignal[] = [];
  #controller = new AbortController();
  #isApplied = false;

  constructor(...script: readonly ScriptedTurn[]) {
    this.client = new ScriptedClient(...script);
    this.session = new Session({
      client: this.client,
      model: 'm',
      endpointName: 'script',
      createTools: ({ draft, verifier }) => [stageTool(draft), testsTool(draft, verifier)],
      verifier: this.#verifier(),
      applier: this.#applier(),
      reviewer: this.#reviewer(),
      language: {
        outline: async () => undefined,
        diagnostics: async () => ({
          kind: 'diagnostics',
          diagnostics: (this.#isApplied ? this.errorsAfterApply : this.errorsBefore).map(errorOf),
        }),
      },
      limits: defaultLimits,
    });
  }

  run() {
    this.#controller = new AbortController();
    const request = {
      goal: 'Optimize this',
      focus: [{ path: 'a.js', startLine: 3, endLine: 9, symbol: 'function f' }],
    };
    return this.session.run(request, (event) => this.events.push(event), this.#controller.signal);
  }

  phases(): string[] {
    return this.events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []));
  }

  #reach(what: string, signal?: AbortSignal): void {
    this.log.push(what);
    if (this.cancelAt === what) this.#controller.abort();
    signal?.throwIfAborted();
  }

  #verifier(): Verifier {
    const trial: Verifier['trial'] = async (proposal, signal) => {
      this.#reach(`trial ${labelOf(proposal)}`, signal);
      return compare(/^bad/.test(labelOf(proposal)));
    };
    return {
      begin: () => {},
      prepare: async (signal) => void this.prepared.push(signal),
      describeCommand: async () => 'node --test',
      baseline: async (signal) => {
        this.#reach('baseline', signal);
        return finished(this.failingBefore);
      },
      trial,
      examine: trial,
      applied: async (proposal, signal) => {
        this.#reach(`verify ${labelOf(proposal)}`, signal);
        return compare(labelOf(proposal).includes('regresses'));
      },
      invalidate: () => {},
    };
  }

  #applier(): Applier {
    return {
      apply: async (proposal, _label, signal) => {
        this.#reach(`apply ${labelOf(proposal)}`, signal);
        if (this.isStale) return { kind: 'stale', paths: ['a.js'] };
        this.#isApplied = true;
        if (this.cancelAt !== undefined) this.log.push('applied');
        return { kind: 'applied', entry: '1', paths: proposal.changes.map(({ path }) => path), differences: [] };
      },
      rollBack: async (entry): Promise<RollBackOutcome> => {
        this.#reach(`rollBack ${entry ?? 'newest'}`);
        this.#isApplied = false;
        return { kind: 'restored', paths: ['a.js'] };
      },
    };
  }

  #reviewer(): Reviewer {
    return {
      review: async (proposal, verdict, signal) => {
        this.#reach(`review ${verdict.kind}`, signal);
        return this.decision(proposal);
      },
      continueDespiteFailures: async () => this.goesOnDespiteFailures,
      rollBack: async () => true,
    };
  }
}

function stageTool(draft: Draft): Tool {
  return {
    name: 'stage',
    description: '',
    parameters: {},
    prepare: (value) => ({
      ok: true,
      summary: '',
      execute: async () => {
        const { path, text } = value as { path: string; text: string };
        const others = draft.proposal.changes.filter((change) => change.path !== path);
        draft.set(createProposal([...others, { kind: 'create', path, after: { text, hasBom: false } }]));
        return toolResult('staged', '');
      },
    }),
  };
}

function testsTool(draft: Draft, verifier: Verifier): Tool {
  return {
    name: 'tests',
    description: '',
    parameters: {},
    prepare: () => ({
      ok: true,
      summary: '',
      execute: async (signal) => toolResult((await verifier.trial(draft.proposal, signal)).verdict.kind, ''),
    }),
  };
}

function labelOf(proposal: Proposal): string {
  return proposal.changes.map((change) => (change.kind === 'delete' ? '-' : change.after.text)).join('+');
}

function finished(failed: number): TestRun {
  const tests = Array.from({ length: failed + 1 }, (_, n) => ({
    id: `t${n}`,
    outcome: n < failed ? ('failed' as const) : ('passed' as const),
  }));
  return { kind: 'finished', command: 'node --test', tests, durationMs: 1 };
}

function compare(isBroken: boolean): TestComparison {
  const broken = isBroken ? [{ id: 't1', outcome: 'failed' as const, message: 'expected 1' }] : [];
  const verdict: Verdict = isBroken
    ? { kind: 'broken', reasons: ['it broke'] }
    : { kind: 'preserved', reasons: ['ok'] };
  return { before: finished(0), after: finished(isBroken ? 1 : 0), broken, fixed: [], stillFailing: [], verdict };
}

function errorOf(code: string): Diagnostic {
  const position = { line: 0, character: 0 };
  return {
    path: 'a.js',
    range: { start: position, end: position },
    severity: 'error',
    message: code,
    code,
    source: 'ts',
  };
}

function textOf(items: readonly InputItem[]): string {
  return items
    .map((item) => (item.type === 'message' ? item.content.map((part) => part.text).join('') : ''))
    .join('\n---\n');
}
