import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { PrivateFolder } from '../../src/verify/copy/privateFolder.ts';
import { defaultCopyLimits, TrialCopy } from '../../src/verify/copy/trialCopy.ts';
import { TemporaryFolder } from '../support/temporaryFolder.ts';

const { signal } = new AbortController();

describe("the private copy of Python's byte code", function () {
  this.timeout(300_000);
  let folder: TemporaryFolder;
  let root: string;
  let holder: PrivateFolder;
  let copy: TrialCopy;

  before(function () {
    if (spawnSync('python3', ['--version']).status === 0) return;
    console.log('      not run here: python3 is not installed');
    this.skip();
  });
  beforeEach(async () => {
    folder = new TemporaryFolder();
    root = join(folder.path, 'project');
    mkdirSync(root);
    writeFileSync(join(root, 'mod.py'), 'x = 1\n');
    holder = await PrivateFolder.create(folder.path);
    copy = await TrialCopy.open(root, holder, defaultCopyLimits);
  });
  afterEach(async () => {
    await holder.dispose();
    folder.dispose();
  });

  /** What `mod.x` is, and what Python says of how it loaded it; byte code is written only where that is asked for. */
  function load(dir: string, writes = false): { readonly x: string; readonly how: string } {
    const { PYTHONDONTWRITEBYTECODE: _, ...env } = process.env;
    const argv = [...(writes ? [] : ['-B']), '-v', '-c', 'import mod; print(mod.x)'];
    const { stdout, stderr } = spawnSync('python3', argv, { cwd: dir, env, encoding: 'utf8' });
    const how = stderr.split('\n').filter((line) => line.includes(`code object from`) && line.includes('mod.'));
    return { x: stdout.trim(), how: how.join('\n') };
  }

  async function sync(): Promise<string> {
    const outcome = await copy.sync([], signal);
    if (outcome.kind !== 'ready') throw new Error(outcome.reason);
    return outcome.contentKey;
  }

  it('is used there: nothing is compiled again that the workspace has compiled', async () => {
    load(root, true);
    await sync();
    const { x, how } = load(copy.dir);
    assert.equal(x, '1');
    assert.match(how, /mod\.\S*\.pyc/);
  });

  it('never stands for a text that was laid over, however much alike the two are', async () => {
    load(root, true);
    await sync();
    await copy.lay([{ path: 'mod.py', content: { text: 'x = 2\n', hasBom: false } }]);
    const { atime, mtime } = lstatSync(join(root, 'mod.py'));
    utimesSync(join(copy.dir, 'mod.py'), atime, mtime);
    assert.equal(load(copy.dir).x, '2');
    await sync();
    assert.equal(load(copy.dir).x, '1');
  });

  it('is no content: the same sources are the same state', async () => {
    const before = await sync();
    load(root, true);
    assert.ok(existsSync(join(root, '__pycache__')));
    assert.equal(await sync(), before);
    assert.deepEqual(await copy.leftovers(signal), []);
  });

  it('is taken away from the copy only, where its folder is a link', async () => {
    const elsewhere = join(folder.path, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(root, '__pycache__'));
    load(root, true);
    const kept = readdirSync(elsewhere);
    assert.equal(kept.length, 1);
    await sync();
    await copy.lay([{ path: 'mod.py', content: { text: 'x = 2\n', hasBom: false } }]);
    assert.deepEqual(readdirSync(elsewhere), kept);
    assert.equal(load(copy.dir).x, '2');
  });

  it('of installed packages is used too', async () => {
    const site = join(root, '.venv/lib');
    mkdirSync(site, { recursive: true });
    writeFileSync(join(root, '.venv/pyvenv.cfg'), '');
    writeFileSync(join(site, 'mod.py'), 'x = 3\n');
    utimesSync(join(site, 'mod.py'), 1_600_000_000, 1_600_000_000);
    load(site, true);
    await sync();
    const { x, how } = load(join(copy.dir, '.venv/lib'));
    assert.equal(x, '3');
    assert.match(how, /mod\.\S*\.pyc/);
  });
});
