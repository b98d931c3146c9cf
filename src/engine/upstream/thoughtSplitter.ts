import type { Piece } from '../server/model.ts';

type Said = Piece & { readonly kind: 'text' | 'reasoning' };

/** Marks around what a model thinks, where the server does not tell it apart from what it says. */
const marks: readonly (readonly [string, string])[] = [
  ...['think', 'thinking', 'thought', 'reasoning', 'seed:think'].map((name) => [`<${name}>`, `</${name}>`] as const),
  ['[THINK]', '[/THINK]'],
  ['◁think▷', '◁/think▷'],
];
/** White space in front of what is said that is waited for, in UTF-16 units. */
const maxSpace = 256;

/** Tells thoughts in a text from the answer behind them. Only at the beginning can a mark be one; all else comes out as it went in. */
export class ThoughtSplitter {
  #state: 'beginning' | 'thought' | 'answer' = 'beginning';
  /** Deltas that may still turn out to be a mark. */
  #held: string[] = [];
  #end = '';
  #hasThought = false;

  push(delta: string): readonly Said[] {
    switch (this.#state) {
      case 'answer':
        return [{ kind: 'text', delta }];
      case 'beginning':
        this.#held.push(delta);
        return this.#beginning();
      case 'thought':
        this.#held.push(delta);
        return this.#thought();
    }
  }

  /** What is still held; nothing may be pushed afterwards. */
  finish(): readonly Said[] {
    if (this.#state !== 'thought') return this.#answer();
    return this.#held.filter((delta) => delta !== '').map((delta) => ({ kind: 'reasoning', delta }) as const);
  }

  #beginning(): readonly Said[] {
    const all = this.#held.join('');
    const text = all.trimStart();
    const mark = marks.find(([begin]) => text.startsWith(begin));
    if (mark) {
      const [begin, end] = mark;
      this.#state = 'thought';
      this.#end = end;
      this.#hasThought = true;
      this.#held = [text.slice(begin.length)];
      return this.#thought();
    }
    const isOpen = text === '' ? all.length <= maxSpace : marks.some(([begin]) => begin.startsWith(text));
    return isOpen ? [] : this.#answer();
  }

  #thought(): readonly Said[] {
    const text = this.#held.join('');
    const at = text.indexOf(this.#end);
    if (at >= 0) {
      this.#state = 'beginning';
      this.#held = [text.slice(at + this.#end.length)];
      return [...reasoning(text.slice(0, at)), ...this.#beginning()];
    }
    const kept = overlap(text, this.#end);
    this.#held = [text.slice(text.length - kept)];
    return reasoning(text.slice(0, text.length - kept));
  }

  /** White space between a thought and the answer belongs to neither. */
  #answer(): readonly Said[] {
    this.#state = 'answer';
    const held = this.#hasThought ? [this.#held.join('').trimStart()] : this.#held;
    this.#held = [];
    return held.filter((delta) => delta !== '').map((delta) => ({ kind: 'text', delta }) as const);
  }
}

function reasoning(delta: string): readonly Said[] {
  return delta === '' ? [] : [{ kind: 'reasoning', delta }];
}

/** How much of the end of a text is the beginning of a mark. */
export function overlap(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length--)
    if (text.endsWith(mark.slice(0, length))) return length;
  return 0;
}
