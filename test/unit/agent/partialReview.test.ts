import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { calls, says } from '../../support/scriptedClient.ts';
import { SessionWorld } from '../../support/sessionWorld.ts';

describe('a part of a proposal', () => {
  it('asks again for one that is less certain than what was shown, and applies it once it is accepted as that', async () => {
    const two = calls(
      ['1', 'stage', { path: 'a.js', text: 'good' }],
      ['2', 'stage', { path: 'b.js', text: 'vague alone' }],
    );
    const world = new SessionWorld(two, says('Look.'), says('Done.'));
    world.decision = (proposal) => ({ kind: 'accepted', proposal, paths: ['b.js'] });
    assert.equal((await world.run()).kind, 'done');
    assert.deepEqual(world.log.slice(1), [
      'trial good+vague alone',
      'review preserved',
      'trial vague alone',
      'review unproven',
      'apply vague alone',
      'verify vague alone',
    ]);
  });

  it('writes nothing of one that is refused when it is shown with its own verdict', async () => {
    const two = calls(
      ['1', 'stage', { path: 'a.js', text: 'good' }],
      ['2', 'stage', { path: 'b.js', text: 'vague alone' }],
    );
    const world = new SessionWorld(two, says('Look.'), says('Done.'));
    world.decision = (proposal) =>
      proposal.changes.length === 2
        ? { kind: 'accepted', proposal, paths: ['b.js'] }
        : { kind: 'rejected', reason: 'no' };
    assert.equal((await world.run()).kind, 'rejected');
    assert.deepEqual(world.log.slice(-1), ['review unproven']);
  });

  it('does not ask again for one that is as uncertain as what was shown', async () => {
    const two = calls(
      ['1', 'stage', { path: 'a.js', text: 'vague' }],
      ['2', 'stage', { path: 'b.js', text: 'vague too' }],
    );
    const world = new SessionWorld(two, says('Look.'), says('Done.'));
    world.decision = (proposal) => ({ kind: 'accepted', proposal, paths: ['b.js'] });
    assert.equal((await world.run()).kind, 'done');
    assert.deepEqual(
      world.log.filter((line) => line.startsWith('review')),
      ['review unproven'],
    );
  });
});
