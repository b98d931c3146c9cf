import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { acquireLock } from '../../src/apply/folderLock.ts';
import { TempTree } from '../support/tempTree.ts';

const child = join(import.meta.dirname, '../support/lockChild.ts');
const trees: TempTree[] = [];

function take(folder: string, killAt: number, disk: string): { readonly lines: readonly string[]; wasKilled: boolean } {
  const { stdout, signal } = spawnSync(process.execPath, [child, folder, String(killAt), disk], { encoding: 'utf8' });
  return { lines: stdout.split('\n').filter((line) => line !== ''), wasKilled: signal === 'SIGKILL' };
}

describe('a process killed while it takes the lock of a folder', function () {
  this.timeout(300_000);

  afterEach(() => {
    for (const made of trees.splice(0)) made.dispose();
  });

  /** Kills it at step 1, 2, 3, … and looks whether the next one has the lock at once, and nothing is left of it. */
  async function atEachStep(disk: string, isStale: boolean): Promise<readonly string[]> {
    for (let at = 1; ; at += 1) {
      const folder = new TempTree();
      trees.push(folder);
      // Held by a process that is gone.
      if (isStale) assert.ok(take(folder.root, 3, '').wasKilled);
      assert.deepEqual(readdirSync(folder.root), isStale ? ['lock'] : []);
      const { lines, wasKilled } = take(folder.root, at, disk);
      if (!wasKilled) {
        assert.equal(lines.at(-1), 'taken', `step ${at}`);
        assert.deepEqual(readdirSync(folder.root), []);
        return lines;
      }
      const lock = await acquireLock(folder.root);
      assert.ok(lock, `killed at step ${at}, after ${lines.at(-1) ?? 'nothing'}: ${readdirSync(folder.root).join()}`);
      await lock.release();
      assert.deepEqual(readdirSync(folder.root), [], `step ${at}`);
    }
  }

  it('at every step: the next one has it at once', async () => {
    assert.deepEqual(await atEachStep('', false), ['lock write', 'lock place', 'taken']);
  });

  it('at every step of breaking that of another one that was killed', async () => {
    const steps = await atEachStep('', true);
    assert.ok(steps.includes('lock break') && steps.length > 8, steps.join());
  });

  it('at every step on a disk without hard links, where what it left is empty', async function () {
    // Elsewhere it cannot be told who has a file open; that costs five seconds.
    if (process.platform !== 'linux') this.skip();
    assert.ok((await atEachStep('unlinked', false)).includes('lock fill'));
    assert.ok((await atEachStep('unlinked', true)).includes('lock fill'));
  });
});
