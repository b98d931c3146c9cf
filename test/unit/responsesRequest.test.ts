import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isLoopback, webSocketAddress } from '../../src/responses/endpoint.ts';
import { EndpointKnowledge, memoryOfProcess, type EndpointMemory } from '../../src/responses/endpointMemory.ts';
import { userMessage, type FunctionToolDefinition } from '../../src/responses/items.ts';
import { fullRequestSize, RequestFormat, requestText, toWireItem } from '../../src/responses/requestFormat.ts';
import type { TurnSettings } from '../../src/responses/turn.ts';

const tool: FunctionToolDefinition = { type: 'function', name: 't', description: 'd', parameters: {}, strict: true };
const anyName = fc.constantFrom('a', 'b');
const anySettings: fc.Arbitrary<TurnSettings> = fc.record(
  {
    model: anyName,
    tools: fc.constantFrom([], [tool], [{ ...tool, description: 'other' }]),
    reasoning: fc.record({ effort: anyName }),
    service_tier: anyName,
    prompt_cache_key: anyName,
  },
  { requiredKeys: ['model', 'tools'] },
);

function format(
  include: readonly string[],
  memory: EndpointMemory = memoryOfProcess(),
  date: () => number = () => 0,
): RequestFormat {
  return new RequestFormat(include, new EndpointKnowledge('https://host/v1', memory, date));
}

const anyText = fc.string({ unit: 'binary', maxLength: 30 });

describe('request text', () => {
  it('is the JSON of the request, and its sizes are exact', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText), fc.option(anyText), fc.boolean(), (model, texts, previous, withTools) => {
        const settings = { model, tools: withTools ? [tool] : [] };
        const fixed = format(['reasoning.encrypted_content']).fixedPart(settings);
        const items = texts.map(userMessage);
        const wireItems = items.map(toWireItem);
        const { text, bytes, inputBytes } = requestText(fixed, wireItems, previous ?? undefined);
        const expected = {
          type: 'response.create',
          model,
          store: false,
          ...(previous === null ? {} : { previous_response_id: previous }),
          input: items,
          tools: settings.tools,
          include: ['reasoning.encrypted_content'],
        };
        assert.equal(text, JSON.stringify(expected));
        assert.equal(bytes, Buffer.byteLength(text));
        assert.equal(inputBytes, Buffer.byteLength(JSON.stringify(items)));
        const itemBytes = wireItems.reduce((sum, item) => sum + item.bytes, 0);
        if (previous === null) assert.equal(fullRequestSize(fixed, items.length, itemBytes), bytes);
      }),
    );
  });

  it('leaves include out where nothing is to be included', () => {
    const { text } = requestText(format([]).fixedPart({ model: 'm', tools: [] }), [], undefined);
    assert.deepEqual(Object.keys(JSON.parse(text) as object), ['type', 'model', 'store', 'input', 'tools']);
  });

  it('has equal keys exactly for equal settings', () => {
    fc.assert(
      fc.property(anySettings, anySettings, (one, other) => {
        const writer = format([]);
        const [first, second, again] = [one, other, structuredClone(one)].map((settings) => writer.fixedPart(settings));
        assert.equal(first?.key, again?.key, 'equal settings in new objects are equal');
        assert.equal(first?.key === second?.key, JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('client rule 3: every field of the settings that says something of the conversation is part of the key', () => {
    const base: Required<TurnSettings> = {
      model: 'm',
      tools: [tool],
      hostedTools: [{ type: 'code_interpreter', container: { type: 'auto' } }],
      reasoning: { effort: 'low' },
      text: { verbosity: 'low' },
      service_tier: 'flex',
      prompt_cache_key: 'a',
      context_management: [{ type: 'compaction', compact_threshold: 1000 }],
    };
    const { key, head, tail } = format([]).fixedPart(base);
    for (const name of Object.keys(base).filter((name) => name !== 'model' && name !== 'tools')) {
      const isSame = format([]).fixedPart({ ...base, [name]: undefined }).key === key;
      assert.equal(isSame, name === 'context_management', name);
    }
    assert.deepEqual(JSON.parse(head + tail), {
      type: 'response.create',
      model: 'm',
      store: false,
      tools: [tool, { type: 'code_interpreter', container: { type: 'auto' } }],
      reasoning: { effort: 'low' },
      text: { verbosity: 'low' },
      service_tier: 'flex',
      prompt_cache_key: 'a',
      context_management: [{ type: 'compaction', compact_threshold: 1000 }],
    });
  });

  it('asks for compaction only where the conversation comes near the threshold, or nobody counts', () => {
    const settings: TurnSettings = {
      model: 'm',
      tools: [],
      context_management: [{ type: 'compaction', compact_threshold: 1000 }],
    };
    const writer = format([]);
    const isAsked = (): boolean => writer.fixedPart(settings).tail.includes('context_management');
    const { key } = writer.fixedPart(settings);
    const asked = [undefined, 10, 499, 500, 10].map((tokens) => {
      if (tokens !== undefined) writer.learnTokens(tokens);
      return isAsked();
    });
    assert.deepEqual(asked, [true, false, false, true, false]);
    assert.equal(writer.fixedPart(settings).key, key, 'what the server knows is not in question');
  });

  it('client rule 5: over HTTP has stream and no type', () => {
    const { head, tail } = format([]).fixedPart({ model: 'm', tools: [] }, 'http');
    assert.deepEqual(JSON.parse(head + tail), {
      stream: true,
      model: 'm',
      store: false,
      tools: [],
    });
  });

  it('leaves a refused field out for its model only, until that is forgotten', () => {
    let date = 0;
    const memory = memoryOfProcess();
    const writer = format(['x'], memory, () => date);
    const settings = { model: 'm', tools: [], prompt_cache_key: 'k' };
    const fixed = writer.fixedPart(settings);
    assert.equal(writer.drop('reasoning', 'm', fixed), false, 'it was not sent');
    assert.equal(writer.drop('prompt_cache_key', 'm', fixed), true);
    const fields = (model: string): readonly string[] =>
      format(['x'], memory, () => date).fixedPart({ ...settings, model }).fields;
    assert.deepEqual([fields('m'), fields('n')], [['include'], ['include', 'prompt_cache_key']]);
    date += 25 * 60 * 60_000;
    assert.deepEqual(fields('m'), ['include', 'prompt_cache_key']);
  });
});

describe('endpoint address', () => {
  for (const [base, expected] of [
    ['https://api.example.com/v1', 'wss://api.example.com/v1/responses'],
    ['https://api.example.com/v1/', 'wss://api.example.com/v1/responses'],
    ['https://api.example.com', 'wss://api.example.com/responses'],
    ['https://api.example.com:8443/a/b?api-version=1#x', 'wss://api.example.com:8443/a/b/responses?api-version=1'],
    ['wss://api.example.com/v1', 'wss://api.example.com/v1/responses'],
    ['http://localhost:1234/v1', 'ws://localhost:1234/v1/responses'],
    ['http://LOCALHOST/v1', 'ws://localhost/v1/responses'],
    ['http://127.1.2.3/v1', 'ws://127.1.2.3/v1/responses'],
    ['http://[::1]:80/v1', 'ws://[::1]/v1/responses'],
  ] as const)
    it(`of ${base} is ${expected}`, () => {
      const address = webSocketAddress(base);
      assert.equal(address.kind === 'valid' ? address.url.href : address.detail, expected);
    });

  it('is loopback only for this machine, however it is written', () => {
    // The URL parser turns other ways to write an IPv4 address into the usual one.
    assert.ok(isLoopback(new URL('http://2130706433/').hostname));
    for (const host of [
      '0.0.0.0',
      '128.0.0.1',
      '[::2]',
      'localhost.',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
    ])
      assert.equal(isLoopback(new URL(`http://${host}/`).hostname), false, host);
  });
});
