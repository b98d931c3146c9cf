import { strict as assert } from 'node:assert';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createProposal, emptyProposal } from '../../src/edits/proposal.ts';
import { isAbortError } from '../../src/util/abort.ts';
import { outcomes, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();

describe('verifier: runs and verdicts', function () {
  this.timeout(600_000);
  let project: VerifierProject;

  beforeEach(() => {
    project = new VerifierProject();
  });
  afterEach(() => project.dispose());

  function script(test: string, more: Readonly<Record<string, string>> = {}): void {
    project.write('package.json', JSON.stringify({ name: 'tried', version: '1.2.3', scripts: { test, ...more } }));
  }

  function test(path: string, name: string, body: string): void {
    const head = `const assert = require('node:assert'); const fs = require('node:fs');`;
    project.write(path, `${head}\nrequire('node:test').test(${JSON.stringify(name)}, () => { ${body} });\n`);
  }

  describe('asking', () => {
    it('shows each program in full, bound to the script, before it runs', async () => {
      script('node build.js && node --test', {});
      project.write('build.js', '');
      test('test/a.test.js', 'passes', '');
      await project.verifier().baseline(signal);
      assert.deepEqual(
        project.asked.map(({ command }) => command),
        [
          { argv: ['node', 'build.js'], cwd: '', origin: 'package.json, script "test"' },
          {
            argv: ['node', '--test-reporter=<reporter>', '--test-reporter-destination=<report>', '--test'],
            cwd: '',
            origin: 'package.json, script "test"',
          },
        ],
      );
      assert.ok(project.asked.every(({ content }) => content.includes('test: node build.js && node --test')));
    });

    it('runs nothing when declined, and does not ask again until something changes', async () => {
      script('node --test');
      test('test/a.test.js', 'leaves a mark', `fs.writeFileSync(${JSON.stringify(join(project.copies, 'mark'))}, '')`);
      project.write('value.js', 'module.exports = 1;\n');
      project.isAllowed = false;
      const verifier = project.verifier();
      assert.equal((await verifier.baseline(signal)).kind, 'declined');
      const { verdict } = await verifier.trial(project.replacing('value.js', '1', '2'), signal);
      assert.equal(verdict.kind, 'unproven');
      assert.match(verdict.reasons[0] ?? '', /was not allowed to run/);
      assert.equal((await verifier.applied(emptyProposal, signal)).after.kind, 'declined');
      assert.equal(project.asked.length, 1);
      assert.deepEqual(project.started, []);
      assert.deepEqual(readdirSync(project.copies), []);
      verifier.invalidate();
      await verifier.baseline(signal);
      assert.equal(project.asked.length, 2);
    });
  });

  describe('results', () => {
    it('keeps them by content, and starts nothing twice', async () => {
      script('node --test');
      project.write('value.js', 'module.exports = 1;\n');
      test('test/a.test.js', 'is small', `assert.ok(require('../value.js') < 5)`);
      const verifier = project.verifier();
      const proposal = project.replacing('value.js', '1', '2');
      await Promise.all([verifier.baseline(signal), verifier.baseline(signal), verifier.trial(proposal, signal)]);
      await verifier.trial(proposal, signal);
      assert.deepEqual(project.started, ['baseline', 'trial']);
      // Applied, the workspace is what was tried.
      project.write('value.js', 'module.exports = 2;\n');
      await verifier.baseline(signal);
      assert.deepEqual(project.started, ['baseline', 'trial']);
      verifier.invalidate();
      await verifier.baseline(signal);
      assert.deepEqual(project.started, ['baseline', 'trial', 'baseline']);
    });

    it('judges what was applied in the workspace itself against the state before', async () => {
      script('node --test');
      project.write('value.js', 'module.exports = 1;\n');
      test(
        'test/a.test.js',
        'is one',
        `fs.writeFileSync(require('node:path').join(__dirname, '../seen'), ''); assert.equal(require('../value.js'), 1)`,
      );
      const verifier = project.verifier();
      const proposal = project.replacing('value.js', '1', '2');
      project.write('value.js', 'module.exports = 2;\n');
      const { verdict, broken, before } = await verifier.applied(proposal, signal);
      assert.deepEqual(outcomes(before), { 'test/a.test.js › is one': 'passed' });
      assert.equal(verdict.kind, 'broken');
      assert.deepEqual(
        broken.map(({ id }) => id),
        ['test/a.test.js › is one'],
      );
      assert.deepEqual(project.started, ['baseline', 'applied', 'applied']);
      assert.ok(readdirSync(project.root).includes('seen'));
    });

    it('proves nothing when a test fails once and passes once on the same code', async () => {
      script('node --test');
      project.write('value.js', 'module.exports = 1;\n');
      // What is written among packages is the only thing that outlives a run.
      project.write('node_modules/.package-lock.json', '{}');
      const mark = `require('node:path').join(__dirname, '../node_modules/mark')`;
      test(
        'test/a.test.js',
        'fails every second time once the value is two',
        `if (require('../value.js') === 2 && !fs.existsSync(${mark})) { fs.writeFileSync(${mark}, ''); assert.fail('flake'); }`,
      );
      const { verdict } = await project.verifier().trial(project.replacing('value.js', '1', '2'), signal);
      assert.equal(verdict.kind, 'unproven');
      assert.match(verdict.reasons[0] ?? '', /^1 test failed once and passed once on the same code/);
    });

    it('does not call it preserved when no test passed before', async () => {
      script('node --test');
      project.write('value.js', 'module.exports = 1;\n');
      test('test/a.test.js', 'fails', `assert.fail('always')`);
      const { verdict } = await project.verifier().trial(project.replacing('value.js', '1', '2'), signal);
      assert.deepEqual(verdict, {
        kind: 'unproven',
        reasons: ['No test passed before the change: 1 of 1 test failed.', '1 test failed before and still does.'],
        offer: 'characterizationTests',
      });
    });

    it('sees a skip that a change brings in', async () => {
      script('node --test');
      project.write('value.js', 'module.exports = false;\n');
      const head = `const { test } = require('node:test');`;
      project.write(
        'test/a.test.js',
        `${head} test('a', { skip: require('../value.js') }, () => {}); test('b', () => {});`,
      );
      const { verdict, broken } = await project
        .verifier()
        .trial(project.replacing('value.js', 'false', 'true'), signal);
      assert.equal(verdict.kind, 'broken');
      assert.deepEqual(broken, [
        { id: 'test/a.test.js › a', outcome: 'skipped', message: 'Skipped now, passed before.' },
      ]);
    });

    it('sees a parent test that fails on its own account beside one that failed before', async () => {
      script('node --test');
      project.write('value.js', 'module.exports = 1;\n');
      project.write(
        'test/a.test.js',
        `const { test } = require('node:test'); const assert = require('node:assert');
         test('parent', async (t) => { await t.test('child', () => {}); assert.equal(require('../value.js'), 1); });
         test('known', () => assert.fail('known'));`,
      );
      const { broken } = await project.verifier().trial(project.replacing('value.js', '1', '2'), signal);
      assert.deepEqual(
        broken.map(({ id }) => id),
        ['test/a.test.js › parent'],
      );
    });

    it('sees an error outside of every test', async () => {
      script('mocha');
      project.install(['mocha']);
      project.write('value.js', 'module.exports = 1;\n');
      project.write(
        'test/a.js',
        `it('passes', () => {}); if (require('../value.js') === 2) process.on('exit', () => process.reallyExit(7));`,
      );
      const { verdict, broken } = await project.verifier().trial(project.replacing('value.js', '1', '2'), signal);
      assert.equal(verdict.kind, 'broken');
      assert.deepEqual(
        broken.map(({ id }) => id),
        ['(run) › ends without an error'],
      );
    });
  });

  describe('endings', () => {
    it('finds no tests', async () => {
      project.write('index.js', '');
      const run = await project.verifier().baseline(signal);
      assert.ok(run.kind === 'noTests' && run.reason.startsWith('No tests were found: there is no package.json'));
      assert.equal(await project.verifier().describeCommand(signal), undefined);
    });

    for (const [runner, packages, extra] of [
      ['vitest', ['vitest'], ''],
      ['jest', ['jest'], ''],
      ['mocha', ['mocha'], ''],
    ] as const)
      it(`${runner} finds no tests`, async () => {
        script(`${runner} ${extra}`.trim());
        project.install(packages);
        assert.equal((await project.verifier().baseline(signal)).kind, 'noTests');
      });

    it('a runner that is not installed is named', async () => {
      script('jest');
      assert.deepEqual(await project.verifier().baseline(signal), {
        kind: 'unavailable',
        reason:
          "jest is not installed here (node_modules/jest is missing). Install the project's dependencies and try again.",
      });
    });

    it('a runner that dies without a report has crashed', async () => {
      script('node --test');
      project.write('value.js', '');
      // The reporter's own process is the parent of the test's.
      test('test/a.test.js', 'passes', `require('../value.js')`);
      const kill = `process.kill(process.ppid, 'SIGKILL'); while (true) {}`;
      const proposal = createProposal([
        { kind: 'edit', path: 'value.js', before: { text: '', hasBom: false }, after: { text: kill, hasBom: false } },
      ]);
      const { after, verdict } = await project.verifier().trial(proposal, signal);
      assert.ok(after.kind === 'crashed', after.kind);
      assert.equal(verdict.kind, 'broken');
      assert.match(
        verdict.reasons[0] ?? '',
        /^The tests give no results any more: .*ended with (signal SIGKILL|exit code 137 \(SIGKILL\))/,
      );
    });

    for (const [what, report] of [
      ['nothing', ''],
      ['half of a report', '{"testResults": [{"name": "a'],
      ['something else', '{"testResults": 3}'],
    ] as const)
      it(`a runner that writes ${what} is unreadable`, async () => {
        script('jest');
        project.write('node_modules/jest/package.json', JSON.stringify({ name: 'jest', bin: { jest: 'jest.js' } }));
        project.write(
          'node_modules/jest/jest.js',
          `const file = process.argv.find((word) => word.startsWith('--outputFile=')).slice(13);
           require('node:fs').writeFileSync(file, ${JSON.stringify(report)}); console.error('last words');`,
        );
        const run = await project.verifier().baseline(signal);
        assert.ok(run.kind === 'crashed', run.kind);
        assert.match(run.outputTail, /left no results that can be read: the report .*\.\nlast words$/);
      });

    it('a build that fails keeps the tests from starting', async () => {
      script('node build.js && node --test');
      project.write('build.js', `console.error('no luck'); process.exit(4);`);
      test('test/a.test.js', 'passes', '');
      const run = await project.verifier().baseline(signal);
      assert.ok(run.kind === 'crashed' && run.exitCode === 4, run.kind);
      assert.match(run.outputTail, /`node build\.js` ended with exit code 4, so the tests were not started\.\nno luck/);
    });

    it('a time limit that is over before any change proves nothing', async () => {
      script('node --test');
      test('test/a.test.js', 'hangs', 'while (true) {}');
      const run = await project.verifier({ timeLimitMs: 1_500 }).baseline(signal);
      assert.ok(run.kind === 'timedOut' && run.afterMs === 1_500, run.kind);
      project.write('value.js', 'module.exports = 1;\n');
      const { verdict } = await project.verifier().trial(project.replacing('value.js', '1', '2'), signal);
      assert.deepEqual(verdict, {
        kind: 'unproven',
        reasons: ['The tests did not end within 1.5 s before any change; 0 tests had passed by then.'],
      });
    });

    it('starts nothing when it was cancelled before', async () => {
      script('node --test');
      test('test/a.test.js', 'passes', '');
      await assert.rejects(project.verifier().baseline(AbortSignal.abort()), isAbortError);
      assert.deepEqual(project.started, []);
    });

    it('goes on after a cancellation', async () => {
      script('node --test');
      test('test/a.test.js', 'passes', '');
      const controller = new AbortController();
      const verifier = project.verifier({ onRunStarted: () => controller.abort() });
      await assert.rejects(verifier.baseline(controller.signal), isAbortError);
      assert.deepEqual(outcomes(await verifier.baseline(signal)), { 'test/a.test.js › passes': 'passed' });
    });
  });
});
