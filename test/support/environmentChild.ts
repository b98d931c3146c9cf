import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hideCredentials } from '../../src/node/ownEnvironment.ts';

/** Hides the credentials of its own environment; prints as JSON what it had, has, shows to others, and hands on to what it starts. */
const before = { ...process.env };
const isDone = hideCredentials();
const after = { ...process.env };
const shown = readFileSync('/proc/self/environ', 'latin1');
const again = hideCredentials();
const handedOn = spawnSync('env', ['-0'], { encoding: 'utf8' }).stdout;
delete process.env['MY_TOKEN'];
const removed =
  process.env['MY_TOKEN'] === undefined && !spawnSync('env', { encoding: 'utf8' }).stdout.includes('MY_TOKEN');
process.stdout.write(JSON.stringify({ before, isDone: isDone && again, after, shown, handedOn, removed }));
