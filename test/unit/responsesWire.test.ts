import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parseServerEvent, parseServerText, type ServerEvent } from '../../src/responses/wire.ts';

const types = [
  'response.created',
  'response.output_text.delta',
  'response.reasoning_text.delta',
  'response.output_item.done',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'error',
  'keepalive',
];
const fields = [
  'type',
  'response',
  'response_id',
  'id',
  'delta',
  'item',
  'output_index',
  'output',
  'usage',
  'error',
  'code',
  'message',
  'status',
  'headers',
  'incomplete_details',
  'reason',
  'input_tokens',
  'output_tokens',
];

/** Objects that look like events, with anything in their fields. */
const nearlyEvents = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...types),
    fc.string(),
    fc.double(),
    fc.constant(null),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom(...fields), tie('value'), { maxKeys: 6 }),
}));

function error(value: unknown): (ServerEvent & { kind: 'error' })['error'] {
  const event = parseServerEvent(value);
  assert.ok(event.kind === 'error');
  return event.error;
}

describe('wire', () => {
  it('never throws, whatever comes in', () => {
    fc.assert(fc.property(fc.anything(), (value) => void parseServerEvent(value)));
    fc.assert(fc.property(fc.string(), (text) => void parseServerText(text)));
    fc.assert(
      fc.property(fc.constantFrom(...types), nearlyEvents.object, (type, fields) => {
        const event = parseServerText(JSON.stringify({ ...fields, type }));
        assert.ok(event.kind !== 'ignored' || type.endsWith('delta') || type === 'keepalive');
      }),
      { numRuns: 500 },
    );
  });

  it('reads the nested error, with its status under either name and its hints', () => {
    const body = { type: 'server_error', code: 'server_is_overloaded', message: 'Busy.', param: 'input' };
    assert.deepEqual(error({ type: 'error', status: 503, error: body }), {
      code: 'server_is_overloaded',
      sentCode: 'server_is_overloaded',
      type: 'server_error',
      message: 'Busy.',
      param: 'input',
      status: 503,
    });
    assert.equal(error({ type: 'error', status_code: 429, error: body }).status, 429);
    assert.equal(error({ type: 'error', error: { ...body, headers: { 'Retry-After': '2' } } }).retryAfterMs, 2_000);
    assert.equal(error({ type: 'error', error: { ...body, headers: { 'retry-after-ms': 20 } } }).retryAfterMs, 20);
    assert.equal(error({ type: 'error', error: body, headers: { 'retry-after': '1' } }).retryAfterMs, 1_000);
    assert.equal(
      error({ type: 'error', error: { ...body, headers: { 'retry-after': 'soon' } } }).retryAfterMs,
      undefined,
    );
  });

  it('reads the flat error and does not take its event type for a name', () => {
    assert.deepEqual(error({ type: 'error', code: 'previous_response_not_found', message: 'Gone.', param: null }), {
      code: 'previous_response_not_found',
      sentCode: 'previous_response_not_found',
      message: 'Gone.',
    });
    assert.equal(error({ type: 'error' }).code, 'unknown_error');
    assert.equal(error({ type: 'error', error: { type: 'server_error', code: null } }).code, 'server_error');
  });

  it('keeps items verbatim: order of keys, unknown fields, odd values', () => {
    const text = '{"z":1,"type":"reasoning","encrypted_content":"x","a":{"y":null,"b":[1.5,"ä"]},"id":"rs"}';
    const event = parseServerText(`{"type":"response.output_item.done","output_index":0,"item":${text}}`);
    assert.ok(event.kind === 'itemDone');
    assert.equal(JSON.stringify(event.item), text);
    const end = parseServerText(`{"type":"response.completed","response":{"id":"r","output":[${text}]}}`);
    assert.ok(end.kind === 'completed');
    assert.equal(JSON.stringify(end.end.output), `[${text}]`);
  });

  it('bounds the number of output items and their depth', () => {
    const many = Array.from({ length: 5_000 }, () => ({ type: 'reasoning' }));
    assert.equal(
      parseServerEvent({ type: 'response.completed', response: { id: 'r', output: many } }).kind,
      'malformed',
    );
    const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    const item = (depth: number): unknown => ({
      type: 'response.output_item.done',
      output_index: 0,
      item: { type: 'x', value: nested(depth) },
    });
    assert.equal(parseServerEvent(item(20)).kind, 'itemDone');
    assert.equal(parseServerEvent(item(2_000)).kind, 'malformed');
  });

  it('bounds what is shown of an error', () => {
    const { message, code } = error({ type: 'error', code: 'c'.repeat(10_000), message: 'm'.repeat(1_000_000) });
    assert.ok(message.length <= 2_000 && code.length <= 200);
  });
});
