import { isFunctionCall, unanswerable, type InputItem, type OutputItem } from './items.ts';
import {
  fullRequestSize,
  previousIdText,
  requestText,
  toWireItem,
  type FixedPart,
  type RequestText,
  type WireItem,
} from './requestFormat.ts';
import type { ResendReason, TransportKind } from './turn.ts';

/** What to send next. */
export interface RequestPlan extends RequestText {
  readonly items: number;
  /** True when the whole history goes up. */
  readonly isFull: boolean;
  /** What the whole history would have cost, in bytes. */
  readonly bytesIfFull: number;
  /** Set when something goes up that was sent, or came from the endpoint, before. */
  readonly resend?: { readonly reason: ResendReason; readonly items: number; readonly bytes: number };
}

/** The other end of one connection, and what it remembers with it; one over HTTP remembers nothing. */
export interface Peer {
  readonly transport: TransportKind;
  /** We ended it while it was idle. */
  readonly isRotated: boolean;
}

/** What the server of one connection knows: everything up to `knownItems`, under `responseId`. */
interface Anchor {
  readonly responseId: string;
  readonly connection: Peer;
  readonly settingsKey: string;
  readonly knownItems: number;
}

/**
 * The only owner of the history and of `previous_response_id`. It alone decides whether a request carries everything or only
 * what is new. The history holds what we said and what was answered in full: output of a turn that did not end well is never part of it.
 */
export class ResponseChain {
  #items: WireItem[] = [];
  #bytes = 0;
  /** Items that were sent, or received, before; the rest has never been on a wire. */
  #travelled = 0;
  #isAnswered = true;
  #wasServed = false;
  #anchor: Anchor | undefined;
  #lossReason: ResendReason = 'previousResponseNotFound';
  /** Times in a row that the server did not know what it was asked to continue. */
  #notKnown = 0;
  #hasIds = true;
  /** Items up to here hold no call that lacks its output. */
  #closed = 0;
  #prepared: { readonly items: readonly WireItem[]; readonly anchor: Omit<Anchor, 'knownItems'> } | undefined;

  /** `history` is what was said before, to another process: everything of it has travelled. */
  constructor(history: readonly (InputItem | OutputItem)[] = []) {
    for (const item of history) this.#push(toWireItem(item));
    this.#travelled = history.length;
    this.#closed = closedLength(history);
    if (history.length > 0) this.#lossReason = 'continued';
  }

  /** Everything that was said, as the text of a JSON array. */
  historyText(): string {
    return `[${this.#items.map(({ json }) => json).join(',')}]`;
  }

  /** True when the last thing said was said by the endpoint, or nothing was said yet. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** True when the endpoint has answered a request of this conversation. */
  get wasServed(): boolean {
    return this.#wasServed;
  }

  /** Adds what is new from our side. */
  append(items: readonly InputItem[]): void {
    const before = this.#items.length;
    for (const item of items) this.#push(toWireItem(item));
    if (items.length > 0) this.#isAnswered = false;
    const lastOutput = items.findLastIndex(({ type }) => type === 'function_call_output');
    if (lastOutput >= 0) this.#closed = before + lastOutput + 1;
    if (before === 0) this.#continuePrepared();
  }

  /** The server of this connection has read these items; when the conversation begins with just them, it is continued. */
  prepare(items: readonly WireItem[], anchor: Omit<Anchor, 'knownItems'>): void {
    if (this.#items.length === 0) this.#prepared = { items, anchor };
  }

  /** True as long as nothing was said. */
  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** What can be replaced by something shorter: everything up to the first call that lacks its output, or what is to be said next. */
  compactable(): { readonly items: number; readonly text: string } {
    const items = this.#items.slice(0, this.#closed);
    return { items: items.length, text: `[${items.map(({ json }) => json).join(',')}]` };
  }

  /** Puts what the endpoint made of the first `count` items in their place, as it is; a new chain begins. */
  replace(count: number, window: readonly OutputItem[]): void {
    const kept = this.#items.slice(count);
    this.#travelled = window.length + Math.max(0, this.#travelled - count);
    this.#items = [...window.map(toWireItem), ...kept];
    this.#bytes = this.#items.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#closed = window.length;
    this.forget('compacted');
  }

  /** Sends items without the ids that the endpoint gave them, from now on; false when that is so already. */
  dropIds(): boolean {
    if (!this.#hasIds) return false;
    this.#hasIds = false;
    this.#items = this.#items.map(withoutId);
    this.#bytes = this.#items.reduce((sum, { bytes }) => sum + bytes, 0);
    return true;
  }

  /** The next request on this connection; changes nothing. Full or delta is decided here and nowhere else. */
  plan(fixed: FixedPart, connection: Peer): RequestPlan {
    const anchor = this.#anchor;
    const isDelta = anchor?.connection === connection && anchor.settingsKey === fixed.key;
    const items = isDelta ? this.#items.slice(anchor.knownItems) : this.#items;
    const bytesIfFull = fullRequestSize(fixed, this.#items.length, this.#bytes);
    const base = { items: items.length, isFull: !isDelta, bytesIfFull };
    if (isDelta) return { ...requestText(fixed, items, anchor.responseId), ...base };
    const request = { ...requestText(fixed, items, undefined), ...base };
    if (this.#travelled === 0) return request;
    const again = this.#items.slice(0, this.#travelled);
    const bytes = again.reduce((sum, item) => sum + item.bytes, 0);
    return { ...request, resend: { reason: this.#reasonForAll(fixed, connection), items: again.length, bytes } };
  }

  /** Bytes of the next request on this connection, without building it. */
  size(fixed: FixedPart, connection: Peer | undefined): number {
    const anchor = this.#anchor;
    const isDelta = anchor !== undefined && anchor.connection === connection && anchor.settingsKey === fixed.key;
    if (!isDelta) return fullRequestSize(fixed, this.#items.length, this.#bytes);
    const items = this.#items.slice(anchor.knownItems);
    const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
    return fullRequestSize(fixed, items.length, bytes) + previousIdText(anchor.responseId).length;
  }

  /** To be called when a planned request was handed to the connection. */
  sent(): void {
    this.#travelled = this.#items.length;
  }

  /** The turn ended well: its output joins the history, and the server of this connection knows all of it. */
  answered(responseId: string | undefined, output: readonly OutputItem[], fixed: FixedPart, connection: Peer): void {
    // It was continued, so it is known.
    if (this.#anchor !== undefined) this.#notKnown = 0;
    // What nobody can answer leaves the conversation: continued, it would wait for an output for ever.
    const gone = new Set(unanswerable(output));
    const kept = output.filter((item) => !gone.has(item));
    for (const item of kept) this.#push(toWireItem(item));
    this.#travelled = this.#items.length;
    if (!output.some(isFunctionCall)) this.#closed = this.#items.length;
    this.#isAnswered = true;
    this.#wasServed = true;
    const isHttp = connection.transport === 'http';
    const isLess = kept.length < output.length;
    const isForgetful = isHttp || isLess || this.#notKnown >= maxNotKnown;
    this.#lossReason = isHttp ? 'httpFallback' : isLess ? 'afterError' : 'previousResponseNotFound';
    this.#anchor =
      responseId === undefined || isForgetful
        ? undefined
        : { responseId, connection, settingsKey: fixed.key, knownItems: this.#items.length };
  }

  /** The server can no longer be relied on to know anything: the next request carries everything, and says why. */
  forget(reason: ResendReason): void {
    if (reason === 'previousResponseNotFound') this.#notKnown += 1;
    this.#anchor = undefined;
    this.#lossReason = reason;
  }

  #reasonForAll(fixed: FixedPart, connection: Peer): ResendReason {
    if (connection.transport === 'http') return 'httpFallback';
    if (this.#anchor === undefined) return this.#lossReason;
    if (this.#anchor.connection !== connection) return this.#anchor.connection.isRotated ? 'rotated' : 'reconnected';
    return this.#anchor.settingsKey === fixed.key ? this.#lossReason : 'settingsChanged';
  }

  #continuePrepared(): void {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    const knownItems = prepared?.items.length ?? 0;
    if (!prepared?.items.every(({ json }, index) => json === this.#items[index]?.json)) return;
    this.#anchor = { ...prepared.anchor, knownItems };
    this.#travelled = knownItems;
  }

  #push(given: WireItem): void {
    const item = this.#hasIds ? given : withoutId(given);
    this.#items.push(item);
    this.#bytes += item.bytes;
  }
}

/** A server that does not know what it said itself, twice in a row, never will. */
const maxNotKnown = 2;

function withoutId(item: WireItem): WireItem {
  const value: unknown = JSON.parse(item.json);
  if (typeof value !== 'object' || value === null || !('id' in value)) return item;
  const { id: _, ...rest } = value;
  return toWireItem(rest);
}

function closedLength(history: readonly (InputItem | OutputItem)[]): number {
  const answered = new Set(
    history.map((item) => ('output' in item && 'call_id' in item ? item['call_id'] : undefined)),
  );
  const open = history.findIndex(
    (item) => item.type === 'function_call' && !answered.has('call_id' in item ? item['call_id'] : undefined),
  );
  return open < 0 ? history.length : open;
}
