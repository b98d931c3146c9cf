import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { StageTime } from '../../src/workspace/evidence.ts';
import { VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();

describe('the times of a verification', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.write('package.json', JSON.stringify({ name: 'p', scripts: { test: 'node --test' } }));
    project.write('area.js', 'exports.area = (w, h) => {\n  return h * w;\n};\n');
    const head = `const { test } = require('node:test'); const assert = require('node:assert');`;
    project.write('test/a.test.js', `${head} test('area', () => assert.equal(require('../area.js').area(2, 3), 6));`);
  });
  afterEach(() => project.dispose());

  it('tell every stage, with the time of the tests apart, and add up to the whole', async () => {
    const verifier = project.verifier({ sensitivityMs: 60_000 });
    const startedAt = performance.now();
    await verifier.baseline(signal);
    const { evidence } = await verifier.examine(project.replacing('area.js', 'h * w', 'w * h'), signal);
    const wall = performance.now() - startedAt;
    const times = evidence?.times ?? [];
    const names = times.map(({ stage }) => stage);
    for (const stage of ['copy', 'baseline', 'trial', 'checks', 'coverage', 'sensitivity'] as const)
      assert.ok(names.includes(stage), `no ${stage} in ${names.join(', ')}`);
    for (const stage of ['baseline', 'trial', 'sensitivity'] as const) {
      const { durationMs = 0, testsMs = 0 } = times.find((time) => time.stage === stage) ?? {};
      assert.ok(testsMs > 0 && testsMs <= durationMs, stage);
    }
    const sum = times.reduce((total, { durationMs }) => total + durationMs, 0);
    // Of the first call it is not told how long it took to find the command.
    assert.ok(sum <= wall + times.length && sum > wall * 0.7, `${sum} of ${wall}`);
  });

  it('belong to the verification, not to the verifier', async () => {
    const verifier = project.verifier({ sensitivityMs: 0 });
    const first = await verifier.trial(project.replacing('area.js', 'h * w', 'w * h'), signal);
    const second = await verifier.trial(project.replacing('area.js', 'h * w', '(h) * w'), signal);
    // Both rest on the same state before; the later one counts all that it took to learn of it as its baseline.
    const before = (times: readonly StageTime[] = []): number | undefined =>
      times.find(({ stage }) => stage === 'baseline')?.testsMs;
    assert.ok(before(first.evidence?.times) !== undefined);
    assert.equal(before(first.evidence?.times), before(second.evidence?.times));
    const again = await verifier.trial(project.replacing('area.js', 'h * w', 'w * h'), signal);
    assert.deepEqual(again.evidence?.times, first.evidence?.times);
    assert.deepEqual(project.started, ['baseline', 'trial', 'trial']);
  });
});
