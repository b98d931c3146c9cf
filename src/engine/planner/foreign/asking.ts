import type { Question } from './question.ts';

/** What the arguments are made for. */
export interface Asking {
  readonly question: Question;
  /** Of the tool's own name: they ask for the call and are no argument. */
  readonly toolWords: readonly string[];
  readonly now: Date;
}
