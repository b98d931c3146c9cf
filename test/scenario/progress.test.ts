import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { detectRunner } from '../../src/runners/plans/detectRunner.ts';
import { executeTests } from '../../src/verify/stages/2-run/executeTests.ts';
import { currentHost } from '../../src/verify/programs/testEnvironment.ts';
import type { TestProgress, TestRun } from '../../src/workspace/verification.ts';
import { outcomes, VerifierProject } from '../support/verifierProject.ts';

interface Followed {
  readonly run: TestRun;
  readonly told: readonly TestProgress[];
}

describe('progress of a run', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
  });
  afterEach(() => project.dispose());

  async function follow(isFollowed: boolean): Promise<Followed> {
    const found = detectRunner(project.root, undefined);
    assert.ok(found.kind === 'plan', JSON.stringify(found));
    const told: TestProgress[] = [];
    const onProgress = isFollowed ? (progress: TestProgress): void => void told.push(progress) : undefined;
    const run = await executeTests(
      found.plan,
      { dir: project.root, workspaceNames: [project.root], scratch: project.copies },
      { timeLimitMs: 60_000, host: currentHost(), onProgress },
      new AbortController().signal,
    );
    return { run, told };
  }

  async function check(): Promise<void> {
    const { run, told } = await follow(true);
    const alone = await follow(false);
    assert.deepEqual(outcomes(run), outcomes(alone.run), 'being followed changes no result');
    assert.deepEqual(alone.told, []);
    const states = Object.values(outcomes(run));
    const failed = states.filter((state) => state === 'failed').length;
    const last = told.at(-1);
    assert.equal(last?.failed, failed);
    // Some runners say nothing of tests that are skipped.
    const ran = states.filter((state) => state !== 'skipped').length;
    assert.ok(last !== undefined && last.done >= ran && last.done <= states.length, JSON.stringify({ last, states }));
    for (const [index, { done }] of told.entries()) assert.ok(done > (told[index - 1]?.done ?? 0));
  }

  it('is told to whoever asked for the trial, and to nobody else', async () => {
    project.useFixture('nodeTest', []);
    project.write('one.js', 'exports.one = () => 1;\n');
    const verifier = project.verifier();
    const { signal } = new AbortController();
    const [before, trial]: [TestProgress[], TestProgress[]] = [[], []];
    await verifier.baseline(signal, { onProgress: (progress) => before.push(progress) });
    const asked = before.length;
    const proposal = project.replacing('one.js', '() => 1', '() => 2 - 1');
    const { after } = await verifier.trial(proposal, signal, { onProgress: (progress) => trial.push(progress) });
    assert.ok(after.kind === 'finished' && asked > 0);
    assert.equal(before.length, asked);
    assert.ok((trial.at(-1)?.done ?? 0) > 0);
    verifier.invalidate();
    await verifier.trial(proposal, signal);
    assert.equal(before.length, asked);
  });

  for (const [fixture, packages] of [
    ['vitest', ['vitest']],
    ['jest', ['jest']],
    ['mocha', ['mocha']],
    ['nodeTest', []],
  ] as const)
    it(`${fixture}: every test is counted`, async () => {
      project.useFixture(fixture, packages);
      await check();
    });

  it('pytest: every test is counted', async function () {
    if (spawnSync('python3', ['-c', 'import pytest'], { stdio: 'ignore' }).status !== 0) {
      console.log('      not run here: pytest is not installed');
      return this.skip();
    }
    project.useFixture('pytest', []);
    await check();
  });

  it('unittest: every test is counted', async function () {
    if (spawnSync('python3', ['-c', 'import unittest'], { stdio: 'ignore' }).status !== 0) return this.skip();
    const tests = ['pass', 'self.fail()', 'pass'].map((body, index) => `    def test_${index}(self): ${body}\n`);
    project.write('test_a.py', `import unittest\nclass A(unittest.TestCase):\n${tests.join('')}`);
    await check();
  });

  it('go test: every test is counted', async function () {
    if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0) return this.skip();
    project.write('go.mod', 'module example.com/a\n\ngo 1.18\n');
    const tests = ['', 't.Fatal()', ''].map((body, index) => `func Test${index}(t *testing.T) { ${body} }\n`);
    project.write('a_test.go', `package a\n\nimport "testing"\n\n${tests.join('')}`);
    await check();
  });

  it('a program that is not there is named', async () => {
    project.write('go.mod', 'module example.com/a\n\ngo 1.18\n');
    const found = detectRunner(project.root, undefined);
    assert.ok(found.kind === 'plan');
    const host = { ...currentHost(), env: { PATH: '/nowhere' } };
    const place = { dir: project.root, workspaceNames: [], scratch: project.copies };
    const run = await executeTests(found.plan, place, { timeLimitMs: 9_000, host }, new AbortController().signal);
    assert.deepEqual(run, {
      kind: 'unavailable',
      reason: 'go, which the tests need, is not installed here or not on the PATH.',
    });
  });
});
