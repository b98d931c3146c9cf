import type { ChatEntry, RunStatus } from './messages.ts';

/** A conversation as it is shown; immutable. */
export interface Conversation {
  readonly entries: readonly ChatEntry[];
  readonly status: RunStatus;
  readonly nextId: number;
}

export const idlePhases: RunStatus['phases'] = { analyze: 'idle', propose: 'idle', apply: 'idle', verify: 'idle' };

export const emptyConversation: Conversation = {
  entries: [],
  status: { activity: 'idle', phases: idlePhases, wire: null },
  nextId: 1,
};

type NewEntry = ChatEntry extends infer Entry ? (Entry extends ChatEntry ? Omit<Entry, 'id'> : never) : never;

/** Adds an entry under a fresh id; text before it streams no longer. */
export function push(state: Conversation, entry: NewEntry): Conversation {
  const { entries } = closeText(state);
  return { ...state, entries: [...entries, { ...entry, id: state.nextId }], nextId: state.nextId + 1 };
}

/** Ends the text that is streaming, if any. */
export function closeText(state: Conversation): Conversation {
  const last = state.entries.at(-1);
  if (last === undefined || !('isStreaming' in last) || !last.isStreaming) return state;
  return { ...state, entries: state.entries.with(-1, { ...last, isStreaming: false }) };
}

/** Changes the newest entry for which `change` gives an answer; the same conversation when it never does. */
export function replaceLast(state: Conversation, change: (entry: ChatEntry) => ChatEntry | undefined): Conversation {
  for (let index = state.entries.length - 1; index >= 0; index--) {
    const entry = state.entries[index];
    const changed = entry && change(entry);
    if (changed !== undefined) return { ...state, entries: state.entries.with(index, changed) };
  }
  return state;
}

/** Changes some fields of the status. */
export function withStatus(state: Conversation, change: Partial<RunStatus>): Conversation {
  return { ...state, status: { ...state.status, ...change } };
}
