import { fault, insteadOfRest, type Fault } from './fault.ts';
import type { Disturbance } from './faultProxy.ts';
import { closeFrame, type ServerFrame } from './frames.ts';
import { eventFrame, flatError, isTerminal, nestedError, type ErrorBody } from './messages.ts';

const ageLimit: ErrorBody = { code: 'websocket_connection_limit_reached', status: 400 };

/** What endpoints say instead of an answer, or in the middle of one. */
const errors: readonly (readonly [string, ErrorBody])[] = [
  ['age limit', ageLimit],
  ['response not found', { code: 'previous_response_not_found', status: 400 }],
  ['429, a hint in ms', { code: 'rate_limit_exceeded', status: 429, headers: { 'retry-after-ms': '5' } }],
  ['429, a hint in s', { code: 'rate_limit_exceeded', status: 429, headers: { 'Retry-After': '0.01' } }],
  ['429, a long wait', { code: 'rate_limit_exceeded', status: 429, headers: { 'Retry-After': '3600' } }],
  ['429, a hint in words', { code: 'rate_limit_exceeded', status: 429, message: 'Please try again in 5ms.' }],
  ['a limit without a status', { code: 'rate_limit_exceeded', message: 'Please try again in 0.004 seconds.' }],
  ['a lost chain in words', { code: 'bad_request', status: 400, message: 'Previous response not found.' }],
  ['item ids of elsewhere', { code: null, status: 404, message: "Item with id 'msg_1' not found." }],
  ['429, no hint', { code: 'insufficient_quota', status: 429 }],
  ['overload', { code: 'server_is_overloaded', status: 503 }],
  ['error without a code', { code: null }],
  ['refusal', { code: 'invalid_value', status: 400 }],
  ['refused key', { code: 'invalid_api_key', status: 401 }],
  ['unknown code', { code: 'something_new', status: 418 }],
];

const shapes = [
  ['nested', nestedError],
  ['flat', flatError],
] as const;

/** Errors in both shapes at every place of a response, the age limit between turns, and failed responses. */
export const errorFaults: readonly Fault[] = [
  ...errors.flatMap(([name, body]) =>
    shapes.map(([shape, write]) =>
      fault(`${name}, ${shape}`, (random, at) => {
        // Some gateways close the socket after an error.
        const isClosed = random.next() < 0.25;
        return insteadOfRest(at, (_message, link) => {
          link.toClient(write(body));
          if (!isClosed) return;
          link.toClient(closeFrame(1011));
          link.end();
        });
      }),
    ),
  ),
  ...shapes.map(([shape, write]) =>
    fault(`age limit between turns, ${shape}`, (random, at) => {
      const isClosed = random.isHeads();
      return afterResponse(at, (link) => {
        link.toClient(write(ageLimit));
        if (!isClosed) return;
        link.toClient(closeFrame(1001, 'too old'));
        link.end();
      });
    }),
  ),
  fault('close 1001 between turns', (_random, at) =>
    afterResponse(at, (link) => {
      link.toClient(closeFrame(1001, 'going away'));
      link.end();
    }),
  ),
  fault('rate limit as a failed response', (_random, at) =>
    insteadOfRest(at, (_message, link) =>
      link.toClient(
        eventFrame({
          type: 'response.failed',
          response: { error: { code: 'rate_limit_exceeded', message: 'Please try again in 3ms.' } },
        }),
      ),
    ),
  ),
  fault('failed response', (_random, at) =>
    insteadOfRest(at, (_message, link) =>
      link.toClient(
        eventFrame({
          type: 'response.failed',
          response: { status: 'failed', output: [], error: { code: 'server_error', message: 'Scripted.' } },
        }),
      ),
    ),
  ),
];

/** Acts once, right behind the first end of a response from message `at` of the run on. */
function afterResponse(
  at: number,
  act: (link: Parameters<NonNullable<Disturbance['onMessage']>>[1]) => void,
): Disturbance {
  let seen = 0;
  let isDone = false;
  return {
    onMessage(message: ServerFrame, link) {
      link.toClient(message.raw);
      if (seen++ < at || isDone || !isTerminal(message.payload)) return;
      isDone = true;
      act(link);
    },
  };
}
