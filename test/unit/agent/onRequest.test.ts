import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import type { ReviewOutcome } from '../../../src/agent/events.ts';
import type { Proposal } from '../../../src/edits/proposal.ts';
import { SessionWorld } from '../../support/sessionWorld.ts';
import { calls, says } from '../../support/scriptedClient.ts';

const stage = (...texts: readonly string[]) =>
  calls(
    ...texts.map((text, at): readonly [string, string, object] => [
      `${texts.join('+')} ${at}`,
      'stage',
      { path: `${'abc'[at]}.js`, text },
    ]),
  );

describe('verification on request', () => {
  it('runs nothing by itself, the tests of the model and those after applying included', async () => {
    const world = new SessionWorld(stage('good'), calls(['t', 'tests', {}]), says('Look.'), says('Done.'));
    world.isVerifiedOnRequest = true;
    const ending = await world.run();
    assert.deepEqual(world.log, ['review unproven', 'apply good']);
    assert.ok(ending.kind === 'unverified' && ending.applied);
    assert.match(ending.reason, /Not verified yet/);
    assert.equal(offers(world)[0], 'verification');
  });

  it('verifies when it is asked to, shows the verdict, and verifies once more in place', async () => {
    const world = new SessionWorld(stage('good'), says('Look.'), says('Done.'));
    world.isVerifiedOnRequest = true;
    world.decision = inTurn('verify', 'accept');
    assert.equal((await world.run()).kind, 'done');
    assert.deepEqual(world.log, [
      'review unproven',
      'baseline',
      'trial good',
      'review preserved',
      'apply good',
      'verify good',
    ]);
    assert.deepEqual(offers(world), ['verification', undefined]);
  });

  it('hands back what breaks, and what the model makes of it needs no second request', async () => {
    const world = new SessionWorld(stage('bad'), says('Look.'), stage('good'), says('Mended.'), says('Done.'));
    world.isVerifiedOnRequest = true;
    world.decision = inTurn('verify', 'accept');
    assert.equal((await world.run()).kind, 'done');
    assert.deepEqual(
      world.log.filter((line) => /^(trial|review)/.test(line)),
      ['review unproven', 'trial bad', 'trial good', 'review preserved'],
    );
  });

  it('has to be asked for again for the next change of the run', async () => {
    const world = new SessionWorld(stage('good'), says('Look.'), stage('more'), says('Another.'), says('Done.'));
    world.isVerifiedOnRequest = true;
    world.decision = inTurn('verify', 'accept', 'accept');
    await world.run();
    assert.deepEqual(
      world.log.filter((line) => line.startsWith('review')),
      ['review unproven', 'review preserved', 'review unproven'],
    );
  });

  it('takes a part, which is a proposal of its own from then on', async () => {
    const world = new SessionWorld(stage('good', 'bad'), says('Look.'), says('Done.'));
    world.isVerifiedOnRequest = true;
    const shown: string[][] = [];
    world.decision = (proposal) => {
      shown.push(proposal.changes.map(({ path }) => path));
      return shown.length === 1
        ? { kind: 'verify', proposal, paths: ['a.js'] }
        : { kind: 'accepted', proposal, paths: ['a.js'] };
    };
    assert.equal((await world.run()).kind, 'done');
    assert.deepEqual(shown, [['a.js', 'b.js'], ['a.js']]);
    assert.ok(world.log.includes('apply good'));
  });

  it('verifies a part of what was verified already, too', async () => {
    const world = new SessionWorld(stage('vague', 'good'), says('Look.'), says('Done.'));
    let isFirst = true;
    world.decision = (proposal): ReviewOutcome => {
      if (!isFirst) return { kind: 'accepted', proposal, paths: ['b.js'] };
      isFirst = false;
      return { kind: 'verify', proposal, paths: ['b.js'] };
    };
    assert.equal((await world.run()).kind, 'done');
    assert.deepEqual(
      world.log.filter((line) => line.startsWith('review')),
      ['review unproven', 'review preserved'],
    );
  });
});

/** Decides on all that is shown, one after another. */
function inTurn(...decisions: readonly ('verify' | 'accept')[]): (proposal: Proposal) => ReviewOutcome {
  let next = 0;
  return (proposal) => {
    const paths = proposal.changes.map(({ path }) => path);
    return { kind: decisions[next++] === 'verify' ? 'verify' : 'accepted', proposal, paths };
  };
}

function offers({ events }: SessionWorld): unknown[] {
  return events.flatMap((event) => (event.kind === 'reviewStarted' ? [event.verdict.offer] : []));
}
