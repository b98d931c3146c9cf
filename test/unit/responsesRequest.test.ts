import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isLoopback, webSocketAddress } from '../../src/responses/endpoint.ts';
import { userMessage, type FunctionToolDefinition } from '../../src/responses/items.ts';
import { fullRequestSize, RequestFormat, requestText, toWireItem } from '../../src/responses/requestFormat.ts';

const tool: FunctionToolDefinition = { type: 'function', name: 't', description: 'd', parameters: {}, strict: true };
const anyText = fc.string({ unit: 'binary', maxLength: 30 });

describe('request text', () => {
  it('is the JSON of the request, and its sizes are exact', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText), fc.option(anyText), fc.boolean(), (model, texts, previous, withTools) => {
        const settings = { model, tools: withTools ? [tool] : [] };
        const fixed = new RequestFormat(['reasoning.encrypted_content']).fixedPart(settings);
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
          parallel_tool_calls: true,
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
    const { text } = requestText(new RequestFormat([]).fixedPart({ model: 'm', tools: [] }), [], undefined);
    assert.deepEqual(Object.keys(JSON.parse(text) as object), [
      'type',
      'model',
      'store',
      'input',
      'tools',
      'parallel_tool_calls',
    ]);
  });

  it('has equal keys exactly for equal settings', () => {
    const format = new RequestFormat([]);
    const key = (model: string, tools: readonly FunctionToolDefinition[]): string =>
      format.fixedPart({ model, tools }).key;
    assert.equal(key('m', [tool]), key('m', [{ ...tool }]));
    assert.notEqual(key('m', [tool]), key('n', [tool]));
    assert.notEqual(key('m', [tool]), key('m', [{ ...tool, description: 'other' }]));
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
