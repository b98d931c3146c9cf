import { call, more, choice, A, a, b, both, one, type OddAnswer } from './oddAnswer.ts';

/** Calls and frames as servers send them. */
export const oddCalls: readonly OddAnswer[] = [
  // Several calls.
  { name: 'all with index 0, other ids', deltas: [call(0, 'a', 'read', a), call(0, 'b', 'read', b)], calls: both },
  {
    name: 'all with index 0, in one chunk',
    deltas: [
      {
        tool_calls: [
          { index: 0, id: 'a', function: { name: 'read', arguments: a } },
          { index: 0, id: 'b', function: { name: 'read', arguments: b } },
        ],
      },
    ],
    calls: both,
  },
  {
    name: 'all with index 0, no ids',
    deltas: [call(0, undefined, 'read', a), call(0, undefined, 'read', b)],
    calls: both,
  },
  { name: 'all with index 0, ids empty', deltas: [call(0, '', 'read', a), call(0, '', 'read', b)], calls: both },
  { name: 'all with index 0 and one id', deltas: [call(0, '0', 'read', a), call(0, '0', 'read', b)], calls: both },
  {
    name: 'all with index 0, in fragments',
    deltas: [
      call(0, 'a', 'read', ''),
      more(0, a.slice(0, 5)),
      more(0, a.slice(5)),
      call(0, 'b', 'read', ''),
      more(0, b.slice(0, 3)),
      more(0, b.slice(3)),
    ],
    calls: both,
  },
  {
    name: 'all with index 0, fragments by turns under their ids',
    deltas: [
      call(0, 'a', 'read', ''),
      call(0, 'b', 'read', ''),
      more(0, a.slice(0, 5), 'a'),
      more(0, b.slice(0, 5), 'b'),
      more(0, b.slice(5), 'b'),
      more(0, a.slice(5), 'a'),
    ],
    calls: both,
  },
  { name: 'no index', deltas: [call(undefined, 'a', 'read', a), call(undefined, 'b', 'read', b)], calls: both },
  {
    name: 'no index, no ids',
    deltas: [call(undefined, undefined, 'read', a), call(undefined, undefined, 'read', b)],
    calls: both,
  },
  {
    name: 'no index, in fragments',
    deltas: [
      call(undefined, 'a', 'read', ''),
      more(undefined, a),
      call(undefined, 'b', 'read', ''),
      more(undefined, b),
    ],
    calls: both,
  },
  {
    name: 'two that want nothing, under one index',
    deltas: [call(0, 'a', 'look', ''), call(0, 'b', 'look', '')],
    calls: [
      ['look', {}],
      ['look', {}],
    ],
  },
  {
    name: 'one that wants nothing, then another, no ids',
    deltas: [call(0, undefined, 'look', ''), call(0, undefined, 'read', a)],
    calls: [
      ['look', {}],
      ['read', A],
    ],
  },
  { name: 'indexes out of order', deltas: [call(1, 'b', 'read', b), call(0, 'a', 'read', a)], calls: both },
  {
    name: 'indexes as text',
    deltas: [
      { tool_calls: [{ index: '0', id: 'a', function: { name: 'read', arguments: '' } }] },
      { tool_calls: [{ index: '0', function: { arguments: a } }] },
    ],
    calls: one,
  },
  {
    name: 'an id that is a number',
    deltas: [{ tool_calls: [{ id: 7, function: { name: 'read', arguments: a } }] }],
    calls: one,
  },
  {
    name: 'a call that is no list',
    deltas: [{ tool_calls: { id: 'a', function: { name: 'read', arguments: a } } }],
    calls: one,
  },
  {
    name: 'a call without `function`',
    deltas: [{ tool_calls: [{ id: 'a', name: 'read', arguments: a }] }],
    calls: one,
  },
  {
    name: 'a new id with each fragment',
    deltas: [call(0, 'x1', 'read', ''), more(0, a.slice(0, 4), 'x2'), more(0, a.slice(4), 'x3')],
    calls: one,
  },
  {
    name: 'the whole call once more at the end',
    deltas: [call(0, 'a', 'read', a), call(0, 'a', 'read', a)],
    calls: one,
  },
  // Names.
  {
    name: 'a name in two parts',
    deltas: [call(0, 'a', 'read_', ''), { tool_calls: [{ index: 0, function: { name: 'lines', arguments: a } }] }],
    calls: [['read_lines', A]],
  },
  {
    name: 'a name in two parts of which one is a tool',
    deltas: [call(0, 'a', 'read', ''), { tool_calls: [{ index: 0, function: { name: '_lines' } }] }, more(0, a)],
    calls: [['read_lines', A]],
  },
  {
    name: 'a name again with each fragment',
    deltas: [call(0, 'a', 'read', ''), call(0, 'a', 'read', a.slice(0, 4)), call(0, 'a', 'read', a.slice(4))],
    calls: one,
  },
  {
    name: 'a name that grows',
    deltas: [call(0, 'a', 'read_', ''), call(0, 'a', 'read_lines', a)],
    calls: [['read_lines', A]],
  },
  {
    name: 'the name after the id',
    deltas: [{ tool_calls: [{ index: 0, id: 'a' }] }, call(0, undefined, 'read', a)],
    calls: one,
  },
  { name: 'a name with the name of its list', deltas: [call(0, 'a', 'functions.read', a)], calls: one },
  // Arguments.
  { name: 'arguments as an object', deltas: [call(0, 'a', 'read', A)], calls: one },
  { name: 'arguments encoded twice', deltas: [call(0, 'a', 'read', JSON.stringify(a))], calls: one },
  {
    name: 'arguments encoded three times',
    deltas: [call(0, 'a', 'read', JSON.stringify(JSON.stringify(a)))],
    calls: one,
  },
  {
    name: 'arguments encoded twice, in fragments',
    deltas: [call(0, 'a', 'read', JSON.stringify(a).slice(0, 6)), more(0, JSON.stringify(a).slice(6))],
    calls: one,
  },
  { name: 'arguments in a fence', deltas: [call(0, 'a', 'read', '```json\n' + a + '\n```')], calls: one },
  { name: 'arguments null', deltas: [call(0, 'a', 'look', null)], calls: [['look', {}]] },
  { name: 'arguments "null"', deltas: [call(0, 'a', 'look', 'null')], calls: [['look', {}]] },
  { name: 'an empty object before the arguments', deltas: [call(0, 'a', 'read', '{}'), more(0, a)], calls: one },
  {
    name: 'arguments sent again as a whole',
    deltas: [call(0, 'a', 'read', a.slice(0, 4)), more(0, a.slice(4)), more(0, a)],
    calls: one,
  },
  {
    name: 'arguments called parameters',
    deltas: [{ tool_calls: [{ id: 'a', function: { name: 'read', parameters: A } }] }],
    calls: one,
  },
  // The old way.
  {
    name: 'function_call',
    deltas: [
      { function_call: { name: 'read', arguments: a.slice(0, 3) } },
      { function_call: { arguments: a.slice(3) } },
    ],
    finish: 'function_call',
    calls: one,
  },
  {
    name: 'function_call beside tool_calls',
    deltas: [{ ...call(0, 'a', 'read', a), function_call: { name: 'read', arguments: a } }],
    calls: one,
  },
  // Frames.
  {
    name: 'delta null at the end',
    chunks: [choice({ content: 'Yes.' }), choice(null, { finish_reason: 'stop' })],
    text: 'Yes.',
  },
  {
    name: 'no delta at the end',
    chunks: [choice({ content: 'Yes.' }), { choices: [{ finish_reason: 'stop' }] }],
    text: 'Yes.',
  },
  {
    name: 'choices empty or null',
    chunks: [
      { choices: [] },
      { choices: null },
      choice({ content: 'Yes.' }),
      choice({}, { finish_reason: 'stop' }),
      { choices: [], usage: null },
    ],
    text: 'Yes.',
  },
  { name: 'no reason for the end, but an end', chunks: [choice({ content: 'Yes.' }), '[DONE]'], text: 'Yes.' },
  {
    name: 'no reason for the end, but a count',
    chunks: [choice({ content: 'Yes.' }), { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } }],
    text: 'Yes.',
  },
  {
    name: 'an empty reason with each chunk',
    chunks: [choice({ content: 'Yes.' }, { finish_reason: '' }), choice({}, { finish_reason: 'stop' })],
    text: 'Yes.',
  },
  {
    name: 'tool_calls null with each text',
    deltas: [{ content: 'Yes.', tool_calls: null, function_call: null, reasoning_content: null }],
    text: 'Yes.',
  },
  {
    name: 'the message in place of the delta',
    chunks: [{ choices: [{ message: { content: 'Yes.' }, finish_reason: 'stop' }] }],
    text: 'Yes.',
  },
  {
    name: 'content in parts',
    deltas: [
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
          { type: 'text', text: 'Yes.' },
        ],
      },
    ],
    thought: 'Hm.',
    text: 'Yes.',
  },
  { name: 'a call with the reason stop', deltas: [call(0, 'a', 'read', a)], finish: 'stop', calls: one },
];
