import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { fingerprint, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();

describe('sensitivity of real tests', function () {
  this.timeout(120_000);
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
    assert.equal(seeded - noticed, 1);
    assert.deepEqual(survivors, [{ message: '`w * h` became `w / h`.', path: 'area.js', line: 2 }]);
    assert.equal(fingerprint(project.root), before);
    // The copy is the workspace again: what was tried before is as it was.
    assert.ok((await verifier.baseline(signal)).kind === 'finished');
  });

  it('is not measured where no time is given for it', async () => {
    project.write('test/a.test.js', `require('node:test').test('a', () => require('../area.js').area(1, 2));`);
    const verifier = project.verifier({ sensitivityMs: 0 });
    const { evidence } = await verifier.examine(project.replacing('area.js', 'h * w', 'w * h'), signal);
    assert.equal(evidence?.sensitivity.kind, 'notAvailable');
  });
});
