import { acquireLock } from '../../src/apply/folderLock.ts';

/**
 * A process that takes the lock of a folder and kills itself the hard way before its n-th step (0: never). Arguments: folder, n, and `unlinked`
 * for a disk without hard links. Prints one line a step, and `taken` or `busy`.
 */
const [folder = '', killAt = '0', disk = ''] = process.argv.slice(2);
let steps = 0;
const lock = await acquireLock(folder, (step) => {
  steps += 1;
  if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  process.stdout.write(`${step}\n`);
  if (disk === 'unlinked' && step === 'lock place') throw Object.assign(new Error('no links'), { code: 'EPERM' });
});
process.stdout.write(lock === undefined ? 'busy\n' : 'taken\n');
// Killed while it holds it.
if (steps + 1 === Number(killAt)) process.kill(process.pid, 'SIGKILL');
await lock?.release();
