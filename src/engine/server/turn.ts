import type { Answer, Item, Model, Piece } from './model.ts';
import { admit, remember, type Chain, type Turn } from './chain.ts';
import { itemsOfOutput } from './items.ts';
import type { ResponseRequest } from './request.ts';
import type { RequestError } from './requestError.ts';
import { newId, nowInSeconds, type ResponseHead, type ServerEvent } from './resource.ts';
import { responseEvents, type Ending } from './responseEvents.ts';

/** Where events go; resolves when there is room for the next one. */
export type Send = (event: ServerEvent) => Promise<void>;

export interface TurnHooks {
  readonly send: Send;
  /** The response can be continued from here on; told before its terminal event goes out, for the next request may be on its way. */
  readonly keep: (id: string, chain: Chain) => void;
}

export type TurnEnd =
  /** Nothing was sent: the request is to be answered with this. */
  | { readonly kind: 'refused'; readonly error: RequestError }
  /** The response has had its terminal event, and cannot be continued when it failed. */
  | { readonly kind: 'answered'; readonly isKept: boolean }
  | { readonly kind: 'aborted' };

/** Answers one request that continues `previous`, or begins anew. Rejects when events cannot be sent any more. */
export async function answerTurn(
  model: Model,
  request: ResponseRequest,
  previous: Chain | undefined,
  hooks: TurnHooks,
  signal: AbortSignal,
): Promise<TurnEnd> {
  const admission = admit(model, previous, request.items);
  if (!admission.ok) return { kind: 'refused', error: admission.error };
  const { turn } = admission;
  const answer = await ask(request, turn, signal);
  if (answer.kind === 'refused') return { kind: 'refused', error: answer.refusal };
  const head: ResponseHead = {
    id: newId('resp'),
    createdAt: nowInSeconds(),
    previousResponseId: request.previousResponseId ?? null,
    echo: request.echo,
  };
  let end: TurnEnd = { kind: 'aborted' };
  const onEnding = (ending: Ending): void => {
    const isKept = ending.kind === 'completed' || ending.kind === 'incomplete';
    if (isKept) hooks.keep(head.id, chainAfter(request, turn, itemsOfOutput(ending.output)));
    end = ending.kind === 'aborted' ? { kind: 'aborted' } : { kind: 'answered', isKept };
  };
  for await (const event of responseEvents(head, answer.pieces, onEnding, signal)) await hooks.send(event);
  return end;
}

async function ask(request: ResponseRequest, { conversation, items }: Turn, signal: AbortSignal): Promise<Answer> {
  if (!request.generates) return { kind: 'pieces', pieces: nothing() };
  const { tools, choice, isParallel, settings } = request;
  return conversation.answer({ items, tools, choice, isParallel, settings }, signal);
}

function chainAfter(request: ResponseRequest, { conversation, items, history }: Turn, output: readonly Item[]): Chain {
  return {
    conversation,
    held: request.generates ? [] : items,
    openCalls: new Set(output.flatMap((item) => (item.kind === 'call' ? [item.callId] : []))),
    history: remember(history, output),
  };
}

async function* nothing(): AsyncGenerator<Piece> {}
