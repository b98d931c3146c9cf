import { strict as assert } from 'node:assert';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { after, afterEach, before, describe, it } from 'mocha';
import * as z from 'zod/mini';
import { evidenceAnswer } from '../../src/engine/analyst/evidence.ts';
import { launchEngine, type RunningEngine } from '../../src/engine/launcher.ts';
import { isAbortError } from '../../src/util/abort.ts';
import { engineModule, EngineSocket, plainRequest, responseOf, upgradeStatus } from '../support/engineClient.ts';

const never = new AbortController().signal;

async function launch(): Promise<RunningEngine> {
  const outcome = await launchEngine({ modulePath: engineModule }, never);
  if (outcome.kind === 'failed') throw new Error(outcome.reason);
  return outcome;
}

function portOf(engine: RunningEngine): number {
  return Number(new URL(engine.baseUrl).port);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('engine process', function () {
  // A process that loads TypeScript and ESLint, on whatever machine this is.
  this.timeout(120_000);

  describe('one engine', () => {
    let engine: RunningEngine;
    let port: number;
    before(async () => {
      engine = await launch();
      port = portOf(engine);
    });
    after(() => engine.dispose());

    it('listens on loopback and takes its own token only', async () => {
      assert.match(engine.baseUrl, /^http:\/\/127\.0\.0\.1:\d+\/v1$/);
      assert.equal(await upgradeStatus(port, { authorization: `Bearer ${engine.token}` }), 101);
      assert.equal(await upgradeStatus(port, { authorization: 'Bearer x' }), 401);
      assert.ok(engine.token.length >= 43);
    });

    it('keeps the token out of its arguments and environment', async function () {
      if (process.platform !== 'linux') return this.skip();
      for (const name of ['cmdline', 'environ'])
        assert.ok(!(await readFile(`/proc/${engine.pid}/${name}`, 'utf8')).includes(engine.token), name);
    });

    it('refuses an Origin and a foreign Host', async () => {
      const authorization = `Bearer ${engine.token}`;
      assert.equal(await upgradeStatus(port, { authorization, Origin: 'http://localhost' }), 403);
      assert.equal(await upgradeStatus(port, { authorization, Host: 'evil.example' }), 403);
    });

    it('reads, explains and proposes over the wire, by its own analyses', async () => {
      const client = await EngineSocket.open(port, engine.token);
      const tools = [tool('read_file', 'path', 'start', 'end'), tool('apply_edit', 'changes'), tool('run_tests')];
      const first = responseOf(
        (await client.exchange({ input: 'Goal: Modernize\n\nFocus:\n- src/a.js', tools })).at(-1),
      );
      const read = callSchema.parse(first.output.at(-1));
      assert.deepEqual(
        [read.name, JSON.parse(read.arguments)],
        ['read_file', { path: 'src/a.js', start: null, end: null }],
      );
      const text =
        'export function area(width, height) {\n  var size = width * height;\n  return "area: " + size;\n}\n';
      const output = `[src/a.js hash=0123456789abcdef lines=1-4 of=4]\n${text}`;
      const second = responseOf(
        (await client.exchange({ input: [outputOf(read.call_id, output)], previous_response_id: first.id, tools })).at(
          -1,
        ),
      );
      const edit = callSchema.parse(second.output.at(-1));
      assert.equal(edit.name, 'apply_edit');
      assert.match(edit.arguments, /\(?const size = width \* height/);
      assert.match(JSON.stringify(second.output[0]), /src\/a\.js:2 /);
      await client.close();
    });

    it('answers a client that offers tools of its own only, calls none of them, and goes on', async () => {
      const client = await EngineSocket.open(port, engine.token);
      const weather = tool('get_weather', 'location');
      const demanded = { type: 'function', name: 'get_weather' };
      for (const choice of ['auto', 'required', demanded]) {
        const asked = { input: "What's the weather in Oslo?", tools: [weather], tool_choice: choice };
        const { status, output } = responseOf((await client.exchange(asked)).at(-1));
        assert.deepEqual([status, output.map(({ type }) => type)], ['completed', ['message']]);
        assert.match(
          JSON.stringify(output),
          /works with Whetstone's tools only, and this request offers others: get_weather\./,
        );
      }
      await client.close();
    });

    it('goes on after a client that left in the middle of its work', async () => {
      const gone = await EngineSocket.open(port, engine.token);
      gone.send({ input: 'Goal: Optimize\n\nFocus:\n- a.js', tools: [tool('read_file', 'path')] });
      await gone.next();
      gone.socket.terminate();
      const client = await EngineSocket.open(port, engine.token);
      assert.equal((await client.exchange({ input: 'Goal: sing' })).at(-1)?.type, 'response.completed');
      await client.close();
    });

    it('finds evidence for code lenses, with the same checks', async () => {
      const text =
        'function plain() {\n  return 1;\n}\nexport function label(size) {\n  var text = "size: " + size;\n  return text;\n}\n';
      const headers = { authorization: `Bearer ${engine.token}` };
      const post = { method: 'POST', path: '/v1/evidence', headers };
      const answer = await plainRequest(port, post, JSON.stringify({ path: 'a.js', text }));
      assert.equal(answer.status, 200);
      const { functions } = evidenceAnswer.parse(JSON.parse(answer.body));
      assert.deepEqual(
        functions.map(({ symbol, startLine, endLine }) => [symbol, startLine, endLine]),
        [['function label', 4, 7]],
      );
      assert.ok(functions[0]?.findings.every(({ line }) => line >= 4 && line <= 7));
      assert.equal((await plainRequest(port, { ...post, headers: {} }, '{}')).status, 401);
      assert.equal(
        (await plainRequest(port, { ...post, headers: { ...headers, Origin: 'http://x' } }, '{}')).status,
        403,
      );
      assert.equal((await plainRequest(port, post, '{"path":1}')).status, 400);
      assert.equal((await plainRequest(port, post, 'x'.repeat(14 * 1024 * 1024))).status, 413);
      assert.equal((await plainRequest(port, { ...post, method: 'GET' })).status, 405);
      const broken = await plainRequest(port, post, JSON.stringify({ path: 'a.js', text: 'function (' }));
      assert.deepEqual(JSON.parse(broken.body), { functions: [] });
    });
  });

  describe('its end', () => {
    it('dispose waits until it is gone, and may be called twice', async () => {
      const engine = await launch();
      const fired: unknown[] = [];
      engine.onExit((exit) => fired.push(exit));
      await Promise.all([engine.dispose(), engine.dispose()]);
      assert.equal(isAlive(engine.pid), false);
      assert.deepEqual(fired, [{ code: 0, signal: null, detail: '' }]);
      await engine.dispose();
    });

    it('tells when the process dies by itself', async () => {
      const engine = await launch();
      process.kill(engine.pid, 'SIGKILL');
      assert.deepEqual(await engine.exited, { code: null, signal: 'SIGKILL', detail: '' });
      await engine.dispose();
    });

    it('comes with the end of whoever launched it, even by SIGKILL and in the middle of an analysis', async () => {
      const launcher = join(import.meta.dirname, '../../src/engine/launcher.ts');
      const script = `
        const { launchEngine } = await import(${JSON.stringify(launcher)});
        const engine = await launchEngine({ modulePath: ${JSON.stringify(engineModule)} }, new AbortController().signal);
        console.log(JSON.stringify({ pid: engine.pid, url: engine.baseUrl, token: engine.token }));
        setInterval(() => {}, 1000);`;
      const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const { pid, url, token } = z
        .object({ pid: z.number(), url: z.string(), token: z.string() })
        .parse(JSON.parse(await firstLine(parent.stdout)));
      const port = Number(new URL(url).port);
      const busy = plainRequest(
        port,
        { method: 'POST', path: '/v1/evidence', headers: { authorization: `Bearer ${token}` } },
        JSON.stringify({ path: 'a.js', text: 'var a = "x" + a + "y";\n'.repeat(3_000) }),
      ).catch(() => 'cut');
      const client = await EngineSocket.open(port, token);
      parent.kill('SIGKILL');
      // The engine's own end closes the socket; nothing else could.
      assert.equal(await client.next(), undefined);
      assert.equal(await busy, 'cut');
      await until(() => !isAlive(pid));
    });
  });

  describe('a start that fails', () => {
    const folders: string[] = [];
    const children: ChildProcessByStdio<Writable, Readable, Readable>[] = [];
    afterEach(async () => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
    });

    async function module(source: string): Promise<string> {
      const folder = await mkdtemp(join(tmpdir(), 'whetstone-engine-'));
      folders.push(folder);
      const path = join(folder, 'engine.cjs');
      await writeFile(path, source);
      return path;
    }

    it('says why: no such program, no such module, a crash, another line, silence', async () => {
      const reasons: string[] = [];
      const attempt = async (options: Parameters<typeof launchEngine>[0]): Promise<void> => {
        const outcome = await launchEngine(options, never);
        reasons.push(outcome.kind === 'failed' ? outcome.reason : 'ready');
      };
      await attempt({ modulePath: engineModule, execPath: '/nowhere/node' });
      await attempt({ modulePath: '/nowhere/engine.cjs' });
      await attempt({ modulePath: await module("console.error('broken pipe dream'); process.exit(3);") });
      await attempt({ modulePath: await module("console.log('hello'); setInterval(() => {}, 1000);") });
      await attempt({ modulePath: await module('setInterval(() => {}, 1000);'), startLimitMs: 500 });
      assert.match(reasons[0] ?? '', /not started.*ENOENT/);
      assert.match(reasons[1] ?? '', /code 1.*Cannot find module/s);
      assert.match(reasons[2] ?? '', /code 3.*broken pipe dream/);
      assert.match(reasons[3] ?? '', /did not say on which port/);
      assert.match(reasons[4] ?? '', /not ready after/);
    });

    it('hands on neither the key nor what would change how Node starts', async () => {
      const names = ['WHETSTONE_API_KEY', 'NODE_OPTIONS', 'VSCODE_IPC_HOOK', 'ELECTRON_RUN_AS_NODE', 'ADDED', 'PATH'];
      const path = await module(
        `console.error(${JSON.stringify(names)}.filter((name) => name in process.env).join(' ')); process.exit(1);`,
      );
      const before = { ...process.env };
      Object.assign(process.env, { WHETSTONE_API_KEY: 'x', NODE_OPTIONS: '--no-warnings', VSCODE_IPC_HOOK: 'x' });
      try {
        const outcome = await launchEngine({ modulePath: path, env: { ADDED: '1' } }, never);
        assert.match(outcome.kind === 'failed' ? outcome.reason : '', /: ELECTRON_RUN_AS_NODE ADDED PATH\.$/);
      } finally {
        for (const name of names) {
          const value = before[name];
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
      }
    });

    it('rejects by cancellation with no process left', async () => {
      const pidFile = join(tmpdir(), `whetstone-engine-${process.pid}.pid`);
      const path = await module(
        `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000);`,
      );
      const stop = new AbortController();
      const launching = launchEngine({ modulePath: path }, stop.signal);
      let pid = 0;
      await until(async () => (pid = Number(await readFile(pidFile, 'utf8').catch(() => '0'))) > 0);
      stop.abort();
      await assert.rejects(launching, isAbortError);
      assert.equal(isAlive(pid), false);
      await rm(pidFile);
    });

    it('ends without a token', async () => {
      const child = spawn(process.execPath, [engineModule], { stdio: ['pipe', 'pipe', 'pipe'] });
      children.push(child);
      child.stdin.write('\n');
      assert.equal((await once(child, 'exit'))[0], 1);
    });

    it('ends when its standard input closes before a token came', async () => {
      const child = spawn(process.execPath, [engineModule], { stdio: ['pipe', 'pipe', 'pipe'] });
      children.push(child);
      child.stdin.end();
      assert.equal((await once(child, 'exit'))[0], 0);
    });
  });
});

const callSchema = z.looseObject({
  type: z.literal('function_call'),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});

function tool(name: string, ...properties: readonly string[]): object {
  return {
    type: 'function',
    name,
    parameters: { type: 'object', properties: Object.fromEntries(properties.map((one) => [one, {}])) },
  };
}

function outputOf(callId: string, output: string): object {
  return { type: 'function_call_output', call_id: callId, output };
}

async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const part of stream) {
    text += String(part);
    if (text.includes('\n')) return text.split('\n', 1)[0] ?? '';
  }
  return text;
}

/** Polls a condition that nothing announces; mocha's own limit ends it. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
