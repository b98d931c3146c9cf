import type { Proposal } from '../edits/proposal.ts';
import type { RelativePath } from '../workspace/path.ts';
import type {
  TestComparison,
  TestRun,
  VerificationAim,
  VerificationCall,
  Verifier,
} from '../workspace/verification.ts';
import type { GatedVerifier } from './gatedVerifier.ts';

/**
 * A verifier that runs nothing by itself where tests run on request: until `request` it says of everything that it is not verified yet,
 * from then on until `hold` it is the one below.
 */
export class RequestedVerifier implements Verifier {
  readonly #inner: GatedVerifier;
  readonly #isOnRequest: () => boolean;
  #isRequested = false;

  constructor(inner: GatedVerifier, isOnRequest: () => boolean) {
    this.#inner = inner;
    this.#isOnRequest = isOnRequest;
  }

  /** As that of the verifier below; nothing is asked for yet. */
  beginRun(...run: Parameters<GatedVerifier['beginRun']>): void {
    this.hold();
    this.#inner.beginRun(...run);
  }

  /** Somebody asked for it. */
  request(): void {
    this.#isRequested = true;
  }

  /** What comes next has to be asked for again. */
  hold(): void {
    this.#isRequested = false;
  }

  /** As that of the verifier below. */
  about(aim: VerificationAim): void {
    this.#inner.about(aim);
  }

  describeCommand(signal: AbortSignal): Promise<string | undefined> {
    return this.#inner.describeCommand(signal);
  }

  prepare(signal: AbortSignal): Promise<void> {
    return this.#inner.prepare(signal);
  }

  async baseline(signal: AbortSignal): Promise<TestRun> {
    return this.#isHeld ? notRun : this.#inner.baseline(signal);
  }

  async trial(proposal: Proposal, signal: AbortSignal, call?: VerificationCall): Promise<TestComparison> {
    return this.#isHeld ? notVerified : this.#inner.trial(proposal, signal, call);
  }

  /** As that of the verifier below. */
  async tryStep(proposal: Proposal, hasMutants: boolean, signal: AbortSignal): Promise<TestComparison> {
    return this.#isHeld ? notVerified : this.#inner.tryStep(proposal, hasMutants, signal);
  }

  async examine(proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    return this.#isHeld ? notVerified : this.#inner.examine(proposal, signal);
  }

  /** What was written without being verified stays so: whoever wanted no tests before wants none after. */
  async applied(proposal: Proposal, signal: AbortSignal): Promise<TestComparison> {
    return this.#isHeld ? notVerified : this.#inner.applied(proposal, signal);
  }

  /** As that of the verifier below. */
  known(proposal: Proposal): TestComparison | undefined {
    return this.#inner.known(proposal);
  }

  isCode(path: RelativePath): boolean {
    return this.#inner.isCode(path);
  }

  invalidate(): void {
    this.#inner.invalidate();
  }

  get #isHeld(): boolean {
    return this.#isOnRequest() && !this.#isRequested;
  }
}

const reason = 'Not verified yet: the tests run when they are asked for.';
const notRun: TestRun = { kind: 'unavailable', reason };
const notVerified: TestComparison = {
  before: notRun,
  after: notRun,
  broken: [],
  fixed: [],
  stillFailing: [],
  verdict: { kind: 'unproven', reasons: [reason], offer: 'verification' },
};
