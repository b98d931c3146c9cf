import type { Proposal } from '../edits/proposal.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { DisposableVerifier, VerifierOptions } from '../verify/verifier.ts';
import type { TestComparison, TestRun, VerificationCall } from '../workspace/verification.ts';

/** A verifier whose code is loaded when tests are first asked for. */
export class LazyVerifier implements DisposableVerifier {
  readonly #options: VerifierOptions;
  #loading: Promise<DisposableVerifier> | undefined;
  #loaded: DisposableVerifier | undefined;

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  async describeCommand(signal: AbortSignal): Promise<string | undefined> {
    return (await this.#load()).describeCommand(signal);
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const loaded = await this.#load().catch(() => undefined);
    await loaded?.prepare(signal);
  }

  async baseline(signal: AbortSignal, call?: VerificationCall): Promise<TestRun> {
    return (await this.#load()).baseline(signal, call);
  }

  async trial(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    return (await this.#load()).trial(proposal, signal, call);
  }

  async examine(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    return (await this.#load()).examine(proposal, signal, call);
  }

  async applied(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    return (await this.#load()).applied(proposal, signal, call);
  }

  /** What was never loaded saw no run. */
  isCode(path: RelativePath): boolean {
    return this.#loaded?.isCode?.(path) ?? false;
  }

  /** What was never loaded remembers nothing. */
  invalidate(): void {
    this.#loaded?.invalidate();
  }

  async dispose(): Promise<void> {
    await (await this.#loading)?.dispose();
  }

  async #load(): Promise<DisposableVerifier> {
    this.#loading ??= import('../verify/verifier.ts').then(({ createVerifier }) => createVerifier(this.#options));
    this.#loaded = await this.#loading;
    return this.#loaded;
  }
}
