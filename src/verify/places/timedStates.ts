import type { StageTime } from '../../workspace/evidence.ts';
import type { CopyKeeper } from '../copy/copyKeeper.ts';
import { addTimes, timesSince } from '../stages/2-run/stageClock.ts';
import type { RunCall } from '../stages/2-run/runCall.ts';
import type { CopyPlace } from './copyPlace.ts';
import type { InPlaceChoice } from './inPlaceChoice.ts';
import type { KeyedState, StateRequest, TestPlace } from './testPlace.ts';

/** A state with what it took to learn of it in earlier calls. */
export interface TimedState extends KeyedState {
  readonly earlier: readonly StageTime[];
}

export interface Places {
  readonly copy: CopyPlace;
  readonly inPlace: InPlaceChoice;
  /** Of the copy. */
  readonly keeper: CopyKeeper;
}

/** States before changes, in the copy or, where there can be none and that is allowed, in the workspace itself. */
export class TimedStates {
  readonly #places: Places;
  /** How long it took to learn of a state, by its key: that belongs to each verification that rests on it. */
  readonly #times = new Map<string, readonly StageTime[]>();

  constructor(places: Places) {
    this.#places = places;
  }

  /** Where they are tested. */
  get place(): TestPlace {
    return this.#places.inPlace.place ?? this.#places.copy;
  }

  get isInPlace(): boolean {
    return this.#places.inPlace.place !== undefined;
  }

  /** Rejects by cancellation, and when the disk refuses. */
  async test(request: StateRequest, call: RunCall): Promise<TimedState> {
    const { clock } = call;
    const startedWith = clock.times;
    const state = await this.#testSomewhere(request, call);
    const earlier = this.#times.get(state.key) ?? [];
    const spent = asBaseline(timesSince(startedWith, clock.times));
    if (!state.isInStep && request.isRepeated !== true) this.#times.set(state.key, addTimes(earlier, spent));
    return { ...state, earlier };
  }

  /** Whoever refused to have the workspace itself used is asked again. */
  forget(): void {
    this.#times.clear();
    this.#places.inPlace.forget();
  }

  async #testSomewhere(request: StateRequest, call: RunCall): Promise<KeyedState> {
    const state = await this.place.test(request, call);
    if (state.refusal === undefined) return state;
    // A part of it may be there, as large as it could become.
    await this.#places.keeper.discard();
    const place = await this.#places.inPlace.offer(state.refusal, call.signal);
    return place === undefined ? state : place.test(request, call);
  }
}

/** All that it took to learn of the state before a change is the baseline to a later call. */
function asBaseline(times: readonly StageTime[]): readonly StageTime[] {
  return addTimes(
    [],
    times.map((time) => ({ ...time, stage: 'baseline' })),
  );
}
