import type { ChatEntry, PanelMessage, RunStatus, Surroundings } from '../chat/messages.ts';

/** What the panel shows; replaced as a whole by every message of the host. */
export interface PanelState {
  /** Names the conversation; with another one everything is drawn anew. */
  readonly threadId: string;
  readonly entries: readonly ChatEntry[];
  readonly status: RunStatus;
  readonly surroundings: Surroundings;
}

/** What the templates may do. */
export interface Panel {
  send(message: PanelMessage): void;
  /** Whether the list of conversations is open. */
  isThreadListOpen: boolean;
  /** Draws again after a change that is the panel's own. */
  refresh(): void;
  /** Puts a text into the goal and the caret behind it. */
  suggest(goal: string): void;
}
