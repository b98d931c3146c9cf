import type { Draft } from '../edits/draft.ts';
import { emptyProposal, isEmpty, type Proposal } from '../edits/proposal.ts';
import type { InputItem } from '../responses/items.ts';
import { isAbortError, throwIfAborted } from '../util/abort.ts';
import { asksForTests } from '../util/asksForTests.ts';
import type { TestComparison, VerificationAim } from '../workspace/verification.ts';
import { characterize } from './characterize.ts';
import { comparisonAtStop, cutEnding } from './cutEnding.ts';
import type { AgentEvent, Phase, RunCut, RunEnding } from './events.ts';
import { noAnswer, unfounded } from './answerFlaw.ts';
import { reviewMessage, type ReviewReport } from './instructions.ts';
import { lastParagraph } from './lastParagraph.ts';
import { Budget } from './limits.ts';
import { runLoop, type LoopEnding } from './loop.ts';
import { repair } from './repair.ts';
import type { GatedVerifier } from './gatedVerifier.ts';
import { decide, type Decision, type TestsWish, type VerificationWish, type VerifiedProposal } from './review.ts';
import type { RunRequest } from './run.ts';
import type { SessionPorts } from './sessionPorts.ts';
import type { ToolTable } from './toolCall.ts';

/** What the runs of a session share. */
export interface SharedByRuns {
  readonly verifier: GatedVerifier;
  readonly tools: ToolTable;
  readonly draft: Draft;
}

/** What breaks something is the model's again, before anybody was asked. */
interface HandedBack {
  readonly report: ReviewReport;
}

/**
 * Who mends a proposal that breaks something before it is shown: the model, which is told; nobody, but what of it breaks nothing is kept;
 * or nobody at all.
 */
type Mending = 'byModel' | 'byLeavingOut' | 'not';

type Cancelled = Extract<RunEnding, { kind: 'cancelled' }>;

/** How often a proposal that breaks tests is handed back before the person is shown it as it is. */
const maxRepairs = 2;

/** What finding the parts that break something may cost. */
const repairLimits = { maxTrials: 16, maxMs: 120_000 };

const stopped: Cancelled = { kind: 'cancelled', reason: 'Stopped by the user.' };

/** One run of a session. What is staged is settled however the run ends: by its tests, or, when it was stopped, with what is known. */
export class SessionRun {
  readonly #ports: SessionPorts;
  readonly #verifier: GatedVerifier;
  readonly #tools: ToolTable;
  readonly #draft: Draft;
  readonly #onEvent: (event: AgentEvent) => void;
  readonly #refused = new AbortController();
  /** Fires when even what was offered after a stop is not waited for any more. */
  readonly #end: AbortSignal;
  #signal: AbortSignal;
  #phase: Phase | undefined;
  /** What a verification is about beside the request, unless something else is under way. */
  #aim: VerificationAim = {};
  /** Hash of the proposal that is, or was last, under review. */
  #shown: string | undefined;
  #goal = '';
  /** What was not handed to the endpoint yet. */
  unsent: readonly InputItem[] = [];

  constructor(
    ports: SessionPorts,
    { verifier, tools, draft }: SharedByRuns,
    onEvent: (event: AgentEvent) => void,
    stop: AbortSignal,
    end: AbortSignal,
  ) {
    this.#ports = ports;
    this.#verifier = verifier;
    this.#tools = tools;
    this.#draft = draft;
    this.#onEvent = onEvent;
    this.#end = end;
    this.#signal = AbortSignal.any([stop, end, this.#refused.signal]);
  }

  /** Call once; never rejects. */
  async work(request: RunRequest, items: readonly InputItem[]): Promise<RunEnding> {
    this.unsent = items;
    this.#goal = request.goal;
    this.#verifier.invalidate();
    this.#verifier.beginRun({ task: request, notify: this.#onEvent, onRefused: () => this.#refused.abort() });
    if (asksForTests(request.goal)) {
      this.#draft.admits = 'newTests';
      this.#aim = { writesTests: true };
    }
    this.#verifier.about(this.#aim);
    void this.#verifier.prepare(this.#signal);
    const subscription = this.#draft.onDidChange((proposal) => {
      if (!isEmpty(proposal)) this.#enter('propose');
      this.#onEvent({ kind: 'proposal', proposal });
    });
    try {
      this.#enter('analyze');
      return this.#named(await this.#untilStopped(() => this.#converse()));
    } catch (error) {
      if (isAbortError(error)) return this.#named(stopped);
      return unexpected(error);
    } finally {
      subscription.dispose();
    }
  }

  /** Does the work; when it is stopped, or fails by a mistake of ours, what is staged is offered once more. */
  async #untilStopped(work: () => Promise<RunEnding>): Promise<RunEnding> {
    try {
      const ending = await work();
      return ending.kind === 'cancelled' ? await this.#offer(ending) : ending;
    } catch (error) {
      return await this.#offer(isAbortError(error) || this.#signal.aborted ? stopped : unexpected(error));
    }
  }

  /** Lets the model work, has its proposal decided on, and reports the decision on the same chain, until all is said. */
  async #converse(): Promise<RunEnding> {
    const budget = new Budget(this.#ports.current().limits);
    let decided: RunEnding | undefined;
    let isAsked = false;
    for (let repairs = 0; ;) {
      const ending = await this.#talk(budget);
      if (ending.kind !== 'answered') return this.#afterInterruption(ending, decided, budget);
      if (isEmpty(this.#draft.proposal)) {
        if (decided !== undefined) return decided;
        const flaw = unfounded(ending.text);
        if (flaw === undefined) return nothingProposed(ending.text);
        if (isAsked) return noAnswer(flaw);
        isAsked = true;
        this.#warn(`${flaw.what}; asking once more.`);
        this.unsent = [...this.unsent, flaw.question];
        continue;
      }
      const settled = await this.#settle(repairs < maxRepairs ? 'byModel' : 'not', budget);
      if ('ending' in settled) {
        decided = settled.ending;
        this.#draft.set(emptyProposal);
      } else repairs += 1;
      if (settled.report === undefined) return decided ?? nothingProposed(ending.text);
      this.#report(settled.report);
    }
  }

  /** What was decided stays so, even when the closing words could not be had; what is staged is settled without them. */
  async #afterInterruption(
    ending: RunCut | Cancelled,
    decided: RunEnding | undefined,
    budget: Budget,
  ): Promise<RunEnding> {
    if (!isEmpty(this.#draft.proposal)) return ending.kind === 'cancelled' ? ending : this.#settleAfter(ending, budget);
    if (decided === undefined) return ending;
    this.#warn(`The decision stands, but the model's closing answer is missing: ${ending.reason}`);
    return decided;
  }

  /** The model will not come back: what it had staged is verified and reviewed as if it had answered. */
  async #settleAfter(cause: RunCut, budget: Budget): Promise<RunEnding> {
    this.#warn(`${cause.reason} What is staged is verified and shown all the same.`);
    const settled = await this.#settle('byLeavingOut', budget);
    if (settled.report !== undefined) this.#report(settled.report);
    return 'ending' in settled ? cutEnding(cause, settled.ending) : cause;
  }

  /** Shows what a run that was stopped, or failed, had staged, with the verdict that it has; nothing is run before it is asked for. */
  async #offer(cause: Cancelled | RunCut): Promise<RunEnding> {
    const { proposal, steps } = this.#draft;
    const isOver = this.#end.aborted || this.#refused.signal.aborted;
    // Whoever stops while it is under review has seen it.
    if (isOver || isEmpty(proposal) || this.#shown === proposal.hash) return cause;
    if (cause.kind === 'cancelled') this.#signal = this.#end;
    const comparison = comparisonAtStop(this.#verifier.known(proposal));
    const settled = await this.#settle('not', new Budget(this.#ports.current().limits), {
      proposal,
      steps,
      comparison,
      isStopped: true,
    });
    if (settled.report !== undefined) this.#report(settled.report);
    return 'ending' in settled ? cutEnding(cause, settled.ending) : cause;
  }

  /**
   * Verifies what is staged and has it decided on, as often as that is asked for; what breaks something is mended first where it can be.
   * `known` is shown as it is.
   */
  async #settle(mending: Mending, budget: Budget, known?: VerifiedProposal): Promise<Decision | HandedBack> {
    let isMended = mending === 'not';
    for (let [shown, hasTests] = [known, false]; ; shown = undefined) {
      const verified = shown ?? (await this.#verified());
      // Tests that were written for it are what shows that it breaks something: they are no part that could be left out.
      if (verified.comparison.verdict.kind === 'broken' && !isMended && !hasTests) {
        const report = await this.#handBack(verified.proposal, verified.comparison);
        if (mending === 'byModel') return { report };
        isMended = true;
        if (this.#tellDropped(report)) continue;
      }
      const decision = await this.#decide(verified);
      if ('ending' in decision) {
        this.#verifier.hold();
        this.#verifier.about(this.#aim);
        return decision;
      }
      if ('testsFor' in decision) {
        hasTests = await this.#writeTests(decision.testsFor, budget);
        continue;
      }
      // Nobody has seen what comes of it.
      this.#shown = undefined;
      this.#verifier.request();
      if (decision.toVerify.proposal.hash !== verified.proposal.hash)
        this.#draft.restore(decision.toVerify.proposal, decision.toVerify.steps);
    }
  }

  async #verified(): Promise<VerifiedProposal> {
    const { proposal } = this.#draft;
    const comparison = await this.#verifier.examine(proposal, this.#signal);
    throwIfAborted(this.#signal);
    return { proposal, comparison, steps: this.#draft.steps };
  }

  /** Says what is to be said and lets the model work until it answers. */
  async #talk(budget: Budget): Promise<LoopEnding['ending']> {
    const { model } = this.#ports;
    const { client, options, prices } = this.#ports.current();
    const items = this.unsent;
    this.unsent = [];
    this.#ports.tap?.input(items);
    const loop = await runLoop(
      { client, model, options, prices, tools: this.#tools, budget },
      items,
      this.#onEvent,
      this.#signal,
    );
    this.unsent = loop.unsent;
    return loop.ending;
  }

  /** Has tests written for a proposal and staged with it; false when it stays as it was. */
  async #writeTests(verified: VerifiedProposal, budget: Budget): Promise<boolean> {
    const tell = (message: InputItem): Promise<LoopEnding['ending']> => {
      this.unsent = [...this.unsent, message];
      return this.#talk(budget);
    };
    const ports = { verifier: this.#verifier, draft: this.#draft, tell };
    this.#shown = undefined;
    try {
      const written = await characterize(verified, ports, this.#signal);
      if (written.kind === 'none') this.#warn(`No tests were added. ${written.reason}`);
      return written.kind === 'staged';
    } catch (error) {
      // What the tests were for is not lost with them.
      this.#verifier.about(this.#aim);
      this.#draft.restore(verified.proposal, verified.steps);
      throw error;
    }
  }

  /** Keeps what of a broken proposal breaks nothing, and tells what does. */
  async #handBack(proposal: Proposal, comparison: TestComparison): Promise<NotReviewed> {
    const { verdict, broken } = comparison;
    let hasHung = comparison.after.kind === 'timedOut';
    const tryOut = async (part: Proposal): Promise<TestComparison> => {
      const tried = await this.#verifier.trial(part, this.#signal, { isAfterHang: hasHung });
      hasHung ||= tried.after.kind === 'timedOut';
      return tried;
    };
    const repaired = await repair({ proposal, steps: this.#draft.steps }, comparison, tryOut, repairLimits);
    if (repaired === undefined) return { kind: 'notReviewed', verdict, broken };
    this.#draft.restore(repaired.proposal, repaired.steps);
    return { kind: 'notReviewed', verdict, broken, dropped: repaired.dropped };
  }

  /** True when something was taken out of the proposal. */
  #tellDropped({ dropped = [] }: NotReviewed): boolean {
    for (const { name, reason } of dropped) this.#warn(`Left out, since it breaks something: ${name}: ${reason}`);
    return dropped.length > 0;
  }

  #decide(verified: VerifiedProposal): Promise<Decision | VerificationWish | TestsWish> {
    this.#shown = verified.proposal.hash;
    return decide(
      { ...this.#ports, verifier: this.#verifier, goal: this.#goal },
      verified,
      { onEvent: this.#onEvent, enter: (phase) => this.#enter(phase) },
      this.#signal,
    );
  }

  #named(ending: RunEnding): RunEnding {
    if (ending.kind === 'cancelled' && this.#refused.signal.aborted)
      return {
        kind: 'testsFailedBefore',
        reason: 'Tests fail before any change, so nothing can be proved. Mend them first; nothing was changed.',
      };
    return ending;
  }

  #enter(phase: Phase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#onEvent({ kind: 'phase', phase });
  }

  /** For the next request of this conversation. */
  #report(report: ReviewReport): void {
    this.unsent = [...this.unsent, reviewMessage(report)];
  }

  #warn(message: string): void {
    this.#onEvent({ kind: 'warning', message });
  }
}

type NotReviewed = Extract<ReviewReport, { kind: 'notReviewed' }>;

function unexpected(error: unknown): RunCut {
  return { kind: 'failed', reason: `Whetstone failed unexpectedly: ${String(error)}. Nothing more was written.` };
}

function nothingProposed(text: string): RunEnding {
  return { kind: 'nothingToChange', reason: lastParagraph(text) ?? 'No change was proposed.' };
}
