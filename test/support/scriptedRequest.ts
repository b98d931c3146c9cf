import type { Item, RecordedRequest } from './scriptedServer.ts';

/** A request as it arrived; `connection` is 0 for one over HTTP. */
export function recordOf(connection: number, text: string): RecordedRequest {
  const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const input = Array.isArray(body['input']) ? (body['input'] as readonly Item[]) : [];
  return { connection, text, bytes: Buffer.byteLength(text), body, input };
}

/** What a strict server would refuse, or undefined. */
export function offenceOf({ body, connection }: RecordedRequest, context: readonly Item[]): string | undefined {
  const isHttp = connection === 0;
  const foreignFields = isHttp ? ['type', 'previous_response_id', 'generate', 'stream_id'] : ['stream', 'background'];
  const misplaced = foreignFields.find((field) => field in body);
  if (misplaced !== undefined) return `${misplaced} is not to be sent.`;
  if (isHttp ? body['stream'] !== true : body['type'] !== 'response.create') return 'Unknown type.';
  if (body['store'] !== false) return 'store must be false.';
  const calls = context.filter(({ type }) => type === 'function_call').map((item) => item['call_id']);
  const outputs = context.filter(({ type }) => type === 'function_call_output').map((item) => item['call_id']);
  // An id may be given out again once its call was answered: each call has one output, whatever it is called.
  const times = (ids: readonly unknown[], id: unknown): number => ids.filter((one) => one === id).length;
  const missing = calls.find((id) => times(outputs, id) < times(calls, id));
  if (missing !== undefined) return `No tool output found for function call ${JSON.stringify(missing)}.`;
  const foreign = outputs.find((id) => times(outputs, id) > times(calls, id));
  return foreign === undefined ? undefined : `No call found for output ${JSON.stringify(foreign)}.`;
}

/** The answer to a request to make a conversation shorter. */
export function compacted({ input }: RecordedRequest, compact: (input: readonly Item[]) => readonly Item[]): Item {
  return { id: 'cmp', object: 'response.compaction', output: compact(input) };
}

/** An HTTP answer in place of an upgrade. */
export function refusalText(answer: {
  readonly status: number;
  readonly headers?: readonly string[];
  readonly body?: string;
}): string {
  const head = [`HTTP/1.1 ${answer.status} Scripted`, ...(answer.headers ?? []), 'Connection: close'];
  return [...head, '', answer.body ?? ''].join('\r\n');
}
