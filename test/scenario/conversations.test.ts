import { strict as assert } from 'node:assert';
import { resolve } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { CallLedger, memoryStore } from '../../src/agent/callLedger.ts';
import { parseHistory, resumeItems } from '../../src/agent/continuation.ts';
import type { AgentEvent, RunEnding } from '../../src/agent/events.ts';
import { SocketBudget } from '../../src/agent/socketBudget.ts';
import { launchEngine, type RunningEngine } from '../../src/engine/launcher.ts';
import { WebSocketResponsesClient, type ResponsesClientOptions } from '../../src/responses/client.ts';
import { assistantSays, call, ScriptedServer, type Exchange } from '../support/scriptedServer.ts';
import { SharedFolder, type Talk } from '../support/sharedFolder.ts';

const one = 'export function one(x) {\n  var y = x + 1;\n  return y;\n}\n';
const two =
  'export function two(list) {\n  var sum = 0;\n  for (var i = 0; i < list.length; i++) {\n    sum += list[i];\n  }\n  return sum;\n}\n';
const files = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
  'src/one.js': one,
  'src/two.js': two,
  'test/all.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { one } from '../src/one.js';
import { two } from '../src/two.js';
test('one', () => assert.equal(one(1), 2));
test('two', () => assert.equal(two([1, 2]), 3));
`,
};

describe('conversations side by side', function () {
  this.timeout(300_000);
  let folder: SharedFolder | undefined;
  let server: ScriptedServer | undefined;
  let engine: RunningEngine | undefined;
  const clients: WebSocketResponsesClient[] = [];

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await server?.stop();
    await engine?.dispose();
    await folder?.dispose();
    [folder, server, engine] = [undefined, undefined, undefined];
  });

  function connect(options: Partial<ResponsesClientOptions> = {}): WebSocketResponsesClient {
    const endpoint = server?.baseUrl ?? engine?.baseUrl ?? '';
    const bearer = async (): Promise<string | undefined> => engine?.token ?? 'key';
    const client = new WebSocketResponsesClient({ endpoint, bearer, ...options });
    clients.push(client);
    return client;
  }

  async function start(): Promise<SharedFolder> {
    server = await ScriptedServer.start({ script: (exchange) => play(exchange) });
    return (folder = await SharedFolder.create(files));
  }

  it('work at the same time, each over a connection of its own', async () => {
    const shared = await start();
    const [a, b] = [shared.talk(connect()), shared.talk(connect())];
    const runs = [a.run('const please', 'src/one.js'), b.run('const please', 'src/two.js')];
    await untilProposed([a, b], runs);
    a.decide(true);
    b.decide(true);
    for (const ending of await Promise.all(runs)) assert.ok(ending.kind === 'done' && ending.verified, ending.reason);
    assert.equal(shared.tree.read('src/one.js'), one.replace('var y', 'const y'));
    assert.equal(shared.tree.read('src/two.js'), two.replace('var sum', 'let sum'));
    assert.equal(server?.upgrades.length, 2);
    assertWrittenAlone(a, b);
    for (const talk of [a, b])
      assert.deepEqual(
        talk.events.filter(({ kind }) => kind === 'resend'),
        [],
      );
  });

  it('do not overwrite each other: what was proposed on a text that is gone is stale', async () => {
    const shared = await start();
    const [a, b] = [shared.talk(connect()), shared.talk(connect())];
    const runs = [a.run('const please', 'src/one.js'), b.run('const please', 'src/one.js')];
    await untilProposed([a, b], runs);
    a.decide(true);
    assert.equal((await runs[0])?.kind, 'done');
    shared.tree.write('src/one.js', shared.tree.read('src/one.js').replace('x + 1', '1 + x'));
    const written = shared.tree.read('src/one.js');
    b.decide(true);
    const second = await runs[1];
    assert.ok(second?.kind === 'failed');
    assert.match(second.reason, /src\/one\.js changed since the preview, so nothing was written/);
    assert.equal(shared.tree.read('src/one.js'), written);
    const told = server?.requests.flatMap(({ input }) => input).map((item) => JSON.stringify(item)) ?? [];
    assert.ok(told.some((text) => text.includes('Review: accepted, but not applied')));
  });

  it('work at the same time with the embedded engine', async () => {
    folder = await SharedFolder.create(files);
    const outcome = await launchEngine({ modulePath: resolve(import.meta.dirname, '../../src/engine/main.ts') }, never);
    assert.ok(outcome.kind === 'ready');
    engine = outcome;
    const [a, b] = [folder.talk(connect()), folder.talk(connect())];
    const runs = [a.run('Optimize this', 'src/one.js'), b.run('Optimize this', 'src/two.js')];
    await untilProposed([a, b], runs);
    a.decide(true);
    b.decide(true);
    for (const ending of await Promise.all(runs)) assert.ok(ending.kind === 'done' && ending.verified, ending.reason);
    for (const path of ['src/one.js', 'src/two.js']) assert.doesNotMatch(folder.tree.read(path), /\bvar\b/);
    assertWrittenAlone(a, b);
  });

  it('rest when more than may be are open, and go on over a new connection, counted', async () => {
    const shared = await start();
    const budget = new SocketBudget({ maxOpen: 1, idleMs: 60_000 });
    const [first, second] = [connect(), connect()];
    const [a, b] = [shared.talk(first), shared.talk(second)];
    for (const [talk, client] of [
      [a, first],
      [b, second],
      [a, first],
    ] as const) {
      const lease = budget.use(client);
      assert.ok(lease);
      await budget.settled();
      const run = talk.run('say hello', 'src/one.js');
      assert.equal((await run).kind, 'nothingToChange');
      lease.dispose();
      assert.equal(server?.openSockets.length, 1);
    }
    assert.deepEqual(
      a.events.flatMap((event) => (event.kind === 'resend' ? [event.reason] : [])),
      ['rotated'],
    );
    budget.dispose();
  });

  it('go on after the window was closed at any point of a run, with every call answered and none made twice', async () => {
    const shared = await start();
    let end = false;
    for (let at = 1; !end; at += 4) {
      const store = memoryStore();
      const client = connect();
      const before = shared.talk(client, { ledger: new CallLedger(store) });
      let snapshot: { readonly text: string; readonly unsent: typeof before.session.unsent } | undefined;
      let count = 0;
      before.onEvent = () => {
        if (++count === at) snapshot = { text: client.historyText(), unsent: before.session.unsent };
      };
      const run = before.run('const please', 'src/one.js');
      await Promise.race([before.proposed.promise, run]);
      // What happened after the snapshot is what a killed window does not know; what it noted of calls, it knows.
      before.stop();
      before.decide(false);
      await run;
      await client.close();
      if (snapshot === undefined) {
        end = true;
        break;
      }
      const history = parseHistory(snapshot.text);
      assert.ok(history);
      if (history.length === 0) continue;
      const ledger = new CallLedger(store);
      const resume = await resumeItems({ history, unsent: snapshot.unsent }, ledger);
      const after = shared.talk(connect({ history }), { ledger, resume });
      assert.equal((await after.run('say hello', 'src/one.js')).kind, 'nothingToChange', `after event ${at}`);
      const resends = after.events.flatMap((event) => (event.kind === 'resend' ? [event.reason] : []));
      assert.deepEqual(resends, ['continued'], `after event ${at}`);
    }
  });
});

const never = new AbortController().signal;

/** Rejects when a run ends before it has proposed anything. */
async function untilProposed(talks: readonly Talk[], runs: readonly Promise<RunEnding>[]): Promise<void> {
  const early = runs.map(async (run) => assert.fail(`ended early: ${(await run).reason}`));
  await Promise.all(talks.map((talk, index) => Promise.race([talk.proposed.promise, early[index]])));
  for (const one of early) one.catch(() => undefined);
}

/** Reads, stages one edit of the file in focus, tests it and says so; only talks when the goal says so. */
function play(exchange: Exchange): void {
  const { context } = exchange;
  const goals = context.map((item) => JSON.stringify(item)).filter((text) => text.includes('Goal: '));
  const goal = goals.at(-1) ?? '';
  const since = context.slice(context.findLastIndex((item) => JSON.stringify(item) === goal));
  const id = `${exchange.request.connection}_${context.length}`;
  const answered = since.filter(({ type }) => type === 'function_call_output').length;
  if (goal.includes('say hello') || answered === 3) return exchange.answer([assistantSays('Hello.', `msg_${id}`)]);
  if (answered === 2) return exchange.answer([call(`run_${id}`, 'run_tests', {})]);
  const [path, old, text] = goal.includes('one.js')
    ? ['src/one.js', 'var y', 'const y']
    : ['src/two.js', 'var sum', 'let sum'];
  if (answered === 0) return exchange.answer([call(`read_${id}`, 'read_file', { path })]);
  const changes = [{ action: 'edit', path, edits: [{ old, new: text }] }];
  exchange.answer([call(`edit_${id}`, 'apply_edit', { changes })]);
}

/** Between the write of one and its verdict the other writes nothing. */
function assertWrittenAlone(a: Talk, b: Talk): void {
  const [first, second] = [spanOf(a), spanOf(b)].sort((x, y) => x.from - y.from);
  assert.ok(first && second && first.to <= second.from, JSON.stringify([first, second]));
}

function spanOf({ events, times }: Talk): { readonly from: number; readonly to: number } {
  const at = (is: (event: AgentEvent) => boolean): number => times[events.findIndex(is)] ?? NaN;
  const to = at((event) => event.kind === 'testsFinished' && event.stage === 'applied');
  return { from: at(({ kind }) => kind === 'applied'), to };
}
