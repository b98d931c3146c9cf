import type { CopyRefusal } from '../../workspace/approvals.ts';
import type { StateRunner } from '../stages/2-run/stateRunner.ts';
import type { VerifierOptions } from '../stages/2-run/verifierOptions.ts';
import { WorkspacePlace } from './workspacePlace.ts';

/** Whether changes are tried out in the workspace itself: where there can be no copy, once somebody has allowed it. */
export class InPlaceChoice {
  readonly #options: VerifierOptions;
  readonly #runner: StateRunner;
  readonly #timeLimitMs: () => number;
  #place: WorkspacePlace | undefined;
  #isDeclined = false;

  constructor(options: VerifierOptions, runner: StateRunner, timeLimitMs: () => number) {
    this.#options = options;
    this.#runner = runner;
    this.#timeLimitMs = timeLimitMs;
  }

  /** The workspace itself, when it is that. */
  get place(): WorkspacePlace | undefined {
    return this.#place;
  }

  /** Asks; a refusal is asked for once until `forget`. Rejects by cancellation. */
  async offer(refusal: CopyRefusal, signal: AbortSignal): Promise<WorkspacePlace | undefined> {
    const { root, documents, approvals, trialWriter: writer } = this.#options;
    if (this.#isDeclined || writer === undefined || approvals.confirmInPlace === undefined) return undefined;
    if (await approvals.confirmInPlace(refusal, signal)) {
      const overlay = (): ReturnType<NonNullable<VerifierOptions['overlay']>> => this.#options.overlay?.() ?? [];
      const timeLimitMs = this.#timeLimitMs;
      this.#place = new WorkspacePlace({ root, documents, runner: this.#runner, writer, overlay, timeLimitMs });
    } else this.#isDeclined = true;
    return this.#place;
  }

  forget(): void {
    this.#isDeclined = false;
    this.#place?.forget();
  }
}
