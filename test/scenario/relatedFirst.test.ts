import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createVerifier, type DisposableVerifier } from '../../src/verify/verifier.ts';
import type { TestComparison, TestProgress } from '../../src/workspace/verification.ts';
import { trialWord, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();
const parts = ['one', 'two', 'three'];

interface Flavour {
  readonly packages: readonly string[];
  readonly source: string;
  readonly write: (project: VerifierProject) => void;
}

/** `isModule`: only what is imported, not what is required, is known to some runners. */
const script = (project: VerifierProject, command: string, head: string, isModule: boolean): void => {
  project.write('package.json', JSON.stringify({ name: 'p', scripts: { test: command } }));
  for (const part of parts) {
    const [exported, ready] = isModule
      ? [`export const ${part}`, `import { ${part} } from '../src/${part}.js';\nimport assert from 'node:assert';`]
      : [
          `exports.${part}`,
          `const { ${part} } = require('../src/${part}.js');\nconst assert = require('node:assert');`,
        ];
    project.write(`src/${part}.js`, `${exported} = (a, b) => {\n  return a * b;\n};\n`);
    const body = `test('multiplies ${part}', () => assert.equal(${part}(2, 3), 6));`;
    project.write(`test/${part}.test.js`, `${head}\n${ready}\n${body}\n`);
  }
};

const inScript = (name: string, command: string, packages: readonly string[], head: string): [string, Flavour] => [
  name,
  { packages, source: 'src/one.js', write: (project) => script(project, command, head, name === 'vitest') },
];

const flavours = new Map<string, Flavour>([
  inScript('node:test', 'node --test', [], `const { test } = require('node:test');`),
  inScript('mocha', 'mocha test', ['mocha'], `const test = it;`),
  inScript('jest', 'jest', ['jest'], ''),
  inScript('vitest', 'vitest run', ['vitest'], `import { test } from 'vitest';`),
  [
    'pytest',
    {
      packages: [],
      source: 'src/one.py',
      write: (project) => {
        project.write('pyproject.toml', '[tool.pytest.ini_options]\ntestpaths = ["tests"]\n');
        for (const part of parts) {
          project.write(`src/${part}.py`, `def ${part}(a, b):\n    return a * b\n`);
          const body = `def test_${part}():\n    assert ${part}(2, 3) == 6\n`;
          project.write(`tests/test_${part}.py`, `from ${part} import ${part}\n\n\n${body}`);
        }
      },
    },
  ],
]);

describe('tests that have to do with a change run first', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  let verifiers: DisposableVerifier[];
  beforeEach(() => {
    project = new VerifierProject();
    verifiers = [];
  });
  afterEach(async () => {
    for (const verifier of verifiers) await verifier.dispose();
    await project.dispose();
  });

  function verifier(relatedFirstFromMs: number, sensitivityMs = 0): DisposableVerifier {
    const made = createVerifier({
      root: project.root,
      documents: { unsaved: () => [] },
      approvals: { confirmCommand: async () => true },
      temporaryFolder: project.copies,
      sensitivityMs,
      relatedFirstFromMs,
    });
    verifiers.push(made);
    return made;
  }

  function testsOf({ after }: TestComparison): number {
    return after.kind === 'finished' ? after.tests.length : -1;
  }

  for (const [name, flavour] of flavours)
    it(`${name}: what breaks is known by them alone`, async function () {
      if (name === 'pytest' && !hasPytest()) return this.skip();
      flavour.write(project);
      project.install(flavour.packages);
      const first = verifier(0);
      const broken = await first.trial(project.replacing(flavour.source, 'a * b', 'a + b'), signal);
      assert.equal(broken.verdict.kind, 'broken', broken.verdict.reasons.join(' '));
      assert.equal(testsOf(broken), 1);
      assert.equal(broken.broken.length, 1);
      assert.match(broken.broken[0]?.id ?? '', /one/);
      assert.match(broken.verdict.reasons.join(' '), /1 test passed before and fails now.*the others did not run/s);
      // The rest is ours and the same for all of them; these two start quickly.
      if (name !== 'node:test' && name !== 'mocha') return;
      const kept = await first.trial(project.replacing(flavour.source, 'a * b', 'b * a'), signal);
      assert.deepEqual([trialWord(kept.verdict), testsOf(kept)], ['tests pass', 3], kept.verdict.reasons.join(' '));
      const all = await verifier(Infinity).trial(project.replacing(flavour.source, 'a * b', 'a + b'), signal);
      assert.equal(all.verdict.kind, 'broken');
      assert.deepEqual(
        all.broken.map(({ id }) => id),
        broken.broken.map(({ id }) => id),
      );
    });

  it('a test that needs others before it breaks nothing by failing without them', async () => {
    flavours.get('mocha')?.write(project);
    project.install(['mocha']);
    project.write('test/a-first.test.js', `it('makes ready', () => { globalThis.isReady = true; });\n`);
    project.write(
      'test/one.test.js',
      `const { one } = require('../src/one');\nit('needs it', () => { if (!globalThis.isReady || one(2, 3) !== 6) throw new Error('no'); });\n`,
    );
    const kept = await verifier(0).trial(project.replacing('src/one.js', 'a * b', 'b * a'), signal);
    assert.deepEqual([trialWord(kept.verdict), testsOf(kept)], ['tests pass', 4], kept.verdict.reasons.join(' '));
    const broken = await verifier(0).trial(project.replacing('src/one.js', 'a * b', 'b - a'), signal);
    assert.deepEqual([broken.verdict.kind, testsOf(broken)], ['broken', 4], broken.verdict.reasons.join(' '));
  });

  it('a test that failed once and passed once is flaky, although all of them pass', async () => {
    flavours.get('node:test')?.write(project);
    // Only the copy can be written, and what is installed there stays from run to run.
    const mark = 'node_modules/.wavered';
    project.write('node_modules/.keep', '');
    // It fails the first time that it sees the new text.
    project.write(
      'test/one.test.js',
      `const fs = require('node:fs');
       require('node:test').test('wavers', () => {
         require('../src/one');
         if (!/b \\* a/.test(fs.readFileSync(require.resolve('../src/one'))) || fs.existsSync(${JSON.stringify(mark)})) return;
         fs.writeFileSync(${JSON.stringify(mark)}, '');
         throw new Error('once');
       });`,
    );
    const found = await verifier(0).trial(project.replacing('src/one.js', 'a * b', 'b * a'), signal);
    assert.equal(testsOf(found), 3);
    assert.equal(found.verdict.kind, 'unproven');
    assert.match(found.verdict.reasons.join(' '), /failed once and passed once on the same code.*wavers/);
  });

  it('notice seeded faults as all tests do, and what only others notice is noticed still', async () => {
    flavours.get('node:test')?.write(project);
    project.write('src/one.js', 'exports.one = (a, b) => {\n  const big = a > 100;\n  return big ? 0 : a * b;\n};\n');
    // No import leads from this one to the code.
    project.write(
      'test/hidden.test.js',
      `const name = ['..', 'src', 'one'].join('/');
       require('node:test').test('hidden', () => require('node:assert').equal(require(name).one(101, 3), 0));`,
    );
    // Only the hidden test sees the first, the others see the second.
    const old = 'exports.one = (a, b) => {\n  const big = a > 100;\n  return big ? 0 : a * b;\n};\n';
    const next = 'exports.one = (a, b) => {\n  if (a > 100) return 0;\n  return b * a;\n};\n';
    const proposal = project.replacing('src/one.js', old, next);
    const found = [];
    for (const fromMs of [0, Infinity]) {
      const { evidence, verdict } = await verifier(fromMs, 60_000).examine(proposal, signal);
      assert.ok(evidence?.sensitivity.kind === 'measured', JSON.stringify(evidence?.sensitivity));
      const { places } = evidence.sensitivity;
      assert.ok(places.length > 1 && places.every(({ killed }) => killed > 0), JSON.stringify(places));
      found.push([verdict.kind, places.map(({ line }) => line)]);
    }
    assert.deepEqual(found[0], found[1]);
  });

  it('counts them apart, and then all', async () => {
    flavours.get('node:test')?.write(project);
    const seen: TestProgress[] = [];
    const proposal = project.replacing('src/one.js', 'a * b', 'b * a');
    await verifier(0).trial(proposal, signal, { onProgress: (progress) => seen.push(progress) });
    const part = seen.filter(({ isPart }) => isPart === true);
    assert.deepEqual(
      part.map(({ done }) => done),
      [1],
    );
    assert.ok(seen.some(({ isPart, done }) => isPart === undefined && done === 3));
  });
});

function hasPytest(): boolean {
  try {
    execFileSync('python3', ['-m', 'pytest', '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
