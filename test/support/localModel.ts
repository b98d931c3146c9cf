import * as z from 'zod/mini';
import { analyze } from '../../src/engine/analyst/analyze.ts';
import { DirectAnalyst } from '../../src/engine/analyst/analyst.ts';
import type { Item, Piece } from '../../src/engine/server/model.ts';
import { createPlannerModel } from '../../src/engine/planner/plannerConversation.ts';
import { chunks, stream, type UpstreamRequest, type UpstreamStep } from './upstreamServer.ts';

const callSchema = z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) });
const requestSchema = z.looseObject({
  messages: z.array(
    z.discriminatedUnion('role', [
      z.object({ role: z.literal('system'), content: z.string() }),
      z.object({ role: z.literal('user'), content: z.string() }),
      z.object({
        role: z.literal('assistant'),
        content: z.nullable(z.string()),
        tool_calls: z.optional(z.array(callSchema)),
      }),
      z.object({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
    ]),
  ),
  tools: z.array(
    z.object({ function: z.looseObject({ name: z.string(), parameters: z.record(z.string(), z.unknown()) }) }),
  ),
});

/** A model behind Chat Completions that can refactor: the engine's own planner, which gets nothing but the messages. */
export function localModel(): UpstreamStep {
  const model = createPlannerModel(new DirectAnalyst(analyze));
  return async (response, request) => {
    const { messages, tools } = requestSchema.parse(request.body);
    const items = messages.flatMap(itemsOf);
    const declared = tools.map(({ function: { name, parameters } }) => ({ name, parameters }));
    const turn = { items, tools: declared, isParallel: true };
    const answer = await model.converse().answer(turn, new AbortController().signal);
    if (answer.kind === 'refused') throw new Error(answer.refusal.message);
    const pieces: Piece[] = [];
    for await (const piece of answer.pieces) pieces.push(piece);
    await reply(pieces)(response, request);
  };
}

function itemsOf(message: z.infer<typeof requestSchema>['messages'][number]): readonly Item[] {
  switch (message.role) {
    case 'system':
    case 'user':
      return [{ kind: 'message', role: message.role, text: message.content }];
    case 'tool':
      return [{ kind: 'output', callId: message.tool_call_id, output: message.content }];
    case 'assistant': {
      const said = message.content ?? '';
      return [
        ...(said === '' ? [] : [{ kind: 'message', role: 'assistant', text: said } as const]),
        ...(message.tool_calls ?? []).map(
          ({ id, function: { name, arguments: args } }) =>
            ({ kind: 'call', callId: id, name, arguments: args }) as const,
        ),
      ];
    }
  }
}

function reply(pieces: readonly Piece[]): UpstreamStep {
  let index = 0;
  const deltas = pieces.flatMap((piece): readonly object[] => {
    if (piece.kind === 'text') return [{ content: piece.delta }];
    if (piece.kind !== 'call') return [];
    const { callId: id, name, arguments: args } = piece;
    return [{ tool_calls: [{ index: index++, id, type: 'function', function: { name, arguments: args } }] }];
  });
  return stream(chunks(deltas, index > 0 ? 'tool_calls' : 'stop', { prompt_tokens: 1_000, completion_tokens: 10 }));
}

/** The messages of a request, counted by role. */
export function rolesOf({ body }: UpstreamRequest): readonly string[] {
  return requestSchema.parse(body).messages.map(({ role }) => role);
}
