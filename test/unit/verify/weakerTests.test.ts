import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { judgeTestChanges, type Judged } from '../../bench/cheats/trials.ts';
import { honestChanges } from '../../bench/cheats/honest.ts';
import { weakenings } from '../../bench/cheats/weakenings.ts';

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
    const doubtful = judged.filter(({ kind }) => kind === 'unproven');
    assert.deepEqual(
      doubtful.map(({ change }) => `${change.base.runner}, ${change.name}`),
      leftToRuns,
    );
  });

  it('are told from honest changes', async () => {
    const judged = await judgeTestChanges(honestChanges, true, signal);
    assert.ok(judged.length >= 40);
    assert.deepEqual(named(judged, ['broken']), []);
  });
});

/** What the texts leave in doubt and the verdict does not: a run shows that tests are gone, or that they notice fewer mutants. */
const leftToRuns = [
  'vitest, an assertion that is never called',
  'vitest, a row less',
  'vitest, rows that are cut off',
  'vitest, expect replaced',
  'vitest, another fixture',
  'vitest, a set-up that bends',
  'mocha, cases less',
  'node:test, a loop over nothing',
  'pytest, importorskip',
  'pytest, a patch of what is tested',
  'unittest, another class',
  'go test, a case less',
  'go test, an early return',
  'go test, another condition',
  'cargo test, should_panic',
];

function named(judged: readonly Judged[], kinds: readonly Judged['kind'][]): readonly string[] {
  return judged
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ change, reason }) => `${change.base.runner}, ${change.name}: ${reason}`);
}
