import type { Conversation, Item, Model } from './model.ts';
import { invalid, type RequestError } from './requestError.ts';

/** Everything that was said, newest first; chains that were forked share what came before. */
export interface History {
  readonly before: History | undefined;
  readonly items: readonly Item[];
  /** Of all of it, in UTF-16 units, about. */
  readonly size: number;
}

/** A conversation after one of its responses, and what it still waits for. */
export interface Chain {
  /** Undefined where nobody keeps it going: the next turn begins a new one from the history. */
  readonly conversation: Conversation | undefined;
  /** Items that were taken without an answer (`generate: false`). */
  readonly held: readonly Item[];
  /** Calls without an output. */
  readonly openCalls: ReadonlySet<string>;
  readonly history: History | undefined;
}

/** What is to be answered, and what it belongs to. */
export interface Turn {
  readonly conversation: Conversation;
  /** What the conversation has not seen yet. */
  readonly items: readonly Item[];
  readonly history: History;
}

export type Admission =
  { readonly ok: true; readonly turn: Turn } | { readonly ok: false; readonly error: RequestError };

/** The most that one conversation may hold, in UTF-16 units. */
const maxHistory = 64 * 1024 * 1024;

/** Joins new items to a chain, or opens one. Every call must have exactly one output before there is anything to answer. */
export function admit(model: Model, previous: Chain | undefined, items: readonly Item[]): Admission {
  const open = new Set(previous?.openCalls);
  for (const item of items) {
    if (item.kind === 'call') open.add(item.callId);
    else if (item.kind === 'output' && !open.delete(item.callId))
      return fail(`No tool call found for function call output with call_id ${item.callId}.`);
  }
  const [missing] = open;
  if (missing !== undefined) return fail(`No tool output found for function call ${missing}.`);
  const history = remember(previous?.history, items);
  if (history.size > maxHistory)
    return { ok: false, error: invalid('The conversation is too long.', 'input', 'context_length_exceeded') };
  const { conversation } = previous ?? {};
  const turn = conversation
    ? { conversation, items: [...(previous?.held ?? []), ...items], history }
    : { conversation: model.converse(), items: everything(history), history };
  return { ok: true, turn };
}

export function remember(before: History | undefined, items: readonly Item[]): History {
  return { before, items, size: items.reduce((sum, item) => sum + sizeOf(item), before?.size ?? 0) };
}

/** All items of a history, oldest first. */
export function everything(history: History | undefined): readonly Item[] {
  const parts: (readonly Item[])[] = [];
  for (let part = history; part; part = part.before) parts.push(part.items);
  return parts.reverse().flat();
}

/** The same point of a conversation for somebody who goes on from it alone. */
export function fork(chain: Chain): Chain {
  return { ...chain, conversation: undefined, held: [] };
}

function sizeOf(item: Item): number {
  switch (item.kind) {
    case 'message':
      return 64 + item.text.length;
    case 'call':
      return 64 + item.name.length + item.arguments.length;
    case 'output':
      return 64 + item.output.length;
    case 'other':
      return 1_024;
  }
}

function fail(message: string): Admission {
  return { ok: false, error: invalid(message, 'input') };
}
