import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { fingerprint, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();

describe('sensitivity of real tests', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.write('package.json', JSON.stringify({ name: 'p', scripts: { test: 'node --test' } }));
    project.write('area.js', 'exports.area = (w, h) => {\n  return h * w;\n};\nexports.idle = () => 1 + 1;\n');
  });
  afterEach(() => project.dispose());

  it('names the faults that weak tests miss, in the changed function only, and leaves nothing behind', async () => {
    const body = `test('area', () => assert.equal(require('../area.js').area(1, 1), 1));`;
    const head = `const { test } = require('node:test'); const assert = require('node:assert');`;
    project.write('test/a.test.js', `${head} ${body}`);
    const before = fingerprint(project.root);
    const verifier = project.verifier({ sensitivityMs: 60_000 });
    const { evidence } = await verifier.examine(project.replacing('area.js', 'h * w', 'w * h'), signal);
    assert.ok(evidence?.sensitivity.kind === 'measured', JSON.stringify(evidence?.sensitivity));
    const { seeded, noticed, survivors, isPartial } = evidence.sensitivity;
    assert.equal(isPartial, false);
    assert.equal(seeded - noticed, survivors.length);
    assert.deepEqual(survivors[0], { message: '`w * h` became `(w / h)`.', path: 'area.js', line: 2 });
    assert.ok(survivors.every(({ line }) => line === 2));
    assert.equal(fingerprint(project.root), before);
    // The copy is the workspace again: what was tried before is as it was.
    assert.ok((await verifier.baseline(signal)).kind === 'finished');
  });

  it('needs a killed mutant in what changed, whatever else the tests notice', async () => {
    const head = `const { test } = require('node:test'); const assert = require('node:assert');`;
    const body = `test('a', () => { const m = require('../area.js'); assert.equal(m.limit(5), 5); assert.equal(m.area(2, 3), 6); });`;
    project.write('area.js', 'exports.area = (w, h) => w * h;\nexports.limit = (x) => Math.min(x, 100);\n');
    project.write('test/a.test.js', `${head} ${body}`);
    const verifier = project.verifier({});
    const { verdict } = await verifier.examine(project.replacing('area.js', 'x, 100', 'x, 99'), signal);
    assert.equal(verdict.kind, 'unproven', verdict.reasons.join(' '));
    assert.match(verdict.reasons[0] ?? '', /^No test tells the old from the new at area\.js:2: `100` is `99` now\.$/);
    const honest = await verifier.examine(project.replacing('area.js', 'w * h', 'h * w'), signal);
    assert.equal(honest.verdict.kind, 'preserved', honest.verdict.reasons.join(' '));
    assert.ok(honest.verdict.reasons.includes('1 of 1 mutant in the change killed.'), honest.verdict.reasons.join(' '));
  });

  it('is in doubt where mutants are switched off', async () => {
    project.write('test/a.test.js', `require('node:test').test('a', () => require('../area.js').area(1, 2));`);
    const verifier = project.verifier({ sensitivityMs: 0 });
    const { evidence, verdict } = await verifier.examine(project.replacing('area.js', 'h * w', 'w * h'), signal);
    assert.equal(evidence?.sensitivity.kind, 'notAvailable');
    assert.equal(verdict.kind, 'unproven');
    assert.match(verdict.reasons[0] ?? '', /^No mutant of the change .* switched off by a budget of 0 seconds\.$/);
  });
});
