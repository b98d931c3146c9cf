import { strict as assert } from 'node:assert';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { RunEnding } from '../../../src/agent/events.ts';
import type { WorkspaceAgent } from '../../../src/vscode/workspaceAgent.ts';
import { freshAgent, closeAllEditors, configure, onDisk, untilAgent, uriOf } from '../extensionUnderTest.ts';

const file = 'src/orders.js';

describe('bad input in the editor: a clear sentence, and nothing changed', function () {
  this.timeout(600_000);
  let agent: WorkspaceAgent;
  let original = '';

  before(async () => {
    agent = await freshAgent();
    original = await onDisk(file);
  });
  afterEach(async () => {
    await closeAllEditors();
    assert.equal(await onDisk(file), original);
  });

  const run = async (path: string): Promise<RunEnding> => {
    const outcome = await agent.run({ goal: 'Optimize this', focus: [{ path }] });
    assert.ok(outcome.kind === 'ended', JSON.stringify(outcome));
    const shown = agent.conversation.entries.at(-1);
    assert.ok(shown?.kind === 'ending' && shown.text === outcome.ending.reason);
    return outcome.ending;
  };

  describe('files', () => {
    const folder = 'bad';
    before(async () => {
      await configure('testCommand', ['node', '--test']);
      const at = (name: string): string => join(uriOf(folder).fsPath, name);
      await mkdir(uriOf(folder).fsPath);
      await writeFile(at('binary.js'), Buffer.from([1, 0, 2, 0]));
      await writeFile(at('huge.js'), `${'// filler\n'.repeat(250_000)}`);
      await writeFile(at('utf16.js'), Buffer.from('\uFEFFlet a = 1;', 'utf16le'));
      await writeFile(at('fine.js'), 'export const one = 1;\n');
    });
    after(async () => {
      await configure('testCommand', undefined);
      await rm(uriOf(folder).fsPath, { recursive: true });
    });

    for (const [name, sentence] of [
      ['binary.js', /binary/i],
      ['huge.js', /large|MB|MiB/i],
      ['utf16.js', /UTF-8/i],
      ['missing.js', /missing|not there|no such|does not exist|not found/i],
    ] as const)
      it(name, async () => {
        const outcome = await agent.run({ goal: 'Optimize this', focus: [{ path: `${folder}/${name}` }] });
        assert.ok(outcome.kind === 'refused');
        assert.match(outcome.reason, sentence);
        assert.ok(outcome.reason.includes(`${folder}/${name}`));
        const shown = agent.conversation.entries.at(-1);
        assert.ok(shown?.kind === 'notice' && shown.text === outcome.reason);
      });

    it('with nothing to change', async () => {
      const ending = await run(`${folder}/fine.js`);
      assert.equal(ending.kind, 'nothingToChange');
      assert.match(ending.reason, /nothing/i);
    });
  });

  describe('endpoints', () => {
    let server: Server;
    before(async () => {
      server = createServer();
      server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    after(() => configure('endpoint', undefined));

    it('that refuses the key', async () => {
      await configure('endpoint', `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
      const ending = await run(file);
      assert.equal(ending.kind, 'unreachable');
      assert.match(ending.reason, /key/);
      const shown = agent.conversation.entries.at(-1);
      assert.equal(shown?.kind === 'ending' && shown.action, 'setKey');
    });

    it('that is down', async () => {
      await new Promise<void>((resolve) => server.close(() => resolve()));
      const ending = await run(file);
      assert.equal(ending.kind, 'unreachable');
      assert.match(ending.reason, /could not be reached/);
    });
  });

  describe('tests', () => {
    after(async () => {
      await configure('testCommand', undefined);
      await configure('testTimeLimit', undefined);
    });

    it('that hang are ended at the time limit', async () => {
      await configure('testCommand', ['node', '-e', 'setInterval(() => {}, 1000)']);
      await configure('testTimeLimit', 1);
      const running = run(file);
      await untilAgent(agent, () => agent.reviewer.isPending);
      const tests = agent.conversation.entries.find((entry) => entry.kind === 'tests');
      assert.match(tests?.summary ?? '', /did not end/);
      const card = agent.conversation.entries.find((entry) => entry.kind === 'proposal');
      assert.equal(card?.verdict?.kind, 'unproven');
      agent.reviewer.reject();
      assert.equal((await running).kind, 'rejected');
    });
  });

  it('a second run while one is under way', async () => {
    await configure('testCommand', ['node', '--test']);
    const first = agent.run({ goal: 'Optimize this', focus: [{ path: file }] });
    const second = await agent.run({ goal: 'Optimize this', focus: [{ path: file }] });
    assert.ok(second.kind === 'refused');
    assert.match(second.reason, /under way/);
    agent.stop();
    const outcome = await first;
    assert.ok(outcome.kind === 'ended' && outcome.ending.kind === 'cancelled');
    await configure('testCommand', undefined);
  });
});
