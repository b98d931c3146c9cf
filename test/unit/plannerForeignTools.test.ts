import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { DeclaredTool, Item } from '../../src/engine/server/model.ts';
import { answer, markModel, user } from '../support/plannerTalk.ts';
import { plannerTools } from '../support/plannerWorkspace.ts';

function tool(name: string, parameters: Readonly<Record<string, unknown>> = { type: 'object' }): DeclaredTool {
  return { name, description: 'Get the current weather for a location', parameters };
}

const weather = tool('get_weather', { type: 'object', properties: { location: { type: 'string' } } });
const sentence = /^The embedded engine works with Whetstone's tools only, and this request offers others: /;

describe('planner: tools of somebody else', () => {
  for (const goal of [
    "What's the weather in Oslo?",
    'Goal: Optimize\n\nFocus:\n- src/a.js',
    'Goal: Write tests for src/a.js',
    '',
  ])
    it(`are not called, and one sentence says why: ${JSON.stringify(goal)}`, async () => {
      const { text, calls } = await answer(markModel().converse(), [user(goal)], { tools: [weather, tool('now')] });
      assert.deepEqual(calls, []);
      assert.match(text, sentence);
      assert.match(text, /offers others: get_weather and now\. None was called, and nothing was changed or proposed\./);
      assert.match(text, /I can\n- optimize/);
    });

  it('are named up to five, without control characters', async () => {
    const tools = ['a\n\u001b[31mb', ...'cdefg'].map((name) => tool(name));
    const { text } = await answer(markModel().converse(), [user('hello')], { tools });
    assert.match(text, /offers others: a \[31mb, c, d, e, f and 1 more\./);
  });

  it('that bear a name of ours and take something else are somebody else’s', async () => {
    const tools = [tool('read_file', { type: 'object', properties: { url: { type: 'string' } } })];
    const { text, calls } = await answer(markModel().converse(), [user('Goal: Optimize')], { tools });
    assert.deepEqual(calls, []);
    assert.match(text, sentence);
  });

  it('are left alone beside ours, and the goal is worked on', async () => {
    const tools = [weather, ...plannerTools];
    const { text, calls } = await answer(markModel().converse(), [user('Goal: Optimize\n\nFocus:\n- src/a.js')], {
      tools,
    });
    assert.doesNotMatch(text, sentence);
    assert.deepEqual(
      calls.map(({ name }) => name),
      ['read_file'],
    );
  });

  it('are not called for a history in which another model called them', async () => {
    const history: readonly Item[] = [
      user("What's the weather in Oslo?"),
      { kind: 'call', callId: 'call_1', name: 'get_weather', arguments: '{"location":"Oslo"}' },
      { kind: 'output', callId: 'call_1', output: 'Snow' },
    ];
    const conversation = markModel().converse();
    const { text, calls } = await answer(conversation, history, { tools: [weather] });
    assert.deepEqual(calls, []);
    assert.match(text, sentence);
    const next = await answer(conversation, [user('Goal: Optimize\n\nFocus:\n- src/a.js')]);
    assert.deepEqual(
      next.calls.map(({ name }) => name),
      ['read_file'],
    );
  });

  it('get a whole answer, whatever they are called and whatever their schemas are', async () => {
    const parameters = fc.oneof(
      fc.dictionary(fc.string(), fc.anything()),
      fc.record({ properties: fc.anything() }),
      fc.constant({ type: 'object', properties: { a: { $ref: '#' } } }),
    );
    const tools = fc.array(fc.record({ name: fc.string({ unit: 'binary' }), parameters }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(tools, fc.string({ unit: 'binary' }), async (offered, goal) => {
        const { text, calls } = await answer(markModel().converse(), [user(`Goal: ${goal}`)], { tools: offered });
        assert.deepEqual(calls, []);
        assert.match(text, sentence);
      }),
      { numRuns: 300 },
    );
  });
});
