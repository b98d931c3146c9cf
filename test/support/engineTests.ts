import { allTools } from '../../src/tools/allTools.ts';
import { ReadLedger } from '../../src/tools/readLedger.ts';
import { DiskDocuments } from '../../src/disk/diskDocuments.ts';
import { Draft } from '../../src/edits/draft.ts';
import type { Proposal } from '../../src/edits/proposal.ts';
import { analyze } from '../../src/engine/analyst/analyze.ts';
import { DirectAnalyst } from '../../src/engine/analyst/analyst.ts';
import { createFindSubjects } from '../../src/engine/characterizing/findSubjects.ts';
import type { Item } from '../../src/engine/server/model.ts';
import { createPlannerModel } from '../../src/engine/planner/plannerConversation.ts';
import type { DisposableVerifier } from '../../src/verify/verifier.ts';
import type { Verifier } from '../../src/workspace/verification.ts';
import { answer, user } from './plannerTalk.ts';

const { signal } = new AbortController();
const task = { goal: 'Write tests', focus: [], writesTests: true } as const;

/** Has the embedded engine write tests through the real tools over a folder; returns what it said and what is staged. */
export async function writeTestsFor(
  root: string,
  verifier: DisposableVerifier,
  goal: string,
): Promise<{ readonly said: string; readonly proposal: Proposal }> {
  const draft = new Draft();
  draft.admits = 'newTests';
  const aimed: Verifier = {
    describeCommand: (stop) => verifier.describeCommand(stop),
    prepare: (stop) => verifier.prepare(stop),
    baseline: (stop) => verifier.baseline(stop, { task }),
    trial: (proposal, stop) => verifier.trial(proposal, stop, { task }),
    examine: (proposal, stop) => verifier.examine(proposal, stop, { task }),
    applied: (proposal, stop) => verifier.applied(proposal, stop, { task }),
    invalidate: () => verifier.invalidate(),
  };
  const tools = allTools({
    documents: new DiskDocuments({ root }),
    search: { search: () => Promise.reject(new Error('Nobody searches here.')) },
    language: {
      outline: async () => undefined,
      diagnostics: async () => ({ kind: 'unavailable', reason: 'No language here.' }),
    },
    approvals: { allowsTestEdits: () => false },
    draft,
    ledger: new ReadLedger(),
    verifier: aimed,
  });
  const model = createPlannerModel(new DirectAnalyst(analyze, createFindSubjects()));
  const conversation = model.converse();
  const said: string[] = [];
  for (let items: readonly Item[] = [user(`Goal: ${goal}`)]; ;) {
    const { text, calls } = await answer(conversation, items, { tools });
    said.push(text);
    if (calls.length === 0) return { said: said.join(''), proposal: draft.proposal };
    const outputs: Item[] = [];
    for (const { callId, name, arguments: args } of calls) {
      const prepared = tools.find((tool) => tool.name === name)?.prepare(JSON.parse(args));
      const output =
        prepared?.ok === true ? (await prepared.execute(signal)).output : `Error: ${prepared?.message ?? 'no tool'}`;
      outputs.push({ kind: 'output', callId, output });
    }
    items = outputs;
  }
}
