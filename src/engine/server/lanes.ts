/** Responses of one connection that may be in flight, over all lanes. */
const maxInFlight = 16;
/** Names that one connection may use in its life; the lane without a name does not count. */
const maxNames = 32;
/** Requests that may wait in one lane. */
const maxWaiting = 16;
/** The size of all that waits, in UTF-16 units. */
const maxWaitingSize = 32 * 1024 * 1024;

/** One request that waits for its turn; `run` never rejects. */
export interface Job {
  readonly size: number;
  readonly run: () => Promise<void>;
}

export type Placement = 'placed' | 'tooManyNames' | 'tooManyWaiting';

interface Lane {
  readonly waiting: Job[];
  isBusy: boolean;
}

/** Runs jobs in the order of their lane, never two of one lane at a time, and of all lanes no more than may be in flight. */
export class Lanes {
  readonly #lanes = new Map<string | undefined, Lane>([[undefined, { waiting: [], isBusy: false }]]);
  /** Lanes with something to do and no place in flight, in the order in which they came. */
  readonly #ready: Lane[] = [];
  #inFlight = 0;
  #waitingSize = 0;

  /** True while a job runs. */
  get isBusy(): boolean {
    return this.#inFlight > 0;
  }

  /** Takes a job for a lane, by its name. */
  place(name: string | undefined, job: Job): Placement {
    const lane = this.#lanes.get(name) ?? this.#open(name);
    if (!lane) return 'tooManyNames';
    if (lane.waiting.length >= maxWaiting || this.#waitingSize + job.size > maxWaitingSize) return 'tooManyWaiting';
    lane.waiting.push(job);
    this.#waitingSize += job.size;
    if (!lane.isBusy && lane.waiting.length === 1) this.#ready.push(lane);
    this.#start();
    return 'placed';
  }

  /** Forgets what waits; what runs is not touched. */
  clear(): void {
    for (const { waiting } of this.#lanes.values()) waiting.length = 0;
    this.#ready.length = 0;
    this.#waitingSize = 0;
  }

  #open(name: string | undefined): Lane | undefined {
    if (this.#lanes.size > maxNames) return undefined;
    const lane = { waiting: [], isBusy: false };
    this.#lanes.set(name, lane);
    return lane;
  }

  #start(): void {
    while (this.#inFlight < maxInFlight) {
      const lane = this.#ready.shift();
      const job = lane?.waiting.shift();
      if (!lane || !job) return;
      this.#waitingSize -= job.size;
      this.#inFlight++;
      lane.isBusy = true;
      void job.run().finally(() => this.#finish(lane));
    }
  }

  #finish(lane: Lane): void {
    this.#inFlight--;
    lane.isBusy = false;
    if (lane.waiting.length > 0) this.#ready.push(lane);
    this.#start();
  }
}
