import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import * as zod from 'zod';
import type { DeclaredTool, ToolChoice } from '../../src/engine/model.ts';
import { chooseCall, type ForeignCall } from '../../src/engine/planner/foreign/foreignTools.ts';
import { answer, markModel, user } from '../support/plannerTalk.ts';

const auto: ToolChoice = { kind: 'auto' };
const now = new Date(2026, 2, 4, 10, 30);

const text = (description = '', more: object = {}): object => ({ type: 'string', description, ...more });
const integer = (more: object = {}): object => ({ type: 'integer', ...more });
const number: object = { type: 'number' };

function tool(
  name: string,
  description: string,
  properties: Readonly<Record<string, object>>,
  required?: readonly string[],
): DeclaredTool {
  const parameters = { type: 'object', properties, required: required ?? Object.keys(properties) };
  return { name, description, parameters };
}

function choose(question: string, tools: readonly DeclaredTool[], choice = auto): ForeignCall {
  return chooseCall(tools, question, choice, now);
}

const tools = {
  weather: tool('get_weather', 'Get the current weather for a location', {
    location: text('The city and state, e.g. San Francisco, CA'),
  }),
  temperature: tool('readTemperature', 'Reads the temperature of a city', {
    city: text(),
    unit: { enum: ['celsius', 'fahrenheit'] },
  }),
  currency: tool('convert_currency', 'Convert between currencies', {
    amount: number,
    from_currency: text('ISO code'),
    to_currency: text('ISO code'),
  }),
  units: tool('unit-converter', 'Converts lengths, such as miles', { value: number, from: text(), to: text() }),
  calculator: tool('calculator', 'Evaluates a mathematical expression', {
    expression: text('The expression to evaluate'),
  }),
  email: tool('send_email', 'Send an email', { to: text('', { format: 'email' }), subject: text(), body: text() }),
  translate: tool('translate_text', 'Translate text', { text: text(), target_language: text() }),
  table: tool('book_restaurant', 'Reserve a table', {
    restaurant: text(),
    party_size: integer(),
    date: text('', { format: 'date' }),
    time: text('HH:MM'),
  }),
  flights: tool('search_flights', 'Search flights', {
    origin: text('Departure airport'),
    destination: text(),
    date: text('', { format: 'date' }),
    passengers: integer({ minimum: 1 }),
  }),
  lights: tool('set_light_state', 'Switch a light', { room: text(), on: { type: 'boolean' } }),
  stock: tool('get_stock_price', 'Price of a stock', { symbol: text('Ticker symbol') }),
  order: tool('track_order', 'Track an order', { order_id: text('The number of the order') }),
  web: tool('web_search', 'Search the web', { query: text('What to look for') }),
  shopping: tool('add_shopping_items', '', { items: { type: 'array', items: { type: 'string' } } }),
  sum: tool('sum', 'Adds numbers', { numbers: { type: 'array', items: { type: 'number' } } }),
  page: tool('fetch_page', 'Fetch a web page', { url: text('', { format: 'uri' }) }),
  file: tool('open_file', 'Opens a file', { path: text() }),
  ticket: tool('update_ticket', '', {
    ticket_id: text('', { pattern: String.raw`^[A-Z]+-\d+$` }),
    priority: { enum: ['low', 'medium', 'high'] },
  }),
  user: tool('create_user', 'Create a user', {
    user: {
      type: 'object',
      properties: { name: text(), email: text('', { format: 'email' }) },
      required: ['name', 'email'],
    },
  }),
  dice: tool('roll_dice', 'Roll dice', { count: integer(), sides: integer() }),
  song: tool('play_song', 'Play a song', { title: text(), artist: text() }),
  time: tool('get_current_time', '', {}),
};

const examples: readonly (readonly [string, keyof typeof tools, unknown])[] = [
  ["What's the weather like in San Francisco?", 'weather', { location: 'San Francisco' }],
  ['what is the weather in paris today?', 'weather', { location: 'paris' }],
  ['Weather for Austin, TX please', 'weather', { location: 'Austin, TX' }],
  ["What's the temperature in Tokyo in fahrenheit?", 'temperature', { city: 'Tokyo', unit: 'fahrenheit' }],
  ['Convert 1,100 USD to EUR', 'currency', { amount: 1100, from_currency: 'USD', to_currency: 'EUR' }],
  ['Convert 26.2 miles to kilometers', 'units', { value: 26.2, from: 'miles', to: 'kilometers' }],
  ['What is 12 * (7 + 3)?', 'calculator', { expression: '12 * (7 + 3)' }],
  [
    "Email bob@example.com with subject 'Lunch' saying see you at noon",
    'email',
    { to: 'bob@example.com', subject: 'Lunch', body: 'see you at noon' },
  ],
  ["Translate 'good morning' into French", 'translate', { text: 'good morning', target_language: 'French' }],
  ['Translate good morning to Spanish', 'translate', { text: 'good morning', target_language: 'Spanish' }],
  [
    "Book a table for 4 people at Luigi's on 2026-12-24 at 7:30 pm",
    'table',
    { restaurant: "Luigi's", party_size: 4, date: '2026-12-24', time: '19:30' },
  ],
  [
    'Find flights from Berlin to New York tomorrow for two passengers',
    'flights',
    { origin: 'Berlin', destination: 'New York', date: '2026-03-05', passengers: 2 },
  ],
  ['Turn off the kitchen lights', 'lights', { room: 'kitchen', on: false }],
  ['What is the stock price of AAPL?', 'stock', { symbol: 'AAPL' }],
  ['Where is my order 12345?', 'order', { order_id: '12345' }],
  ['Who is the president of France?', 'web', { query: 'president of France' }],
  ['Add apples, pears and bread to my shopping list', 'shopping', { items: ['apples', 'pears', 'bread'] }],
  ['What is the sum of 3, 4 and 5.5?', 'sum', { numbers: [3, 4, 5.5] }],
  ['Summarize https://example.com/a.html', 'page', { url: 'https://example.com/a.html' }],
  ['Please open src/main.ts', 'file', { path: 'src/main.ts' }],
  ['Set the priority of ticket ABC-123 to high', 'ticket', { ticket_id: 'ABC-123', priority: 'high' }],
  [
    'Create a user named Alice Smith with email alice@x.org',
    'user',
    { user: { name: 'Alice Smith', email: 'alice@x.org' } },
  ],
  ['Roll two dice with 20 sides', 'dice', { count: 2, sides: 20 }],
  ['Play Bohemian Rhapsody by Queen', 'song', { title: 'Bohemian Rhapsody', artist: 'Queen' }],
  ["What's the current time?", 'time', {}],
];

describe('planner: tools that it has never seen', () => {
  for (const [question, name, values] of examples)
    it(`are called for what they say they do: ${question}`, () => {
      const expected = { kind: 'call', name: tools[name].name, arguments: values };
      assert.deepEqual(choose(question, [tools[name]]), expected);
    });

  it('are told from each other', () => {
    const all = Object.values(tools);
    const wrong = examples.flatMap(([question, name]) => {
      const chosen = choose(question, all);
      return chosen.kind === 'call' && chosen.name === tools[name].name ? [] : [[question, chosen]];
    });
    assert.deepEqual(wrong, []);
  });

  it('are chosen whatever they are called, as long as they say what they do', () => {
    const renamed = { ...tools.weather, name: 'zq_17' };
    assert.deepEqual(choose('How is the current weather in San Francisco?', [renamed]), {
      kind: 'call',
      name: 'zq_17',
      arguments: { location: 'San Francisco' },
    });
  });

  it('are left alone by questions that are about something else', () => {
    const { web: _, time: __, ...rest } = tools;
    for (const question of [
      'Tell me a joke',
      'What can you do?',
      'Write a poem about Paris',
      'My name is Alice.',
      'Thanks!',
      '',
    ])
      for (const one of Object.values(rest))
        assert.equal(choose(question, [one]).kind, 'none', `${question} ${one.name}`);
  });

  it('are called when that is demanded, and never when it is forbidden', () => {
    const demanded = choose('Say hello to Ada', [tools.weather], { kind: 'required' });
    assert.equal(demanded.kind, 'call');
    const named = choose('the weather in Rome', [tools.weather, tools.stock], {
      kind: 'named',
      name: 'get_stock_price',
    });
    assert.equal(named.kind === 'call' && named.name, 'get_stock_price');
    assert.equal(choose('the weather in Rome', [tools.weather], { kind: 'none' }).kind, 'none');
    assert.equal(choose('the weather in Rome', [tools.weather], { kind: 'named', name: 'other' }).kind, 'none');
  });

  it('are not called with what the question does not say', () => {
    assert.deepEqual(choose('Send an email saying hello', [tools.email]), {
      kind: 'incomplete',
      name: 'send_email',
      missing: ['to'],
    });
  });

  it('take defaults, null and what is optional by their schema', () => {
    const search = tool(
      'search_docs',
      'Search the documentation',
      {
        query: text(),
        limit: integer({ default: 10 }),
        language: { type: ['string', 'null'] },
        after: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }] },
        exact: { type: 'boolean' },
      },
      ['query', 'limit', 'language'],
    );
    assert.deepEqual(choose('Search the docs for event loops', [search]), {
      kind: 'call',
      name: 'search_docs',
      arguments: { query: 'event loops', limit: 10, language: null },
    });
    const reference = {
      ...search,
      parameters: {
        type: 'object',
        properties: { query: { $ref: '#/$defs/q' } },
        required: ['query'],
        $defs: { q: { type: 'string', description: 'What to search for' } },
      },
    };
    assert.deepEqual(choose('Search the docs for event loops', [reference]), {
      kind: 'call',
      name: 'search_docs',
      arguments: { query: 'event loops' },
    });
  });

  it('get only arguments that their schema admits, whatever schema and question', () => {
    const leaf = fc.oneof(
      fc.record({ type: fc.constant('string') }),
      fc.record({ type: fc.constant('string'), format: fc.constantFrom('date', 'email', 'time') }),
      fc.record({
        type: fc.constant('string'),
        maxLength: fc.integer({ min: 1, max: 9 }),
        minLength: fc.integer({ min: 0, max: 4 }),
      }),
      fc.record({ type: fc.constant('string'), pattern: fc.constantFrom('^[a-z]+$', String.raw`^\d{4}$`, '^A') }),
      fc.record({
        type: fc.constantFrom('integer', 'number'),
        minimum: fc.integer({ min: -5, max: 5 }),
        maximum: fc.integer({ min: 6, max: 99 }),
      }),
      fc.record({ type: fc.constantFrom('integer', 'number', 'boolean') }),
      fc.record({ enum: fc.uniqueArray(fc.constantFrom('red', 'green', 'blue', 'Paris'), { minLength: 1 }) }),
      fc.record({ type: fc.constant('array'), items: fc.record({ type: fc.constantFrom('string', 'number') }) }),
    );
    const names = fc.constantFrom(
      'city',
      'from',
      'to',
      'date',
      'amount',
      'query',
      'color',
      'email',
      'when',
      'path',
      'id',
      'on',
      'items',
    );
    const schema = fc
      .dictionary(
        names,
        fc.oneof(
          leaf,
          fc.record({ type: fc.constant('object'), properties: fc.dictionary(names, leaf, { maxKeys: 3 }) }),
        ),
        { maxKeys: 5 },
      )
      .chain((properties) =>
        fc.record({
          type: fc.constant('object'),
          properties: fc.constant(properties),
          required: fc.subarray(Object.keys(properties)),
        }),
      );
    const words = fc.constantFrom(
      ...[
        'weather',
        'in',
        'Paris',
        'from',
        'to',
        'Berlin',
        '42',
        '7.5',
        'bob@x.org',
        '2026-01-02',
        'at',
        '9:30',
        'the',
        'red',
        "'quoted words'",
        'a/b.ts',
        'ABC',
        'and',
        ',',
        'tomorrow',
        '?',
        'not',
        'three',
      ],
    );
    const question = fc.oneof(
      fc.array(words, { maxLength: 14 }).map((all) => all.join(' ')),
      fc.string(),
    );
    fc.assert(
      fc.property(schema, question, (parameters, asked) => {
        const chosen = choose(asked, [{ name: 'weather', description: 'The weather', parameters }], {
          kind: 'required',
        });
        if (chosen.kind !== 'call') return;
        const parsed = validatorOf(parameters).safeParse(chosen.arguments);
        assert.ok(parsed.success, `${JSON.stringify(chosen.arguments)} ${parsed.error?.message}`);
      }),
      { numRuns: 500 },
    );
  });

  it('never take long, nor throw, for schemas that nobody means', () => {
    const endless: Record<string, unknown> = {
      type: 'object',
      properties: { a: { $ref: '#' }, b: { $ref: '#/properties/b' } },
    };
    const evil = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } }, required: ['a'] };
    for (const parameters of [endless, evil, { type: 5, properties: 7 }, { properties: { x: null, y: 3 } }])
      choose('a'.repeat(40_000), [{ name: 'a', description: 'a', parameters }], { kind: 'required' });
    const everything = Object.values(tools);
    for (const part of [
      'a',
      "'aa",
      'A ',
      '((',
      '1 ',
      'a-',
      'a.',
      './',
      '" ',
      'to ',
      'from A, ',
      'a@',
      '-1*',
      'the b ',
      '#',
    ])
      for (const end of ['', '!', '1', 'x'])
        choose(part.repeat(Math.ceil(9_000 / part.length)) + end, everything, { kind: 'required' });
    const wide = Array.from({ length: 128 }, (_, index) => ({
      ...tools.table,
      name: `tool_${index}`,
      description: 'book a table '.repeat(200),
    }));
    choose('book a table '.repeat(700), wide);
  });

  it('answer, and what they answered is told; then it listens again', async () => {
    const conversation = markModel().converse();
    const options = { tools: [tools.weather] };
    const first = await answer(conversation, [user("What's the weather in Oslo?")], options);
    const [call] = first.calls;
    assert.deepEqual([first.calls.length, call?.name, call?.arguments], [1, 'get_weather', '{"location":"Oslo"}']);
    const output = { kind: 'output', callId: call?.callId ?? '', output: 'Snow, -3 °C' } as const;
    const second = await answer(conversation, [output], options);
    assert.match(second.text, /get_weather returned:\n\nSnow, -3 °C/);
    assert.match(
      (await answer(conversation, [user('Tell me a joke')], options)).text,
      /I cannot serve "Tell me a joke"/,
    );
  });

  it('are never looked at for a goal when the tools of a refactoring are there', async () => {
    const conversation = markModel().converse();
    const own = [tool('read_file', '', { path: text() }), tool('apply_edit', '', { changes: text() })];
    const told = await answer(conversation, [user("What's the weather in Oslo?")], { tools: [...own, tools.weather] });
    assert.deepEqual(told.calls, []);
  });
});

/** An implementation that is not ours. */
function validatorOf(schema: zod.core.JSONSchema.JSONSchema): zod.ZodType {
  return zod.fromJSONSchema(schema);
}
