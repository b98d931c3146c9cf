import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Proposal } from '../../src/edits/proposal.ts';
import type { Verdict } from '../../src/workspace/verification.ts';
import { VerifierProject } from '../support/verifierProject.ts';

/** Code that runs, or whose lines run, though no test comes to what changed in it. */
describe('what no test sees', function () {
  this.timeout(300_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.install(['mocha']);
    project.write('package.json', '{"scripts":{"test":"mocha test"}}');
  });
  afterEach(() => project.dispose());

  async function verdict(proposal: Proposal, sensitivityMs?: number): Promise<Verdict> {
    const verifier = project.verifier(sensitivityMs === undefined ? {} : { sensitivityMs });
    return (await verifier.examine(proposal, new AbortController().signal)).verdict;
  }

  function test(body: string): void {
    project.write(
      'test/a.test.js',
      `const { equal } = require('assert');\nconst a = require('../src/a.js');\nit('a', () => {\n${body}\n});\n`,
    );
  }

  it('is what only a step before the tests executes', async () => {
    project.write('package.json', '{"scripts":{"test":"node scripts/make.js && mocha test"}}');
    project.write('scripts/make.js', "const banner = 'x' + 1;\nif (banner === '') process.exit(1);\n");
    project.write('src/a.js', 'exports.f = (x) => x + 1;\n');
    test('equal(a.f(1), 2);');
    const found = await verdict(project.replacing('scripts/make.js', "'x' + 1", "'x' + 2"), 0);
    assert.equal(found.kind, 'unproven', JSON.stringify(found));
  });

  it('is a default that is taken away and that nobody needed', async () => {
    project.write('src/a.js', 'exports.f = (o) => {\n  const { size = 10 } = o;\n  return size * 2;\n};\n');
    test('equal(a.f({ size: 2 }), 4);');
    const found = await verdict(project.replacing('src/a.js', '{ size = 10 }', '{ size }'));
    assert.equal(found.kind, 'unproven', JSON.stringify(found));
  });

  it('is not a default that is given in another way, or under a name', async () => {
    project.write('src/a.js', 'exports.f = (o) => {\n  const { size = 10 } = o;\n  return size * 2;\n};\n');
    test('equal(a.f({ size: 2 }), 4);\nequal(a.f({}), 20);');
    const otherwise = await verdict(
      project.replacing('src/a.js', 'const { size = 10 } = o', 'const size = o.size === undefined ? 10 : o.size'),
    );
    assert.equal(otherwise.kind, 'preserved', JSON.stringify(otherwise));
  });

  it('is not a chain of which the tests come to all', async () => {
    project.write('src/a.js', 'exports.f = (o) => {\n  const size = o?.size.w;\n  return size ?? 2;\n};\n');
    test('equal(a.f({ size: { w: 3 } }), 3);\nequal(a.f(), 2);');
    const found = await verdict(project.replacing('src/a.js', 'size.w', "size['w']"));
    assert.equal(found.kind, 'preserved', JSON.stringify(found));
  });
});
