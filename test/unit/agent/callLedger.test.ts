import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { CallLedger, describeStanding, memoryStore, type LedgerStore } from '../../../src/agent/callLedger.ts';
import { answerCalls, ToolTable } from '../../../src/agent/toolCall.ts';
import { toolResult, type Tool } from '../../../src/agent/tool.ts';
import type { FunctionCall } from '../../../src/responses/items.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';

describe('the ledger of calls', () => {
  it('gives the recorded result of a call that comes again, also to another process', async () => {
    const store = memoryStore();
    const first = new CallLedger(store);
    assert.deepEqual(await first.begin(callOf('a')), { kind: 'begun' });
    await first.finish('a', 'done');
    for (const ledger of [first, new CallLedger(store)])
      assert.deepEqual(await ledger.begin(callOf('a')), { kind: 'answered', output: 'done' });
  });

  it('says of a call that was begun and not finished that its outcome is unknown', async () => {
    const store = memoryStore();
    await new CallLedger(store).begin(callOf('a'));
    const later = new CallLedger(store);
    const standing = await later.begin(callOf('a'));
    assert.ok(standing.kind === 'interrupted');
    assert.match(describeStanding(standing).output, /interrupted, and its outcome is unknown.*look before repeating/);
    assert.deepEqual(await later.recall('a'), { kind: 'interrupted' });
    assert.equal(await later.recall('b'), undefined);
  });

  it('takes calls for what they are where the server counts them anew in each response', async () => {
    const store = memoryStore();
    const ledger = new CallLedger(store);
    for (const args of ['1', '2', '1', '2']) {
      assert.deepEqual(await ledger.begin(callOf('a', args)), { kind: 'begun' }, 'each is another call');
      await ledger.finish('a', `made ${args}`);
    }
    await ledger.begin(callOf('a', '3'));
    const later = new CallLedger(store);
    assert.deepEqual(await later.recall('a'), { kind: 'interrupted' }, 'the last of them');
    await ledger.finish('a', 'made 3');
    assert.deepEqual(await new CallLedger(store).recall('a'), { kind: 'answered', output: 'made 3' });
  });

  it('keeps within its bounds: old outputs go first, then old calls, and none that is open', async () => {
    let size = 0;
    const inner = memoryStore();
    const store: LedgerStore = {
      ...inner,
      write: (value) => {
        size = JSON.stringify(value).length;
        return inner.write(value);
      },
    };
    const ledger = new CallLedger(store, { maxCalls: 10, maxOutputLength: 1_000 });
    await ledger.begin(callOf('open'));
    for (let index = 0; index < 50; index++) {
      await ledger.begin(callOf(`c${index}`));
      await ledger.finish(`c${index}`, 'x'.repeat(300));
      assert.ok(size < 3_500, String(size));
    }
    const later = new CallLedger(inner);
    assert.deepEqual(await later.recall('open'), { kind: 'interrupted' });
    assert.equal((await later.recall('c49'))?.kind, 'answered');
    assert.deepEqual(await later.recall('c45'), { kind: 'answered' });
    assert.equal(await later.recall('c1'), undefined);
  });

  it('reads whatever stands in its store without failing', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const ledger = new CallLedger({ read: () => Promise.resolve(value), write: () => Promise.resolve() });
        assert.equal((await ledger.begin(callOf('a'))).kind, 'begun');
      }),
    ));

  it('makes no call that it cannot note first', async () => {
    const { acts, outputs } = await answer([callOf('a')], {
      read: () => Promise.resolve(undefined),
      write: () => Promise.reject(new Error('the disk is full')),
    });
    assert.deepEqual(acts, []);
    assert.match(outputs[0] ?? '', /^Error: The call was not made.*the disk is full/);
  });

  it('answers a call that stands twice in one response once', async () => {
    const { acts, outputs } = await answer([callOf('a', '1'), callOf('a', '1'), callOf('b', '2')], memoryStore());
    assert.deepEqual(acts, ['1', '2']);
    assert.equal(outputs.length, 2);
  });

  it('no call is made twice, whatever is sent again and wherever the process ends', () =>
    fc.assert(
      fc.asyncProperty(fc.array(turn, { maxLength: 12 }), async (turns) => {
        const disk = flakyStore();
        const acts: string[] = [];
        for (const { ids, diesAt, failsAt } of turns) {
          // Each turn is a process of its own: it dies in a tool, or its disk fails, or it comes to its end.
          disk.failAt = failsAt;
          const stop = new AbortController();
          const table = new ToolTable([actor(acts, diesAt, stop)], new CallLedger(disk));
          const calls = ids.map((id) => callOf(id, `"${id}"`));
          const answered = await Promise.race([
            answerCalls(calls, table, () => {}, new AbortController().signal),
            death(stop),
          ]);
          if (answered === undefined) continue;
          assert.deepEqual(
            answered.map(({ call_id: id }) => id),
            [...new Set(ids)],
          );
        }
        assert.deepEqual(acts, [...new Set(acts)]);
      }),
      { numRuns: 300 },
    ));

  it('survives the death of the process at every step', async function () {
    this.timeout(60_000);
    const child = resolve(import.meta.dirname, '../../support/ledgerChild.ts');
    for (const step of [1, 2, 3, 8, 33]) {
      const scratch = new TemporaryFolder();
      const folder = scratch.path;
      const killed = spawnSync(process.execPath, [child, folder, String(step)]);
      assert.equal(killed.signal, 'SIGKILL');
      const { stdout } = spawnSync(process.execPath, [child, folder], { encoding: 'utf8' });
      const outputs = JSON.parse(stdout) as string[];
      const acts = readFileSync(join(folder, 'acts'), 'utf8').trim().split('\n');
      assert.deepEqual(acts, [...new Set(acts)], `step ${step}`);
      const open = outputs.flatMap((output, index) => (/interrupted/.test(output) ? [index] : []));
      assert.ok(open.length <= 1, `step ${step}`);
      for (const [index, output] of outputs.entries())
        if (!open.includes(index))
          assert.ok(output.startsWith('acted') && acts.includes(String(index)), `step ${step}`);
      scratch.dispose();
    }
  });
});

const turn = fc.record({
  ids: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 6 }),
  diesAt: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { nil: undefined }),
  failsAt: fc.option(fc.nat(4), { nil: undefined }),
});

function callOf(callId: string, text = '{}'): FunctionCall {
  return { type: 'function_call', call_id: callId, name: 'act', arguments: text };
}

async function answer(
  calls: readonly FunctionCall[],
  store: LedgerStore,
): Promise<{ readonly acts: readonly string[]; readonly outputs: readonly string[] }> {
  const acts: string[] = [];
  const table = new ToolTable([actor(acts)], new CallLedger(store));
  const outputs = await answerCalls(calls, table, () => {}, new AbortController().signal);
  return { acts, outputs: outputs.map(({ output }) => output) };
}

/** A tool that notes what it did; for `diesAt` it acts and never comes back. */
function actor(acts: string[], diesAt?: string, stop?: AbortController): Tool {
  return {
    name: 'act',
    description: '',
    parameters: {},
    prepare: (value) => ({
      ok: true,
      summary: '',
      execute: async () => {
        acts.push(String(value));
        if (value === diesAt && stop !== undefined) {
          stop.abort();
          await new Promise(() => {});
        }
        return toolResult('acted', '');
      },
    }),
  };
}

function death({ signal }: AbortController): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));
}

function flakyStore(): LedgerStore & { failAt: number | undefined } {
  const inner = memoryStore();
  const store = {
    failAt: undefined as number | undefined,
    read: () => inner.read().then((value) => structuredClone(value)),
    write: (value: unknown) => {
      if (store.failAt === 0) return Promise.reject(new Error('no'));
      if (store.failAt !== undefined) store.failAt--;
      return inner.write(structuredClone(value));
    },
  };
  return store;
}
