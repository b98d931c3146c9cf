import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { AgentEvent } from '../../../src/agent/events.ts';
import { Budget } from '../../../src/agent/limits.ts';
import { runLoop, type LoopEnding } from '../../../src/agent/loop.ts';
import { defaultLimits, type RunLimits } from '../../../src/agent/run.ts';
import { maxResultBytes, toolResult, type Tool } from '../../../src/agent/tool.ts';
import { ToolTable } from '../../../src/agent/toolCall.ts';
import { userMessage, type FunctionCallOutput, type InputItem } from '../../../src/responses/items.ts';
import type { TurnOutcome } from '../../../src/responses/turn.ts';
import { abortError } from '../../../src/util/abort.ts';
import { Deferred } from '../../../src/util/deferred.ts';
import { calls, says, ScriptedClient, type ScriptedTurn } from '../../support/scriptedClient.ts';

describe('agent loop', () => {
  it('answers all calls of a response in one request, in order', async () => {
    const client = new ScriptedClient(calls(['a', 'echo', { text: '1' }], ['b', 'echo', { text: '2' }]), says('done'));
    const { ending, unsent } = await run(client);
    assert.deepEqual(ending, { kind: 'answered', text: 'done' });
    assert.deepEqual(outputsOf(client.requests[1]), [
      ['a', '1'],
      ['b', '2'],
    ]);
    assert.deepEqual(unsent, []);
  });

  it('sends only what is new', async () => {
    const client = new ScriptedClient(
      calls(['a', 'echo', { text: '1' }]),
      calls(['b', 'echo', { text: '2' }]),
      says(''),
    );
    await run(client);
    assert.deepEqual(
      client.requests.map((items) => items.length),
      [1, 1, 1],
    );
  });

  it('answers unknown tools, malformed and wrong arguments as errors, and goes on', async () => {
    const client = new ScriptedClient(
      calls(['a', 'nope', {}], ['b', 'echo', '{"text":'], ['c', 'echo', { text: 5 }], ['d', 'echo', 'null']),
      says('done'),
    );
    const { ending } = await run(client);
    assert.equal(ending.kind, 'answered');
    const outputs = outputsOf(client.requests[1]);
    assert.deepEqual(
      outputs.map(([id]) => id),
      ['a', 'b', 'c', 'd'],
    );
    for (const [, output] of outputs) assert.match(output, /^Error: /);
    assert.match(outputs[0]?.[1] ?? '', /no tool named "nope".*echo/);
    assert.match(outputs[1]?.[1] ?? '', /not valid JSON/);
  });

  it('warns, and does not stop, when a call is repeated with the same result', async () => {
    const repeated: ScriptedTurn[] = ['a', 'b', 'c'].map((id) => calls([id, 'echo', { text: 'same' }]));
    const client = new ScriptedClient(...repeated, calls(['d', 'echo', { text: 'other' }]), says('done'));
    await run(client);
    const outputs = client.requests.slice(1).map((items) => outputsOf(items)[0]?.[1] ?? '');
    assert.equal(outputs[0], 'same');
    assert.match(outputs[1] ?? '', /^same\n\[warning: /);
    assert.match(outputs[2] ?? '', /^same\n\[warning: /);
    assert.equal(outputs[3], 'other');
  });

  it('does not warn when the same call has a new result', async () => {
    const client = new ScriptedClient(calls(['a', 'count', {}]), calls(['b', 'count', {}]), says('done'));
    await run(client);
    assert.equal(outputsOf(client.requests[2])[0]?.[1], '2');
  });

  it('answers a call that comes again under its call_id with its first result, and makes it once', async () => {
    const again = calls(['a', 'count', {}]);
    const client = new ScriptedClient(
      again,
      again,
      calls(['a', 'count', { other: 1 }], ['b', 'count', {}]),
      says('done'),
    );
    await run(client);
    assert.deepEqual(outputsOf(client.requests[1]), [['a', '1']]);
    assert.deepEqual(outputsOf(client.requests[2]), [['a', '1']]);
    const [[, other] = [], [, next] = []] = outputsOf(client.requests[3]);
    assert.deepEqual([other, next], ['2', '3'], 'a server that counts its calls anew makes other calls under old ids');
  });

  it('turns a throwing tool into a result', async () => {
    const client = new ScriptedClient(calls(['a', 'throws', {}]), says('done'));
    await run(client);
    assert.match(outputsOf(client.requests[1])[0]?.[1] ?? '', /^Error: The tool failed unexpectedly: boom/);
  });

  for (const before of ['', 'x', 'xx', 'xxx'])
    it(`bounds what a tool gives back and says so, with no character in parts (${before.length} bytes before)`, async () => {
      const client = new ScriptedClient(calls(['a', 'flood', { text: before }]), says('done'));
      await run(client);
      const output = outputsOf(client.requests[1])[0]?.[1] ?? '';
      assert.ok(Buffer.byteLength(output) <= maxResultBytes);
      assert.match(output, /\[cut: \d+ of 30000\d bytes left out\]$/);
      assert.doesNotMatch(output, /\uFFFD/);
    });

  it('lets read-only neighbours overlap and keeps writers alone', async () => {
    const client = new ScriptedClient(
      calls(['a', 'slowRead', {}], ['b', 'slowRead', {}], ['c', 'write', {}], ['d', 'slowRead', {}]),
      says('done'),
    );
    const trace: string[] = [];
    await run(client, { trace });
    assert.deepEqual(trace, ['+r', '+r', '-r', '-r', '+w', '-w', '+r', '-r']);
  });

  it('stops at the turn limit with the reason', async () => {
    const client = new ScriptedClient(calls(['a', 'count', {}]), calls(['b', 'count', {}]), says('never'));
    const { ending, unsent } = await run(client, { limits: { maxTurns: 2 } });
    assert.equal(ending.kind === 'limitReached' && ending.limit, 'turns');
    assert.equal(client.remaining, 1);
    assert.deepEqual(outputsOf(unsent), [['b', '2']]);
  });

  it('stops at the token limit', async () => {
    const first = calls(['a', 'count', {}]);
    const usage = { inputTokens: 900, cachedTokens: 0, outputTokens: 200 };
    const client = new ScriptedClient({ ...first, usage } as TurnOutcome, says('never'));
    const { ending } = await run(client, { limits: { maxTokens: 1000 } });
    assert.equal(ending.kind === 'limitReached' && ending.limit, 'tokens');
  });

  it('stops a turn that is under way at the time limit', async () => {
    const client = new ScriptedClient((_items, signal) => untilAborted(signal));
    const { ending } = await run(client, { limits: { maxMs: 20 } });
    assert.equal(ending.kind === 'limitReached' && ending.limit, 'time');
  });

  it('asks again, with nothing new, when the connection was lost, and at last gives up', async () => {
    const lost: TurnOutcome = { kind: 'connectionLost', phase: 'midway', detail: 'closed with 1006' };
    const once = new ScriptedClient(lost, says('done'));
    assert.equal((await run(once)).ending.kind, 'answered');
    assert.deepEqual(once.requests[1], []);
    const always = new ScriptedClient(lost, lost, lost);
    assert.equal((await run(always)).ending.kind, 'unreachable');
  });

  it('names the ending of every outcome that is no answer', async () => {
    const error = { code: 'server_error', message: 'no' };
    const table: readonly (readonly [TurnOutcome, string])[] = [
      [{ kind: 'failed', error }, 'failed'],
      [{ kind: 'refused', error }, 'failed'],
      [{ kind: 'timedOut', afterMs: 1000 }, 'unreachable'],
      [{ kind: 'unreachable', cause: 'unauthorized', detail: '401' }, 'unreachable'],
      [{ kind: 'aborted' }, 'cancelled'],
    ];
    for (const [outcome, kind] of table) assert.equal((await run(new ScriptedClient(outcome))).ending.kind, kind);
  });

  it('every call gets exactly one output, wherever the run is cancelled', async () => {
    const tools = ['echo', 'nope', 'waits', 'throws', 'slowRead', 'write'];
    const turn = fc.array(fc.constantFrom(...tools), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 4 }), fc.nat(30), async (script, cancelAfter) => {
        let id = 0;
        const made: string[] = [];
        const turns = script.map((names) => (): TurnOutcome => {
          return calls(
            ...names.map((name) => {
              const callId = `c${id++}`;
              made.push(callId);
              return [callId, name, { text: callId }] as const;
            }),
          );
        });
        const client = new ScriptedClient(...turns, says('done'));
        const controller = new AbortController();
        let events = 0;
        const onEvent = (): void => {
          if (events++ === cancelAfter) controller.abort();
        };
        const loop = run(client, { signal: controller.signal, onEvent });
        // A call that waits for ever ends only by cancellation.
        const timer = setTimeout(() => controller.abort(), 5);
        const { unsent } = await loop;
        clearTimeout(timer);
        const answered = [...client.requests.flat(), ...unsent].flatMap((item) =>
          outputsOf([item]).map(([callId]) => callId),
        );
        assert.deepEqual([...answered].sort(), [...made].sort());
      }),
      { numRuns: 200 },
    );
  });
});

interface Options {
  readonly limits?: Partial<RunLimits>;
  readonly signal?: AbortSignal;
  readonly trace?: string[];
  readonly onEvent?: (event: AgentEvent) => void;
}

function run(client: ScriptedClient, options: Options = {}): Promise<LoopEnding> {
  const { limits = {}, signal = new AbortController().signal, trace = [], onEvent = () => {} } = options;
  const ports = {
    client,
    model: 'm',
    tools: new ToolTable(testTools(trace)),
    budget: new Budget({ ...defaultLimits, ...limits }),
  };
  return runLoop(ports, [userMessage('go')], onEvent, signal);
}

function testTools(trace: string[]): Tool[] {
  let count = 0;
  const overlapping = new Deferred<void>();
  let reading = 0;
  return [
    {
      ...tool('echo', async () => ''),
      prepare: (value) =>
        isEcho(value)
          ? { ok: true, summary: '', execute: async () => toolResult(value.text, '') }
          : { ok: false, message: 'text must be a string' },
    },
    tool('count', async () => String(++count)),
    tool('throws', async () => {
      throw new Error('boom');
    }),
    {
      ...tool('flood', async () => ''),
      prepare: (value) => ({
        ok: true,
        summary: '',
        execute: async () => toolResult((isEcho(value) ? value.text : '') + '\u{1F600}'.repeat(75_000), ''),
      }),
    },
    tool('waits', (signal) => untilAborted(signal).then(() => Promise.reject(abortError()))),
    {
      ...tool('slowRead', async () => {
        trace.push('+r');
        if (++reading === 2) overlapping.resolve();
        await Promise.race([overlapping.promise, new Promise(setImmediate)]);
        for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
        trace.push('-r');
        return '';
      }),
      isReadOnly: true,
    },
    tool('write', async () => {
      trace.push('+w');
      await new Promise(setImmediate);
      trace.push('-w');
      return '';
    }),
  ];
}

function tool(name: string, act: (signal: AbortSignal) => Promise<string>): Tool {
  return {
    name,
    description: '',
    parameters: {},
    prepare: () => ({ ok: true, summary: '', execute: async (signal) => toolResult(await act(signal), '') }),
  };
}

function isEcho(value: unknown): value is { text: string } {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
}

function untilAborted(signal: AbortSignal): Promise<TurnOutcome> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve({ kind: 'aborted' });
    signal.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true });
  });
}

function outputsOf(items: readonly InputItem[] | undefined): (readonly [string, string])[] {
  return (items ?? [])
    .filter((item): item is FunctionCallOutput => item.type === 'function_call_output')
    .map(({ call_id, output }) => [call_id, output]);
}
