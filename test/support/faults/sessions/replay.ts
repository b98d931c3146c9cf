import type { Exchange } from '../../scriptedServer.ts';
import { outputOf } from './effectModel.ts';
import { turns, type SessionClass, type SessionFault } from './sessionPlan.ts';

const retry = { baseDelayMs: 1, maxDelayMs: 4 };

/** How an endpoint says that it does not know what a request continues. */
const lost: readonly (readonly [string, (exchange: Exchange) => void])[] = [
  ['previous_response_not_found', (e) => e.error('previous_response_not_found', 'Gone.', 400)],
  ['response_not_found', (e) => e.error('response_not_found', 'No response with that id.', 404)],
  ['session_expired', (e) => e.flatError('session_expired', 'Begin anew.')],
  ['its words', (e) => e.error('invalid_request_error', 'Previous response with id resp_1 not found.', 400)],
  ['advice', (e) => e.error(null, 'Unknown session: retry without previous_response_id.', 400)],
  ['its parameter', (e) => e.error('invalid_value', 'Invalid.', 400, { param: 'previous_response_id' })],
  ['a failed response', (e) => e.failed('previous_response_not_found', 'Gone.')],
  ['a failed response by its words', (e) => (e.created(), e.failed('bad_request', 'previous_response_id has expired'))],
];

const stale: readonly SessionFault[] = lost.map(([name, lose]) => ({
  name: `a lost chain, as ${name} says`,
  plan: (random) => {
    const at = random.between(turns.edit, turns.told);
    const closes = random.next() < 0.25;
    return {
      expected: 'done',
      ids: random.isHeads() ? 'fixed' : 'fresh',
      client: { retry },
      answer: (exchange, count, play) => {
        if (count !== at) return play();
        lose(exchange);
        if (closes) exchange.close(1011);
      },
    };
  },
}));

const settings = {
  prompt_cache_key: 'k',
  service_tier: 'flex',
  context_management: [{ type: 'compaction', compact_threshold: 100_000 }],
} as const;

/** Fields that are refused by their name in the message alone. */
const refused: readonly (readonly [field: string, message: string])[] = [
  ['context_management', "Unknown parameter: 'context_management'."],
  ['prompt_cache_key', 'Extra inputs are not permitted: prompt_cache_key'],
  ['include', "Unsupported parameter: 'include' is not supported with this model."],
  ['service_tier', 'service_tier: unrecognized field'],
  ['strict', "Invalid schema: 'strict' is not supported"],
];

const fields: readonly SessionFault[] = refused.map(([field, message]) => ({
  name: `a refused field, named in words: ${field}`,
  plan: (random) => {
    // Some endpoints change their minds in the middle, behind a gateway that asks another one.
    const from = random.between(1, turns.told);
    return {
      expected: 'done',
      options: settings,
      client: { retry },
      answer: (exchange, count, play) => {
        const { body, text } = exchange.request;
        const isThere = field === 'strict' ? text.includes('"strict"') : field in body;
        if (count >= from && isThere) exchange.error('invalid_request_error', message, 400);
        else play();
      },
    };
  },
}));

type Written = (args: unknown) => unknown;

/** Arguments as servers write them that do not write a text of JSON. */
const forms: readonly (readonly [string, Written])[] = [
  ['an object', (args) => args],
  ['a text of a text', (args) => JSON.stringify(JSON.stringify(args))],
  ['a fence', (args) => `\`\`\`json\n${JSON.stringify(args)}\n\`\`\``],
];

const strict: readonly SessionFault[] = [
  {
    name: 'ids of items of a lost connection are refused',
    plan: (random) => {
      const at = random.between(turns.edit, turns.told);
      const closes = random.next() < 0.25;
      return {
        expected: 'done',
        client: { retry },
        answer: (exchange, count, play) => {
          if (count === at) return exchange.cut();
          if (!exchange.request.input.some((item) => 'id' in item)) return play();
          exchange.error(null, "Item with id 'msg_1' not found. Items are not persisted.", 404);
          if (closes) exchange.close(1011);
        },
      };
    },
  },
  ...(['webSocket', 'http', 'lost in the middle'] as const).map((how): SessionFault => ({
    name: `ids of calls that restart in each response, ${how}`,
    plan: (random) => {
      const at = how === 'lost in the middle' ? random.between(1, turns.told) : 0;
      return {
        expected: 'done',
        ids: 'restarting',
        client: { retry, transport: how === 'http' ? 'http' : 'auto' },
        server: { http: true },
        answer: (exchange, count, play) => (count === at ? exchange.cut() : play()),
      };
    },
  })),
  ...forms.map(([name, write]): SessionFault => ({
    name: `arguments as ${name}`,
    plan: (random) => ({
      expected: 'done',
      client: { transport: random.isHeads() ? 'http' : 'auto' },
      server: { http: true },
      answer: (exchange) => {
        const output = outputOf(exchange, 'fixed').map((item) =>
          item['type'] === 'function_call'
            ? { ...item, arguments: write(JSON.parse(String(item['arguments']))) }
            : item,
        );
        exchange.answer(output);
      },
    }),
  })),
];

/** What an endpoint does not take again, or not as it was. */
export const replay: SessionClass = { name: 'replay', faults: [...stale, ...fields, ...strict] };
