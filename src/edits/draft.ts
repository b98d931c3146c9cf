import { Emitter, type Event } from '../util/emitter.ts';
import { createProposal, emptyProposal, isEmpty, type EncodedText, type Proposal } from './proposal.ts';
import { stepsWithoutPaths } from './stepPaths.ts';
import type { Step } from './steps.ts';

/** More steps nobody would read: from here on the last one grows. */
export const maxSteps = 50;

/** The one place that holds what is staged in a run, and the steps that led to it. Nothing here reaches a disk. */
export class Draft {
  readonly #changed = new Emitter<Proposal>();
  #proposal: Proposal = emptyProposal;
  #steps: readonly Step[] = [];
  #lastId = 0;

  /** What may be staged now: changes as the user allows them, or new files of tests and nothing else. */
  admits: 'changes' | 'newTests' = 'changes';

  /** Fires after every change of `proposal`. */
  readonly onDidChange: Event<Proposal> = this.#changed.event;

  get proposal(): Proposal {
    return this.#proposal;
  }

  /** In order. The first begins with nothing staged, each goes on from the one before, the last ends with `proposal`; or there are none. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Whatever led to this is not known as steps. */
  set(proposal: Proposal): void {
    this.#become(proposal, proposal.hash === this.#proposal.hash ? this.#steps : []);
  }

  /**
   * One refactoring more leads to this. With the name of the last step it is part of that; what comes back to where an earlier step ended
   * takes the later ones back.
   */
  stage(proposal: Proposal, name: string): void {
    if (proposal.hash === this.#proposal.hash) return;
    if (isEmpty(proposal)) return this.#become(proposal, []);
    const known = this.#steps.findIndex(({ after }) => after.hash === proposal.hash);
    if (known >= 0) return this.#become(proposal, this.#steps.slice(0, known + 1));
    const isUnnamed = this.#steps.length === 0 && !isEmpty(this.#proposal);
    const steps = isUnnamed ? [this.#step('Earlier changes', emptyProposal, this.#proposal)] : this.#steps;
    const last = steps.at(-1);
    if (last !== undefined && (last.name === name || steps.length >= maxSteps))
      return this.#become(proposal, [...steps.slice(0, -1), { ...last, after: proposal }]);
    this.#become(proposal, [...steps, this.#step(name, last?.after ?? emptyProposal, proposal)]);
  }

  /** This, with the steps that led to it; steps that lead elsewhere are not taken. */
  restore(proposal: Proposal, steps: readonly Step[]): void {
    this.#become(proposal, steps.at(-1)?.after.hash === proposal.hash ? steps : []);
  }

  /** Takes files out of all steps, with whatever was moved there or from there; steps that change nothing else are gone. */
  drop(paths: ReadonlySet<string>): void {
    const left = createProposal(this.#proposal.changes.filter(({ path }) => !paths.has(path)));
    this.restore(left, stepsWithoutPaths(this.#steps, paths));
  }

  /** The staged state of a path: its text, `deleted`, or undefined when the proposal does not touch it. */
  staged(path: string): EncodedText | 'deleted' | undefined {
    for (const change of this.#proposal.changes) {
      if (change.path === path) return change.kind === 'delete' ? 'deleted' : change.after;
      if (change.kind === 'move' && change.from === path) return 'deleted';
    }
    return undefined;
  }

  #step(name: string, before: Proposal, after: Proposal): Step {
    this.#lastId += 1;
    return { id: String(this.#lastId), name, before, after };
  }

  #become(proposal: Proposal, steps: readonly Step[]): void {
    this.#steps = steps;
    if (proposal.hash === this.#proposal.hash) return;
    this.#proposal = proposal;
    this.#changed.fire(proposal);
  }
}
