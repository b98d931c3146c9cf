import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { ReviewOutcome } from '../../../src/agent/events.ts';
import { abortable } from '../../../src/util/abort.ts';
import { isEmpty } from '../../../src/edits/proposal.ts';
import type { InputItem } from '../../../src/responses/items.ts';
import { calls, says, type ScriptedTurn } from '../../support/scriptedClient.ts';
import { SessionWorld } from '../../support/sessionWorld.ts';

const stage = (text: string, path = 'a.js'): ScriptedTurn => calls([`stage ${path} ${text}`, 'stage', { path, text }]);

describe('session', () => {
  it('goes through analyze, propose, apply and verify, and reports on the same chain', async () => {
    const world = new SessionWorld(stage('good'), says('Please look.'), says('Glad to hear.'));
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
    const world = new SessionWorld(says('Nothing to do.'), says('Still nothing.'));
    assert.deepEqual(await world.run(), { kind: 'nothingToChange', reason: 'Nothing to do.' });
    await world.run();
    const roles = world.client.requests.map((items) =>
      items.map((item) => (item.type === 'message' ? item.role : item.type)),
    );
    assert.deepEqual(roles, [['developer', 'user'], ['user']]);
    assert.deepEqual(world.log, []);
  });

  it('describes the focus in the goal', async () => {
    const world = new SessionWorld(says('ok'));
    await world.run();
    assert.equal(
      textOf(world.client.requests[0]?.slice(1) ?? []),
      'Goal: Optimize this\n\nFocus:\n- a.js lines 3-9 (function f)',
    );
  });

  it('leaves the disk alone when the proposal is rejected', async () => {
    const world = new SessionWorld(stage('good'), says('Look.'), says('Understood.'));
    world.decision = () => ({ kind: 'rejected', reason: 'not my style' });
    assert.deepEqual(await world.run(), { kind: 'rejected', reason: 'not my style' });
    assert.ok(!world.log.some((line) => line.startsWith('apply')));
    assert.match(textOf(world.client.requests[2] ?? []), /^Review: rejected\..*\nReason: not my style$/);
  });

  it('hands a proposal that breaks tests back to the model before anybody sees it', async () => {
    const world = new SessionWorld(stage('bad'), says('Look.'), stage('good'), says('Mended.'), says('Done.'));
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
    const world = new SessionWorld(stage('bad'), says('1'), says('2'), says('3'), says('closing'));
    world.decision = () => ({ kind: 'rejected', reason: 'broken' });
    assert.equal((await world.run()).kind, 'rejected');
    assert.deepEqual(
      world.log.filter((line) => line.startsWith('review')),
      ['review broken'],
    );
  });

  it('rolls a regression back when asked to, tells the model, and goes on with it', async () => {
    const world = new SessionWorld(stage('regresses'), says('Look.'), stage('good'), says('Better.'), says('Done.'));
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
    const world = new SessionWorld(stage('regresses'), says('Look.'), says('Sorry.'));
    assert.equal((await world.run()).kind, 'rolledBack');
  });

  it('treats new errors in the changed files as a regression', async () => {
    const world = new SessionWorld(stage('good'), says('Look.'), says('Sorry.'));
    world.errorsAfterApply = ['TS2304'];
    assert.equal((await world.run()).kind, 'rolledBack');
  });

  it('does not blame errors that were there before', async () => {
    const world = new SessionWorld(stage('good'), says('Look.'), says('Done.'));
    world.errorsBefore = ['TS2304'];
    world.errorsAfterApply = ['TS2304'];
    assert.equal((await world.run()).kind, 'done');
  });

  it('applies only the accepted files, verified as what they are', async () => {
    const two = calls(['1', 'stage', { path: 'a.js', text: 'good' }], ['2', 'stage', { path: 'b.js', text: 'more' }]);
    const world = new SessionWorld(two, says('Look.'), says('Done.'));
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
    const world = new SessionWorld(two, says('Look.'), says('Done.'));
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
    const world = new SessionWorld(stage('good'), calls(['t', 'tests', {}]), says('never'));
    world.failingBefore = 2;
    assert.equal((await world.run()).kind, 'testsFailedBefore');
    assert.ok(!world.log.some((line) => /trial|review|apply/.test(line)));
    assert.ok(isEmpty(world.session.draft.proposal));
  });

  it('goes on when the user wants to', async () => {
    const world = new SessionWorld(stage('good'), says('Look.'), says('Done.'));
    world.failingBefore = 2;
    world.goesOnDespiteFailures = true;
    assert.equal((await world.run()).kind, 'done');
  });

  it('says what is stale and writes nothing', async () => {
    const world = new SessionWorld(stage('good'), says('Look.'), says('I see.'));
    world.isStale = true;
    const ending = await world.run();
    assert.equal(ending.kind, 'failed');
    assert.match(ending.reason, /a\.js changed since the preview, so nothing was written/);
  });

  it('keeps the decision when the endpoint fails afterwards', async () => {
    const world = new SessionWorld(stage('good'), says('Look.'), {
      kind: 'unreachable',
      cause: 'refused',
      detail: 'gone',
    });
    assert.equal((await world.run()).kind, 'done');
    assert.ok(world.events.some((event) => event.kind === 'warning' && event.message.includes('The decision stands')));
  });

  it('ends a run cancelled in each phase with nothing staged and nothing applied that was not accepted', async () => {
    for (const at of ['baseline', 'trial good', 'review preserved', 'apply good', 'verify good']) {
      const world = new SessionWorld(stage('good'), says('Look.'), says('Done.'));
      world.cancelAt = at;
      const ending = await world.run();
      assert.equal(ending.kind, 'cancelled', at);
      assert.ok(isEmpty(world.session.draft.proposal));
      const wasApplied = world.log.includes('applied');
      assert.equal(wasApplied, at === 'verify good', at);
      if (wasApplied) assert.match(ending.reason, /Undo Last Refactoring/);
    }
  });

  describe('whose model does not come to its end', () => {
    const failed: ScriptedTurn = { kind: 'failed', error: { code: 'server_error', message: 'Oops.' } };
    const tests = calls(['t', 'tests', {}]);
    const stopped: ScriptedTurn = { kind: 'aborted' };

    it('settles what is staged by its tests, and names both', async () => {
      const world = new SessionWorld(stage('good'), failed);
      const ending = await world.run();
      assert.deepEqual(world.log, ['baseline', 'trial good', 'review preserved', 'apply good', 'verify good']);
      assert.ok(ending.kind === 'cut' && ending.cause.kind === 'failed', ending.kind);
      assert.deepEqual(ending.settled, { kind: 'done', applied: true, verified: true, reason: 'ok' });
      assert.match(ending.reason, /Oops\..*What was staged by then is applied and verified\. ok$/);
      assert.ok(isEmpty(world.session.draft.proposal));
    });

    it('keeps what of it breaks nothing, and says what was left out', async () => {
      const steps = calls(
        ['1', 'stage', { path: 'a.js', text: 'good', step: 'One' }],
        ['2', 'stage', { path: 'b.js', text: 'bad', step: 'Two' }],
      );
      const world = new SessionWorld(steps, failed);
      world.isBroken = (label) => label.includes('bad');
      const ending = await world.run();
      assert.ok(ending.kind === 'cut' && ending.settled.kind === 'done', JSON.stringify(ending));
      assert.ok(world.log.includes('apply good'));
      assert.ok(world.events.some((event) => event.kind === 'warning' && /Left out.*Two/.test(event.message)));
    });

    it('shows what stays broken, as broken', async () => {
      const world = new SessionWorld(stage('bad'), failed);
      world.decision = () => ({ kind: 'shownOnly' });
      const ending = await world.run();
      assert.ok(ending.kind === 'cut' && ending.settled.kind === 'broken', JSON.stringify(ending));
    });

    it('tells the model of the decision with the next request', async () => {
      const world = new SessionWorld(stage('good'), failed, says('Fine.'));
      await world.run();
      await world.run();
      assert.match(textOf(world.client.requests[2] ?? []), /^Review: accepted\./);
    });

    it('ends as before when nothing is staged', async () => {
      assert.equal((await new SessionWorld(failed).run()).kind, 'failed');
    });

    for (const at of ['baseline', 'trial good'])
      it(`when stopped at ${at} offers what is staged without running anything`, async () => {
        const world = new SessionWorld(stage('good'), says('Look.'));
        world.cancelAt = at;
        const ending = await world.run();
        assert.equal(world.log.at(-1), 'offer unproven');
        assert.ok(ending.kind === 'cancelled' && ending.settled?.kind === 'unverified', JSON.stringify(ending));
        assert.match(ending.reason, /^Stopped by the user\. What was staged by then is UNPROVEN; nothing was written/);
      });

    it('when stopped offers the verdict that its tests gave before', async () => {
      const world = new SessionWorld(stage('good'), tests, stopped);
      const ending = await world.run();
      assert.deepEqual(world.log, ['baseline', 'trial good', 'offer preserved']);
      assert.ok(ending.kind === 'cancelled' && ending.settled?.kind === 'done', JSON.stringify(ending));
    });

    it('when stopped applies what is accepted all the same', async () => {
      const world = new SessionWorld(stage('good'), tests, stopped);
      world.decisionAtStop = (proposal) => ({ kind: 'accepted', proposal, paths: ['a.js'] });
      const ending = await world.run();
      assert.deepEqual(world.log.slice(2), ['offer preserved', 'apply good', 'verify good']);
      assert.ok(ending.kind === 'cancelled' && ending.settled?.kind === 'done', JSON.stringify(ending));
    });

    it('when stopped verifies what is offered once that is asked for', async () => {
      const world = new SessionWorld(stage('good'), stopped);
      world.decisionAtStop = (proposal) => ({ kind: 'verify', proposal, paths: ['a.js'] });
      await world.run();
      assert.deepEqual(world.log.slice(0, 4), ['offer unproven', 'baseline', 'trial good', 'review preserved']);
    });

    it('when stopped waits for a decision until it is stopped once more', async () => {
      const world = new SessionWorld(stage('good'), tests, stopped);
      const end = new AbortController();
      world.decisionAtStop = () => {
        queueMicrotask(() => end.abort());
        return abortable(new Promise<never>(() => {}), end.signal);
      };
      const ending = await world.run(end.signal);
      assert.ok(ending.kind === 'cancelled' && ending.settled === undefined, JSON.stringify(ending));
      assert.equal(world.log.at(-1), 'offer preserved');
      assert.ok(isEmpty(world.session.draft.proposal));
    });

    it('when stopped ends a verification that was asked for, once it is stopped once more', async () => {
      const world = new SessionWorld(stage('stuck'), stopped);
      const end = new AbortController();
      world.decisionAtStop = (proposal) => ({ kind: 'verify', proposal, paths: ['a.js'] });
      world.onReach = (what) => {
        if (what === 'trial stuck') queueMicrotask(() => end.abort());
      };
      assert.equal((await world.run(end.signal)).kind, 'cancelled');
      assert.deepEqual(world.log, ['offer unproven', 'baseline', 'trial stuck']);
    });

    it('when stopped while a verification runs that was asked for, offers what it was about', async () => {
      const world = new SessionWorld(stage('stuck'), says('Look.'));
      world.isVerifiedOnRequest = true;
      world.decision = (proposal) => ({ kind: 'verify', proposal, paths: ['a.js'] });
      world.cancelAt = 'trial stuck';
      const ending = await world.run();
      assert.deepEqual(world.log, ['review unproven', 'baseline', 'trial stuck', 'offer unproven']);
      assert.ok(ending.kind === 'cancelled' && ending.settled?.kind === 'unverified', JSON.stringify(ending));
    });

    it('offers what is staged when we fail ourselves, and names that', async () => {
      const world = new SessionWorld(stage('good'), says('Look.'));
      world.onReach = (what) => {
        if (what === 'trial good') throw new Error('Oh dear');
      };
      const ending = await world.run();
      assert.equal(world.log.at(-1), 'offer unproven');
      assert.ok(ending.kind === 'cut' && ending.settled.kind === 'unverified', JSON.stringify(ending));
      assert.match(ending.reason, /failed unexpectedly: Error: Oh dear.*What was staged by then is UNPROVEN/);
      assert.ok(isEmpty(world.session.draft.proposal));
    });

    it('offers nothing once even that is not waited for', async () => {
      const world = new SessionWorld(stage('good'), stopped);
      assert.equal((await world.run(AbortSignal.abort())).kind, 'cancelled');
      assert.deepEqual(world.log, []);
    });
  });

  it('starts the next run with the results that the endpoint has not seen', async () => {
    const world = new SessionWorld(
      calls(['c1', 'stage', { path: 'a.js', text: 'good' }], ['c2', 'tests', {}]),
      says('hello'),
    );
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
    const world = new SessionWorld(says('a'));
    const first = world.run();
    await assert.rejects(world.run(), /under way/);
    await first;
  });
});

function textOf(items: readonly InputItem[]): string {
  return items
    .map((item) => (item.type === 'message' ? item.content.map((part) => part.text).join('') : ''))
    .join('\n---\n');
}
