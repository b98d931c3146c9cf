import * as z from 'zod/mini';
import type { Compaction, Conversation, Item, Model, ModelNames, ModelTurn, TokenUsage } from '../server/model.ts';
import { sourceOf } from '../server/model.ts';
import { compactionOf } from '../server/compacting.ts';
import { ChatDialect } from './chatDialect.ts';
import { ChatConversation } from './chatUpstream.ts';
import type { UpstreamApi } from './detectApi.ts';
import { ResponsesConversation } from './responsesUpstream.ts';
import { askUpstream, type UpstreamAddress } from './upstreamHttp.ts';
import { responsesUsage } from './usage.ts';

export interface UpstreamOptions extends UpstreamAddress {
  readonly api: UpstreamApi;
  /** Asked for whatever the request names; absent: what the request names. */
  readonly model?: string;
}

const modelsSchema = z.looseObject({
  data: z.array(z.looseObject({ id: z.string(), owned_by: z.catch(z.optional(z.string()), undefined) })),
});
const windowSchema = z.looseObject({
  output: z.array(z.looseObject({ type: z.string() })),
  usage: z.optional(z.unknown()),
});

const noTokens: TokenUsage = { input: 0, cached: 0, output: 0, reasoning: 0 };

/** A server that has plain HTTP only, as a model: conversations are kept here and sent to it whole. */
export class UpstreamModel implements Model {
  readonly #options: UpstreamOptions;
  readonly #dialect = new ChatDialect();

  constructor(options: UpstreamOptions) {
    this.#options = options;
  }

  converse(): Conversation {
    const { api, model } = this.#options;
    return api === 'chat'
      ? new ChatConversation(this.#options, model, this.#dialect)
      : new ResponsesConversation(this.#options, model);
  }

  async names(signal: AbortSignal): Promise<ModelNames> {
    const answer = await askUpstream(this.#options, '/models', undefined, signal);
    const parsed = answer.kind === 'json' ? z.safeParse(modelsSchema, answer.value) : undefined;
    if (parsed?.success)
      return {
        kind: 'names',
        names: parsed.data.data.map(({ id, owned_by: owner }) => ({ id, owner: owner ?? 'upstream' })),
      };
    const { model } = this.#options;
    if (model !== undefined) return { kind: 'names', names: [{ id: model, owner: 'upstream' }] };
    return answer.kind === 'refused' ? answer : { kind: 'names', names: [] };
  }

  /** By the other server where it can; else the model is asked for a summary, which takes the place of all items. */
  async compact(turn: ModelTurn, signal: AbortSignal): Promise<Compaction> {
    if (this.#options.api === 'responses') {
      const { model = turn.settings?.['model'] } = this.#options;
      const { previous_response_id: _, ...settings } = turn.settings ?? {};
      const body = { ...settings, model, input: turn.items.map(sourceOf) };
      const answer = await askUpstream(this.#options, '/responses/compact', body, signal);
      const window = answer.kind === 'json' ? z.safeParse(windowSchema, answer.value).data : undefined;
      if (window) return { kind: 'window', output: window.output, usage: responsesUsage(window.usage) ?? noTokens };
      if (answer.kind === 'refused' && ![404, 405, 501].includes(answer.refusal.status)) return answer;
    }
    return this.#summarize(turn, signal);
  }

  async #summarize(turn: ModelTurn, signal: AbortSignal): Promise<Compaction> {
    const { settings = {} } = turn;
    const asked = {
      model: settings['model'],
      ...(typeof settings['instructions'] === 'string' && { instructions: settings['instructions'] }),
    };
    const items: readonly Item[] = [...turn.items, { kind: 'message', role: 'user', text: summaryWish }];
    const answer = await this.converse().answer({ items, tools: [], isParallel: false, settings: asked }, signal);
    if (answer.kind === 'refused') return answer;
    let summary = '';
    let usage = noTokens;
    for await (const piece of answer.pieces) {
      if (piece.kind === 'text') summary += piece.delta;
      if (piece.kind === 'event' && piece.event.type === 'response.output_text.delta')
        summary += String(piece.event['delta']);
      if (piece.kind === 'usage') usage = piece.usage;
      if (piece.kind === 'failed' || piece.kind === 'incomplete') return cutSummary;
    }
    if (summary.trim() === '') return cutSummary;
    const item = compactionOf([{ type: 'message', role: 'developer', content: `${summaryHead}\n\n${summary.trim()}` }]);
    return { kind: 'window', output: [item], usage };
  }
}

const summaryHead = 'Summary of the conversation so far, which is not shown any more:';
const summaryWish =
  `Summarize our conversation so that the work can go on from your summary alone: what was asked for, what was
decided and why, what is known about each file, what was done with which result, what is still open. Quote names, paths and
numbers exactly. Answer with the summary only.`.replaceAll('\n', ' ');

const cutSummary: Compaction = {
  kind: 'refused',
  refusal: {
    status: 502,
    type: 'server_error',
    code: 'compaction_failed',
    message: 'The upstream model gave no whole summary; the conversation is as it was.',
    param: null,
  },
};
