import type { Proposal } from '../edits/proposal.ts';
import type { RelativePath } from './path.ts';

/** How a change that was written for a while was taken back. */
export type TakenBack =
  /** Every byte is as before, but for `left`: files that somebody changed meanwhile, which are left as they are. */
  | { readonly kind: 'restored'; readonly left: readonly RelativePath[] }
  /** It is put back at the next start. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface WrittenTrial {
  /**
   * Call it once, whatever happens meanwhile. Never rejects. `keepsTimes` gives files their old times: say so only when nothing can have been
   * built from what was written, or else it would pass for up to date.
   */
  takeBack(keepsTimes: boolean): Promise<TakenBack>;
}

export type TrialWriteOutcome =
  | { readonly kind: 'written'; readonly trial: WrittenTrial }
  /** Files are not what the change was made for; nothing was written. */
  | { readonly kind: 'stale'; readonly paths: readonly RelativePath[] }
  /** Nothing is written, or everything was put back. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Writes a change into the workspace for as long as it is tried out; what a killed process leaves is put back by the next start. */
export interface TrialWriter {
  /** Rejects only by cancellation, with everything put back. */
  write(proposal: Proposal, signal: AbortSignal): Promise<TrialWriteOutcome>;
}
