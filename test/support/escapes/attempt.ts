import { chmodSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { sleepers, type Escape } from './escape.ts';
import type { EscapeGround } from './ground.ts';

/** Lets one script try its way out; true when it is out. Whatever it did outside is taken back. */
export async function attempt(escape: Escape, ground: EscapeGround, sandbox: Sandbox): Promise<boolean> {
  ground.begin();
  const token = `token-${randomBytes(8).toString('hex')}`;
  const naps = String(10_000 + randomBytes(4).readUInt32LE() / 1000);
  Object.assign(ground.facts, { base: ground.path(), own: ground.own, prey: ground.prey(), naps });
  const facts = { ...ground.facts, token, secret: ground.secret };
  chmodSync(ground.path('other/.env'), 0o644);
  try {
    const outcome = await sandbox.run(
      {
        argv: [process.execPath, '-e', `${prelude}\n${escape.script}`, JSON.stringify(facts)],
        cwd: ground.own,
        env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', HOME: ground.home },
        ...{ timeoutMs: 20_000, maxOutputBytes: 64 * 1024 },
      },
      {
        writable: [ground.own],
        readable: [ground.neighbour],
        aliases: [{ folder: ground.own, at: ground.workspace }],
      },
      new AbortController().signal,
    );
    if (outcome.kind === 'notStarted') throw new Error(`${escape.name}: ${outcome.detail}`);
    const said = outcome.kind === 'exited' && outcome.stdout.includes('WORKED');
    return said || escape.hasHappened?.(ground, token) === true;
  } finally {
    for (const pid of sleepers(naps)) process.kill(pid, 'SIGKILL');
    restore(ground);
  }
}

function restore(ground: EscapeGround): void {
  for (const path of ['/var/tmp', '/dev/shm', '/usr/local/bin', '/etc/cron.d', ''])
    rmSync(`${path}/whetstone-escape`, { force: true });
  rmSync(`${ground.own}-old`, { recursive: true, force: true });
  rmSync(ground.own, { recursive: true, force: true });
  if (process.getuid?.() === 0) chmodSync('/dev/full', 0o666);
}

/** What every script has at hand. */
const prelude = String.raw`
const fs = require('node:fs'), net = require('node:net'), { spawnSync } = require('node:child_process');
const f = JSON.parse(process.argv[process.argv.length - 1]);
const worked = () => process.stdout.write('WORKED');
const see = (text) => { if (text.includes(f.secret)) worked(); };
const put = (path) => { if (!path.startsWith('/proc')) fs.mkdirSync(require('node:path').dirname(path), { recursive: true }); fs.appendFileSync(path, f.token); };
const sh = (...argv) => spawnSync(argv[0], argv.slice(1), { timeout: 5000 }).status === 0;
const udp = (type, port, host) => { const socket = require('node:dgram').createSocket(type); socket.on('error', () => socket.close()); socket.send(f.token, port, host, () => setTimeout(() => socket.close(), 100)); };
const py = (code) => {
  const start = "import ctypes, json, os, sys\nf = json.loads(sys.argv[1])\nlibc = ctypes.CDLL(None, use_errno=True)\nlibc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]\ndef worked(): print('WORKED')\ndef see(data):\n    if f['secret'].encode() in data: worked()\n";
  const ran = spawnSync('/usr/bin/python3', ['-c', start + code, JSON.stringify(f)], { encoding: 'utf8', timeout: 10000 });
  process.stdout.write(ran.stdout);
};
`;
