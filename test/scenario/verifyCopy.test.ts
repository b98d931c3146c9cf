import { strict as assert } from 'node:assert';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { contentHash, createProposal, type FileChange } from '../../src/edits/proposal.ts';
import { isAbortError } from '../../src/util/abort.ts';
import { fingerprint, outcomes, VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();

describe('verifier: the private copy', function () {
  this.timeout(600_000);
  let project: VerifierProject;

  beforeEach(() => {
    project = new VerifierProject();
    project.write('package.json', JSON.stringify({ name: 'tried', scripts: { test: 'node --test' } }));
  });
  afterEach(() => project.dispose());

  /** A test file; `body` may use `assert`, `fs` and `path`. */
  function test(path: string, name: string, body: string): void {
    const head = `const assert = require('node:assert'); const fs = require('node:fs'); const path = require('node:path');`;
    project.write(path, `${head}\nrequire('node:test').test(${JSON.stringify(name)}, () => { ${body} });\n`);
  }

  function create(path: string, text: string): FileChange {
    return { kind: 'create', path, after: { text, hasBom: false } };
  }

  it('holds the unsaved buffers of the editor, and the disk does not', async () => {
    project.write('value.js', 'module.exports = 1;\n');
    test('test/a.test.js', 'is two', `assert.equal(require('../value.js'), 2)`);
    const before = fingerprint(project.root);
    const text = 'module.exports = 2;\n';
    const buffer = {
      path: 'value.js',
      text,
      hasBom: false,
      hash: contentHash({ text, hasBom: false }),
      isUnsaved: true,
    };
    const verifier = project.verifier({ documents: { unsaved: () => [buffer] } });
    assert.deepEqual(outcomes(await verifier.baseline(signal)), { 'test/a.test.js › is two': 'passed' });
    assert.equal(fingerprint(project.root), before);
  });

  it('carries out creates, deletes and moves, byte order marks and line ends exact', async () => {
    project.write('bytes.txt', '\uFEFFone\r\ntwo\r\n');
    project.write('old.txt', 'moved');
    project.write('gone.txt', 'x');
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    test(
      'test/a.test.js',
      'sees the files',
      `const root = path.join(__dirname, '..');
       const found = ['bytes.txt', 'old.txt', 'gone.txt', 'deep/new.txt', 'edited.txt'].map((name) => {
         try { return fs.readFileSync(path.join(root, name)).toString('hex'); } catch { return null; }
       });
       assert.deepEqual(found, process.env.npm_lifecycle_event && fs.existsSync(path.join(root, 'deep'))
         ? [${JSON.stringify(hex('\uFEFFone\r\nTWO\r\n'))}, null, null, ${JSON.stringify(hex('moved'))}, null]
         : [${JSON.stringify(hex('\uFEFFone\r\ntwo\r\n'))}, ${JSON.stringify(hex('moved'))}, ${JSON.stringify(hex('x'))}, null, null]);`,
    );
    const proposal = createProposal([
      {
        kind: 'edit',
        path: 'bytes.txt',
        before: { text: 'one\r\ntwo\r\n', hasBom: true },
        after: { text: 'one\r\nTWO\r\n', hasBom: true },
      },
      { kind: 'delete', path: 'gone.txt', before: { text: 'x', hasBom: false } },
      {
        kind: 'move',
        from: 'old.txt',
        path: 'deep/new.txt',
        before: { text: 'moved', hasBom: false },
        after: { text: 'moved', hasBom: false },
      },
    ]);
    const before = fingerprint(project.root);
    const { verdict, broken, after } = await project.verifier().trial(proposal, signal);
    assert.ok(after.kind === 'finished' && after.tests.every(({ outcome }) => outcome === 'passed'));
    assert.deepEqual(broken, []);
    // Texts are data: nothing shows that the tests depend on all of them.
    assert.equal(verdict.kind, 'unproven');
    assert.equal(fingerprint(project.root), before);
  });

  it('keeps what tests write to itself, and takes it back before the next trial', async () => {
    project.write('src/data.json', '1');
    project.write('tool.sh', '#!/bin/sh\nexit 0\n');
    chmodSync(join(project.root, 'tool.sh'), 0o755);
    test(
      'test/a.test.js',
      'finds a clean tree',
      `const root = path.join(__dirname, '..');
       assert.equal(fs.readFileSync(path.join(root, 'src/data.json'), 'utf8'), '1');
       assert.ok(!fs.existsSync(path.join(root, 'left')));
       assert.ok(!fs.existsSync(path.join(root, '.git')));
       assert.equal(fs.statSync(path.join(root, 'tool.sh')).mode & 0o777, 0o755);
       fs.writeFileSync(path.join(root, 'src/data.json'), '2');
       fs.mkdirSync(path.join(root, 'left/below'), { recursive: true });
       fs.writeFileSync(path.join(root, 'left/below/file'), 'x');
       fs.mkdirSync(path.join(root, '.git'));
       fs.rmSync(path.join(root, 'tool.sh'));
       fs.symlinkSync('/tmp', path.join(root, 'tool.sh'));
       fs.rmSync(path.join(root, 'empty'), { recursive: true, force: true });`,
    );
    mkdirSync(join(project.root, 'empty'));
    mkdirSync(join(project.root, '.git'));
    project.write('.git/HEAD', 'ref: x');
    const before = fingerprint(project.root);
    const verifier = project.verifier();
    for (const name of ['b', 'c']) {
      const { after } = await verifier.trial(createProposal([create(`${name}.txt`, name)]), signal);
      assert.ok(after.kind === 'finished' && after.tests.every(({ outcome }) => outcome === 'passed'));
    }
    assert.equal(fingerprint(project.root), before);
    assert.deepEqual(project.started, ['baseline', 'trial', 'trial']);
  });

  it('points links that lead back into the workspace at the copy', async () => {
    project.write('packages/lib/package.json', JSON.stringify({ name: '@own/lib', main: 'index.js' }));
    project.write('packages/lib/index.js', 'exports.value = 1;\n');
    project.write('packages/lib/notes.txt', 'original');
    const scope = join(project.root, 'node_modules/@own');
    mkdirSync(scope, { recursive: true });
    symlinkSync('../../packages/lib', join(scope, 'lib'));
    symlinkSync(join(project.root, 'packages/lib'), join(scope, 'absolute'));
    const outside = join(project.copies, '..', 'outside');
    mkdirSync(outside);
    // A way around: out of the workspace and back in.
    symlinkSync(project.root, join(outside, 'back'));
    symlinkSync(join(outside, 'back', 'packages/lib'), join(scope, 'around'));
    symlinkSync(outside, join(project.root, 'neighbour'));
    symlinkSync('neighbour/back/packages', join(project.root, 'roundabout'));
    symlinkSync('nowhere', join(project.root, 'broken'));
    test(
      'test/a.test.js',
      'reaches the copy by every link',
      `assert.equal(require('@own/lib').value, 2);
       const root = fs.realpathSync(path.join(__dirname, '..'));
       for (const link of ['node_modules/@own/lib', 'node_modules/@own/absolute', 'node_modules/@own/around', 'roundabout/lib']) {
         const real = fs.realpathSync(path.join(root, link));
         fs.writeFileSync(path.join(real, 'notes.txt'), 'written by way of ' + link);
         assert.equal(real, path.join(root, 'packages/lib'), link);
       }
       assert.equal(fs.realpathSync(path.join(root, 'neighbour')), ${JSON.stringify(outside)});
       assert.equal(fs.readlinkSync(path.join(root, 'broken')), 'nowhere');`,
    );
    const before = fingerprint(project.root);
    const verifier = project.verifier();
    const baseline = await verifier.baseline(signal);
    assert.deepEqual(outcomes(baseline), { 'test/a.test.js › reaches the copy by every link': 'failed' });
    const { fixed, after } = await verifier.trial(project.replacing('packages/lib/index.js', '= 1', '= 2'), signal);
    assert.deepEqual(fixed, ['test/a.test.js › reaches the copy by every link'], JSON.stringify(after));
    assert.equal(fingerprint(project.root), before);
  });

  it('makes no hard links: a file that had two names has its own bytes', async () => {
    project.write('one.txt', 'shared');
    linkSync(join(project.root, 'one.txt'), join(project.root, 'two.txt'));
    mkdirSync(join(project.root, 'node_modules/dep'), { recursive: true });
    linkSync(join(project.root, 'one.txt'), join(project.root, 'node_modules/dep/three.txt'));
    test(
      'test/a.test.js',
      'writes in place',
      `for (const name of ['one.txt', 'two.txt', 'node_modules/dep/three.txt']) {
         const file = path.join(__dirname, '..', name);
         assert.equal(fs.statSync(file).nlink, 1);
         fs.appendFileSync(file, '!');
       }`,
    );
    const before = fingerprint(project.root);
    assert.deepEqual(outcomes(await project.verifier().baseline(signal)), {
      'test/a.test.js › writes in place': 'passed',
    });
    assert.equal(fingerprint(project.root), before);
    assert.equal(readFileSync(join(project.root, 'node_modules/dep/three.txt'), 'utf8'), 'shared');
  });

  it('never writes a proposal through a link that leads out', async () => {
    const outside = join(project.copies, '..', 'outside.txt');
    writeFileSync(outside, 'mine');
    symlinkSync(outside, join(project.root, 'link.txt'));
    test('test/a.test.js', 'passes', '');
    const proposal = createProposal([
      {
        kind: 'edit',
        path: 'link.txt',
        before: { text: 'mine', hasBom: false },
        after: { text: 'theirs', hasBom: false },
      },
    ]);
    const { verdict } = await project.verifier().trial(proposal, signal);
    assert.equal(verdict.kind, 'unproven');
    assert.equal(readFileSync(outside, 'utf8'), 'mine');
  });

  it('follows the workspace between trials', async () => {
    project.write('value.js', 'module.exports = 1;\n');
    test('test/a.test.js', 'is small', `assert.ok(require('../value.js') < 5)`);
    const verifier = project.verifier();
    assert.deepEqual(outcomes(await verifier.baseline(signal)), { 'test/a.test.js › is small': 'passed' });
    // The same number of bytes: only times and content tell.
    project.write('value.js', 'module.exports = 7;\n');
    assert.deepEqual(outcomes(await verifier.baseline(signal)), { 'test/a.test.js › is small': 'failed' });
    unlinkSync(join(project.root, 'value.js'));
    project.write('value.js/index.js', 'module.exports = 3;\n');
    assert.deepEqual(outcomes(await verifier.baseline(signal)), { 'test/a.test.js › is small': 'passed' });
  });

  it('refuses a proposal whose files have changed since', async () => {
    project.write('value.js', 'module.exports = 1;\n');
    test('test/a.test.js', 'passes', '');
    const proposal = project.replacing('value.js', '1', '2');
    project.write('value.js', 'module.exports = 3;\n');
    const { verdict } = await project.verifier().trial(proposal, signal);
    assert.deepEqual(verdict, {
      kind: 'unproven',
      reasons: ['value.js changed since the proposal was made, so it was not tried.'],
    });
  });

  it('says so when the workspace is too large, and leaves nothing', async () => {
    for (let i = 0; i < 30; i += 1) project.write(`node_modules/dep/${i}.js`, '');
    test('test/a.test.js', 'passes', '');
    const verifier = project.verifier({ copyLimits: { maxFiles: 20, maxBytes: 1e9 } });
    assert.deepEqual(await verifier.baseline(signal), {
      kind: 'unavailable',
      reason: 'The workspace has more than 20 files, so no private copy could be made and no test ran.',
    });
    const { verdict } = await verifier.trial(createProposal([create('b.txt', 'b')]), signal);
    assert.equal(verdict.kind, 'unproven');
    await verifier.dispose();
    assert.deepEqual(readdirSync(project.copies), []);
  });

  it('says so when there is nowhere to put it', async () => {
    test('test/a.test.js', 'passes', '');
    const verifier = project.verifier({ temporaryFolder: join(project.copies, 'none') });
    const run = await verifier.baseline(signal);
    assert.ok(
      run.kind === 'unavailable' && run.reason.startsWith('The tests could not be run: ENOENT'),
      JSON.stringify(run),
    );
  });

  it('lets only this user in', async () => {
    test('test/a.test.js', 'passes', '');
    await project.verifier().baseline(signal);
    const [name = ''] = readdirSync(project.copies);
    assert.equal(statSync(join(project.copies, name)).mode & 0o777, 0o700);
  });

  it('sweeps what a process that is gone has left, and nothing else', async () => {
    test('test/a.test.js', 'passes', '');
    await project.verifier().baseline(signal);
    const [own = ''] = readdirSync(project.copies);
    await project.verifier().dispose();
    // No process has this id: the system's largest is far below.
    const left = own.replace(`-${process.pid}-`, '-99999999-');
    const others = own.replace(/^whetstone-..../, 'whetstone-zzzz').replace(`-${process.pid}-`, '-99999999-');
    for (const name of [left, others, own, 'whetstone-notes'])
      mkdirSync(join(project.copies, name, 'inside'), { recursive: true });
    const next = new VerifierProject();
    next.write('package.json', JSON.stringify({ scripts: { test: 'node --version' } }));
    await next.verifier({ temporaryFolder: project.copies }).baseline(signal);
    await next.dispose();
    assert.deepEqual(readdirSync(project.copies).sort(), [others, own, 'whetstone-notes'].sort());
  });

  it('is gone after a cancellation, with every process', async () => {
    test(
      'test/a.test.js',
      'hangs',
      `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
       fs.writeFileSync('started', '');
       while (true) {}`,
    );
    const before = fingerprint(project.root);
    const controller = new AbortController();
    const running = project.verifier().baseline(controller.signal);
    await until(() => isInCopy('started'));
    if (process.platform === 'linux') assert.ok(processesOf(project.copies).length >= 2);
    controller.abort();
    await assert.rejects(running, isAbortError);
    assert.deepEqual(processesOf(project.copies), []);
    assert.deepEqual(readdirSync(project.copies), []);
    assert.equal(fingerprint(project.root), before);
  });

  it('leaves no process that a test sent to the background', async function () {
    // Only Linux shows the environment by which it is found.
    if (process.platform !== 'linux') this.skip();
    test(
      'test/a.test.js',
      'starts a server',
      `const options = { stdio: 'ignore', detached: true };
       const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options);
       child.unref();
       process.kill(child.pid, 0);`,
    );
    const run = await project.verifier().baseline(signal);
    assert.deepEqual(outcomes(run), { 'test/a.test.js › starts a server': 'passed' });
    assert.deepEqual(processesOf(project.copies), []);
  });

  it('kills a change that hangs, and calls it broken', async () => {
    project.write('loop.js', 'module.exports = () => { let i = 0; while (i < 3) i += 1; return i; };\n');
    test('test/a.test.js', 'ends', `assert.equal(require('../loop.js')(), 3)`);
    let runs = 0;
    const verifier = project.verifier({ timeLimitMs: 6_000, onRunStarted: () => (runs += 1) });
    const { verdict, broken, after } = await verifier.trial(project.replacing('loop.js', 'i += 1', 'i += 0'), signal);
    assert.equal(after.kind, 'timedOut');
    assert.equal(verdict.kind, 'broken');
    assert.match(verdict.reasons[0] ?? '', /^The tests hang: /);
    assert.equal(runs, 2, 'before and after, and once only');
    assert.deepEqual(
      broken.map((test) => test.id),
      ['test/a.test.js › ends'],
    );
    assert.deepEqual(processesOf(project.copies), []);
  });

  function isInCopy(name: string): boolean {
    return readdirSync(project.copies, { recursive: true, encoding: 'utf8' }).some((path) => basename(path) === name);
  }
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Every process that was started for a folder: its environment names it. Empty where the system does not show that. */
function processesOf(folder: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return false;
    try {
      return readFileSync(`/proc/${name}/environ`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });
}
