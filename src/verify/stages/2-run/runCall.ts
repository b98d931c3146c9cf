import type { OnMutant, OnProgress } from '../../../workspace/verification.ts';
import type { StageClock } from './stageClock.ts';

/** The call of a verifier that runs belong to: what cancels it, how long its stages take, and whom it tells how far it is. */
export interface RunCall {
  readonly signal: AbortSignal;
  readonly clock: StageClock;
  readonly onProgress?: OnProgress | undefined;
  readonly onMutant?: OnMutant | undefined;
}
