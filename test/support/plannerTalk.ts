import { DirectAnalyst } from '../../src/engine/analyst/analyst.ts';
import type { Conversation, DeclaredTool, Item, Model } from '../../src/engine/server/model.ts';
import { createPlannerModel } from '../../src/engine/planner/plannerConversation.ts';
import type { Analyze, Finding, Step } from '../../src/engine/analysis/refactoring.ts';
import { plannerTools, type PlannerWorkspace } from './plannerWorkspace.ts';

/** Finds `old(N)` and offers `new(N)` for it, reports `odd(N)`; `organizeImports` knows only those above 90. */
export const analyzeMarks: Analyze = ({ text, focus, intent }) => {
  const findings: Finding[] = [];
  const steps: Step[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const at = index + 1;
    if (focus && (at < focus.startLine || at > focus.endLine)) continue;
    for (const [call, word, number] of line.matchAll(/\b(old|odd)\((\d+)\)/g)) {
      if (intent === 'organizeImports' && Number(number) < 90) continue;
      const isFixable = word === 'old';
      const place = { rule: `mark-${number}`, startLine: at, endLine: at };
      findings.push({
        ...place,
        title: `${isFixable ? 'Renew' : 'Odd'} ${number}`,
        message: 'It is a mark.',
        isFixable,
      });
      if (isFixable)
        steps.push({
          ...place,
          id: `mark:${number}:${at}`,
          title: `Renew ${number}`,
          apply: (now) => (now.includes(call) ? now.replace(call, `new(${number})`) : undefined),
        });
    }
  }
  return { findings, steps };
};

export function markModel(): Model {
  return createPlannerModel(new DirectAnalyst(analyzeMarks));
}

/** What the model did in one response. */
export interface Response {
  readonly text: string;
  readonly calls: readonly (Item & { readonly kind: 'call' })[];
}

export interface AnswerOptions {
  readonly tools?: readonly DeclaredTool[];
  readonly isParallel?: boolean;
}

export async function answer(
  conversation: Conversation,
  items: readonly Item[],
  { tools = plannerTools, isParallel = true }: AnswerOptions = {},
): Promise<Response> {
  let text = '';
  const calls: (Item & { readonly kind: 'call' })[] = [];
  const answered = await conversation.answer({ items, tools, isParallel }, new AbortController().signal);
  if (answered.kind === 'refused') throw new Error(answered.refusal.message);
  for await (const piece of answered.pieces) {
    if (piece.kind === 'text') text += piece.delta;
    else if (piece.kind === 'call') calls.push(piece);
    else throw new Error(`A planner has no ${piece.kind}.`);
  }
  return { text, calls };
}

export function user(text: string): Item {
  return { kind: 'message', role: 'user', text };
}

/** A conversation that answers its own calls from a workspace, and keeps everything that a full resend would hold. */
export class Talk {
  readonly conversation: Conversation;
  readonly workspace: PlannerWorkspace;
  /** All items so far, and where each response stands in them. */
  readonly history: Item[] = [];
  readonly responses: { readonly end: number; readonly response: Response }[] = [];
  readonly #options: AnswerOptions;

  constructor(workspace: PlannerWorkspace, options: AnswerOptions = {}, model: Model = markModel()) {
    this.workspace = workspace;
    this.conversation = model.converse();
    this.#options = options;
  }

  /** Says something and runs tools until the model is done; returns all that it said. */
  async say(text: string): Promise<string> {
    let items: readonly Item[] = [user(text)];
    const said: string[] = [];
    for (let turn = 0; turn < 500; turn++) {
      this.history.push(...items);
      const end = this.history.length;
      const response = await answer(this.conversation, items, this.#options);
      this.responses.push({ end, response });
      said.push(response.text);
      if (response.text !== '') this.history.push({ kind: 'message', role: 'assistant', text: response.text });
      this.history.push(...response.calls);
      if (response.calls.length === 0) return said.join('');
      items = response.calls.map(({ callId, name, arguments: args }) => ({
        kind: 'output',
        callId,
        output: this.workspace.run(name, args),
      }));
    }
    throw new Error('The planner does not come to an end.');
  }
}
