import { mergeTexts } from './mergeTexts.ts';
import type { Proposal } from './proposal.ts';
import { isSameState, movesOf, proposalBetween, statesAfter, statesBefore } from './states.ts';
import type { FileState, FileStates, Move } from './states.ts';

/** One small refactoring of a plan. Both proposals count from the files as they are for the user: what is staged before it, and with it. */
export interface Step {
  /** Unlike that of any other step of the run. */
  readonly id: string;
  /** One line, at most `maxStepName` long. */
  readonly name: string;
  readonly before: Proposal;
  readonly after: Proposal;
}

/** What is left of a plan when steps are taken out. */
export type Composition =
  /** The steps that are left, each leading on from the one before; all together they are the proposal. */
  { readonly kind: 'composed'; readonly proposal: Proposal; readonly steps: readonly Step[] } | StepConflict;

/** A step cannot be taken out, because a later one that stays changes the same place. */
export interface StepConflict {
  readonly kind: 'conflict';
  readonly step: Step;
  readonly path: string;
  /** The first one that builds on it. */
  readonly heldBy: Step;
}

/**
 * A plan without some of its steps: what each of them changed is taken back from the end, newest first, by a three-way merge per file.
 * Exact, or a conflict; ids that no step has say nothing. The plan must not be empty.
 */
export function withoutSteps(steps: readonly Step[], ids: ReadonlySet<string>): Composition {
  return new Chain(steps).without(ids);
}

/** A plan with only some of its steps; see `withoutSteps`. */
export function onlySteps(steps: readonly Step[], ids: ReadonlySet<string>): Composition {
  return withoutSteps(steps, new Set(steps.flatMap(({ id }) => (ids.has(id) ? [] : [id]))));
}

/** The later steps that have to go when this one goes, in order, and it; it alone when nothing builds on it. */
export function goTogether(steps: readonly Step[], id: string): readonly Step[] {
  const ids = togetherOf(steps, Infinity).get(id) ?? new Set();
  return steps.filter((step) => ids.has(step.id));
}

/** For each step the ids that go together with it, its own included; steps for which there was no time are left out, the first ones first. */
export function togetherOf(steps: readonly Step[], budgetMs: number): ReadonlyMap<string, ReadonlySet<string>> {
  const chain = new Chain(steps);
  const until = performance.now() + budgetMs;
  const together = new Map<string, ReadonlySet<string>>();
  for (const { id } of steps.toReversed()) {
    const ids = new Set([id]);
    for (let held = chain.conflict(ids); held !== undefined; held = chain.conflict(ids))
      for (const other of together.get(held.heldBy.id) ?? [held.heldBy.id]) ids.add(other);
    together.set(id, ids);
    if (performance.now() > until) break;
  }
  return together;
}

/** One sentence for people: which step holds which, by number and name. */
export function describeConflict(steps: readonly Step[], { step, heldBy, path }: Omit<StepConflict, 'kind'>): string {
  const named = ({ id, name }: Step): string => `${steps.findIndex((one) => one.id === id) + 1} “${name}”`;
  return `Step ${named(step)} cannot be taken out without step ${named(heldBy)}, which builds on it in ${path}.`;
}

/** A path where a step cannot be taken back. */
interface Obstacle {
  readonly index: number;
  readonly path: string;
}

/** What stands at all paths of a plan, before its first step and after each. */
class Chain {
  readonly #steps: readonly Step[];
  readonly #states: readonly FileStates[];
  readonly #moves: readonly Move[];

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
    const originals = new Map<string, FileState>();
    for (const { after } of steps.toReversed())
      for (const [path, state] of statesBefore(after)) originals.set(path, state);
    this.#states = [originals, ...steps.map(({ after }) => new Map([...originals, ...statesAfter(after)]))];
    this.#moves = steps.toReversed().flatMap(({ after }) => movesOf(after));
  }

  /** What stands in the way of taking these out, without taking them out. */
  conflict(ids: ReadonlySet<string>): StepConflict | undefined {
    return 'index' in this.#upTo(this.#steps.length, ids) ? this.#conflictOf(ids) : undefined;
  }

  without(ids: ReadonlySet<string>): Composition {
    const whole = this.#upTo(this.#steps.length, ids);
    if ('index' in whole) return this.#conflictOf(ids);
    const left: Step[] = [];
    let joined: string[] = [];
    for (const [index, step] of this.#steps.entries()) {
      if (ids.has(step.id)) continue;
      const states = this.#upTo(index + 1, ids);
      joined.push(step.name);
      // A later step mends what stands in the way here: up to there they are one.
      if ('index' in states) continue;
      const before = left.at(-1)?.after ?? this.#proposalOf(this.#originals);
      const after = this.#proposalOf(states);
      if (after.hash !== before.hash) left.push({ id: step.id, name: cutName(joined.join('; ')), before, after });
      joined = [];
    }
    return { kind: 'composed', proposal: this.#proposalOf(whole), steps: left };
  }

  /** What stands there after the first `count` steps, without those that are taken out. */
  #upTo(count: number, ids: ReadonlySet<string>): FileStates | Obstacle {
    let current = this.#states[count] ?? this.#originals;
    for (let index = count - 1; index >= 0; index -= 1) {
      if (!ids.has(this.#steps[index]?.id ?? '')) continue;
      const next = takeBack(this.#states[index] ?? current, this.#states[index + 1] ?? current, current);
      if (typeof next === 'string') return { index, path: next };
      const path = standsInTheWay(next, this.#originals);
      if (path !== undefined) return { index, path };
      current = next;
    }
    return current;
  }

  /** The first step that changes what is to be taken back; it stays, since what is taken out brings nothing new. */
  #conflictOf(ids: ReadonlySet<string>): StepConflict {
    const first = this.#steps.findIndex(({ id }) => ids.has(id));
    for (const [at, heldBy] of this.#steps.entries()) {
      if (at <= first) continue;
      const obstacle = this.#upTo(at + 1, ids);
      const step = 'index' in obstacle ? this.#steps[obstacle.index] : undefined;
      if ('index' in obstacle && step !== undefined) return { kind: 'conflict', step, path: obstacle.path, heldBy };
    }
    throw new Error('There is no conflict among these steps.');
  }

  #proposalOf(states: FileStates): Proposal {
    const at = this.#states.findIndex((known) => [...states].every(([path, state]) => isSameAt(known, path, state)));
    const known = this.#steps[at - 1];
    return known?.after ?? proposalBetween(this.#originals, states, this.#moves);
  }

  get #originals(): FileStates {
    return this.#states[0] ?? new Map();
  }
}

/** `current` without what led from `before` to `after`, or the path where that cannot be told apart from what came later. */
export function takeBack(before: FileStates, after: FileStates, current: FileStates): FileStates | string {
  const next = new Map(current);
  for (const [path, old] of before) {
    const made = after.get(path) ?? old;
    if (isSameState(old, made)) continue;
    const merged = mergeStates(made, old, current.get(path) ?? 'missing');
    if (merged === undefined) return path;
    next.set(path, merged);
  }
  return next;
}

function isSameAt(states: FileStates, path: string, state: FileState): boolean {
  return isSameState(states.get(path) ?? 'missing', state);
}

/** Two ways on from one state in one; undefined when they contradict each other. */
function mergeStates(base: FileState, left: FileState, right: FileState): FileState | undefined {
  if (isSameState(base, right) || isSameState(left, right)) return left;
  if (isSameState(base, left)) return right;
  if (base === 'missing' || left === 'missing' || right === 'missing') return undefined;
  const text = mergeTexts(base.text, left.text, right.text);
  return text === undefined ? undefined : { text, hasBom: base.hasBom === left.hasBom ? right.hasBom : left.hasBom };
}

/** A path that cannot be beside another one: below it, or spelt alike; what stood there from the start may stay. */
function standsInTheWay(states: FileStates, originals: FileStates): string | undefined {
  const there = [...states].flatMap(([path, state]) => (state === 'missing' ? [] : [path]));
  const comparable = (path: string): string => path.normalize('NFC').toLowerCase();
  const spelt = new Map<string, string>();
  for (const path of there) {
    const twin = spelt.get(comparable(path));
    const wasThere = (one: string): boolean => (originals.get(one) ?? 'missing') !== 'missing';
    if (twin !== undefined && !(wasThere(twin) && wasThere(path))) return path;
    spelt.set(comparable(path), path);
  }
  return there.find((path) => {
    const segments = comparable(path).split('/');
    return segments.some((_, count) => count > 0 && spelt.has(segments.slice(0, count).join('/')));
  });
}

/** The longest name of a step, in UTF-16 units. */
export const maxStepName = 80;

/** A name that is short enough. */
export function cutName(name: string): string {
  if (name.length <= maxStepName) return name;
  return `${name.slice(0, maxStepName - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
