import { strict as assert } from 'node:assert';
import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createProposal } from '../../src/edits/proposal.ts';
import { currentHost } from '../../src/verify/programs/testEnvironment.ts';
import { fingerprint, outcomes, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();

describe('verifier: commands and what they see', function () {
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

  describe('commands', () => {
    it('a program of which nothing is known is judged by its exit code, and says so', async () => {
      project.write('value.js', 'module.exports = 0;\n');
      project.write('check.js', `process.exit(require('./value.js'));`);
      const verifier = project.verifier({ configuredCommand: () => ['node', 'check.js'] });
      const good = await verifier.trial(project.replacing('value.js', '= 0', '= 00'), signal);
      assert.equal(good.verdict.kind, 'preserved');
      assert.equal(
        good.verdict.reasons[0],
        'The test command ended without an error before and after; single tests are not known.',
      );
      assert.ok(good.verdict.reasons.some((reason) => reason.includes('only its exit code is compared')));
      const bad = await verifier.trial(project.replacing('value.js', '= 0', '= 5'), signal);
      assert.equal(bad.verdict.kind, 'broken');
      assert.deepEqual(
        bad.broken.map(({ id }) => id),
        ['command'],
      );
    });

    it('TAP on its output is read test by test', async () => {
      project.write('value.js', 'module.exports = 1;\n');
      project.write(
        'tap.js',
        `console.log('TAP version 13\\n# sums\\n' + (require('./value.js') === 1 ? '' : 'not ') + 'ok 1 adds up\\nok 2 holds\\n1..2');`,
      );
      const verifier = project.verifier({ configuredCommand: () => ['node', 'tap.js'] });
      const { broken, after } = await verifier.trial(project.replacing('value.js', '1', '2'), signal);
      assert.deepEqual(outcomes(after), { 'sums › adds up': 'failed', 'sums › holds': 'passed' });
      assert.deepEqual(
        broken.map(({ id }) => id),
        ['sums › adds up'],
      );
    });

    it('JUnit XML in a file that the command names is read test by test', async () => {
      project.write(
        'junit.js',
        `require('node:fs').writeFileSync('out.xml', '<testsuite name="s"><testcase classname="c" name="n"/></testsuite>');`,
      );
      const verifier = project.verifier({ configuredCommand: () => ['node', 'junit.js', '--output=out.xml'] });
      assert.deepEqual(outcomes(await verifier.baseline(signal)), { 'c › n': 'passed' });
      assert.ok(!readdirSync(project.root).includes('out.xml'));
    });

    it('a configured runner behind npm gets its report, with further words', async () => {
      script('cross-env COLOUR=red mocha spec');
      project.install(['mocha']);
      project.write(
        'spec/a.js',
        `it('is red', () => { if (process.env.COLOUR !== 'red') throw new Error(); }); it('b', () => {});`,
      );
      const verifier = project.verifier({ configuredCommand: () => ['npm', 'test', '--', '--grep', 'red'] });
      assert.deepEqual(outcomes(await verifier.baseline(signal)), { 'spec/a.js › is red': 'passed' });
      // Asked as it was configured, so that who configured it need not confirm it again.
      assert.deepEqual(
        project.asked.map(({ command }) => command.argv),
        [['npm', 'test', '--', '--grep', 'red']],
      );
      assert.match(
        project.asked[0]?.content ?? '',
        /^test: cross-env COLOUR=red mocha spec\nruns: COLOUR=red node .* spec --grep red$/,
      );
    });

    it('several runners in several packages count together', async () => {
      script('npm run one --prefix packages/a && cd packages/b && npx mocha');
      project.install(['mocha']);
      project.write('packages/a/package.json', JSON.stringify({ scripts: { one: 'node --test' } }));
      project.write('packages/a/a.test.js', `require('node:test').test('a', () => {});`);
      project.write('packages/b/test/b.js', `it('b', () => {});`);
      assert.deepEqual(outcomes(await project.verifier().baseline(signal)), {
        'packages/a/a.test.js › a': 'passed',
        'packages/b/test/b.js › b': 'passed',
      });
    });

    it('the packages of a monorepo are run one by one', async () => {
      const scripts = { test: 'npm test --workspaces --if-present' };
      project.write('package.json', JSON.stringify({ scripts, workspaces: ['packages/*'] }));
      for (const name of ['a', 'b']) {
        project.write(`packages/${name}/package.json`, JSON.stringify({ name, scripts: { test: 'node --test' } }));
        project.write(`packages/${name}/x.test.js`, `require('node:test').test('same', () => {});`);
      }
      project.write('packages/c/package.json', JSON.stringify({ name: 'c' }));
      assert.deepEqual(outcomes(await project.verifier().baseline(signal)), {
        'packages/a/x.test.js › same': 'passed',
        'packages/b/x.test.js › same': 'passed',
      });
    });

    it('a script that needs a shell is not given one', async () => {
      script('node --test || true');
      test('test/a.test.js', 'passes', '');
      const run = await project.verifier().baseline(signal);
      assert.deepEqual(outcomes(run), { 'test/a.test.js › passes': 'passed' });
      assert.ok(run.kind === 'finished' && run.notes?.some((note) => note.includes('needs a shell (|)')));
    });
  });

  describe('what tests see', () => {
    it('no key of ours, nothing of the editor or of npm that started us', async () => {
      script('node --test');
      test(
        'test/a.test.js',
        'sees a clean environment',
        `for (const name of ['WHETSTONE_API_KEY', 'OPENAI_API_KEY', 'VSCODE_PID', 'npm_config_x', 'ELECTRON_RUN_AS_NODE', 'ANYTHING'])
           assert.equal(process.env[name], undefined, name);
         assert.doesNotMatch(process.env.NODE_OPTIONS ?? '', /no-warnings/);
         assert.equal(process.env.CI, 'true');
         assert.equal(process.env.LC_ALL, 'C.UTF-8');
         assert.equal(process.env.npm_package_version, '1.2.3');
         fs.writeFileSync(require('node:os').tmpdir() + '/left', '');`,
      );
      const host = currentHost();
      const env = {
        ...host.env,
        ...{ WHETSTONE_API_KEY: 'k', OPENAI_API_KEY: 'k', VSCODE_PID: '1', NODE_OPTIONS: '--no-warnings' },
        ...{ npm_config_x: 'y', ELECTRON_RUN_AS_NODE: '1', ANYTHING: 'yes', LC_ALL: 'C.UTF-8' },
      };
      const run = await project.verifier({ host: { ...host, env } }).baseline(signal);
      assert.deepEqual(outcomes(run), { 'test/a.test.js › sees a clean environment': 'passed' });
    });

    it('the copy where a configured word names the workspace', async () => {
      project.write(
        'check.js',
        `if (require('node:fs').readFileSync(process.argv[2], 'utf8') !== 'new') process.exit(1);`,
      );
      project.write('data.txt', 'old');
      const file = join(project.root, 'data.txt');
      const verifier = project.verifier({ configuredCommand: () => ['node', 'check.js', file] });
      const { after } = await verifier.trial(project.replacing('data.txt', 'old', 'new'), signal);
      assert.deepEqual(outcomes(after), { command: 'passed' });
    });

    it('the neighbours of a package in its monorepo', async () => {
      writeFileSync(join(project.root, 'package.json'), JSON.stringify({ workspaces: ['packages/*'] }));
      project.write('shared.json', '{"value": 1}');
      project.write('packages/a/package.json', JSON.stringify({ name: 'a', scripts: { test: 'mocha' } }));
      project.write('packages/a/index.js', 'module.exports = 1;\n');
      project.write(
        'packages/a/test/a.js',
        `it('finds them', () => { if (require('../../../shared.json').value + require('a') !== 2) throw new Error(); });`,
      );
      project.install(['mocha']);
      symlinkSync('../packages/a', join(project.root, 'node_modules/a'));
      const before = fingerprint(project.root);
      const verifier = project.verifier({ root: join(project.root, 'packages/a') });
      const proposal = createProposal([
        {
          kind: 'edit',
          path: 'index.js',
          before: { text: 'module.exports = 1;\n', hasBom: false },
          after: { text: 'module.exports = 2;\n', hasBom: false },
        },
      ]);
      const { broken } = await verifier.trial(proposal, signal);
      assert.deepEqual(
        broken.map(({ id }) => id),
        ['test/a.js › finds them'],
      );
      assert.equal(fingerprint(project.root), before);
    });
  });
});
