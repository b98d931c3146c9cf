import { isEmptyWord } from './words.ts';

/** A part of the question, by its place. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const maxLength = 8_000;

/** Where a phrase ends that begins after a preposition. */
const boundary =
  /[?!;:\n"“”]|[.,](?=\s|$)|\s(?:from|to|into|in|at|on|for|with|by|until|till|between|using|via|about|and|that|which|who|is|are|was|as|today|tomorrow|tonight|yesterday|please|next|this|than|when|where)\b/iu;

/** One or more words that begin with a capital, with what joins them: "San Francisco, CA", "Rue de la Paix". */
const properName =
  /\p{Lu}[\p{L}\p{M}'’.-]*(?:(?:\s+(?:of|de|la|le|du|da|do|del|der|van|von)(?:\s+(?:la|le|les|der|den))?\s+|\s+|,\s(?=\p{Lu}{2}\b))\p{Lu}[\p{L}\p{M}'’-]*)*/gu;

/** A question, and which parts of it have become arguments already. */
export class Question {
  readonly text: string;
  readonly #taken: Span[] = [];
  /** Where patterns were found, taken or not. */
  readonly #found: Map<string, readonly Span[]>;

  constructor(text: string, found = new Map<string, readonly Span[]>()) {
    this.text = text.slice(0, maxLength);
    this.#found = found;
  }

  /** The same question with nothing taken; what was found before is not looked for again. */
  afresh(): Question {
    return new Question(this.text, this.#found);
  }

  take(span: Span): string {
    this.#taken.push(span);
    return span.text;
  }

  isFree({ start, end }: { readonly start: number; readonly end: number }): boolean {
    return this.#taken.every((taken) => taken.end <= start || taken.start >= end);
  }

  /** The free places of a pattern, in order; a group named `value` is the part that counts. */
  all(pattern: RegExp): readonly Span[] {
    const key = `${pattern.flags} ${pattern.source}`;
    const found = this.#found.get(key) ?? this.#search(pattern);
    this.#found.set(key, found);
    return found.filter((span) => this.isFree(span));
  }

  #search(pattern: RegExp): readonly Span[] {
    const global = pattern.flags.includes('g') ? pattern : new RegExp(pattern, `${pattern.flags}g`);
    return [...this.text.matchAll(global)].flatMap((match) => {
      const text = match.groups?.['value'] ?? match[0];
      const start = match.index + match[0].lastIndexOf(text);
      return text === '' ? [] : [{ start, end: start + text.length, text }];
    });
  }

  first(pattern: RegExp): Span | undefined {
    return this.all(pattern)[0];
  }

  quoted(): Span | undefined {
    return this.first(
      /"(?<value>[^"]+)"|“(?<value>[^”]+)”|`(?<value>[^`]+)`|(?<![\p{L}\d])'(?<value>[^']+(?:'\p{L}[^']*)*)'(?!\p{L})/u,
    );
  }

  /** Names of people, places and things: what is written with a capital for another reason than to begin a sentence. */
  names(): readonly Span[] {
    return this.all(properName).flatMap((found) => {
      const text = found.text.replace(/[.'’-]+$/u, '');
      const span = { start: found.start, end: found.start + text.length, text };
      const isBeginning = /(?:^|[.?!:]\s+)$/.test(this.text.slice(Math.max(0, span.start - 8), span.start));
      const [first = ''] = span.text.split(/\s/);
      if (!isBeginning && !isEmptyWord(plain(first))) return [span];
      // The first word of a sentence has its capital anyway; what follows it does not.
      const rest = span.text.slice(first.length).trimStart();
      const start = span.end - rest.length;
      return rest !== '' && /^\p{Lu}/u.test(rest) && !isEmptyWord(plain(rest))
        ? [{ start, end: span.end, text: rest }]
        : [];
    });
  }

  /** What follows one of these words, up to where the phrase ends. */
  after(words: readonly string[]): Span | undefined {
    return this.phrases(words)[0];
  }

  /** The same, to the end of the sentence. */
  tail(words: readonly string[]): Span | undefined {
    return this.phrases(words, /[?!\n]|\.(?=\s|$)/u)[0];
  }

  phrases(words: readonly string[], ending = boundary): readonly Span[] {
    const marks = this.text.matchAll(
      new RegExp(`(?<![\\p{L}\\d])(?:${words.join('|')})(?![\\p{L}\\d])[\\s:=]*`, 'giu'),
    );
    return [...marks].flatMap((mark) => {
      const from = mark.index + mark[0].length;
      const rest = this.text.slice(from);
      const end = from + (ending.exec(rest)?.index ?? rest.length);
      const article = /^(?:the|a|an|my|our|your)\s+/i.exec(rest)?.[0].length ?? 0;
      return this.#trimmed(from + article, end);
    });
  }

  /** The word, name or number right before one of these words. */
  before(words: readonly string[]): Span | undefined {
    const pattern = new RegExp(
      `(?<value>\\p{Lu}[\\p{L}'’]{0,40}(?:\\s\\p{Lu}[\\p{L}'’]{0,40}){0,5}|[\\p{L}°$€£¥%]{1,40})\\s+(?:${words.join('|')})\\s`,
      'u',
    );
    return this.first(pattern);
  }

  /** What is left between the parts that are taken, without the words at its ends that say nothing; the longest. */
  rest(isLeading: (word: string) => boolean): Span | undefined {
    const edges = [0, ...this.#taken.flatMap(({ start, end }) => [start, end]).sort((a, b) => a - b), this.text.length];
    const gaps: Span[] = [];
    for (let index = 0; index < edges.length; index += 2) {
      const [from, to] = [edges[index] ?? 0, edges[index + 1] ?? 0];
      for (const sentence of this.text.slice(from, to).matchAll(/(?:[^.?!]|[.?!](?=\S))+/gu)) {
        const begin = from + sentence.index;
        gaps.push(...this.#trimmed(...this.#sides(begin, begin + sentence[0].length, isLeading)));
      }
    }
    return gaps.sort((a, b) => b.text.length - a.text.length)[0];
  }

  #sides(from: number, to: number, isLeading: (word: string) => boolean): [number, number] {
    let start = from;
    for (;;) {
      const [whole, word] = /^[\s,.:;?!'"]*([\p{L}\p{M}'’-]+|\d+(?=\s))/u.exec(this.text.slice(start, to)) ?? [];
      if (whole === undefined || word === undefined || !isLeading(word)) break;
      start += whole.length;
    }
    let end = to;
    for (;;) {
      const [whole, word] =
        /(?<![\p{L}'’-])([\p{L}'’-]{1,64})[\s,.:;?!'"]{0,64}$/u.exec(this.text.slice(start, end)) ?? [];
      if (whole === undefined || word === undefined || !isEmptyWord(word)) break;
      end -= whole.length;
    }
    return [start, end];
  }

  #trimmed(from: number, to: number): readonly Span[] {
    const part = this.text.slice(from, to);
    const text = part.replace(/^[\s,.:;?!'"“”]+/u, '').replace(/[\s,.:;?!'"“”]+$/u, '');
    if (text === '') return [];
    const start = from + part.indexOf(text);
    const span = { start, end: start + text.length, text };
    return this.isFree(span) ? [span] : [];
  }
}

function plain(word: string): string {
  return word.split(/[\s'’]/)[0] ?? '';
}
