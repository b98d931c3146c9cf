import { assertNever } from '../../util/exhaustive.ts';
import type { JsonObject, Piece } from './model.ts';
import { MessageEvents } from './messageEvents.ts';
import {
  newId,
  nowInSeconds,
  responseResource,
  type Progress,
  type ResponseHead,
  type ServerEvent,
} from './resource.ts';

/** How a response ended, and what it added to the conversation. */
export interface Ending {
  readonly kind: 'completed' | 'incomplete' | 'failed' | 'aborted';
  readonly output: readonly JsonObject[];
}

/**
 * Turns the pieces of one answer into the events of one response, from `response.created` to its terminal event, of which
 * `onEnding` is told before it goes out. An answer that throws ends in `response.failed`, except when the signal has fired:
 * then the events just end.
 */
export async function* responseEvents(
  head: ResponseHead,
  pieces: AsyncIterable<Piece>,
  onEnding: (ending: Ending) => void,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent, void> {
  const writer = new EventWriter(head);
  yield writer.progress('response.created');
  yield writer.progress('response.in_progress');
  try {
    for await (const piece of pieces) {
      if (signal.aborted) break;
      yield* writer.piece(piece);
    }
    if (!signal.aborted) yield* writer.close();
  } catch (error) {
    if (!signal.aborted) writer.fail('server_error', error instanceof Error ? error.message : String(error));
  }
  if (signal.aborted) return onEnding({ kind: 'aborted', output: [] });
  const last = writer.terminal();
  onEnding(writer.ending);
  yield last;
}

class EventWriter {
  readonly #head: ResponseHead;
  readonly #output: JsonObject[] = [];
  #sequence = 0;
  #open: MessageEvents | undefined;
  #progress: Omit<Progress, 'output' | 'completedAt'> = {
    status: 'in_progress',
    error: null,
    incompleteReason: null,
    usage: null,
  };

  constructor(head: ResponseHead) {
    this.#head = head;
  }

  get ending(): Ending {
    return { kind: this.#outcome, output: this.#output };
  }

  progress(type: 'response.created' | 'response.in_progress'): ServerEvent {
    const progress = { ...this.#progress, output: [], completedAt: null };
    return this.#event(type, { response: responseResource(this.#head, progress) });
  }

  terminal(): ServerEvent {
    const status = this.#outcome;
    const completedAt = status === 'completed' ? nowInSeconds() : null;
    const response = responseResource(this.#head, { ...this.#progress, status, output: this.#output, completedAt });
    return this.#event(`response.${status}`, { response });
  }

  fail(code: string, message: string): void {
    this.#progress = { ...this.#progress, status: 'failed', error: { code, message } };
  }

  *piece(piece: Piece): Generator<ServerEvent> {
    switch (piece.kind) {
      case 'text':
      case 'reasoning':
        yield* this.#delta(piece.kind, piece.delta);
        return;
      case 'call':
        yield* this.close();
        yield* this.#call(piece);
        return;
      case 'event':
        yield* this.close();
        yield this.#relay(piece.event);
        return;
      case 'usage':
        this.#progress = { ...this.#progress, usage: piece.usage };
        return;
      case 'incomplete':
        yield* this.close('incomplete');
        this.#progress = { ...this.#progress, status: 'incomplete', incompleteReason: piece.reason };
        return;
      case 'failed':
        this.fail(piece.code, piece.message);
        return;
      default:
        assertNever(piece);
    }
  }

  /** Ends the message that is being written, if there is one. */
  *close(status: 'completed' | 'incomplete' = 'completed'): Generator<ServerEvent> {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    for (const { type, ...fields } of open.end(status)) yield this.#event(type, fields);
    this.#output.push(open.item(status));
  }

  *#delta(kind: 'text' | 'reasoning', delta: string): Generator<ServerEvent> {
    if (this.#open && this.#open.kind !== kind) yield* this.close();
    if (!this.#open) {
      this.#open = new MessageEvents(kind, this.#output.length);
      for (const { type, ...fields } of this.#open.begin()) yield this.#event(type, fields);
    }
    const { type, ...fields } = this.#open.delta(delta);
    yield this.#event(type, fields);
  }

  *#call({ callId, name, arguments: text }: Piece & { readonly kind: 'call' }): Generator<ServerEvent> {
    const item = { type: 'function_call', id: newId('fc'), call_id: callId, name } as const;
    const output_index = this.#output.length;
    const place = { item_id: item.id, output_index };
    const added = { ...item, status: 'in_progress', arguments: '' };
    yield this.#event('response.output_item.added', { output_index, item: added });
    yield this.#event('response.function_call_arguments.delta', { ...place, delta: text });
    yield this.#event('response.function_call_arguments.done', { ...place, name, arguments: text });
    const done = { ...item, status: 'completed', arguments: text };
    this.#output.push(done);
    yield this.#event('response.output_item.done', { output_index, item: done });
  }

  get #outcome(): 'completed' | 'incomplete' | 'failed' {
    return this.#progress.status === 'in_progress' ? 'completed' : this.#progress.status;
  }

  /** Another server's event keeps everything but its number. */
  #relay({ type, ...fields }: JsonObject & { readonly type: string }): ServerEvent {
    const { item } = fields;
    if (type === 'response.output_item.done' && isObject(item)) this.#output.push(item);
    return this.#event(type, fields);
  }

  #event(type: string, fields: JsonObject): ServerEvent {
    return { ...fields, type, sequence_number: this.#sequence++ };
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
