/** What the server asks of a model: items in, pieces of an answer out. Knows nothing of sockets and nothing of code. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** One item of a conversation, parsed; what the model does not understand is `other`. */
export type Item = (
  | { readonly kind: 'message'; readonly role: string; readonly text: string }
  | { readonly kind: 'call'; readonly callId: string; readonly name: string; readonly arguments: string }
  | { readonly kind: 'output'; readonly callId: string; readonly output: string }
  | { readonly kind: 'other'; readonly source: JsonObject }
) & {
  /** The item as it was sent, with everything that is not parsed: images, phases, encrypted reasoning. */
  readonly source?: JsonObject;
};

/** A function tool that the request declares. */
export interface DeclaredTool {
  readonly name: string;
  readonly description?: string;
  readonly parameters: JsonObject;
}

/** Whether a tool may, must or must not be called; `named` demands this one. */
export type ToolChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'required' }
  | { readonly kind: 'named'; readonly name: string };

/** What one response has to answer. */
export interface ModelTurn {
  /** Only the new items; for the first turn of a conversation, all of them. */
  readonly items: readonly Item[];
  /** Those that may be called: none when the choice is `none`. */
  readonly tools: readonly DeclaredTool[];
  /** Absent: `auto`. */
  readonly choice?: ToolChoice;
  /** False when at most one call may be made in a response. */
  readonly isParallel: boolean;
  /** The request's other fields as they were sent, for a model that hands them on. */
  readonly settings?: JsonObject;
}

export interface TokenUsage {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

/** A part of an answer, in order. */
export type Piece =
  | { readonly kind: 'text'; readonly delta: string }
  | { readonly kind: 'reasoning'; readonly delta: string }
  | { readonly kind: 'call'; readonly callId: string; readonly name: string; readonly arguments: string }
  /** An event of another server's response, between its beginning and its end, handed on as it is. */
  | { readonly kind: 'event'; readonly event: JsonObject & { readonly type: string } }
  | { readonly kind: 'usage'; readonly usage: TokenUsage }
  /** The answer is cut here, for example by `max_output_tokens`; the last piece but for `usage`. */
  | { readonly kind: 'incomplete'; readonly reason: string }
  /** There will be no answer; the last piece. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** Why a turn was not taken on; nothing of it has happened. */
export interface ModelRefusal {
  /** As HTTP counts. */
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
  /** What says when to try again. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Answer =
  | { readonly kind: 'pieces'; readonly pieces: AsyncIterable<Piece> }
  | { readonly kind: 'refused'; readonly refusal: ModelRefusal };

/** One conversation; turns follow each other and never overlap. */
export interface Conversation {
  /** Both the promise and the pieces reject only on bugs and, once the signal has fired, on cancellation. */
  answer(turn: ModelTurn, signal: AbortSignal): Promise<Answer>;
}

export interface ModelName {
  readonly id: string;
  readonly owner: string;
}

export type ModelNames =
  | { readonly kind: 'names'; readonly names: readonly ModelName[] }
  | { readonly kind: 'refused'; readonly refusal: ModelRefusal };

/** A shorter window of items that a new conversation can begin with. */
export type Compaction =
  | { readonly kind: 'window'; readonly output: readonly JsonObject[]; readonly usage: TokenUsage }
  | { readonly kind: 'refused'; readonly refusal: ModelRefusal };

/** Opens conversations that know nothing of each other. */
export interface Model {
  converse(): Conversation;
  names(signal: AbortSignal): Promise<ModelNames>;
  /** Absent where nothing can be left out; the server then packs the items as they are. */
  compact?(turn: ModelTurn, signal: AbortSignal): Promise<Compaction>;
}

/** The item as it would be sent. */
export function sourceOf(item: Item): JsonObject {
  if (item.source) return item.source;
  switch (item.kind) {
    case 'message':
      return { type: 'message', role: item.role, content: item.text };
    case 'call':
      return { type: 'function_call', call_id: item.callId, name: item.name, arguments: item.arguments };
    case 'output':
      return { type: 'function_call_output', call_id: item.callId, output: item.output };
    case 'other':
      return item.source;
  }
}
