import { strict as assert } from 'node:assert';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { runProcess, type ProcessOutcome, type ProcessRequest } from '../../../src/util/runProcess.ts';

describe('runProcess', function () {
  this.timeout(60_000);
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'whetstone-process-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives exit code and both outputs', async () => {
    const outcome = await run(`console.log('out'); console.error('err'); process.exitCode = 3`);
    assert.deepEqual(outcome, { kind: 'exited', code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' });
  });

  it('names the signal that ended a program', async () => {
    const outcome = await run(`process.kill(process.pid, 'SIGKILL')`);
    assert.ok(outcome.kind === 'exited' && outcome.code === null && outcome.signal === 'SIGKILL', show(outcome));
  });

  it('kills a child that hangs', async () => {
    const outcome = await run(`${notePid('child')}; setInterval(() => {}, 1000)`, { timeoutMs: 2_500 });
    assert.equal(outcome.kind, 'timedOut');
    assertGone('child');
  });

  it('kills a child that ignores the request to end', async () => {
    const code = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); ${notePid('child')}`;
    const outcome = await abortWhenNoted(code, 'child');
    assert.equal(outcome.kind, 'aborted');
    assertGone('child');
  });

  it('keeps the output of a program that ran out of time', async () => {
    const outcome = await run(`console.log('last words'); setInterval(() => {}, 1000)`, { timeoutMs: 2_500 });
    assert.ok(outcome.kind === 'timedOut' && outcome.stdout === 'last words\n', show(outcome));
  });

  it('kills a busy loop, and the grandchild with it', async () => {
    const code = `${grandchild('false')}; ${notePid('child')}; while (true) {}`;
    const outcome = await abortWhenNoted(code, 'child', 'grandchild');
    assert.equal(outcome.kind, 'aborted');
    assertGone('child');
    assertGone('grandchild');
  });

  it('does not wait for a grandchild that holds the pipes, and kills it', async () => {
    const outcome = await run(`${grandchild('false')}; ${whenNoted('grandchild', 'process.exit(0)')}`);
    assert.ok(outcome.kind === 'exited' && outcome.code === 0, show(outcome));
    assertGone('grandchild');
  });

  it('does not wait for one that has left the group', async () => {
    const outcome = await run(`${grandchild('true')}; ${whenNoted('grandchild', 'process.exit(0)')}`);
    assert.ok(outcome.kind === 'exited' && outcome.code === 0, show(outcome));
    process.kill(pidOf('grandchild'), 'SIGKILL');
  });

  it('does not wait for one that has left the group and never stops talking', async () => {
    const outcome = await run(
      `${grandchild('true', `setInterval(() => console.log('x'), 20)`)}; ${whenNoted('grandchild', 'process.exit(0)')}`,
    );
    assert.ok(outcome.kind === 'exited' && outcome.code === 0, show(outcome));
    process.kill(pidOf('grandchild'), 'SIGKILL');
  });

  it('starts nothing when the signal has fired before', async () => {
    const outcome = await runProcess(request(notePid('child')), AbortSignal.abort());
    assert.deepEqual(outcome, { kind: 'aborted' });
    assert.ok(!existsSync(join(folder, 'child')));
  });

  it('says what is missing', async () => {
    const missing = await runProcess({ ...request(''), argv: ['whetstone-no-such-program'] }, never());
    assert.ok(missing.kind === 'notStarted' && missing.code === 'ENOENT', show(missing));
    const noFolder = await runProcess({ ...request(''), cwd: join(folder, 'none') }, never());
    assert.ok(noFolder.kind === 'notStarted' && noFolder.code === 'ENOENT', show(noFolder));
  });

  it('does not reject for what no system can start', async () => {
    const outcome = await runProcess({ ...request(''), argv: ['node', 'a\0b'] }, never());
    assert.equal(outcome.kind, 'notStarted');
  });

  it('keeps the end of a huge output, whole characters only', async () => {
    const code = `
      const { writeSync } = require('node:fs');
      const block = Buffer.from('é'.repeat(32768));
      const write = (bytes) => {
        for (let at = 0; at < bytes.length;) {
          try { at += writeSync(1, bytes, at); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
        }
      };
      for (let i = 0; i < 1000; i++) write(block);
      write(Buffer.from('end'));`;
    let seen = 0;
    const outcome = await run(code, {
      maxOutputBytes: 10_000,
      onOutput: (text) => {
        assert.ok(!text.includes('\uFFFD'));
        seen += Buffer.byteLength(text);
      },
    });
    assert.equal(seen, 65_536_000 + 3);
    assert.ok(outcome.kind === 'exited' && outcome.stdout === `${'é'.repeat(4998)}end`, show(outcome).slice(0, 300));
  });

  it('leaves no listeners on the signal and no handlers on the process', async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    const before = process.listenerCount('exit');
    await runProcess(request(''), signal);
    assert.equal(listeners, 0);
    assert.equal(process.listenerCount('exit'), before);
  });

  function request(code: string): ProcessRequest {
    return {
      argv: [process.execPath, '-e', code],
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      timeoutMs: 50_000,
      maxOutputBytes: 1_000_000,
    };
  }

  function run(code: string, more: Partial<ProcessRequest> = {}): Promise<ProcessOutcome> {
    return runProcess({ ...request(code), ...more }, never());
  }

  /** Aborts as soon as the named files are there. */
  async function abortWhenNoted(code: string, ...names: string[]): Promise<ProcessOutcome> {
    const controller = new AbortController();
    const running = runProcess(request(code), controller.signal);
    while (!names.every((name) => existsSync(join(folder, name))))
      await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    return running;
  }

  /** Code that notes its process id, in one step so that a reader never sees half of it. */
  function notePid(name: string): string {
    const path = JSON.stringify(join(folder, name));
    return `{ const fs = require('node:fs'); fs.writeFileSync(${path} + '.part', String(process.pid)); fs.renameSync(${path} + '.part', ${path}); }`;
  }

  function grandchild(detached: string, more = ''): string {
    const code = `${notePid('grandchild')}; setInterval(() => {}, 1000); ${more}`;
    return `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(code)}], { stdio: 'inherit', detached: ${detached} }).unref()`;
  }

  function whenNoted(name: string, code: string): string {
    const path = JSON.stringify(join(folder, name));
    return `setInterval(() => { if (require('node:fs').existsSync(${path})) { ${code} } }, 5)`;
  }

  function pidOf(name: string): number {
    return Number(readFileSync(join(folder, name), 'utf8'));
  }

  function assertGone(name: string): void {
    assert.throws(() => process.kill(pidOf(name), 0), { code: 'ESRCH' });
  }
});

function never(): AbortSignal {
  return new AbortController().signal;
}

function show(outcome: ProcessOutcome): string {
  return JSON.stringify(outcome);
}
