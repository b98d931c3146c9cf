import { partName } from '../edits/parts.ts';
import { emptyProposal, type Proposal } from '../edits/proposal.ts';
import { partsOfStep, splitStep } from '../edits/stepParts.ts';
import { onlySteps, type Composition, type Step } from '../edits/steps.ts';
import { bisectGroups, type Bisected, type Tried } from '../util/bisectGroups.ts';
import type { TestComparison } from '../workspace/verification.ts';
import type { Plan } from './acceptedPart.ts';

/** A part that was left out, and why. */
export interface DroppedPart {
  /** For people: `step 2 “Use for…of”`, or the place in it. */
  readonly name: string;
  readonly reason: string;
}

/** What is left of a broken proposal without the parts that break it. */
export interface Repaired extends Plan {
  readonly dropped: readonly DroppedPart[];
}

export interface RepairLimits {
  readonly maxTrials: number;
  readonly maxMs: number;
}

/**
 * Takes the steps that break something out of a broken proposal, then puts back of each what of it breaks nothing: its single places,
 * found by halves. What nobody could try in time, or builds on what is taken out, goes too. Undefined when nothing is left, or the
 * proposal has one place only. Rejects only by cancellation.
 */
export async function repair(
  { proposal, steps }: Plan,
  broken: TestComparison,
  trial: (proposal: Proposal) => Promise<TestComparison>,
  limits: RepairLimits,
): Promise<Repaired | undefined> {
  const only: Step = { id: 'whole', name: '', before: emptyProposal, after: proposal };
  const plan = steps.length === 0 ? [only] : steps;
  const workshop = new Workshop(plan, trial, limits);
  await workshop.bisectSteps(broken);
  const left = workshop.left();
  if (left.steps.length === 0) return undefined;
  return {
    proposal: left.proposal,
    steps: steps.length === 0 ? [] : left.steps,
    dropped: workshop.dropped,
  };
}

/** Of one repair: the plan as far as it is split, and what of it is kept. */
class Workshop {
  readonly #plan: readonly Step[];
  readonly #trial: (proposal: Proposal) => Promise<TestComparison>;
  readonly #limits: RepairLimits;
  readonly #until: number;
  /** The plan, with steps of which only some places are kept in two. */
  #steps: readonly Step[];
  #kept: ReadonlySet<string> = new Set();
  #trials = 0;
  readonly dropped: DroppedPart[] = [];

  constructor(plan: readonly Step[], trial: (proposal: Proposal) => Promise<TestComparison>, limits: RepairLimits) {
    this.#plan = plan;
    this.#steps = plan;
    this.#trial = trial;
    this.#limits = limits;
    this.#until = performance.now() + limits.maxMs;
  }

  /** What is kept; it was tried, so it can be put together. */
  left(): Composition & { readonly kind: 'composed' } {
    const left = onlySteps(this.#steps, this.#kept);
    if (left.kind === 'composed') return left;
    throw new Error('What is kept of a plan does not go together.');
  }

  async bisectSteps(broken: TestComparison): Promise<void> {
    const { kept, dropped, untried } = await this.#bisect(this.#plan, flawOf(broken), (some) =>
      this.#try(this.#steps, idsOf(some)),
    );
    this.#kept = idsOf(kept);
    for (const { item, evidence } of dropped) await this.#bisectPlaces(item, evidence);
    for (const step of untried) this.#drop(this.#nameOf(step), tooLate);
  }

  /** Keeps what of a step breaks nothing, and notes what does. */
  async #bisectPlaces(step: Step, flaw: Flaw): Promise<void> {
    const parts = partsOfStep(step);
    if (parts.length < 2 || flaw.isImpossible === true) return this.#drop(this.#nameOf(step), flaw);
    const split = (some: typeof parts): readonly Step[] =>
      this.#steps.flatMap((one) => (one.id === step.id ? splitStep(step, some) : [one]));
    const ids = new Set([...this.#kept, step.id]);
    const { kept, dropped, untried } = await this.#bisect(parts, flaw, (some) => this.#try(split(some), ids));
    if (kept.length === 0) return this.#drop(this.#nameOf(step), flaw);
    this.#steps = split(kept);
    this.#kept = ids;
    const suffix = this.#plan.length === 1 ? '' : ` (${this.#nameOf(step)})`;
    for (const { item, evidence } of dropped) this.#drop(`${partName(item)}${suffix}`, evidence);
    for (const part of untried) this.#drop(`${partName(part)}${suffix}`, tooLate);
  }

  async #bisect<T>(
    items: readonly T[],
    whole: Flaw,
    tryOut: (subset: readonly T[]) => Promise<Tried<Flaw>>,
  ): Promise<Bisected<T, Flaw>> {
    const search = bisectGroups(items, whole);
    let step = search.next();
    while (step.done !== true) step = search.next(await tryOut(step.value));
    return step.value;
  }

  #drop(name: string, { reason }: Flaw): void {
    this.dropped.push({ name, reason });
  }

  async #try(steps: readonly Step[], ids: ReadonlySet<string>): Promise<Tried<Flaw>> {
    const left = onlySteps(steps, ids);
    if (left.kind === 'conflict') {
      const reason = `it builds on ${this.#nameOf(left.step)}, which is left out`;
      return { kind: 'bad', evidence: { reason, isImpossible: true } };
    }
    if (this.#trials >= this.#limits.maxTrials || performance.now() > this.#until) return { kind: 'untried' };
    this.#trials += 1;
    const comparison = await this.#trial(left.proposal);
    return comparison.verdict.kind === 'broken' ? { kind: 'bad', evidence: flawOf(comparison) } : { kind: 'good' };
  }

  #nameOf({ id, name }: Step): string {
    const number = this.#plan.findIndex((one) => id === one.id || id === `${one.id} rest`) + 1;
    return name === '' ? `step ${number}` : `step ${number} “${name}”`;
  }
}

/** What speaks against a set of parts. */
interface Flaw {
  readonly reason: string;
  /** It was not run: it cannot even be put together. */
  readonly isImpossible?: true;
}

const tooLate: Flaw = { reason: 'it could not be tried in time' };

function flawOf({ verdict }: TestComparison): Flaw {
  return { reason: verdict.reasons[0] ?? 'it breaks something' };
}

function idsOf(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.map(({ id }) => id));
}
