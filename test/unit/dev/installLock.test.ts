import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import { withLock } from '../../dev/installLock.js';

const lockModule = resolve(import.meta.dirname, '../../dev/installLock.js');
const uniqueName = (): string => `test ${process.pid} ${Math.random()}`;

describe('install lock', () => {
  it('lets one in at a time, whoever waits', async () => {
    const name = uniqueName();
    let inside = 0;
    const work = async (): Promise<void> => {
      inside++;
      assert.equal(inside, 1);
      await new Promise(setImmediate);
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => withLock(name, work)));
  });

  it('is let go of when the work fails', async () => {
    const name = uniqueName();
    await assert.rejects(
      withLock(name, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await withLock(name, async () => 'in'), 'in');
  });

  it('is let go of when its holder is killed', async () => {
    const name = uniqueName();
    const holder = holderOf(name);
    try {
      await once(holder.stdout ?? process.stdout, 'data');
      let isIn = false;
      const mine = withLock(name, async () => {
        isIn = true;
      });
      assert.equal(isIn, false);
      holder.kill('SIGKILL');
      await mine;
    } finally {
      holder.kill('SIGKILL');
    }
  });

  it('is held across processes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'whetstone-lock-'));
    const name = uniqueName();
    const last = join(folder, 'last act of the holder');
    const holder = holderOf(name, last);
    try {
      await once(holder.stdout ?? process.stdout, 'data');
      const mine = withLock(name, async () => existsSync(last));
      holder.stdin?.end();
      assert.equal(await mine, true);
    } finally {
      holder.kill('SIGKILL');
      await rm(folder, { recursive: true });
    }
  });
});

/** A process that takes the lock, says so, and keeps it until its input ends; then it leaves a file behind. */
function holderOf(name: string, last = ''): ChildProcess {
  const script = `
    const { withLock } = await import(process.argv[1]);
    await withLock(process.argv[2], async () => {
      console.log('in');
      for await (const _ of process.stdin);
      if (process.argv[3]) (await import('node:fs')).writeFileSync(process.argv[3], '');
    });`;
  const args = ['--input-type=module', '-e', script, lockModule, name, last];
  return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
}
