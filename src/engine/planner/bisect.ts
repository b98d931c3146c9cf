import { bisectGroups, type Tried } from '../../util/bisectGroups.ts';
import type { Routine } from './routine.ts';

/** How a set of changes fared. */
export type Trial<E> =
  | { readonly kind: 'good' }
  | { readonly kind: 'bad'; readonly evidence: E }
  /** Nothing can be learnt from here on; `reason` says why. */
  | { readonly kind: 'stopped'; readonly reason: string };

export interface Bisected<T, E> {
  /** Known to be good together, in the given order. */
  readonly kept: readonly T[];
  readonly dropped: readonly { readonly item: T; readonly evidence: E }[];
  /** Not decided: the trials ran out or could not go on. */
  readonly undecided: readonly T[];
  /** Why trials ended early. */
  readonly reason?: string;
}

/** `bisectGroups` with at most `maxTrials` trials, which asks through routines. */
export function* bisect<T, E>(
  items: readonly T[],
  evidence: E,
  maxTrials: number,
  tryOut: (subset: readonly T[]) => Routine<Trial<E>>,
): Routine<Bisected<T, E>> {
  let trials = 0;
  let reason: string | undefined;

  function* tryInTime(subset: readonly T[]): Routine<Tried<E>> {
    if (reason === undefined && trials >= maxTrials) reason = `I stop after ${maxTrials} trials`;
    if (reason !== undefined) return { kind: 'untried' };
    trials++;
    const trial = yield* tryOut(subset);
    if (trial.kind !== 'stopped') return trial;
    reason = trial.reason;
    return { kind: 'untried' };
  }

  const search = bisectGroups(items, evidence);
  let step = search.next();
  while (step.done !== true) step = search.next(yield* tryInTime(step.value));
  const { kept, dropped, untried } = step.value;
  return { kept, dropped, undecided: untried, ...(reason !== undefined && { reason }) };
}
