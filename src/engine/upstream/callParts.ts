import { argumentsText, isWholeArguments } from './callArguments.ts';
import type { CallPart } from './chatChunk.ts';

export interface AssembledCall {
  /** Empty when the server gave none. */
  readonly id: string;
  readonly name: string;
  /** As the server sent them, put together; what they mean is to be found out. */
  readonly arguments: string;
}

interface OpenCall {
  readonly index: number | undefined;
  id: string;
  name: string;
  text: string;
}

/** Puts calls together that come in parts, those of several calls perhaps by turns, and perhaps all under one index or under none. */
export class CallParts {
  readonly #toolNames: ReadonlySet<string>;
  readonly #calls: OpenCall[] = [];

  /** The names of the offered tools tell whether a name is whole. */
  constructor(toolNames: Iterable<string>) {
    this.#toolNames = new Set(toolNames);
  }

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  add(part: CallPart): void {
    const { index, id } = part;
    const name = this.#known(part.name);
    const open = this.#candidate(part);
    const text = fragment(part.arguments);
    if (!open || !this.#continues(open, id, name, text)) {
      this.#calls.push({ index, id, name, text });
      return;
    }
    const isRepeated = id !== '' && id === open.id && name !== '' && text !== '' && text === open.text;
    open.id ||= id;
    open.name = this.#joined(open, name);
    if (!(isRepeated && isWholeArguments(text))) open.text += text;
  }

  /** In the order of the server; those without a name are left out. */
  calls(): readonly AssembledCall[] {
    const isNumbered = this.#calls.every(({ index }) => index !== undefined);
    const ordered = isNumbered ? [...this.#calls].sort((a, b) => (a.index ?? 0) - (b.index ?? 0)) : this.#calls;
    return ordered.filter(({ name }) => name !== '').map(({ id, name, text }) => ({ id, name, arguments: text }));
  }

  /** The call that the part may belong to: the latest of its id, else of its index, else of all. */
  #candidate({ index, id }: CallPart): OpenCall | undefined {
    const fits = (open: OpenCall): boolean => index === undefined || open.index === undefined || open.index === index;
    const byId = id === '' ? undefined : this.#calls.findLast((open) => open.id === id && fits(open));
    return byId ?? this.#calls.findLast(fits);
  }

  #continues(open: OpenCall, id: string, name: string, text: string): boolean {
    const isOther = id !== '' && open.id !== '' && id !== open.id;
    // Some servers make up an id for each part.
    if (name === '') return !(isOther && isWholeArguments(open.text));
    if (isOther) return false;
    if (open.name === '') return true;
    if (open.text === '') return this.#isOneName(open.name, name);
    if (open.name !== name) return false;
    return !isWholeArguments(open.text) || text === '' || (id !== '' && text === open.text);
  }

  /** False for two names that are both whole. */
  #isOneName(first: string, second: string): boolean {
    if (first === second || this.#toolNames.has(first + second)) return true;
    return !this.#toolNames.has(first);
  }

  /** A name may come in parts, or again with each part of the arguments. */
  #joined({ name: first, text }: OpenCall, second: string): string {
    if (second === '' || first === second || text !== '') return first || second;
    const whole = first + second;
    if (this.#toolNames.has(whole)) return whole;
    return second.startsWith(first) ? second : whole;
  }

  /** The name of an offered tool, also where it has a space around it, or the name of its list before it. */
  #known(name: string): string {
    if (this.#toolNames.has(name)) return name;
    const bare = name.trim().replace(/^(?:functions|tools|default_api)[.:]/, '');
    return this.#toolNames.has(bare) ? bare : name;
  }
}

/** Arguments come as text, or at once as what the text would mean. */
function fragment(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : argumentsText(value);
}
