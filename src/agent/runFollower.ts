import { isEmpty, touchedPaths } from '../edits/proposal.ts';
import type { AgentEvent, ReviewOutcome } from './events.ts';

/** Where it is kept how far a run is with its newest change, for whoever comes after a kill. */
export interface RunNotePort {
  enter(stage: 'verifying' | 'reviewing' | 'writing' | 'written', paths: readonly string[]): void;
  /** Nothing is in hand any more. */
  clear(): void;
}

/** Follows the events of one run and notes what it has in hand before that begins. */
export class RunFollower {
  readonly #note: RunNotePort;
  #paths: readonly string[] = [];

  constructor(note: RunNotePort) {
    this.#note = note;
  }

  see(event: AgentEvent): void {
    switch (event.kind) {
      case 'proposal':
        this.#paths = touchedPaths(event.proposal);
        if (isEmpty(event.proposal)) this.#note.clear();
        return;
      case 'testsStarted':
        if (event.stage !== 'applied' && this.#paths.length > 0) this.#note.enter('verifying', this.#paths);
        return;
      case 'reviewStarted':
        return this.#note.enter('reviewing', touchedPaths(event.proposal));
      case 'reviewed':
        return this.#reviewed(event.outcome);
      case 'applied':
        return this.#note.enter('written', event.paths);
      case 'testsFinished':
        if (event.stage === 'applied' && event.comparison?.verdict.kind === 'preserved') this.#note.clear();
        return;
      case 'rolledBack':
      case 'runEnded':
        return this.#note.clear();
      default:
    }
  }

  #reviewed(outcome: ReviewOutcome): void {
    if (outcome.kind === 'accepted') this.#note.enter('writing', outcome.paths);
    else if (outcome.kind === 'verify') this.#note.enter('verifying', outcome.paths);
    else this.#note.clear();
  }
}
