import { assistantSays, type Exchange } from '../../scriptedServer.ts';
import { closing } from './effectModel.ts';
import { turns, type SessionClass, type SessionFault, type SessionPlan } from './sessionPlan.ts';
import type { SessionRig } from './sessionRig.ts';

type Ends = (exchange: Exchange, rig: SessionRig) => void;

const slow = { status: 429, code: 'rate_limit_exceeded', text: 'Please try again in 2s.' } as const;

/** What ends the model's part of a run for good, and what the ending must say of it. */
const endings: readonly (readonly [string, RegExp, Ends, Partial<SessionPlan>?])[] = [
  ['429', /try again in 2s/, (e) => e.error(slow.code, slow.text, slow.status)],
  [
    '429 without a status, after words',
    /try again in 2s/,
    (e) => (e.created(), e.text('In sum'), e.failed(slow.code, slow.text)),
  ],
  ['quota', /add credit/, (e) => e.error('insufficient_quota', 'You exceeded your quota.', 429)],
  ['quota as a failed response', /add credit/, (e) => (e.created(), e.failed('insufficient_quota', 'It is used up.'))],
  ['overload', /Too busy/, (e) => e.error('server_is_overloaded', 'Too busy.', 503)],
  ['response.failed', /It broke/, (e) => (e.created(), e.failed('server_error', 'It broke.'))],
  [
    'response.failed after words',
    /It broke/,
    (e) => (e.created(), e.text('In'), e.failed('server_error', 'It broke.')),
  ],
  ['an error that nobody knows', /Odd\./, (e) => e.error('something_new', 'Odd.', 418)],
  ['a key that is refused', /No\./, (e) => e.error('invalid_api_key', 'No.', 401)],
  ['a lost server', /reached|listens|lost/, (_e, rig) => rig.leave()],
  ['a lost server, after words', /reached|listens|lost/, (e, rig) => (e.created(), e.text('In sum'), rig.leave())],
  ['a connection that is cut in each try', /lost/, (e) => (e.created(), e.text(closing.slice(0, 9)), e.cut())],
  ['a close with 1008', /not allowed/, (e) => e.close(1008, 'not allowed')],
  ['an end that cannot be read', /could not be read/, (e) => (e.created(), e.raw('{"type":"response.completed"}'))],
  ['silence', /sent nothing/, (e) => e.created(), { client: { noEventTimeoutMs: 1_500 } }],
  [
    'a refusal',
    /refus/i,
    (e) => e.answer([{ type: 'message', role: 'assistant', id: 'm', content: [{ type: 'refusal', refusal: 'No.' }] }]),
  ],
  ['a content filter', /content filter/, (e) => (e.created(), e.incomplete('content_filter', []))],
  [
    'a cut that goes on',
    /max_output_tokens/,
    (e) => (e.created(), e.incomplete('max_output_tokens', [assistantSays('In sum')])),
  ],
];

const cuts: readonly SessionFault[] = endings.map(([name, says, ends, more = {}]) => ({
  name: `${name} in the closing turn`,
  plan: (random) => {
    const at = random.between(turns.test, turns.close);
    return {
      ...more,
      expected: 'cut',
      says,
      ids: random.isHeads() ? 'fixed' : 'fresh',
      answer: (exchange, count, play, rig) => (count < at ? play() : ends(exchange, rig)),
      client: {
        ...more.client,
        retry: { maxRetryAfterMs: 10_000, maxLossMs: random.between(1, 60) * 1_000 },
      },
    };
  },
}));

const limits: readonly SessionFault[] = [
  {
    name: 'the limit on turns',
    plan: (random) => ({
      expected: 'cut',
      says: /model turns, the limit/,
      limits: { maxTurns: random.between(turns.edit, turns.test) },
    }),
  },
  {
    name: 'the limit on tokens',
    plan: (random) => ({
      expected: 'cut',
      says: /the limit for one run is/,
      // Each answer of the server counts 13.
      limits: { maxTokens: 13 * random.between(turns.edit, turns.test) - random.between(0, 12) },
    }),
  },
  ...(['before it begins', 'after words', 'while a wait is shown'] as const).map((when): SessionFault => ({
    name: `Stop in the closing turn, ${when}`,
    plan: (random) => {
      const at = random.between(turns.test, turns.close);
      return {
        expected: 'stopped',
        says: /^Stopped by the user/,
        answer: (exchange, count, play, rig) => {
          if (count < at) return play();
          if (when === 'while a wait is shown') {
            rig.pace.onSleep = () => rig.stop.abort();
            return exchange.error(slow.code, slow.text, slow.status);
          }
          exchange.created();
          if (when === 'after words') exchange.text('In sum');
          rig.stop.abort();
        },
      };
    },
  })),
];

/** Work is staged, and the model does not come to its end. */
export const lostProposals: SessionClass = { name: 'lost proposals', faults: [...cuts, ...limits] };
