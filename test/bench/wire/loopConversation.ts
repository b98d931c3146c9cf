import { randomUUID } from 'node:crypto';
import type { AgentEvent } from '../../../src/agent/events.ts';
import { goalMessage, standingInstructions } from '../../../src/agent/instructions.ts';
import { turnOptions } from '../../../src/agent/modelOptions.ts';
import { Budget } from '../../../src/agent/limits.ts';
import { runLoop } from '../../../src/agent/loop.ts';
import { defaultLimits } from '../../../src/agent/run.ts';
import type { Tool } from '../../../src/agent/tool.ts';
import { ToolTable } from '../../../src/agent/toolCall.ts';
import { RipgrepSearch } from '../../../src/disk/ripgrepSearch.ts';
import { Draft } from '../../../src/edits/draft.ts';
import { WebSocketResponsesClient } from '../../../src/responses/client.ts';
import type { TurnMeter } from '../../../src/responses/turn.ts';
import { allTools } from '../../../src/tools/allTools.ts';
import { ReadLedger } from '../../../src/tools/readLedger.ts';
import type { Documents } from '../../../src/workspace/documents.ts';

/** The tools as they are sent; only `read_file` can be called. */
export function realTools(documents: Documents): readonly Tool[] {
  const unused = (): never => {
    throw new Error('The scripted model only asks for read_file.');
  };
  return allTools({
    documents,
    search: new RipgrepSearch({ root: '/', program: 'rg' }),
    language: { outline: unused, diagnostics: unused },
    approvals: { allowsTestEdits: () => false },
    verifier: {
      describeCommand: unused,
      baseline: unused,
      trial: unused,
      examine: unused,
      applied: unused,
      prepare: unused,
      invalidate: unused,
    },
    draft: new Draft(),
    ledger: new ReadLedger(),
  });
}

/** One conversation of the real loop, client and tools with the endpoint at `baseUrl`; gives the meter of every turn. */
export async function converse(baseUrl: string, documents: Documents): Promise<readonly TurnMeter[]> {
  const client = new WebSocketResponsesClient({ endpoint: baseUrl, bearer: async () => 'bench' });
  const options = turnOptions({ transport: 'auto', hostedTools: [] }, randomUUID());
  const failures: AgentEvent[] = [];
  const { ending } = await runLoop(
    {
      client,
      model: 'bench-model',
      tools: new ToolTable(realTools(documents)),
      budget: new Budget(defaultLimits),
      options,
    },
    [standingInstructions, goalMessage({ goal: 'Simplify these files.', focus: [] })],
    (event) => {
      if (event.kind === 'resend' || event.kind === 'warning' || (event.kind === 'callFinished' && event.isError))
        failures.push(event);
    },
    new AbortController().signal,
  );
  await client.close();
  if (ending.kind !== 'answered' || failures.length > 0) throw new Error(JSON.stringify([ending, failures]));
  return client.meters;
}
