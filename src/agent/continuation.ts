import * as z from 'zod/mini';
import { developerMessage, isFunctionCall, type InputItem, type OutputItem } from '../responses/items.ts';
import { describeStanding, type CallLedger } from './callLedger.ts';

/** Items of a conversation, ours and the model's. */
export type ConversationItem = InputItem | OutputItem;

/** A conversation as it was kept by a process that is gone. */
export interface KeptConversation {
  /** What both sides said. */
  readonly history: readonly ConversationItem[];
  /** What the endpoint was not sent. */
  readonly unsent: readonly InputItem[];
}

const item = z.custom<ConversationItem>(
  (value) => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string',
);
const input = z.custom<InputItem>((value) => {
  const parsed = item.safeParse(value);
  return parsed.success && (parsed.data.type === 'message' || parsed.data.type === 'function_call_output');
});
const kept = z.object({ history: z.array(item), unsent: z.array(input) });

/** Undefined when a value is no kept conversation; never throws. */
export function parseKeptConversation(value: unknown): KeptConversation | undefined {
  const parsed = kept.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The items of a history as a client gives it; undefined when it is none. Never throws. */
export function parseHistory(text: string): readonly ConversationItem[] | undefined {
  try {
    const parsed = z.array(item).safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What goes first into the next request of a conversation that is continued: a result for every call that has none, from the
 * ledger where it was made, and a word on what is gone. No call is made here.
 */
export async function resumeItems(
  { history, unsent }: KeptConversation,
  ledger: CallLedger,
): Promise<readonly InputItem[]> {
  const answered = new Set([...history, ...unsent].flatMap((one) => callIdOf(one, 'function_call_output')));
  const results: InputItem[] = [];
  for (const one of history) {
    if (one.type !== 'function_call' || !isFunctionCall(one) || answered.has(one.call_id)) continue;
    answered.add(one.call_id);
    results.push({
      type: 'function_call_output',
      call_id: one.call_id,
      output: await resultOf(one.call_id, ledger),
    });
  }
  // Results of calls come before every message: some endpoints want them right after the calls.
  const [outputs, messages] = [
    unsent.filter(({ type }) => type === 'function_call_output'),
    unsent.filter(({ type }) => type !== 'function_call_output'),
  ];
  return [...outputs, ...results, ...messages, restarted];
}

const restarted = developerMessage(
  'The editor was restarted here. Nothing is staged any more, and files may have changed: read again before you propose.',
);

async function resultOf(callId: string, ledger: CallLedger): Promise<string> {
  const standing = await ledger.recall(callId);
  if (standing === undefined) return 'Error: The editor was restarted before this call was made.';
  const { isError, output } = describeStanding(standing);
  return isError ? `Error: ${output}` : output;
}

function callIdOf(one: ConversationItem, type: string): string[] {
  return one.type === type && 'call_id' in one && typeof one.call_id === 'string' ? [one.call_id] : [];
}
