import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { FunctionCall } from '../responses/items.ts';

/** Where a ledger outlives the process; what comes back is parsed. */
export interface LedgerStore {
  /** Undefined when nothing was kept. Rejects when what was kept cannot be reached. */
  read(): Promise<unknown>;
  /** Resolves when a crash can no longer lose it. */
  write(value: unknown): Promise<void>;
}

/** What is known of a call that is about to be made. */
export type CallStanding =
  /** Noted as begun just now: make it, then `finish` it. */
  | { readonly kind: 'begun' }
  /** It was made; `output` is what it was answered with, absent when that was too much to keep. */
  | { readonly kind: 'answered'; readonly output?: string }
  /** It was begun and never finished: the process that made it is gone. */
  | { readonly kind: 'interrupted' };

export interface LedgerBounds {
  /** The most calls that are remembered. */
  readonly maxCalls: number;
  /** The most UTF-16 units of outputs that are kept; of older calls only the id stays. */
  readonly maxOutputLength: number;
}

interface Entry {
  readonly id: string;
  /** Of name and arguments. */
  readonly digest: string;
  readonly state: 'begun' | 'answered';
  readonly output?: string;
}

const entry = z.object({
  id: z.string().check(z.maxLength(1_024)),
  digest: z.string().check(z.maxLength(64)),
  state: z.enum(['begun', 'answered']),
  output: z.optional(z.string()),
});
const kept = z.object({ version: z.literal(1), calls: z.array(entry) });

export const defaultLedgerBounds: LedgerBounds = { maxCalls: 2_000, maxOutputLength: 1024 * 1024 };

/**
 * The calls of one conversation that did something: none of them is made twice, whatever the connection, a resend or a
 * restart brings back. A call counts as begun before it is made, and what is begun survives the process.
 */
export class CallLedger {
  readonly #store: LedgerStore;
  readonly #bounds: LedgerBounds;
  readonly #calls = new Map<string, Entry>();
  /** Under which id a call is noted that was begun here. */
  readonly #keys = new Map<string, string>();
  /** The same id was given to different calls. */
  #idsRestart = false;
  #restarted = 0;
  #loading: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: LedgerStore = memoryStore(), bounds: LedgerBounds = defaultLedgerBounds) {
    this.#store = store;
    this.#bounds = bounds;
  }

  /** What is known of a call; a new one is noted as begun. Rejects when that cannot be kept: then the call must not be made. */
  async begin(call: FunctionCall): Promise<CallStanding> {
    await this.#load();
    const digest = digestOf(call);
    const known = this.#calls.get(call.call_id);
    this.#idsRestart ||= known !== undefined && known.digest !== digest;
    if (known !== undefined && !this.#idsRestart) return standingOf(known);
    // A server that counts its calls anew in each response says nothing by an id: what it completes is always another call.
    const id = known === undefined ? call.call_id : `${call.call_id}#${(this.#restarted += 1)} ${Date.now()}`;
    this.#keys.set(call.call_id, id);
    this.#calls.set(id, { id, digest, state: 'begun' });
    try {
      await this.#save();
    } catch (error) {
      this.#calls.delete(id);
      throw error;
    }
    return { kind: 'begun' };
  }

  /** Notes the output of a call that was begun. Never rejects: what cannot be kept counts as interrupted after a restart. */
  async finish(callId: string, output: string): Promise<void> {
    const id = this.#keys.get(callId) ?? callId;
    const begun = this.#calls.get(id);
    if (begun === undefined) return;
    this.#calls.set(id, { ...begun, state: 'answered', output });
    await this.#save().catch(() => undefined);
  }

  /** What calls are to be answered with that a process now gone left open; undefined for those that were never begun. */
  async recall(callId: string): Promise<Exclude<CallStanding, { kind: 'begun' }> | undefined> {
    await this.#load();
    const known = [...this.#calls.values()].findLast(({ id }) => id === callId || id.startsWith(`${callId}#`));
    if (known === undefined) return undefined;
    return known.state === 'begun' ? { kind: 'interrupted' } : answeredWith(known);
  }

  #load(): Promise<void> {
    this.#loading ??= this.#read().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #read(): Promise<void> {
    const parsed = kept.safeParse(await this.#store.read());
    // What cannot be read holds no call that could be recognised; a conversation that it belonged to is not continued either.
    for (const { output, ...one } of parsed.success ? parsed.data.calls : [])
      this.#calls.set(one.id, output === undefined ? one : { ...one, output });
  }

  /** One write at a time; each holds everything that was noted before it began. */
  #save(): Promise<void> {
    const write = this.#writing.then(() => {
      this.#trim();
      return this.#store.write({ version: 1, calls: [...this.#calls.values()] });
    });
    this.#writing = write.catch(() => undefined);
    return write;
  }

  #trim(): void {
    const { maxCalls, maxOutputLength } = this.#bounds;
    for (const { id, state } of this.#calls.values()) {
      if (this.#calls.size <= maxCalls) break;
      if (state === 'answered') this.#calls.delete(id);
    }
    let length = 0;
    for (const one of [...this.#calls.values()].reverse()) {
      if (one.output === undefined) continue;
      length += one.output.length;
      if (length > maxOutputLength) this.#calls.set(one.id, { id: one.id, digest: one.digest, state: one.state });
    }
  }
}

/** Keeps a ledger as long as the process lives. */
export function memoryStore(): LedgerStore {
  let value: unknown;
  return {
    read: () => Promise.resolve(value),
    write: (next) => {
      value = next;
      return Promise.resolve();
    },
  };
}

/** What the model is told instead of a call being made again. */
export function describeStanding(standing: Exclude<CallStanding, { kind: 'begun' }>): {
  readonly isError: boolean;
  readonly output: string;
} {
  switch (standing.kind) {
    case 'answered':
      return standing.output === undefined
        ? {
            isError: true,
            output: 'This call was made before; its result is no longer kept. Look before repeating it.',
          }
        : { isError: false, output: standing.output };
    case 'interrupted':
      return {
        isError: true,
        output:
          'This call was interrupted, and its outcome is unknown. It was not made again: look before repeating it.',
      };
  }
}

function standingOf(known: Entry): CallStanding {
  return known.state === 'begun' ? { kind: 'interrupted' } : answeredWith(known);
}

function answeredWith({ output }: Entry): { readonly kind: 'answered'; readonly output?: string } {
  return output === undefined ? { kind: 'answered' } : { kind: 'answered', output };
}

function digestOf({ name, arguments: text }: FunctionCall): string {
  return createHash('sha256').update(`${name}\0${text}`).digest('hex').slice(0, 32);
}
