import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Proposal } from '../../src/edits/proposal.ts';
import type { Verdict } from '../../src/workspace/verification.ts';
import { VerifierProject } from '../support/verifierProject.ts';

/** Code that runs, or whose lines run, though no test comes to what changed in it. */
describe('what no test sees', function () {
  this.timeout(60_000);
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
});
