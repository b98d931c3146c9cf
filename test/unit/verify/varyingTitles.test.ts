import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { compareRuns } from '../../../src/verify/verdict/compareRuns.ts';
import { judgeMutant } from '../../../src/verify/stages/5-mutants/judgeMutant.ts';
import { learnTitles, mayVary, withStableTitles } from '../../../src/verify/stages/2-run/varyingTitles.ts';
import type { TestCaseResult, TestRun } from '../../../src/workspace/verification.ts';

type Finished = Extract<TestRun, { kind: 'finished' }>;

function run(...ids: readonly string[]): Finished {
  const tests = ids.map((id): TestCaseResult => {
    const isFailed = id.startsWith('!');
    return { id: isFailed ? id.slice(1) : id, outcome: isFailed ? 'failed' : 'passed' };
  });
  return { kind: 'finished', command: 'x', tests, durationMs: 10 };
}

/** What a change is said to break, its titles being made stable by two runs without it. */
function broken(before: Finished, again: Finished, after: Finished): readonly string[] {
  if (!mayVary(before, after)) return compareRuns(before, after).broken.map(({ id }) => id);
  const titles = learnTitles(before, again);
  return compareRuns(withStableTitles(before, titles), withStableTitles(after, titles)).broken.map(({ id }) => id);
}

const uuids = [
  '9f1c2d3e-aa00-4c1d-8e2f-001122334455',
  'deadbeef-0001-4aaa-9bbb-cccdddeeefff',
  '00ff00ff-1234-4321-8abc-0a0b0c0d0e0f',
];
const families: readonly (readonly [string, readonly [string, string, string]])[] = [
  ['a random number', ['f › seed 0.123', 'f › seed 0.98765', 'f › seed 0.5']],
  ['a port', ['f › listens on 127.0.0.1:40123', 'f › listens on 127.0.0.1:51876', 'f › listens on 127.0.0.1:33001']],
  [
    'a date of which two runs show the seconds',
    ['f › at 2026-11-27T16:51:03.120Z', 'f › at 2026-11-27T16:51:04.480Z', 'f › at 2026-11-27T16:52:10.001Z'],
  ],
  [
    'a date in words',
    [
      'f › on Fri Nov 27 2026 16:51:03 GMT',
      'f › on Fri Nov 27 2026 16:51:09 GMT',
      'f › on Fri Nov 27 2026 17:02:00 GMT',
    ],
  ],
  [
    'a uuid',
    [`f › id ${uuids[0] ?? ''} is kept`, `f › id ${uuids[1] ?? ''} is kept`, `f › id ${uuids[2] ?? ''} is kept`],
  ],
  ['a path', ['f › writes /tmp/t-kXqPZo/a.txt', 'f › writes /tmp/t-Lm9WqT/a.txt', 'f › writes /tmp/t-AAbbCC/a.txt']],
  ['a duration', ['f › takes 5 ms', 'f › takes 12.25 ms', 'f › takes 1 ms']],
  ['an address', ['f › <object at 0x7f00aa>', 'f › <object at 0x7fee01>', 'f › <object at 0x1a2b3c>']],
  [
    'an id of pytest',
    ['tests/t.py › t › test_a[0.11-x]', 'tests/t.py › t › test_a[0.72-x]', 'tests/t.py › t › test_a[0.05-x]'],
  ],
  ['the group of tape', ['port 0.13 › should be equal', 'port 0.94 › should be equal', 'port 0.42 › should be equal']],
  ['a suite', ['f › run 17 › adds', 'f › run 93 › adds', 'f › run 40 › adds']],
  ['nothing but what varies', ['f › 0.11', 'f › 0.75', 'f › 0.3']],
  ['a beginning that comes', ['f › works', 'f › 3x works', 'f › 12x works']],
];

describe('titles that are others in every run', () => {
  for (const [name, [first, second, third]] of families) {
    it(`are known again: ${name}`, () => {
      assert.deepEqual(broken(run('f › a', first), run('f › a', second), run('f › a', third)), []);
    });

    it(`hide no failure and no test that is gone: ${name}`, () => {
      const [before, again] = [run('f › a', first), run('f › a', second)];
      assert.equal(broken(before, again, run('f › a', `!${third}`)).length, 1);
      assert.equal(broken(before, again, run('f › a')).length, 1);
      assert.equal(broken(before, again, run('f › b', third)).length, 1);
      // Two runs of the same code that say the same: then the change has given it another title.
      assert.equal(broken(before, before, run('f › a', third)).length, 1);
    });
  }

  it('are known by their turn where a file has several', () => {
    const of = (...seeds: readonly string[]): Finished =>
      run('f › a', ...seeds.map((seed) => `f › seed ${seed}`), 'f › z');
    const [before, again] = [of('1', '2', '3'), of('7', '8', '9')];
    assert.deepEqual(broken(before, again, of('4', '5', '6')), []);
    assert.equal(broken(before, again, of('4', '5')).length, 1);
    const failing = run('f › a', 'f › seed 4', '!f › seed 5', 'f › seed 6', 'f › z');
    assert.deepEqual(broken(before, again, failing), ['f › seed … #2']);
  });

  it('must keep the words that stay in all runs', () => {
    const of = (words: string): Finished => run('f › a', `f › ${words}`);
    assert.equal(broken(of('seed 1 gives 7'), of('seed 2 gives 7'), of('seed 3 gives 8')).length, 1);
    assert.equal(broken(of('seed 1'), of('seed 2'), of('another 3')).length, 1);
    assert.equal(broken(of('seed 1'), of('seed 2'), of('seed 3 › more')).length, 1);
  });

  it('are not learned where two runs do not fit each other', () => {
    assert.equal(broken(run('f › s 1', 'f › s 2'), run('f › s 3'), run('f › s 4', 'f › s 5')).length, 2);
    assert.equal(broken(run('f › s 1'), run('!f › s 3'), run('f › s 4')).length, 1);
  });

  it('are no witnesses against a mutant that no test notices', () => {
    const titles = learnTitles(run('f › a', 'f › s 1'), run('f › a', 'f › s 2'));
    const reference = withStableTitles(run('f › a', 'f › s 3'), titles);
    assert.equal(judgeMutant(reference, run('f › a', 'f › s 4'), false).kind, 'survived');
    assert.equal(judgeMutant(reference, run('f › a', '!f › s 4'), false).kind, 'killed');
    assert.equal(judgeMutant(reference, run('f › a'), false).kind, 'killed');
    assert.equal(judgeMutant(reference, run('f › b', 'f › s 4'), false).kind, 'killed');
  });
});
