import { assertNever } from '../../util/exhaustive.ts';
import type { Piece } from '../model.ts';
import {
  newId,
  nowInSeconds,
  responseResource,
  type OutputItem,
  type ResponseHead,
  type ServerEvent,
} from './resource.ts';

interface OpenMessage {
  readonly id: string;
  readonly index: number;
  text: string;
}

/**
 * Turns the pieces of one answer into the events of one response, from `response.created` to its terminal event. An answer
 * that throws ends in `response.failed`, except when the signal has fired: then the events just end.
 */
export async function* responseEvents(
  head: ResponseHead,
  pieces: AsyncIterable<Piece>,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent, 'completed' | 'failed' | 'aborted'> {
  const writer = new EventWriter(head);
  yield writer.response('response.created');
  yield writer.response('response.in_progress');
  try {
    for await (const piece of pieces) {
      if (signal.aborted) return 'aborted';
      yield* writer.piece(piece);
    }
    yield* writer.closeMessage();
  } catch (error) {
    if (signal.aborted) return 'aborted';
    yield writer.fail(error instanceof Error ? error.message : String(error));
    return 'failed';
  }
  yield writer.complete();
  return 'completed';
}

class EventWriter {
  readonly #head: ResponseHead;
  readonly #output: OutputItem[] = [];
  #sequence = 0;
  #message: OpenMessage | undefined;

  constructor(head: ResponseHead) {
    this.#head = head;
  }

  response(type: 'response.created' | 'response.in_progress'): ServerEvent {
    const response = responseResource(this.#head, {
      status: 'in_progress',
      output: [],
      completedAt: null,
      error: null,
    });
    return this.#event(type, { response });
  }

  complete(): ServerEvent {
    const progress = { status: 'completed', output: this.#output, completedAt: nowInSeconds(), error: null } as const;
    return this.#event('response.completed', { response: responseResource(this.#head, progress) });
  }

  fail(message: string): ServerEvent {
    const error = { code: 'server_error', message };
    const progress = { status: 'failed', output: this.#output, completedAt: null, error } as const;
    return this.#event('response.failed', { response: responseResource(this.#head, progress) });
  }

  *piece(piece: Piece): Generator<ServerEvent> {
    switch (piece.kind) {
      case 'text':
        yield* this.#text(piece.delta);
        return;
      case 'call':
        yield* this.closeMessage();
        yield* this.#call(piece);
        return;
      default:
        assertNever(piece);
    }
  }

  *closeMessage(): Generator<ServerEvent> {
    const message = this.#message;
    if (!message) return;
    this.#message = undefined;
    const place = { item_id: message.id, output_index: message.index, content_index: 0 };
    const part = outputText(message.text);
    yield this.#event('response.output_text.done', { ...place, text: message.text, logprobs: [] });
    yield this.#event('response.content_part.done', { ...place, part });
    yield this.#itemDone({ type: 'message', id: message.id, status: 'completed', role: 'assistant', content: [part] });
  }

  *#text(delta: string): Generator<ServerEvent> {
    if (!this.#message) {
      const id = newId('msg');
      this.#message = { id, index: this.#output.length, text: '' };
      const item: OutputItem = { type: 'message', id, status: 'in_progress', role: 'assistant', content: [] };
      yield this.#event('response.output_item.added', { output_index: this.#message.index, item });
      const place = { item_id: id, output_index: this.#message.index, content_index: 0 };
      yield this.#event('response.content_part.added', { ...place, part: outputText('') });
    }
    const { id, index } = this.#message;
    this.#message.text += delta;
    const place = { item_id: id, output_index: index, content_index: 0 };
    yield this.#event('response.output_text.delta', { ...place, delta, logprobs: [] });
  }

  *#call({ callId, name, arguments: text }: Piece & { readonly kind: 'call' }): Generator<ServerEvent> {
    const item = { type: 'function_call', id: newId('fc'), call_id: callId, name } as const;
    const place = { item_id: item.id, output_index: this.#output.length };
    const { output_index } = place;
    yield this.#event('response.output_item.added', {
      output_index,
      item: { ...item, status: 'in_progress', arguments: '' },
    });
    yield this.#event('response.function_call_arguments.delta', { ...place, delta: text });
    yield this.#event('response.function_call_arguments.done', { ...place, name, arguments: text });
    yield this.#itemDone({ ...item, status: 'completed', arguments: text });
  }

  #itemDone(item: OutputItem): ServerEvent {
    const output_index = this.#output.length;
    this.#output.push(item);
    return this.#event('response.output_item.done', { output_index, item });
  }

  #event(type: string, fields: Readonly<Record<string, unknown>>): ServerEvent {
    return { type, sequence_number: this.#sequence++, ...fields };
  }
}

function outputText(text: string): { type: 'output_text'; text: string; annotations: never[]; logprobs: never[] } {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}
