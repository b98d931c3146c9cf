import { strict as assert } from 'node:assert';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { fingerprint, outcomes, VerifierProject } from '../support/verifierProject.ts';

describe('preparation of the private copy', function () {
  this.timeout(300_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.write('package.json', '{"scripts":{"test":"node --test"}}');
    project.write('one.js', 'exports.one = () => 1;\n');
    project.write('one.test.js', "require('node:test')('one', () => require('./one.js').one());\n");
  });
  afterEach(() => project.dispose());

  const never = new AbortController().signal;

  /** Every copy of a file. */
  function copiesOf(name: string): readonly string[] {
    return readdirSync(project.copies, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith(`/${name}`),
    );
  }

  it('copies, asks nobody, starts nothing and leaves the workspace alone; the first run uses the copy', async () => {
    const before = fingerprint(project.root);
    const verifier = project.verifier();
    await verifier.prepare(never);
    const [copy = ''] = copiesOf('one.js');
    const { ino } = statSync(join(project.copies, copy));
    assert.deepEqual([project.asked, project.started], [[], []]);
    assert.equal(fingerprint(project.root), before);
    assert.deepEqual(outcomes(await verifier.baseline(never)), { 'one.test.js › one': 'passed' });
    assert.equal(statSync(join(project.copies, copy)).ino, ino);
  });

  it('is waited for by a run that comes at once, which sees what changed since', async () => {
    const verifier = project.verifier();
    const prepared = verifier.prepare(never);
    project.write('one.test.js', "require('node:test')('two', () => {});\n");
    assert.deepEqual(outcomes(await verifier.baseline(never)), { 'one.test.js › two': 'passed' });
    await prepared;
    assert.equal(copiesOf('one.js').length, 1);
  });

  it('leaves nothing when it is cancelled, whenever that is, and keeps no run from working', async () => {
    for (let n = 0; n < 300; n += 1) project.write(`many/file${n}.js`, `exports.n = ${n};\n`);
    const verifier = project.verifier();
    for (let turns = 0; turns < 40; turns += 4) {
      const controller = new AbortController();
      const prepared = verifier.prepare(controller.signal);
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      controller.abort();
      await prepared;
      const left = copiesOf('one.js').length;
      assert.ok(left === 0 || copiesOf('file299.js').length === 1, 'all or nothing');
    }
    assert.deepEqual(outcomes(await verifier.baseline(never)), { 'one.test.js › one': 'passed' });
  });

  it('ends when the verifier is disposed of', async () => {
    for (let n = 0; n < 300; n += 1) project.write(`many/file${n}.js`, `exports.n = ${n};\n`);
    const verifier = project.verifier();
    const prepared = verifier.prepare(never);
    await verifier.dispose();
    await prepared;
    assert.deepEqual(readdirSync(project.copies), []);
    await verifier.prepare(never);
    assert.deepEqual(readdirSync(project.copies), []);
  });

  it('does nothing where no test command is found, and nothing that stays where the copy would be too large', async () => {
    const verifier = project.verifier({ copyLimits: { maxFiles: 2, maxBytes: 1_000_000 } });
    await verifier.prepare(never);
    assert.deepEqual(readdirSync(project.copies), []);
    const { signal } = new AbortController();
    assert.equal((await verifier.baseline(signal)).kind, 'unavailable');
    const other = new VerifierProject();
    try {
      other.write('readme.md', 'no tests here\n');
      await other.verifier().prepare(never);
      assert.deepEqual(readdirSync(other.copies), []);
    } finally {
      await other.dispose();
    }
  });
});
