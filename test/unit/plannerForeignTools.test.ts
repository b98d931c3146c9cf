import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import * as zod from 'zod';
import type { DeclaredTool, ToolChoice } from '../../src/engine/model.ts';
import { chooseCall, type ForeignCall } from '../../src/engine/planner/foreign/foreignTools.ts';
import { examples, integer, text, tool, tools } from '../support/foreignTools.ts';
import { answer, markModel, user } from '../support/plannerTalk.ts';

const auto: ToolChoice = { kind: 'auto' };
const now = new Date(2026, 2, 4, 10, 30);

function choose(question: string, tools: readonly DeclaredTool[], choice = auto): ForeignCall {
  return chooseCall(tools, question, choice, now);
}

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
      for (const end of ['', '1'])
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
