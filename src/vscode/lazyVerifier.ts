import type { Proposal } from '../edits/proposal.ts';
import type { DisposableVerifier, VerifierOptions } from '../verify/verifier.ts';
import type { OnProgress, TestComparison, TestRun, VerificationTask } from '../workspace/verification.ts';

/** A verifier whose code is loaded when tests are first asked for. */
export class LazyVerifier implements DisposableVerifier {
  readonly #options: VerifierOptions;
  #loading: Promise<DisposableVerifier> | undefined;
  #loaded: DisposableVerifier | undefined;
  #task: VerificationTask | undefined;

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  begin(task: VerificationTask): void {
    this.#task = task;
    this.#loaded?.begin(task);
  }

  async describeCommand(signal: AbortSignal): Promise<string | undefined> {
    return (await this.#load()).describeCommand(signal);
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const loaded = await this.#load().catch(() => undefined);
    await loaded?.prepare(signal);
  }

  async baseline(signal: AbortSignal, onProgress?: OnProgress): Promise<TestRun> {
    return (await this.#load()).baseline(signal, onProgress);
  }

  async trial(proposal: Proposal, signal: AbortSignal, onProgress?: OnProgress): Promise<TestComparison> {
    return (await this.#load()).trial(proposal, signal, onProgress);
  }

  async examine(proposal: Proposal, signal: AbortSignal, onProgress?: OnProgress): Promise<TestComparison> {
    return (await this.#load()).examine(proposal, signal, onProgress);
  }

  async applied(proposal: Proposal, signal: AbortSignal, onProgress?: OnProgress): Promise<TestComparison> {
    return (await this.#load()).applied(proposal, signal, onProgress);
  }

  /** What was never loaded remembers nothing. */
  invalidate(): void {
    this.#loaded?.invalidate();
  }

  async dispose(): Promise<void> {
    await (await this.#loading)?.dispose();
  }

  async #load(): Promise<DisposableVerifier> {
    this.#loading ??= import('../verify/verifier.ts').then(({ createVerifier }) => {
      const verifier = createVerifier(this.#options);
      if (this.#task !== undefined) verifier.begin(this.#task);
      return verifier;
    });
    this.#loaded = await this.#loading;
    return this.#loaded;
  }
}
