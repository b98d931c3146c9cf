import { randomBytes } from 'node:crypto';
import { parseJson } from '../../util/parseJson.ts';
import type { Piece } from '../model.ts';

/** A part of a call as a Chat Completions server streams it. */
export interface CallDelta {
  readonly index?: number | undefined;
  readonly id?: string | null | undefined;
  readonly function?: { readonly name?: string | null | undefined; readonly arguments?: unknown } | undefined;
}

interface CallPart {
  id: string;
  name: string;
  text: string;
}

/**
 * Calls come in parts, those of several calls perhaps by turns; they are made when all is there. The index says which call a part
 * belongs to, except where a server gives all of them the same one, or none.
 */
export class CallParts {
  readonly #usedIds: Set<string>;
  readonly #toolNames: ReadonlySet<string>;
  readonly #calls: CallPart[] = [];
  /** The call that a part with this index goes on with. */
  readonly #open = new Map<number | undefined, CallPart>();

  constructor(usedIds: Set<string>, toolNames: ReadonlySet<string>) {
    this.#usedIds = usedIds;
    this.#toolNames = toolNames;
  }

  add(deltas: readonly CallDelta[]): void {
    for (const { index, id, function: named } of deltas) {
      const part = { id: id ?? '', name: named?.name ?? '', text: textOf(named?.arguments) };
      const open = this.#open.get(index);
      if (open === undefined || this.#isAnother(open, part)) {
        this.#calls.push(part);
        this.#open.set(index, part);
        continue;
      }
      open.id ||= part.id;
      // Some servers name the call in every part, some give the name in two.
      if (part.name !== open.name && !this.#toolNames.has(open.name)) open.name += part.name;
      open.text += part.text;
    }
  }

  /** A call that was cut is not made. */
  *pieces(isCut: boolean): Generator<Piece> {
    for (const { id, name, text } of this.#calls) {
      const whole = unwrapped(text);
      if (name === '' || (isCut && parseJson(whole) === undefined)) continue;
      yield { kind: 'call', callId: this.#freeId(id), name, arguments: whole === '' ? '{}' : whole };
    }
  }

  #isAnother(open: CallPart, { id, name }: CallPart): boolean {
    if (id !== '' && open.id !== '') return id !== open.id;
    if (name === '') return false;
    if (open.text !== '') return parseJson(open.text) !== undefined;
    return name !== open.name && this.#toolNames.has(open.name);
  }

  /** Some servers count anew in each answer, and outputs must find their call. */
  #freeId(id: string): string {
    const free = id === '' || this.#usedIds.has(id) ? `call_${randomBytes(12).toString('hex')}` : id;
    this.#usedIds.add(free);
    return free;
  }
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Some models put the JSON into a fence, or into a JSON text once more. */
function unwrapped(text: string): string {
  const inside = /^\s*```\w*\s*\n([^]*?)\n?```\s*$/.exec(text)?.[1] ?? text;
  const value = parseJson(inside);
  return typeof value === 'string' && value !== inside ? unwrapped(value) : inside;
}
