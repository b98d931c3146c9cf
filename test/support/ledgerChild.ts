import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallLedger } from '../../src/agent/callLedger.ts';
import { ToolTable, answerCalls } from '../../src/agent/toolCall.ts';
import { toolResult } from '../../src/agent/tool.ts';
import { JsonFile } from '../../src/apply/jsonFile.ts';
import type { FunctionCall } from '../../src/responses/items.ts';

/** Makes calls `c0` … `c19` of a tool that leaves a line in a file; the ledger is kept in the folder that is the argument. */
const [folder = '', kill = ''] = process.argv.slice(2);
let steps = 0;
const step = (): void => {
  if (++steps === Number(kill)) process.kill(process.pid, 'SIGKILL');
};
const file = new JsonFile(join(folder, 'calls.json'));
const store = {
  read: () => file.read(),
  write: async (value: unknown) => {
    step();
    await file.write(value);
    step();
  },
};
const tools = new ToolTable(
  [
    {
      name: 'act',
      description: '',
      parameters: {},
      prepare: (value) => ({
        ok: true,
        summary: '',
        execute: () => {
          appendFileSync(join(folder, 'acts'), `${JSON.stringify(value)}\n`);
          step();
          return Promise.resolve(toolResult('acted', ''));
        },
      }),
    },
  ],
  new CallLedger(store),
);
const calls = Array.from({ length: 20 }, (_, index): FunctionCall => ({
  type: 'function_call',
  call_id: `c${index}`,
  name: 'act',
  arguments: String(index),
}));
const outputs = await answerCalls(calls, tools, () => {}, new AbortController().signal);
process.stdout.write(JSON.stringify(outputs.map(({ output }) => output)));
