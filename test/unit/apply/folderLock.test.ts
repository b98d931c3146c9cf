import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { acquireLock } from '../../../src/apply/folderLock.ts';
import { TempTree } from '../../support/tempTree.ts';

const isLinux = process.platform === 'linux';

describe('lock of a folder', () => {
  let folder: TempTree;
  let gone: number;

  beforeEach(() => {
    folder = new TempTree();
    gone = spawnSync(process.execPath, ['-e', '']).pid;
  });
  afterEach(() => folder.dispose());

  const owner = (pid: number, start: string, name = 'lock'): void =>
    folder.write(name, JSON.stringify({ pid, token: 'another', start, nonce: 'x' }));

  it('is broken when its process is gone, not when that lives', async () => {
    owner(gone, '');
    const first = await acquireLock(folder.root);
    assert.ok(first);
    assert.equal(await acquireLock(folder.root), undefined);
    await first.release();
    assert.deepEqual(readdirSync(folder.root), []);
    owner(process.ppid, '');
    assert.equal(await acquireLock(folder.root), undefined);
  });

  it('is broken when the number of its process was given to another one', async function () {
    if (!isLinux) this.skip();
    owner(process.ppid, '1');
    await (await acquireLock(folder.root))?.release();
    assert.deepEqual(readdirSync(folder.root), []);
  });

  it('goes to one of many who find it stale at once', async () => {
    owner(gone, '');
    const all = await Promise.all(Array.from({ length: 20 }, () => acquireLock(folder.root)));
    const holders = all.filter((lock) => lock !== undefined);
    assert.ok(holders.length <= 1);
    for (const lock of holders) await lock.release();
    assert.deepEqual(readdirSync(folder.root), []);
  });

  for (const text of ['', '{"pid":1', 'half writ'])
    it(`is taken at once when it was left as ${JSON.stringify(text)} and no process has it open`, async function () {
      if (!isLinux) this.skip();
      folder.write('lock', text);
      const lock = await acquireLock(folder.root);
      assert.ok(lock);
      await lock.release();
      assert.deepEqual(readdirSync(folder.root), []);
    });

  it('is left to a process that is just writing it, and taken from one that seems to write for ever', async () => {
    folder.write('lock', 'half writ');
    const writer = openSync(folder.path('lock'), 'r+');
    try {
      assert.equal(await acquireLock(folder.root), undefined);
      assert.equal(folder.read('lock'), 'half writ');
      const longAgo = new Date(Date.now() - 3_600_000);
      utimesSync(folder.path('lock'), longAgo, longAgo);
      assert.ok(await acquireLock(folder.root));
    } finally {
      closeSync(writer);
    }
  });

  it('is taken at once when a process was killed while it broke it', async () => {
    owner(gone, '');
    owner(gone, '', 'lock.breaking');
    owner(gone, '', 'lock.breaking.breaking');
    const lock = await acquireLock(folder.root);
    // The guard of the guards is broken by age only.
    assert.equal(lock, undefined);
    const longAgo = new Date(Date.now() - 3_600_000);
    utimesSync(folder.path('lock.breaking.breaking'), longAgo, longAgo);
    assert.equal(await acquireLock(folder.root), undefined);
    const taken = await acquireLock(folder.root);
    assert.ok(taken);
    await taken.release();
    assert.deepEqual(readdirSync(folder.root), []);
    owner(gone, '');
    owner(gone, '', 'lock.breaking');
    assert.ok(await acquireLock(folder.root));
  });

  it('is not broken while another process is just breaking it', async () => {
    owner(gone, '');
    owner(process.ppid, '', 'lock.breaking');
    assert.equal(await acquireLock(folder.root), undefined);
    assert.deepEqual(readdirSync(folder.root), ['lock', 'lock.breaking']);
  });

  it('is not broken when it was let go and taken by somebody else meanwhile', async () => {
    owner(gone, '');
    let [writes, takenBy] = [0, ''];
    const lock = await acquireLock(folder.root, (step) => {
      if (step === 'lock write') writes += 1;
      // The guard is written second; a lock that is gone by then is nothing to remove.
      if (step === 'lock write' && writes === 2) folder.remove('lock');
      if (takenBy !== '' || !['lock break', 'lock broken'].includes(step)) return;
      takenBy = step;
      owner(process.ppid, '');
    });
    assert.equal(lock, undefined, `removed after ${takenBy}`);
    assert.ok(folder.read('lock').includes(`"pid":${process.ppid}`));
  });

  it('is whole wherever it stands, also on a disk without hard links', async () => {
    const seen: string[] = [];
    const lock = await acquireLock(folder.root, (step) => {
      seen.push(step);
      for (const name of readdirSync(folder.root).filter((one) => one === 'lock'))
        assert.ok(JSON.parse(readFileSync(join(folder.root, name), 'utf8')));
    });
    assert.ok(lock);
    await lock.release();
    const unlinked = await acquireLock(folder.root, (step) => {
      if (step === 'lock place') throw Object.assign(new Error('no links'), { code: 'EPERM' });
    });
    assert.ok(unlinked);
    assert.equal(await acquireLock(folder.root), undefined);
    await unlinked.release();
    assert.deepEqual(readdirSync(folder.root), []);
  });

  it('is had although the folder was removed while it was taken', async () => {
    let times = 0;
    const lock = await acquireLock(folder.path('own'), (step) => {
      if (step !== 'lock write' || times > 0) return;
      times += 1;
      folder.remove('own');
    });
    assert.ok(lock);
    assert.equal(times, 1);
  });
});
