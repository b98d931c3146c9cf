import type { DeclaredTool } from '../server/model.ts';
import { bareCalls, callMarks, markedCalls, type WrittenCall } from './writtenCalls.ts';

/** The most that is held back, in UTF-16 units; no call is so long. */
const maxHeld = 4 * 1024 * 1024;

export interface Unfiltered {
  /** The deltas that were held back and are text. */
  readonly texts: readonly string[];
  readonly calls: readonly WrittenCall[];
}

/**
 * Holds back what may be calls that the model wrote into its text; all else passes as it comes. A mark counts at the beginning of a
 * line outside of fenced code, JSON only when it is the whole answer.
 */
export class WrittenCallFilter {
  readonly #tools: readonly DeclaredTool[];
  readonly #allowsBare: boolean;
  #held: string[] = [];
  #heldLength = 0;
  #mode: 'passing' | 'marked' | 'bare' | 'off';
  /** The line that is being written, as far as it has passed. */
  #line = '';
  #isFenced = false;
  #hasPassed = false;

  /** `allowsBare` is false where JSON was asked for as the answer. */
  constructor(tools: readonly DeclaredTool[], allowsBare: boolean) {
    this.#tools = tools;
    this.#allowsBare = allowsBare;
    this.#mode = tools.length === 0 ? 'off' : 'passing';
  }

  /** The deltas that are text for certain. */
  push(delta: string): readonly string[] {
    if (this.#mode === 'off') return [delta];
    this.#held.push(delta);
    this.#heldLength += delta.length;
    if (this.#heldLength > maxHeld) {
      this.#mode = 'off';
      return this.#pass(this.#take());
    }
    if (this.#mode !== 'passing') return [];
    const held = this.#held.join('');
    const likeness = this.#hasPassed || !this.#allowsBare ? 'unlike' : likenessOf(held);
    if (likeness === 'like') this.#mode = 'bare';
    if (likeness !== 'unlike') return [];
    const at = this.#markAt(held);
    if (at !== undefined && callMarks.some((mark) => held.startsWith(mark, at))) this.#mode = 'marked';
    return this.#pass(this.#take(at));
  }

  /** What is still held, as calls when it is certain and as text when not; `isText` says that it is text in any case. */
  finish(isText: boolean, isCut: boolean): Unfiltered {
    const texts = this.#take();
    const held = texts.join('');
    if (isText || held === '') return { texts, calls: [] };
    if (this.#mode === 'bare' && !isCut) {
      const calls = bareCalls(held, this.#tools);
      return calls ? { texts: [], calls } : { texts, calls: [] };
    }
    const found = this.#mode === 'marked' ? markedCalls(held, this.#tools) : undefined;
    // One that breaks off is no call; nor is it an answer, when the answer was cut there.
    return found && (!found.isCut || isCut) ? { texts: [], calls: found.calls } : { texts, calls: [] };
  }

  /** Where a mark begins, or may begin. */
  #markAt(held: string): number | undefined {
    let line = this.#line;
    let isFenced = this.#isFenced;
    let at = 0;
    for (const part of held.split(/(?<=\n)/)) {
      if (!isFenced && line.trim() === '') {
        const text = part.trimStart();
        const isMark = callMarks.some((mark) => text.startsWith(mark) || (text !== '' && mark.startsWith(text)));
        if (isMark) return at + part.length - text.length;
      }
      line += part;
      if (part.endsWith('\n')) {
        if (isFence(line)) isFenced = !isFenced;
        line = '';
      }
      at += part.length;
    }
    return undefined;
  }

  /** The deltas up to a place; what is behind it stays held. */
  #take(end = this.#heldLength): readonly string[] {
    const taken: string[] = [];
    let left = end;
    while (left > 0) {
      const [delta = ''] = this.#held.splice(0, 1);
      taken.push(delta.slice(0, left));
      if (delta.length > left) this.#held.unshift(delta.slice(left));
      left -= Math.min(left, delta.length);
    }
    this.#heldLength -= end;
    return taken;
  }

  #pass(texts: readonly string[]): readonly string[] {
    const passed = this.#line + texts.join('');
    if (texts.some((text) => text.trim() !== '')) this.#hasPassed = true;
    const lines = passed.split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) if (isFence(line)) this.#isFenced = !this.#isFenced;
    return texts;
  }
}

function isFence(line: string): boolean {
  return /^\s*(?:```|~~~)/.test(line);
}

/** Whether a text is a call in JSON, as far as it goes. */
type Likeness = 'like' | 'open' | 'unlike';

/** What may stand before the first key, in UTF-16 units. */
const maxBeginning = 256;
const languages = ['json', 'tool_call', 'tool_code'];

function likenessOf(held: string): Likeness {
  const text = held.trimStart();
  const likeness = '```'.startsWith(text)
    ? 'open'
    : text.startsWith('```')
      ? likenessOfFence(text)
      : likenessOfJson(text);
  return likeness === 'open' && held.length > maxBeginning ? 'unlike' : likeness;
}

function likenessOfFence(text: string): Likeness {
  const [, language = '', lineEnd, inside = ''] = /^```([\w-]*)[ \t]*(\r?\n\s*)?([^]*)$/.exec(text) ?? [];
  if (lineEnd === undefined)
    return inside === '' && languages.some((one) => one.startsWith(language)) ? 'open' : 'unlike';
  return inside === '' ? 'open' : likenessOfJson(inside);
}

/** An object, or a list of them, whose first key is one that calls have. */
function likenessOfJson(text: string): Likeness {
  const found = /^(?:\[\s*)?(?:\{\s*)?("?\w*"?)/.exec(text);
  if (!found || !/^[[{]/.test(text)) return 'unlike';
  const [all, key = ''] = found;
  if (all.length === text.length) return callKeys.some((known) => known.startsWith(key)) ? 'open' : 'unlike';
  return callKeys.includes(key) ? 'like' : 'unlike';
}

const callKeys = [
  ...['name', 'tool', 'tool_name', 'function', 'function_name', 'tool_calls', 'arguments', 'parameters', 'args'],
  ...['input', 'type', 'id'],
].map((key) => `"${key}"`);
