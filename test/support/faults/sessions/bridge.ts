import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { PassThrough, Writable } from 'node:stream';
import * as z from 'zod/mini';
import { serve } from '../../../../src/node/serveCommand.ts';
import { chunks, json, raw, stream, UpstreamServer, type UpstreamRequest } from '../../upstreamServer.ts';
import { callsAfter, closing, type MadeCall } from './effectModel.ts';
import { turns, type RunningEndpoint, type SessionClass, type SessionFault } from './sessionPlan.ts';

const messages = z.object({ messages: z.array(z.looseObject({ role: z.string(), content: z.optional(z.unknown()) })) });
const ready = z.object({ baseUrl: z.string(), token: z.string() });

/** The parts in which the calls of answer `count` come. */
type Deltas = (calls: readonly MadeCall[], count: number) => readonly object[];

/** How a server writes its answers. */
interface Habit {
  readonly name: string;
  readonly deltas?: Deltas;
  /** Answers by itself, where it gives something. */
  readonly instead?: (request: UpstreamRequest, count: number) => ReturnType<typeof json> | undefined;
  /** Changes how it is streamed; as usual by default. */
  readonly write?: (events: readonly unknown[]) => ReturnType<typeof json>;
  /** One call a response is all that it knows. */
  readonly isSingle?: true;
  readonly withoutVersion?: true;
}

const part = (index: number, id: string | null, name: string | null, args: unknown): object => ({
  tool_calls: [{ index, id, type: 'function', function: { name, arguments: args } }],
});
const idOf = (count: number, index: number): string => `call_${count}_${index}`;

/** Each call in one piece, its arguments written in this way. */
const whole =
  (write: (args: object) => unknown): Deltas =>
  (calls, count) =>
    calls.map(({ name, args }, index) => part(index, idOf(count, index), name, write(args)));

const refuse = (message: string, status: number) => json({ error: { message } }, status);

const habits: readonly Habit[] = [
  { name: 'as it should be', deltas: whole((args) => JSON.stringify(args)) },
  {
    name: 'parallel calls that all carry index 0',
    deltas: (calls, count) =>
      calls.map(({ name, args }, index) => part(0, idOf(count, index), name, JSON.stringify(args))),
  },
  {
    name: 'index 0 and no ids',
    deltas: (calls) => calls.map(({ name, args }) => part(0, null, name, JSON.stringify(args))),
  },
  {
    name: 'index 0, in one part',
    deltas: (calls) => [
      {
        tool_calls: calls.map(({ name, args }) => ({ index: 0, function: { name, arguments: JSON.stringify(args) } })),
      },
    ],
  },
  {
    name: 'index 0, in pieces',
    deltas: (calls, count) =>
      calls.flatMap(({ name, args }, index) => {
        const text = JSON.stringify(args);
        const middle = Math.floor(text.length / 2);
        return [
          part(0, idOf(count, index), name, ''),
          part(0, null, null, text.slice(0, middle)),
          part(0, null, null, text.slice(middle)),
        ];
      }),
  },
  { name: 'arguments encoded twice', deltas: whole((args) => JSON.stringify(JSON.stringify(args))) },
  { name: 'arguments in a fence', deltas: whole((args) => `\`\`\`json\n${JSON.stringify(args)}\n\`\`\``) },
  { name: 'arguments as an object', deltas: whole((args) => args) },
  {
    name: 'names in two parts',
    deltas: (calls, count) =>
      calls.flatMap(({ name, args }, index) => [
        part(index, idOf(count, index), name.slice(0, 3), ''),
        part(index, null, name.slice(3), JSON.stringify(args)),
      ]),
  },
  {
    name: 'a legacy function_call',
    isSingle: true,
    deltas: (calls) =>
      calls.flatMap(({ name, args }) => [
        { function_call: { name, arguments: '' } },
        { function_call: { arguments: JSON.stringify(args) } },
      ]),
  },
  {
    name: 'a delta that is null',
    write: (events) => stream([...events.slice(0, -1), { choices: [{ index: 0, delta: null }] }, '[DONE]']),
  },
  { name: 'comments between events', write: (events) => raw(events.map(block).join(': keepalive\n\n')) },
  {
    name: 'thoughts between marks',
    deltas: (calls, count) => [
      { content: '<think>Hm.</think>' },
      ...whole((args) => JSON.stringify(args))(calls, count),
    ],
  },
  {
    name: 'stream_options are refused',
    instead: ({ body }) => ('stream_options' in body ? refuse('Unknown field: stream_options', 400) : undefined),
  },
  {
    name: 'too much is asked, once',
    instead: (_request, count) =>
      count === turns.edit ? refuse('Rate limit reached. Please try again in 20ms.', 429) : undefined,
  },
  { name: 'finish_reason length in the middle of a call' },
  { name: 'a missing /v1', withoutVersion: true },
];

const faults: readonly SessionFault[] = habits.map((habit) => ({
  name: habit.name,
  plan: (random) => {
    const cutAt = habit.name.startsWith('finish_reason') ? random.between(turns.read, turns.test) : undefined;
    const pieceBytes = random.isHeads() ? 1_000_000 : random.between(1, 200);
    return {
      expected: 'done',
      client: { retry: { baseDelayMs: 1, maxDelayMs: 4 }, transport: random.isHeads() ? 'http' : 'auto' },
      endpoint: () => bridged(habit, cutAt, pieceBytes),
    };
  },
}));

/** `whetstone serve` in front of a server with this habit. */
async function bridged(habit: Habit, cutAt: number | undefined, pieceBytes: number): Promise<RunningEndpoint> {
  const upstream = await UpstreamServer.start();
  let count = 0;
  upstream.script((response, request) => {
    if (!request.path.startsWith('/v1/chat/completions') || request.method !== 'POST')
      return notHere(response, request);
    const known = messages.safeParse(request.body);
    // Looking for the protocol, nothing is said.
    if (!known.success || known.data.messages.length === 0)
      return void refuse('messages are missing', 400)(response, request);
    count += 1;
    return answerOf(habit, known.data, request, { count, cutAt, pieceBytes })(response, request);
  });
  const stop = new AbortController();
  const lines = new PassThrough({ encoding: 'utf8' });
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = {
    input: new PassThrough(),
    output: lines,
    messages: silent,
    isInteractive: false,
    hasColours: false,
    isRewritable: false,
    interrupt: () => {},
  };
  const url = habit.withoutVersion === true ? upstream.origin : upstream.baseUrl;
  const args = { kind: 'serve' as const, upstream: url, api: undefined, model: 'local', port: undefined, isJson: true };
  const secrets = { upstreamKey: undefined, token: undefined };
  const serving = serve(args, secrets, { env: {}, terminal }, stop.signal);
  const ended = serving.then((code) => Promise.reject(new Error(`serve ended with ${code}.`)));
  await Promise.race([once(lines, 'readable'), ended]);
  // It ends later, and well.
  ended.catch(() => undefined);
  const { baseUrl, token } = ready.parse(JSON.parse(String(lines.read())));
  return {
    baseUrl,
    token,
    close: async () => {
      stop.abort();
      await serving;
      await upstream.close();
    },
  };
}

function answerOf(
  { instead, deltas = whole((args) => JSON.stringify(args)), write, isSingle }: Habit,
  { messages: said }: z.infer<typeof messages>,
  request: UpstreamRequest,
  {
    count,
    cutAt,
    pieceBytes,
  }: { readonly count: number; readonly cutAt: number | undefined; readonly pieceBytes: number },
): ReturnType<typeof json> {
  const own = instead?.(request, count);
  if (own !== undefined) return own;
  const outputs = said.filter(({ role }) => role === 'tool' || role === 'function');
  const next = callsAfter(outputs.filter(({ content }) => !/cut off/.test(JSON.stringify(content))).length);
  const calls = isSingle === true ? next.slice(0, 1) : next;
  const send = write ?? ((events: readonly unknown[]) => stream(events, { pieceBytes }));
  if (calls.length === 0) return send(chunks([{ content: closing }]));
  if (count !== cutAt) return send(chunks(deltas(calls, count), isSingle === true ? 'function_call' : 'tool_calls'));
  const [{ name, args } = { name: '', args: {} }] = calls;
  const text = JSON.stringify(args);
  return send(chunks([part(0, idOf(count, 0), name, text.slice(0, text.length / 2))], 'length'));
}

function block(event: unknown): string {
  return `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`;
}

function notHere(response: ServerResponse, request: UpstreamRequest): void {
  if (request.path === '/v1/models') void json({ data: [{ id: 'local' }] })(response, request);
  else void raw('404 page not found', { status: 404, contentType: 'text/plain' })(response, request);
}

/** `whetstone serve` in front of servers with habits of their own. */
export const bridge: SessionClass = { name: 'bridge', faults };
