import type { TurnSettings } from './turn.ts';

/** The part of a request that is the same in every turn, as text; `key` is equal exactly when model and tools are. */
export interface FixedPart {
  readonly head: string;
  readonly tail: string;
  readonly key: string;
  /** UTF-8 bytes of a request without `input` and `previous_response_id`. */
  readonly bytes: number;
}

/** One item of the history as it goes over the wire: serialised once, so that its bytes never change. */
export interface WireItem {
  readonly json: string;
  readonly bytes: number;
}

/** A request as text, with its sizes in UTF-8 bytes. */
export interface RequestText {
  readonly text: string;
  readonly bytes: number;
  /** Bytes of the value of `input`, brackets included. */
  readonly inputBytes: number;
}

/** Writes requests; tools are serialised once per list of tools. */
export class RequestFormat {
  readonly #include: string;
  readonly #modelsWithoutInclude = new Set<string>();
  #last: { readonly settings: TurnSettings; readonly fixed: FixedPart } | undefined;

  /** `include` names what the endpoint shall add to its answers, for example `reasoning.encrypted_content`. */
  constructor(include: readonly string[]) {
    this.#include = include.length === 0 ? '' : `,"include":${JSON.stringify(include)}`;
  }

  fixedPart(settings: TurnSettings): FixedPart {
    const last = this.#last;
    if (last?.settings.model === settings.model && last.settings.tools === settings.tools) return last.fixed;
    const head = `{"type":"response.create","model":${JSON.stringify(settings.model)},"store":false`;
    const include = this.#modelsWithoutInclude.has(settings.model) ? '' : this.#include;
    const tail = `,"tools":${JSON.stringify(settings.tools)},"parallel_tool_calls":true${include}}`;
    const fixed = { head, tail, key: head + tail, bytes: Buffer.byteLength(head) + Buffer.byteLength(tail) };
    // Only the two fields that were read: a caller may change its object.
    this.#last = { settings: { model: settings.model, tools: settings.tools }, fixed };
    return fixed;
  }

  /** Asks this model for nothing extra from now on; false when it was not asked before. */
  dropInclude(model: string): boolean {
    if (this.#include === '' || this.#modelsWithoutInclude.has(model)) return false;
    this.#modelsWithoutInclude.add(model);
    this.#last = undefined;
    return true;
  }
}

/** Serialises an item; key order and content are kept as they came. */
export function toWireItem(item: object): WireItem {
  const json = JSON.stringify(item);
  return { json, bytes: Buffer.byteLength(json) };
}

/** The text of one `response.create`. */
export function requestText(fixed: FixedPart, items: readonly WireItem[], previousId: string | undefined): RequestText {
  const input = `[${items.map(({ json }) => json).join(',')}]`;
  const previous = previousId === undefined ? '' : `,"previous_response_id":${JSON.stringify(previousId)}`;
  const text = `${fixed.head}${previous},"input":${input}${fixed.tail}`;
  const inputBytes = inputSize(items);
  return { text, inputBytes, bytes: fixed.bytes + Buffer.byteLength(previous) + inputName + inputBytes };
}

/** UTF-8 bytes of the request that carries all of `items`, without building it. */
export function fullRequestSize(fixed: FixedPart, itemCount: number, itemBytes: number): number {
  return fixed.bytes + inputName + arraySize(itemCount, itemBytes);
}

const inputName = ',"input":'.length;

function inputSize(items: readonly WireItem[]): number {
  return arraySize(
    items.length,
    items.reduce((sum, { bytes }) => sum + bytes, 0),
  );
}

function arraySize(count: number, bytes: number): number {
  return bytes + Math.max(0, count - 1) + '[]'.length;
}
