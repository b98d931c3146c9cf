import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { hostedCallOf } from '../../../src/agent/hostedCall.ts';
import { parseHostedTools, turnOptions } from '../../../src/agent/modelOptions.ts';

describe('tools of the endpoint', () => {
  const cases = [
    [{ type: 'code_interpreter_call', id: 'ci', status: 'completed', code: 'print(1)\nprint(2)' }, 'print(1) print(2)'],
    [{ type: 'web_search_call', id: 'ws', status: 'completed', action: { type: 'search', query: 'node' } }, 'node'],
    [{ type: 'file_search_call', id: 'fs', status: 'completed', queries: ['a', 'b'] }, 'a, b'],
    [{ type: 'mcp_call', id: 'm', server_label: 'docs', name: 'find', status: 'completed' }, 'docs find'],
    [{ type: 'image_generation_call', id: 'i', status: 'completed' }, 'completed'],
  ] as const;
  for (const [item, summary] of cases)
    it(`are told in one line: ${item.type}`, () => {
      const call = hostedCallOf(item);
      assert.deepEqual([call?.name, call?.summary, call?.isError], [item.type.replace('_call', ''), summary, false]);
    });

  it('that failed are told as failed; calls of ours and other items are none', () => {
    assert.equal(hostedCallOf({ type: 'mcp_call', status: 'failed' })?.isError, true);
    for (const type of ['function_call', 'custom_tool_call', 'message', 'reasoning', 'compaction'])
      assert.equal(hostedCallOf({ type }), undefined);
  });

  it('are told in a bounded line, whatever an item holds', () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('id', 'code', 'queries', 'action', 'status'), fc.jsonValue()),
        (rest) => {
          const call = hostedCallOf({ ...rest, type: 'code_interpreter_call' });
          assert.ok(call && call.summary.length <= 120 && !call.summary.includes('\n'));
        },
      ),
    ));

  it('are asked for as the endpoint wants them, and nothing else is', () => {
    const tools = parseHostedTools(['code_interpreter', 'web_search']);
    assert.deepEqual(tools, [{ type: 'code_interpreter', container: { type: 'auto' } }, { type: 'web_search' }]);
    for (const bad of [
      'x',
      [5],
      [''],
      [{ type: 'function', name: 'f' }],
      ['function'],
      [{}],
      Array(17).fill('web_search'),
    ])
      assert.equal(parseHostedTools(bad), undefined, JSON.stringify(bad));
    assert.deepEqual(Object.keys(turnOptions({ transport: 'auto', hostedTools: [] }, 'k')), [
      'prompt_cache_key',
      'context_management',
    ]);
  });
});
