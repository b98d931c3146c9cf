import type { Mutation } from './scriptMutators.ts';
import type { ScriptToken } from './scriptTokens.ts';

/** A word of a change that is known to mean something else than what stood there, though many inputs do not tell. */
export interface ScriptRisk {
  readonly gone?: ScriptToken;
  readonly came?: ScriptToken;
  /** Where what is gone stood. */
  readonly at: number;
  /** What stood there, in the place of what came: tests that notice it know the difference. Without it, it is a doubt. */
  readonly own?: readonly Mutation[];
}
