import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DiskDocuments } from '../../src/disk/diskDocuments.ts';
import { Draft } from '../../src/edits/draft.ts';
import { createProposal } from '../../src/edits/proposal.ts';
import { createApplyEdit } from '../../src/tools/applyEdit.ts';
import { createReadFile } from '../../src/tools/readFile.ts';
import { ReadLedger } from '../../src/tools/readLedger.ts';
import type { TestComparison } from '../../src/workspace/verification.ts';
import { VerifierProject } from '../support/verifierProject.ts';
import { hasPython } from '../support/hasPython.ts';

const total =
  'exports.total = (items) => {\n  let sum = 0;\n  for (const item of items) sum += item;\n  return sum;\n};\n';
const tests = (path: string): string =>
  `const { equal } = require('assert');\nconst { total } = require('${path}');\nconst wanted = require('./values.js');\n` +
  `it('adds', () => {\n  equal(total([1, 2, 4]), wanted.seven);\n  equal(total([]), 0);\n});\n`;

/** What the runner collects says what is a test; the names say it only where nothing else does. */
describe('code that is called as tests are', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  const { signal } = new AbortController();
  beforeEach(() => (project = new VerifierProject()));
  afterEach(() => project.dispose());

  function write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) project.write(path, text);
  }

  function examine(path: string, old: string, now: string): Promise<TestComparison> {
    return project.verifier().examine(project.replacing(path, old, now), signal);
  }

  function preserved(found: TestComparison): void {
    assert.equal(found.verdict.kind, 'preserved', found.verdict.reasons.join(' '));
  }

  function refused(found: TestComparison): void {
    assert.equal(found.verdict.kind, 'broken', found.verdict.reasons.join(' '));
    assert.match(found.verdict.reasons.join(' '), /belongs to the tests/);
  }

  function useMocha(code: string): void {
    project.install(['mocha']);
    write({
      'package.json': JSON.stringify({ name: 'shop', main: code, scripts: { test: 'mocha' } }),
      [code]: total,
      'test/total.js': tests(`../${code}`),
      'test/values.js': 'exports.seven = 7;\n',
    });
  }

  for (const code of ['src/spec/total.js', 'lib/total-spec.js'])
    it(`mocha: ${code} is code`, async () => {
      useMocha(code);
      preserved(await examine(code, 'sum += item', 'sum = sum + item'));
    });

  it('mocha: what stands beside the tests belongs to them', async () => {
    useMocha('src/spec/total.js');
    refused(await examine('test/values.js', '7', '6 + 1'));
  });

  it('mocha: a folder of tests named spec', async () => {
    project.install(['mocha']);
    write({
      'package.json': JSON.stringify({ name: 'shop', main: 'total.js', scripts: { test: 'mocha spec' } }),
      'total.js': total,
      'spec/total.js': tests('../total.js'),
      'spec/values.js': 'exports.seven = 7;\n',
    });
    refused(await examine('spec/values.js', '7', '6 + 1'));
    refused(await examine('spec/total.js', 'equal(total([]), 0)', 'equal(total([]), 0 + 0)'));
    preserved(await examine('total.js', 'sum += item', 'sum = sum + item'));
  });

  it('jest: a spec is a test, and a module beside the others is code', async () => {
    project.install(['jest']);
    write({
      'package.json': JSON.stringify({ name: 'shop', main: 'src/index.js', scripts: { test: 'jest' } }),
      'src/index.js': "exports.total = require('./spec/total.js').total;\n",
      'src/spec/total.js': total,
      'src/total.spec.js': tests('./spec/total.js'),
      'src/values.js': 'exports.seven = 7;\n',
    });
    refused(await examine('src/total.spec.js', 'equal(total([]), 0)', 'equal(total([]), 0 + 0)'));
    preserved(await examine('src/spec/total.js', 'sum += item', 'sum = sum + item'));
  });

  it('pytest: a package named spec is code', async function () {
    if (!hasPython('pytest')) return this.skip();
    write({
      'pyproject.toml': '[tool.pytest.ini_options]\n',
      'app/__init__.py': '',
      'app/spec/__init__.py': '',
      'app/spec/total.py':
        'def total(items):\n    result = 0\n    for item in items:\n        result += item\n    return result\n',
      'tests/test_total.py':
        'from app.spec.total import total\n\n\ndef test_total():\n    assert total([1, 2, 4]) == 7\n    assert total([]) == 0\n',
    });
    preserved(await examine('app/spec/total.py', 'result += item', 'result = result + item'));
  });

  it('after it was applied, it is code as before', async () => {
    useMocha('src/spec/total.js');
    const proposal = project.replacing('src/spec/total.js', 'sum += item', 'sum = sum + item');
    const before = await project.verifier().trial(proposal, signal);
    project.write('src/spec/total.js', total.replace('sum += item', 'sum = sum + item'));
    const after = await project.verifier().applied(proposal, signal);
    assert.deepEqual(
      [before, after].map(({ evidence }) => evidence?.files.map(({ role }) => role)),
      [['code'], ['code']],
    );
  });

  it('a module that comes new among such code is no new test', async () => {
    useMocha('src/spec/total.js');
    const proposal = createProposal([
      project.edit(
        'src/spec/total.js',
        '  let sum = 0;\n  for (const item of items) sum += item;\n  return sum;\n',
        "  return require('./sum.js').sum(items);\n",
      ),
      {
        kind: 'create',
        path: 'src/spec/sum.js',
        after: { text: total.replaceAll('total', 'sum'), hasBom: false },
      },
    ]);
    const found = await project.verifier().trial(proposal, signal);
    assert.deepEqual(
      found.evidence?.files.map(({ role }) => role),
      ['code', 'code'],
    );
  });

  it('may be staged once the tests ran, which the call sees to; a helper of tests may not', async () => {
    useMocha('src/spec/total.js');
    const documents = new DiskDocuments({ root: project.root, openBuffers: () => [] });
    const ports = { documents, draft: new Draft(), ledger: new ReadLedger() };
    const verifier = project.verifier();
    const edit = createApplyEdit({ ...ports, verifier, approvals: { allowsTestEdits: () => false } });
    const read = createReadFile(ports);
    const call = async (tool: typeof edit, value: unknown): Promise<string> => {
      const prepared = tool.prepare(value);
      return prepared.ok ? (await prepared.execute(signal)).output : prepared.message;
    };
    const replace = (path: string, old: string, now: string): Promise<string> =>
      call(edit, { changes: [{ action: 'edit', path, edits: [{ old, new: now }] }] });
    for (const path of ['src/spec/total.js', 'test/values.js']) await call(read, { path });
    assert.match(await replace('src/spec/total.js', 'sum += item', 'sum = sum + item'), /^Staged/);
    assert.match(await replace('test/values.js', '7', '8'), /belongs to the tests/);
    assert.deepEqual(project.started, ['baseline']);
  });
});
