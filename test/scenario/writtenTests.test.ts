import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createProposal, type FileChange } from '../../src/edits/proposal.ts';
import type { Evidence, VerificationTask } from '../../src/workspace/verification.ts';
import { fingerprint, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();
const writesTests: VerificationTask = { goal: '', focus: [], writesTests: true };

describe('tests that come with a change', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.write('package.json', JSON.stringify({ name: 'p', scripts: { test: 'mocha' } }));
    project.write('area.js', 'exports.area = (w, h) => {\n  return h * w;\n};\n');
    project.write(
      'test/b.test.js',
      `const a = require('../area.js'); it('area', () => { if (a.area(1, 2) !== 2) throw 1; });\n`,
    );
    project.install(['mocha']);
  });
  afterEach(() => project.dispose());

  function created(path: string, text: string): FileChange {
    return { kind: 'create', path, after: { text, hasBom: false } };
  }

  /** What is found of a new test on the code as it is. */
  async function tried(body: string): Promise<Evidence> {
    const before = fingerprint(project.root);
    const text = `const fs = require('node:fs'); const a = require('../area.js');\n${body}\n`;
    const proposal = createProposal([created('test/a.test.js', text)]);
    const { evidence } = await project.verifier().trial(proposal, signal, { task: writesTests });
    assert.equal(fingerprint(project.root), before);
    assert.ok(evidence);
    return evidence;
  }

  it('are seen to pass, to fail, to do so now and then, to write where they should not, or not to load', async () => {
    const good = await tried(`it('new', () => { if (a.area(3, 2) !== 6) throw 1; });`);
    const { broken, flaky, left } = good.tests;
    assert.deepEqual({ broken, flaky, left }, { broken: [], flaky: [], left: undefined });
    assert.ok(good.tests.after.kind === 'finished' && good.tests.after.tests.length === 2);
    const failing = await tried(`it('new', () => { throw new Error('no'); });`);
    assert.deepEqual(
      failing.tests.broken.map(({ id }) => id),
      ['test/a.test.js › new'],
    );
    // Only the copy can be written, and what is installed there stays from run to run.
    const flag = JSON.stringify('node_modules/.wavered');
    const unsteady = await tried(
      `it('new', () => { if (fs.existsSync(${flag})) { fs.rmSync(${flag}); throw 1; } fs.writeFileSync(${flag}, ''); });`,
    );
    assert.deepEqual(unsteady.tests.flaky, ['test/a.test.js › new']);
    const littering = await tried(
      `it('new', () => { fs.writeFileSync(__dirname + '/golden.txt', String(a.area(1, 1))); });`,
    );
    assert.deepEqual(littering.tests.left, ['test/golden.txt']);
    const broken2 = await tried('it(');
    assert.ok(broken2.tests.broken.length > 0);
  });

  it('are no proof where they keep others from passing, or from running', async () => {
    const change = project.edit('area.js', 'h * w', 'w * h');
    const masking = `before(() => { require('../area.js').area = () => 0; });\nit('new', () => {});\n`;
    const verifier = project.verifier();
    const masked = await verifier.trial(createProposal([change, created('test/a.test.js', masking)]), signal);
    assert.equal(masked.verdict.kind, 'unproven');
    assert.match(
      masked.verdict.reasons.join('\n'),
      /1 test does not pass any more next to the new tests: test\/b\.test\.js › area/,
    );
    const only = `it.only('new', () => { if (require('../area.js').area(1, 2) !== 2) throw 1; });\n`;
    const focused = await verifier.trial(createProposal([change, created('test/a.test.js', only)]), signal);
    assert.equal(focused.verdict.kind, 'broken');
    assert.match(focused.verdict.reasons.join('\n'), /Only "new" and its like run now/);
  });
});
