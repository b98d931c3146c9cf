import { Emitter, type Event } from '../util/emitter.ts';
import { emptyProposal, type EncodedText, type Proposal } from './proposal.ts';

/** The one place that holds what is staged in a run. Nothing here reaches a disk. */
export class Draft {
  readonly #changed = new Emitter<Proposal>();
  #proposal: Proposal = emptyProposal;

  /** Fires after every change of `proposal`. */
  readonly onDidChange: Event<Proposal> = this.#changed.event;

  get proposal(): Proposal {
    return this.#proposal;
  }

  set(proposal: Proposal): void {
    if (proposal.hash === this.#proposal.hash) return;
    this.#proposal = proposal;
    this.#changed.fire(proposal);
  }

  /** The staged state of a path: its text, `deleted`, or undefined when the proposal does not touch it. */
  staged(path: string): EncodedText | 'deleted' | undefined {
    for (const change of this.#proposal.changes) {
      if (change.path === path) return change.kind === 'delete' ? 'deleted' : change.after;
      if (change.kind === 'move' && change.from === path) return 'deleted';
    }
    return undefined;
  }
}
