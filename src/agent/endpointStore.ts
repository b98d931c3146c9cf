import * as z from 'zod/mini';
import type { EndpointFacts, EndpointMemory } from '../responses/endpointMemory.ts';

/** Where facts outlive the process. Neither call throws; what comes back is parsed. */
export interface FactStore {
  read(): unknown;
  write(value: unknown): void;
}

/** The most endpoints that are remembered. */
const maxEndpoints = 50;
/** Nothing is believed for longer than this, in ms, whatever stands in the store. */
const maxLifeMs = 30 * 24 * 60 * 60_000;

function fact<T>(value: z.ZodMiniType<T>) {
  return z.catch(z.optional(z.object({ value, until: z.number() })), undefined);
}

const fields = ['include', 'prompt_cache_key', 'context_management', 'reasoning', 'text', 'service_tier'] as const;
const facts = z.object({
  isHttpOnly: fact(z.literal(true)),
  maxAgeMs: fact(z.number()),
  suspectedAgeMs: fact(z.number()),
  tooLargeBytes: fact(z.number()),
  refusedFields: fact(z.record(z.string(), z.array(z.enum(fields)))),
});
const kept = z.object({ version: z.literal(1), endpoints: z.array(z.tuple([z.string(), facts])) });

/** What was learnt of endpoints, kept beyond the process until it expires. */
export class StoredEndpoints implements EndpointMemory {
  readonly #store: FactStore;
  readonly #known: Map<string, EndpointFacts>;

  /** `now` is in ms since 1970. */
  constructor(store: FactStore, now: number = Date.now()) {
    this.#store = store;
    const parsed = kept.safeParse(store.read());
    const endpoints = parsed.success ? parsed.data.endpoints : [];
    this.#known = new Map(endpoints.map(([endpoint, stored]) => [endpoint, validFacts(stored, now)]));
  }

  get(endpoint: string): EndpointFacts | undefined {
    return this.#known.get(endpoint);
  }

  set(endpoint: string, learnt: EndpointFacts): void {
    this.#known.delete(endpoint);
    this.#known.set(endpoint, learnt);
    const endpoints = [...this.#known].slice(-maxEndpoints);
    this.#store.write({ version: 1, endpoints });
  }
}

function validFacts(stored: z.infer<typeof facts>, now: number): EndpointFacts {
  const entries = Object.entries(stored).filter(
    ([, one]) => one !== undefined && one.until > now && one.until <= now + maxLifeMs,
  );
  return Object.fromEntries(entries);
}
