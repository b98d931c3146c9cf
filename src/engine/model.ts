/** What the server asks of a model: items in, pieces of an answer out. Knows nothing of sockets and nothing of code. */

/** One item of a conversation, parsed; what the model does not understand is `other` and is skipped. */
export type Item =
  | { readonly kind: 'message'; readonly role: string; readonly text: string }
  | { readonly kind: 'call'; readonly callId: string; readonly name: string; readonly arguments: string }
  | { readonly kind: 'output'; readonly callId: string; readonly output: string }
  | { readonly kind: 'other' };

/** A function tool that the request declares. */
export interface DeclaredTool {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What one response has to answer. */
export interface ModelTurn {
  /** Only the new items; for the first turn of a conversation, all of them. */
  readonly items: readonly Item[];
  readonly tools: readonly DeclaredTool[];
  /** False when at most one call may be made in a response. */
  readonly isParallel: boolean;
}

/** A part of an answer, in order. */
export type Piece =
  | { readonly kind: 'text'; readonly delta: string }
  | { readonly kind: 'call'; readonly callId: string; readonly name: string; readonly arguments: string };

/** One conversation; turns follow each other and never overlap. */
export interface Conversation {
  /** Ends after the last piece; throws only on bugs and, once the signal has fired, on cancellation. */
  answer(turn: ModelTurn, signal: AbortSignal): AsyncIterable<Piece>;
}

/** Opens conversations that know nothing of each other. */
export interface Model {
  converse(): Conversation;
}
