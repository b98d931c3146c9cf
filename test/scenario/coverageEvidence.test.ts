import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { coverageEvidence, originEvidence } from '../../src/verify/coverage/evidence.ts';
import type { MeasuredRun } from '../../src/verify/coverage/runCoverage.ts';
import { createProposal, type FileChange } from '../../src/edits/proposal.ts';
import { coveredRun } from '../support/coverageRun.ts';
import { VerifierProject } from '../support/verifierProject.ts';

const source = `// price of a thing
const used = (n) => n + 1;
const unused = (n) => n + 1;
function price(n) {
  return n > 100 ? dear(n) : cheap(n);
}
function dear(n) {
  return n * 2;
}
function cheap(n) {
  return used(n);
}
module.exports = { price, unused, dear };
`;

describe('coverage evidence', () => {
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.write('package.json', '{"name":"priced"}');
    project.write('src/price.js', source);
    project.write(
      'test/price.test.js',
      `const assert = require('node:assert');
       require('node:test')('price', () => assert.equal(require('../src/price').price(1), 2));`,
    );
  });
  afterEach(() => project.dispose());

  async function evidence(changes: readonly FileChange[]): Promise<ReturnType<typeof coverageEvidence>> {
    const proposal = createProposal(changes);
    const before = await measure();
    for (const change of changes) if (change.kind !== 'delete') project.write(change.path, change.after.text);
    const after = await measure();
    assert.equal(originEvidence(proposal, after).kind, 'proven');
    return coverageEvidence(proposal, before, after);
  }

  async function measure(): Promise<MeasuredRun> {
    const { run, measured } = await coveredRun(project.root, project.copies, ['node', '--test', 'test/price.test.js']);
    assert.equal(run.kind, 'finished');
    assert.ok(measured !== undefined);
    return measured;
  }

  async function after(old: string, now: string): Promise<readonly [readonly number[], readonly number[]]> {
    const found = await evidence([project.edit('src/price.js', old, now)]);
    assert.ok(found.kind === 'measured', JSON.stringify(found));
    const file = found.files.find(({ side }) => side === 'after');
    assert.deepEqual(file?.unknown ?? [], []);
    return [file?.executed ?? [], file?.missed ?? []];
  }

  it('a line counts as executed when its changed part was', async () =>
    assert.deepEqual(await after('(n) => n + 1;\nconst unused', '(n) => 1 + n;\nconst unused'), [[2], []]));

  it('a function on a line that was executed, itself never called, is missed', async () =>
    assert.deepEqual(await after('unused = (n) => n + 1', 'unused = (n) => 1 + n'), [[], [3]]));

  it('the other half of a line does not matter', async () => {
    assert.deepEqual(await after('n > 100 ?', '100 < n ?'), [[5], []]);
    assert.deepEqual(await after('dear(n) :', 'dear((n)) :'), [[], [5]]);
  });

  it('comments and closing brackets are no code', async () =>
    assert.deepEqual(await after('// price of a thing', '// price of any thing'), [[], []]));

  it('lines that are gone are looked up in the run before', async () => {
    const found = await evidence([
      project.edit('src/price.js', 'function dear(n) {\n  return n * 2;\n}\n', 'const dear = 0;\n'),
    ]);
    assert.ok(found.kind === 'measured');
    const before = found.files.find(({ side }) => side === 'before');
    assert.deepEqual(before?.executed, []);
    assert.ok(before?.missed.includes(8));
  });

  it('a file that no test loads is neither executed nor proven to be loaded', async () => {
    const change: FileChange = {
      kind: 'create',
      path: 'src/other.js',
      after: { text: 'exports.a = 1;\n', hasBom: false },
    };
    const proposal = createProposal([change]);
    project.write('src/other.js', change.after.text);
    const run = await measure();
    assert.deepEqual(originEvidence(proposal, run), {
      kind: 'unproven',
      files: ['src/other.js'],
      reason: 'No process of the tests was seen to load this file where they ran.',
    });
    const found = coverageEvidence(proposal, run, run);
    assert.deepEqual(found.kind === 'measured' ? found.files[0]?.missed : found, [1]);
  });
});
