import type { Piece } from '../model.ts';

const begin = '<think>';
const end = '</think>';

/** Takes what a model thinks, between `<think>` and `</think>` at the beginning of its text, apart from what it says. */
export class ThoughtSplitter {
  #state: 'start' | 'thinking' | 'saying' = 'start';
  /** What may be the beginning of a mark. */
  #held = '';
  readonly #parts: string[] = [];

  *split(delta: string): Generator<Piece> {
    if (this.#state === 'saying') {
      yield* said(delta);
      return;
    }
    this.#held += delta;
    if (this.#state === 'start') {
      this.#parts.push(delta);
      const text = this.#held.trimStart();
      if (text.length < begin.length && begin.startsWith(text)) return;
      if (!text.startsWith(begin)) {
        yield* this.#sayHeld();
        return;
      }
      this.#state = 'thinking';
      this.#parts.length = 0;
      this.#held = text.slice(begin.length);
    }
    const at = this.#held.indexOf(end);
    if (at < 0) {
      const kept = longestOverlap(this.#held);
      yield* thought(this.#held.slice(0, this.#held.length - kept));
      this.#held = this.#held.slice(this.#held.length - kept);
      return;
    }
    yield* thought(this.#held.slice(0, at));
    yield* this.#say(this.#held.slice(at + end.length).trimStart());
  }

  /** What was held back, at the end of the text. */
  *end(): Generator<Piece> {
    if (this.#state === 'thinking') yield* thought(this.#held);
    else yield* this.#sayHeld();
    this.#held = '';
  }

  /** As it came. */
  *#sayHeld(): Generator<Piece> {
    this.#state = 'saying';
    for (const part of this.#parts.splice(0)) yield* said(part);
  }

  *#say(text: string): Generator<Piece> {
    this.#state = 'saying';
    this.#held = '';
    yield* said(text);
  }
}

function* said(delta: string): Generator<Piece> {
  if (delta !== '') yield { kind: 'text', delta };
}

function* thought(delta: string): Generator<Piece> {
  if (delta !== '') yield { kind: 'reasoning', delta };
}

/** How much at the end of a text may be the beginning of the mark. */
function longestOverlap(text: string): number {
  for (let length = Math.min(end.length - 1, text.length); length > 0; length--)
    if (end.startsWith(text.slice(-length))) return length;
  return 0;
}
