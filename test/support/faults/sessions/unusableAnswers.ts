import type { RunEnding } from '../../../../src/agent/events.ts';
import { assistantSays, type Exchange, type Item } from '../../scriptedServer.ts';
import { callsAfter, madeIn } from './effectModel.ts';
import { turns, type Expected, type SessionClass, type SessionFault } from './sessionPlan.ts';

type Why = Extract<RunEnding, { kind: 'noAnswer' }>['why'];
type Answers = (exchange: Exchange) => void;

const answering =
  (...output: readonly Item[]): Answers =>
  (exchange) =>
    exchange.answer(output);
const cut =
  (reason: string, ...output: readonly Item[]): Answers =>
  (exchange) => {
    exchange.created();
    exchange.incomplete(reason, output);
  };
const refusal: Item = {
  id: 'msg_r',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'refusal', refusal: 'I cannot help with that.' }],
};
const nameless: Item = { id: 'fc_x', type: 'function_call', status: 'completed', arguments: '{}' };
const thought: Item = { type: 'reasoning', id: 'rs', summary: [] };

/** The next call of the model, as it would be written. */
const asText = (exchange: Exchange, write: (call: string) => string): void => {
  const [{ name, args } = { name: 'run_tests', args: {} }] = callsAfter(madeIn(exchange.context));
  exchange.answer([assistantSays(write(JSON.stringify({ name, arguments: args })))]);
};

/** The first part of the next call, and the end of all patience with it. */
const halfCall: Answers = (exchange) => {
  const [{ name, args } = { name: 'run_tests', args: {} }] = callsAfter(madeIn(exchange.context));
  const text = JSON.stringify(args);
  const half = { type: 'function_call', id: 'fc_h', call_id: `half_${exchange.id}`, name, status: 'incomplete' };
  cut('max_output_tokens', { ...half, arguments: text.slice(0, text.length / 2) })(exchange);
};

const unservable = ['custom_tool_call', 'computer_call', 'local_shell_call', 'shell_call', 'mcp_approval_request'];

/** What nobody can work with, by what it is called, and what the reason of the ending must say. */
const answers: readonly (readonly [Why, string, RegExp, Answers])[] = [
  ['refused', 'a refusal', /“I cannot help with that\.”/, answering(refusal)],
  ['refused', 'a refusal that is cut', /refused/, cut('content_filter', refusal)],
  ['filtered', 'a filtered answer', /content filter/, cut('content_filter')],
  ['cutShort', 'an answer cut before a call', /max_output_tokens/, cut('max_output_tokens', assistantSays('I will'))],
  ['cutShort', 'reasoning that took everything', /max_output_tokens/, cut('max_output_tokens', thought)],
  ['malformedCall', 'a call without call_id', /call_id/, answering({ ...nameless, name: 'run_tests' })],
  [
    'malformedCall',
    'a call with an empty call_id',
    /call_id/,
    answering({ ...nameless, name: 'run_tests', call_id: '' }),
  ],
  ['malformedCall', 'a call without name', /without a name/, answering({ ...nameless, call_id: 'c' })],
  ...unservable.map(
    (type) =>
      ['unservable', `a ${type}`, new RegExp(type), answering({ id: 'x', type, call_id: 'x1', input: 'ls' })] as const,
  ),
  ['callAsText', 'a call between marks', /as text/, (e) => asText(e, (text) => `<tool_call>\n${text}\n</tool_call>`)],
  ['callAsText', 'a call as JSON', /as text/, (e) => asText(e, (text) => text)],
  ['callAsText', 'a fenced call', /as text/, (e) => asText(e, (text) => `Now:\n\`\`\`json\n${text}\n\`\`\``)],
  ['empty', 'nothing at all', /empty/, answering()],
  ['empty', 'an empty message', /empty/, answering(assistantSays(''))],
  ['empty', 'reasoning alone', /empty/, answering(thought)],
  [
    'unfoundedClaim',
    'a claim of work that was not done',
    /nothing is staged/,
    answering(assistantSays('I have refactored it.')),
  ],
];

/** Asking again would lead nowhere. */
const isFinal = (why: Why): boolean => why === 'refused' || why === 'filtered';

/** Whoever staged something and says no more has done it. */
const isAnEnd = (why: Why): boolean => why === 'empty' || why === 'unfoundedClaim';

function endingOf(why: Why, at: number): Expected {
  if (at <= turns.edit) return 'named';
  return isAnEnd(why) ? 'done' : 'cut';
}

const once: readonly SessionFault[] = answers.map(([why, name, says, answer]) => ({
  name: `${name}, once`,
  plan: (random) => {
    const at = random.between(1, turns.close);
    const expected = isFinal(why) ? endingOf(why, at) : 'done';
    return {
      expected,
      ...(expected === 'done' ? {} : { says }),
      ids: random.isHeads() ? 'fixed' : 'fresh',
      answer: (exchange, count, play) => (count === at ? answer(exchange) : play()),
    };
  },
}));

const always: readonly SessionFault[] = answers.map(([why, name, says, answer]) => ({
  name: `${name}, again and again`,
  plan: (random) => {
    const at = random.between(1, turns.close);
    const expected = endingOf(why, at);
    return {
      expected,
      ...(expected === 'done' ? {} : { says }),
      answer: (exchange, count, play) => (count < at ? play() : answer(exchange)),
      check: ({ requests }) => (requests <= at + 1 ? [] : [`it asked ${requests - at} times more`]),
    };
  },
}));

const others: readonly SessionFault[] = [
  {
    name: 'a call that is cut off',
    plan: (random) => {
      const at = random.between(1, turns.test);
      return { expected: 'done', answer: (exchange, count, play) => (count === at ? halfCall(exchange) : play()) };
    },
  },
  {
    name: 'a nameless call beside whole ones',
    plan: () => ({
      expected: 'done',
      answer: (exchange, count, play) =>
        count === turns.read
          ? exchange.answer([
              { ...nameless, id: 'fc_r', call_id: 'call_r', name: 'read_file', arguments: '{"path":"src/made.js"}' },
              { ...nameless, id: 'fc_n' },
            ])
          : play(),
    }),
  },
];

/** The model answers, and nothing can be done with what it says. */
export const unusableAnswers: SessionClass = { name: 'unusable answers', faults: [...once, ...always, ...others] };
