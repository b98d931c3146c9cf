import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { writtenCall } from '../../../src/agent/writtenCalls.ts';

const names = ['read_file', 'apply_edit', 'run_tests'];
const args = '{"path":"a.js"}';

describe('calls that are written as text', () => {
  const calls: readonly string[] = [
    `<tool_call>\n{"name": "read_file", "arguments": ${args}}\n</tool_call>`,
    `I will read it.\n<tool_call>{"name":"read_file","arguments":${args}}`,
    `<tool_call>\n<function=read_file>\n<parameter=path>\na.js\n</parameter>\n</function>\n</tool_call>`,
    `<function_calls><invoke name="read_file"><parameter name="path">a.js</parameter></invoke></function_calls>`,
    `<function=read_file>${args}</function>`,
    `<|python_tag|>{"name": "read_file", "parameters": ${args}}`,
    `[TOOL_CALLS][{"name": "read_file", "arguments": ${args}}]`,
    `[TOOL_CALLS]read_file${args}`,
    `<|tool_calls_section_begin|><|tool_call_begin|>functions.read_file:0<|tool_call_argument_begin|>${args}`,
    `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>read_file\n${args}`,
    `commentary to=functions.read_file <|constrain|>json<|message|>${args}`,
    `<|tool_call|>[{"name": "read_file", "arguments": ${args}}]`,
    `{"name": "read_file", "arguments": ${args}}`,
    `{"name": "read_file", "parameters": ${args}}`,
    `[{"name": "read_file", "arguments": ${args}}]`,
    `{"type": "function", "function": {"name": "read_file", "arguments": "{}"}}`,
    `{"type": "function", "name": "run_tests"}`,
    `{"tool_calls": [{"function": {"name": "read_file", "arguments": ${args}}}]}`,
    `{"function_call": {"name": "read_file", "arguments": ${args}}}`,
    `{"tool": "read_file", "tool_input": ${args}}`,
    `{"action": "read_file", "action_input": ${args}}`,
    `{"function": "functions.read_file", "args": ${args}}`,
    `{"read_file": ${args}}`,
    `First I read it:\n\n\`\`\`json\n{"name": "read_file", "arguments": ${args}}\n\`\`\`\n`,
    `First I read it:\n\n{"name": "read_file",\n "arguments": ${args}}\n\nThen I edit.`,
    `\`\`\`tool_code\nread_file(path="a.js")\n\`\`\``,
    `[read_file(path="a.js"), run_tests()]`,
    `functions.read_file({"path": "a.js"})`,
    `<read_file>\n<path>a.js</path>\n</read_file>`,
    `<tool_call>{"name":"edit_file","arguments":${args}}</tool_call>`,
  ];
  for (const text of calls)
    it(`finds ${JSON.stringify(text.slice(0, 60))}`, () => assert.notEqual(writtenCall(text, names), undefined));

  const words: readonly string[] = [
    '',
    'Nothing is worth changing.',
    'I read the file with read_file and staged one change with apply_edit; run_tests says preserved.',
    'The parser of `<tool_call>` is fine as it is.',
    'The function `call(name, arguments)` is short already:\n\n```js\nconst call = { name: "x", arguments: [] };\n```',
    'It builds this:\n\n```json\n{"name": "x", "arguments": {"a": 1}}\n```',
    '{"summary": "nothing to do"}',
    'apply_edit (which only stages) was called three times.',
    '[1, 2, 3]',
  ];
  for (const text of words)
    it(`takes for words ${JSON.stringify(text.slice(0, 60))}`, () => assert.equal(writtenCall(text, names), undefined));

  it('is quick with a long text of brackets', () => {
    assert.equal(writtenCall('[{"'.repeat(100_000), names), undefined);
  });
});
