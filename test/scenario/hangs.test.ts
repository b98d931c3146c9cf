import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { verifySteps } from '../../src/agent/stepVerification.ts';
import { hangLimit } from '../../src/verify/stages/5-mutants/judgeMutant.ts';
import type { TestComparison } from '../../src/workspace/verification.ts';
import { stepsOf } from '../support/stepPlans.ts';
import { VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();
const limitMs = 7_000;

describe('tests that hang cost their time limit once, and say how far they were', function () {
  this.timeout(120_000);
  let project: VerifierProject;
  let runs: string[];

  beforeEach(() => {
    runs = [];
    project = new VerifierProject();
    project.write('package.json', JSON.stringify({ name: 'hangs', scripts: { test: 'node --test' } }));
    project.write('loop.js', 'module.exports = () => { let i = 0; while (i < 3) i += 1; return i; };\n');
    test('a', 'one', 'two');
    test('b', 'three', 'four');
    project.write(
      'test/z.test.js',
      `require('node:test').test('ends', () => { if (require('../loop.js')() !== 3) throw new Error('no'); });\n`,
    );
  });
  afterEach(() => project.dispose());

  function test(file: string, ...names: readonly string[]): void {
    const text = names.map((name) => `test('${name}', () => {});`).join('\n');
    project.write(`test/${file}.test.js`, `const { test } = require('node:test');\n${text}\n`);
  }

  const hanging = () => project.replacing('loop.js', 'i += 1', 'i += 0');
  const verifier = (more: object = {}) =>
    project.verifier({ timeLimitMs: limitMs, onRunStarted: (stage: string) => void runs.push(stage), ...more });

  it('with the change: BROKEN, with the number of those that had passed', async () => {
    const { verdict, after } = await verifier().examine(hanging(), signal);
    assert.ok(after.kind === 'timedOut' && after.afterMs === limitMs, after.kind);
    assert.deepEqual(after.byThen, { passed: 4, failed: 0 });
    assert.match(verdict.reasons[0] ?? '', /^The tests hang: .*; 4 tests had passed by then\.$/);
    assert.deepEqual(runs, ['baseline', 'trial']);
  });

  it('before any change, and for tests that come with it: nothing is waited for again', async () => {
    project.write('test/z.test.js', `require('node:test').test('never ends', () => { for (;;); });\n`);
    const own = verifier();
    const run = await own.baseline(signal);
    assert.ok(run.kind === 'timedOut' && run.byThen?.passed === 4, JSON.stringify(run));
    const { verdict } = await own.examine(hanging(), signal);
    assert.match(verdict.reasons[0] ?? '', /before any change; 4 tests had passed by then\.$/);
    assert.deepEqual(runs, ['baseline']);
  });

  it('for parts of what hung, in a fraction of the time; what was cut short so is no finding about the whole', async () => {
    const own = verifier({ timeLimitMs: 60_000 });
    const before = await own.baseline(signal);
    assert.ok(before.kind === 'finished');
    const part = await own.trial(hanging(), signal, { isAfterHang: true });
    assert.ok(part.after.kind === 'timedOut' && part.after.afterMs === hangLimit(before), part.after.kind);
    await own.trial(hanging(), signal, { isAfterHang: true });
    assert.deepEqual(runs, ['baseline', 'trial', 'trial'], 'it is not kept');
  });

  it('where those that have to do with the change run first', async () => {
    const { verdict, after, broken } = await verifier({ relatedFirstFromMs: 0 }).trial(hanging(), signal);
    assert.equal(verdict.kind, 'broken');
    assert.equal(after.kind, 'timedOut');
    assert.deepEqual(
      broken.map(({ id }) => id),
      ['test/z.test.js › ends'],
    );
    assert.deepEqual(runs, ['baseline', 'trial', 'baseline'], 'all of them, then a part with and without the change');
  });

  it('for the steps of a change: after one that hangs none is tried alone', async () => {
    const steps = stepsOf(['0\n', '1\n', '2\n', '3\n', '4\n'].map((text) => ({ 'a.js': text })));
    const [found] = await Promise.all([verifier().trial(hanging(), signal)]);
    const fine: TestComparison = {
      ...found,
      after: found.before,
      broken: [],
      verdict: { kind: 'preserved', reasons: ['Yes.'] },
    };
    const told: string[] = [];
    let trials = 0;
    await verifySteps(
      { steps, comparison: fine },
      async () => (++trials === 2 ? found : fine),
      (step, verdict) => void told.push(`${step.id} ${verdict.kind} ${verdict.reasons.join(' ')}`),
      60_000,
      signal,
    );
    assert.equal(trials, 2);
    assert.match(told.join('\n'), /^2 broken .*\n3 notVerified .*the tests hang with step 2, and were not waited for/m);
  });
});
