import { frame } from './frames.ts';

/** What a faulty endpoint says instead of what it should. */

/** True for the events that end a response. */
export function isTerminal(payload: Buffer): boolean {
  return /^\{"type":"(response\.(completed|failed|incomplete)|error)"/.test(payload.toString('utf8', 0, 40));
}

/** A frame that carries this event. */
export function eventFrame(event: Readonly<Record<string, unknown>>): Buffer {
  return frame(JSON.stringify(event));
}

export interface ErrorBody {
  readonly code: string | null;
  readonly message?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The error with everything inside `error`. */
export function nestedError({ code, message = 'Scripted.', status, headers }: ErrorBody): Buffer {
  const type = status === undefined || status >= 500 ? 'server_error' : 'invalid_request_error';
  const error = { type, code, message, param: null, ...(headers === undefined ? {} : { headers }) };
  return eventFrame({ type: 'error', ...(status === undefined ? {} : { status }), error });
}

/** The error with everything beside `type`. */
export function flatError({ code, message = 'Scripted.', status, headers }: ErrorBody): Buffer {
  const more = { ...(status === undefined ? {} : { status }), ...(headers === undefined ? {} : { headers }) };
  return eventFrame({ type: 'error', code, message, param: null, ...more });
}

/** Messages whose type nobody knows, some with the fields of known ones. */
export const unknownEvents: readonly [Buffer, ...Buffer[]] = [
  eventFrame({ type: 'rate_limits.updated', rate_limits: [{ name: 'requests', remaining: 3 }] }),
  eventFrame({ type: 'response.dreaming.delta', delta: '💤', response_id: 'resp_of_somebody_else' }),
  eventFrame({ type: 'response.queued', response: { id: 'resp_of_somebody_else', status: 'queued', output: [] } }),
  eventFrame({ type: 'session.created', session: { id: 'sess_1' } }),
  eventFrame({ type: '', response: null }),
  eventFrame({ type: 'x'.repeat(70_000) }),
];

/** Messages that are JSON of the wrong shape, or none. */
export const malformedEvents: readonly [Buffer, ...Buffer[]] = [
  frame('{"type":"response.completed","response":{"id":"resp_1","outp'),
  frame('null'),
  frame('[{"type":"response.completed"}]'),
  frame('"response.completed"'),
  eventFrame({ type: 7 }),
  eventFrame({ type: 'response.completed' }),
  eventFrame({ type: 'response.completed', response: { id: 1, output: 'none' } }),
  eventFrame({ type: 'response.output_item.done', output_index: 'first', item: { type: 'message' } }),
  eventFrame({ type: 'response.output_item.done', output_index: 0, item: [] }),
  eventFrame({ type: 'response.output_text.delta', delta: { text: 'x' } }),
  eventFrame({ type: 'error' }),
  eventFrame({ type: 'error', error: 'broken' }),
  eventFrame({ type: 'response.failed', response: { error: 12 } }),
];
