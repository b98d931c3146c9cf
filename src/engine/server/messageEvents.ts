import type { JsonObject } from './model.ts';
import { newId } from './resource.ts';

type EventFields = JsonObject & { readonly type: string };

/** The events of one item that grows by deltas: a message of the assistant, or what it thought. */
export class MessageEvents {
  readonly kind: 'text' | 'reasoning';
  readonly #id: string;
  readonly #index: number;
  #text = '';

  constructor(kind: 'text' | 'reasoning', index: number) {
    this.kind = kind;
    this.#id = newId(kind === 'text' ? 'msg' : 'rs');
    this.#index = index;
  }

  begin(): readonly EventFields[] {
    const item =
      this.kind === 'text'
        ? { type: 'message', id: this.#id, status: 'in_progress', role: 'assistant', content: [] }
        : { type: 'reasoning', id: this.#id, summary: [], content: [] };
    return [
      { type: 'response.output_item.added', output_index: this.#index, item },
      { type: 'response.content_part.added', ...this.#place(), part: this.#part('') },
    ];
  }

  delta(delta: string): EventFields {
    this.#text += delta;
    return this.kind === 'text'
      ? { type: 'response.output_text.delta', ...this.#place(), delta, logprobs: [] }
      : { type: 'response.reasoning_text.delta', ...this.#place(), delta };
  }

  end(status: 'completed' | 'incomplete'): readonly EventFields[] {
    const text = this.#text;
    const done =
      this.kind === 'text'
        ? { type: 'response.output_text.done', ...this.#place(), text, logprobs: [] }
        : { type: 'response.reasoning_text.done', ...this.#place(), text };
    return [
      done,
      { type: 'response.content_part.done', ...this.#place(), part: this.#part(text) },
      { type: 'response.output_item.done', output_index: this.#index, item: this.item(status) },
    ];
  }

  item(status: 'completed' | 'incomplete'): JsonObject {
    const content = [this.#part(this.#text)];
    return this.kind === 'text'
      ? { type: 'message', id: this.#id, status, role: 'assistant', content }
      : { type: 'reasoning', id: this.#id, summary: [], content };
  }

  #place(): JsonObject {
    return { item_id: this.#id, output_index: this.#index, content_index: 0 };
  }

  #part(text: string): JsonObject {
    return this.kind === 'text'
      ? { type: 'output_text', text, annotations: [], logprobs: [] }
      : { type: 'reasoning_text', text };
  }
}
