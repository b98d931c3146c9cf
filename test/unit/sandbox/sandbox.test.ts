import { strict as assert } from 'node:assert';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { noSandbox, openSandbox, systemSandbox, type Sandbox } from '../../../src/sandbox/sandbox.ts';
import { mayBeSeen } from '../../../src/sandbox/toolchains.ts';
import type { ProcessOutcome } from '../../../src/util/runProcess.ts';
import { attempt } from '../../support/escapes/attempt.ts';
import { escapes } from '../../support/escapes/catalogue.ts';
import { EscapeGround } from '../../support/escapes/ground.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';

const { signal } = new AbortController();

describe('a sandbox that cannot be had', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = new TemporaryFolder();
  });
  afterEach(() => folder.dispose());

  function program(text: string): string {
    const path = folder.write('bwrap', `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it('is told of on a system without one, and without bubblewrap', async () => {
    const reasons = [await openSandbox('darwin', []), await openSandbox('linux', ['/nowhere/bwrap'])];
    assert.deepEqual(
      reasons.map(({ state }) => state),
      [
        { kind: 'none', reason: 'there is none yet for this system (darwin)' },
        { kind: 'none', reason: 'bubblewrap (bwrap) is not installed' },
      ],
    );
  });

  it('is told of when bubblewrap is forbidden, with what it says', async function () {
    if (process.platform !== 'linux') this.skip();
    const refusing = program('echo "bwrap: setting up uid map: Permission denied" >&2; exit 1');
    const { state } = await openSandbox('linux', [refusing]);
    assert.ok(state.kind === 'none');
    assert.match(state.reason, /^bubblewrap does not work here: .*setting up uid map: Permission denied/);
  });

  it('is told of when the canary gets out, as it does from a program that holds nothing back', async function () {
    if (process.platform !== 'linux') this.skip();
    // Takes the same arguments, tells the same, and runs the program as it is.
    const open = program(`
cd "$(tr '\\0' '\\n' <&3 | grep -x -A1 -e --chdir | tail -n 1)"
shift 3
echo '{"child-pid": 1}' >&4
"$@"
code=$?
echo "{\\"exit-code\\": $code}" >&4
exit $code`);
    const { state } = await openSandbox('linux', [open]);
    assert.ok(state.kind === 'none');
    assert.match(state.reason, /^bubblewrap does not hold here: from inside, the home folder could be written$/);
  });
});

describe('the sandbox', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let ground: EscapeGround;

  before(async function () {
    sandbox = await systemSandbox();
    if (sandbox.state.kind === 'none') {
      console.log(`      not run here: ${sandbox.state.reason}`);
      return this.skip();
    }
    ground = await EscapeGround.lay();
  });
  after(() => ground?.dispose());

  function run(argv: readonly [string, ...string[]], more: { timeoutMs?: number } = {}): Promise<ProcessOutcome> {
    ground.begin();
    const env = { PATH: process.env['PATH'], HOME: ground.home };
    const request = { argv, cwd: ground.own, env, timeoutMs: 30_000, maxOutputBytes: 64_000, ...more };
    return sandbox.run(
      request,
      { writable: [ground.own], aliases: [{ folder: ground.own, at: ground.workspace }] },
      signal,
    );
  }

  // Every one of them is tried by `npm run bench:sandbox`, also as another user.
  for (const name of [
    ...['home/.bashrc', 'workspace/.git/hooks/pre-commit', 'a link in the place of its own folder', 'home/.ssh/id_rsa'],
    ...[
      'another workspace by the root of another process',
      'environment of another process',
      'TCP',
      'an abstract socket',
    ],
    ...['a socket in a folder that may be read', 'a socket there whose owner named it in short'],
    ...['killing another process', 'outliving the run without any environment', 'another user namespace'],
  ])
    it(`holds: ${name}`, async () => {
      const escape = escapes.find((one) => one.name === name);
      assert.ok(escape !== undefined);
      assert.equal(await attempt(escape, ground, noSandbox('it is compared with')), true, 'works without it');
      assert.equal(await attempt(escape, ground, sandbox), false);
    });

  it('gives what programs need: a home and temporary files, loopback, workers, the time zone, the user', async () => {
    const outcome = await run([
      process.execPath,
      '-e',
      `const fs = require('node:fs'), os = require('node:os'), net = require('node:net');
       fs.writeFileSync(os.homedir() + '/a', ''); fs.mkdtempSync(os.tmpdir() + '/a'); fs.writeFileSync('/dev/shm/a', '');
       os.userInfo(); os.hostname(); os.cpus(); new Intl.DateTimeFormat().resolvedOptions().timeZone;
       new (require('node:worker_threads').Worker)('', { eval: true }).on('exit', () => {
         const server = net.createServer((s) => s.end('x')).listen(0, '127.0.0.1', () =>
           net.connect(server.address().port, '127.0.0.1').on('data', () => { console.log('ALL'); server.close(); }));
       });`,
    ]);
    assert.ok(outcome.kind === 'exited');
    assert.equal(outcome.stdout, 'ALL\n', outcome.stderr);
  });

  it('shows the folder at the path of the workspace, too', async () => {
    const outcome = await run(['sh', '-c', `echo here > "${ground.workspace}/seen" && cat seen`]);
    assert.equal(outcome.kind === 'exited' && outcome.stdout, 'here\n');
  });

  it('tells exit codes, signals as shells do, and a program that is not there', async () => {
    const codes = [await run(['sh', '-c', 'exit 7']), await run(['sh', '-c', 'kill -9 $$'])];
    assert.deepEqual(
      codes.map((outcome) => outcome.kind === 'exited' && outcome.code),
      [7, 137],
    );
    const missing = await run(['no-such-program']);
    assert.ok(missing.kind === 'notStarted');
    assert.equal(missing.code, 'ENOENT');
  });

  it('asks to end first when the time is over, and leaves nothing', async () => {
    const script = `trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.05; done`;
    const outcome = await run(['sh', '-c', script], { timeoutMs: 1_500 });
    assert.ok(outcome.kind === 'timedOut');
    assert.equal(outcome.stdout, 'ready\nasked\n');
  });

  it('gives no variable to bubblewrap itself, so that a project cannot have it load something', async () => {
    const library = join(ground.own, 'no-such-library.so');
    ground.begin();
    const env = { PATH: '/usr/bin', HOME: ground.home, LD_PRELOAD: library };
    const request = { argv: ['true'] as const, cwd: ground.own, env, timeoutMs: 30_000, maxOutputBytes: 64_000 };
    const outcome = await sandbox.run(request, { writable: [ground.own] }, signal);
    // The loader complains once: for the program, and not for bubblewrap.
    assert.ok(outcome.kind === 'exited');
    assert.equal(outcome.stderr.split(library).length - 1, 1, outcome.stderr);
  });
});

describe('what may be seen', () => {
  it('is no home, no folder of everything, nothing of accounts', () => {
    const home = '/home/me';
    for (const path of [
      '/',
      '/home',
      home,
      '/etc/ssl',
      '/proc/1',
      '/run',
      '/work',
      `${home}/.ssh`,
      `${home}/.config/gh`,
    ])
      assert.equal(mayBeSeen(path, home), false, path);
    for (const path of ['/opt/node/bin', `${home}/.pyenv`, `${home}/tools/node`, '/work/project', `${home}/.cargo/bin`])
      assert.equal(mayBeSeen(path, home), true, path);
  });
});
