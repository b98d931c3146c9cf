import type { OptionalField } from './turn.ts';

/** A fact and when it stops to count, in ms since 1970. */
export interface Remembered<T> {
  readonly value: T;
  readonly until: number;
}

/** What was learnt of one endpoint; plain data, so that it can be stored. */
export interface EndpointFacts {
  /** The WebSocket does not work there. */
  readonly isHttpOnly?: Remembered<true>;
  /** Connections of this age, in ms, are ended by the endpoint. */
  readonly maxAgeMs?: Remembered<number>;
  /** A connection of this age was ended while idle, and no reason given: a limit, or an accident. */
  readonly suspectedAgeMs?: Remembered<number>;
  /** A request of this many bytes was too large for one message. */
  readonly tooLargeBytes?: Remembered<number>;
  /** Fields that were refused, by model. */
  readonly refusedFields?: Remembered<Readonly<Record<string, readonly OptionalField[]>>>;
}

/** Keeps facts by endpoint; an implementation may outlive the process. Both calls are quick and never throw. */
export interface EndpointMemory {
  get(endpoint: string): EndpointFacts | undefined;
  set(endpoint: string, facts: EndpointFacts): void;
}

/** Remembers until it is dropped. */
export function memoryOfProcess(): EndpointMemory {
  const known = new Map<string, EndpointFacts>();
  return { get: (endpoint) => known.get(endpoint), set: (endpoint, facts) => void known.set(endpoint, facts) };
}

const hour = 60 * 60_000;
/** What is a property of the endpoint is asked for again only after this long. */
const propertyLastsMs = 24 * hour;

/** Ages that differ by less than this share are the same. */
const sameAge = 0.1;

/** What is known of one endpoint now; expired facts do not count. */
export class EndpointKnowledge {
  readonly #endpoint: string;
  readonly #memory: EndpointMemory;
  readonly #date: () => number;

  /** `date` gives ms since 1970. */
  constructor(endpoint: string, memory: EndpointMemory, date: () => number) {
    this.#endpoint = endpoint;
    this.#memory = memory;
    this.#date = date;
  }

  get isHttpOnly(): boolean {
    return this.#valid(this.#facts.isHttpOnly) ?? false;
  }

  learnHttpOnly(forMs: number): void {
    this.#learn({ isHttpOnly: { value: true, until: this.#date() + forMs } });
  }

  /** The next request tries the WebSocket again. */
  forgetHttpOnly(): void {
    this.#forget('isHttpOnly');
  }

  /** The age at which the endpoint ends connections, in ms. */
  get maxAgeMs(): number | undefined {
    return this.#valid(this.#facts.maxAgeMs);
  }

  learnMaxAge(value: number): void {
    this.#learn({ maxAgeMs: { value, until: this.#date() + propertyLastsMs } });
  }

  /** Two ends at about the same age are a limit; one may be a restart of the endpoint. */
  suspectMaxAge(value: number): void {
    const suspected = this.#valid(this.#facts.suspectedAgeMs);
    const isSame = suspected !== undefined && Math.abs(suspected - value) <= sameAge * value;
    if (isSame) this.learnMaxAge(Math.min(suspected, value));
    else this.#learn({ suspectedAgeMs: { value, until: this.#date() + propertyLastsMs } });
  }

  /** A request of this many bytes is known to be too large for one message. */
  isTooLarge(bytes: number): boolean {
    return bytes >= (this.#valid(this.#facts.tooLargeBytes) ?? Infinity);
  }

  learnTooLarge(bytes: number): void {
    const value = Math.min(bytes, this.#valid(this.#facts.tooLargeBytes) ?? Infinity);
    this.#learn({ tooLargeBytes: { value, until: this.#date() + propertyLastsMs } });
  }

  forgetTooLarge(): void {
    this.#forget('tooLargeBytes');
  }

  refusedFields(model: string): readonly OptionalField[] {
    const byModel = this.#valid(this.#facts.refusedFields) ?? {};
    return Object.hasOwn(byModel, model) ? (byModel[model] ?? []) : [];
  }

  learnRefusedField(model: string, field: OptionalField): void {
    const value = { ...this.#valid(this.#facts.refusedFields), [model]: [...this.refusedFields(model), field] };
    this.#learn({ refusedFields: { value, until: this.#date() + propertyLastsMs } });
  }

  get #facts(): EndpointFacts {
    return this.#memory.get(this.#endpoint) ?? {};
  }

  #valid<T>(fact: Remembered<T> | undefined): T | undefined {
    return fact !== undefined && this.#date() < fact.until ? fact.value : undefined;
  }

  #forget(name: keyof EndpointFacts): void {
    const { [name]: forgotten, ...rest } = this.#facts;
    if (forgotten !== undefined) this.#memory.set(this.#endpoint, rest);
  }

  #learn(facts: EndpointFacts): void {
    this.#memory.set(this.#endpoint, { ...this.#facts, ...facts });
  }
}
