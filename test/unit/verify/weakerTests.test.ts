import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { judgeTestChanges, type Judged } from '../../bench/cheats/trials.ts';
import { honestChanges, weakenings } from '../../bench/cheats/weakenings.ts';

const { signal } = new AbortController();

describe('tests made weaker', function () {
  // Python is asked about its own texts, a process each.
  this.timeout(120_000);

  it('are found in every runner where tests are read-only', async () => {
    const judged = await judgeTestChanges(weakenings, false, signal);
    assert.ok(judged.length >= 40);
    assert.deepEqual(named(judged, ['unproven', 'passed']), []);
  });

  it('are never let pass where they may be changed', async () => {
    const judged = await judgeTestChanges(weakenings, true, signal);
    assert.deepEqual(named(judged, ['passed']), []);
    assert.ok(named(judged, ['unproven']).length <= 21, named(judged, ['unproven']).join('\n'));
  });

  it('are told from honest changes', async () => {
    const judged = await judgeTestChanges(honestChanges, true, signal);
    assert.ok(judged.length >= 15);
    assert.deepEqual(named(judged, ['broken']), []);
  });
});

function named(judged: readonly Judged[], kinds: readonly Judged['kind'][]): readonly string[] {
  return judged
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ change, reason }) => `${change.base.runner}, ${change.name}: ${reason}`);
}
