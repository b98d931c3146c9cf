import { Draft } from '../edits/draft.ts';
import { emptyProposal, isEmpty, type Proposal } from '../edits/proposal.ts';
import type { InputItem } from '../responses/items.ts';
import type { ResponsesClient } from '../responses/turn.ts';
import { isAbortError } from '../util/abort.ts';
import { asksForTests } from '../util/asksForTests.ts';
import type { LanguageFeatures } from '../workspace/language.ts';
import type { Applier, TestComparison, VerificationAim, Verifier } from '../workspace/verification.ts';
import type { CallLedger } from './callLedger.ts';
import { characterize } from './characterize.ts';
import type { Prices } from './cost.ts';
import type { AgentEvent, Phase, RunEnding } from './events.ts';
import { GatedVerifier } from './gatedVerifier.ts';
import { goalMessage, reviewMessage, standingInstructions, type ReviewReport } from './instructions.ts';
import { lastParagraph } from './lastParagraph.ts';
import { Budget } from './limits.ts';
import { runLoop, type LoopEnding, type LoopPorts } from './loop.ts';
import { tapTools, type SessionTap } from './recording/recorder.ts';
import { repair } from './repair.ts';
import { RequestedVerifier } from './requestedVerifier.ts';
import {
  decide,
  type Decision,
  type Exclusive,
  type TestsWish,
  type VerificationWish,
  type VerifiedProposal,
} from './review.ts';
import type { Reviewer, RunLimits, RunRequest } from './run.ts';
import type { Tool } from './tool.ts';
import { ToolTable } from './toolCall.ts';

/** What a session works with; every collaborator is given, none is looked up. */
export interface SessionPorts {
  readonly client: ResponsesClient;
  readonly model: string;
  /** For people, for example `embedded engine` or `api.openai.com`. */
  readonly endpointName: string;
  /** Makes the function tools over the session's own draft and verifier. */
  readonly createTools: (own: { readonly draft: Draft; readonly verifier: Verifier }) => readonly Tool[];
  readonly verifier: Verifier;
  readonly applier: Applier;
  readonly reviewer: Reviewer;
  readonly language: LanguageFeatures;
  readonly limits: RunLimits;
  /** Nothing is verified before the person asks for it; asked for at every step. */
  readonly isVerifiedOnRequest?: boolean;
  /** What else every request asks for; asked for at every run. */
  readonly options?: LoopPorts['options'];
  /** What the model costs; asked for at every run. */
  readonly prices?: Prices | undefined;
  /** Told what every loop begins with and what every tool answers. */
  readonly tap?: SessionTap | undefined;
  /** What goes first in a conversation that is continued, instead of the standing instructions, which it holds. */
  readonly resume?: readonly InputItem[] | undefined;
  /** Shared by the conversations of a folder; without it this one is alone. */
  readonly exclusive?: Exclusive;
  /** Of this conversation; without one it lasts as long as the session. */
  readonly ledger?: CallLedger;
}

/** What breaks something is the model's again, before anybody was asked. */
interface HandedBack {
  readonly report: ReviewReport;
}

/** How often a proposal that breaks tests is handed back before the person is shown it as it is. */
const maxRepairs = 2;

/** What finding the parts that break something may cost. */
const repairLimits = { maxTrials: 16, maxMs: 120_000 };

/**
 * One conversation about one workspace folder: runs go on the same chain over the same connection.
 * One run at a time; a second call of `run` before the first settled throws.
 */
export class Session {
  readonly #ports: SessionPorts;
  readonly #verifier: RequestedVerifier;
  readonly #tools: ToolTable;
  /** What is staged; nothing of it is on disk. */
  readonly draft = new Draft();
  #unsent: readonly InputItem[];
  #run: Run | undefined;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#unsent = ports.resume ?? [standingInstructions];
    const gated = new GatedVerifier(ports.verifier, ports.reviewer);
    this.#verifier = new RequestedVerifier(gated, () => ports.isVerifiedOnRequest ?? false);
    const tools = ports.createTools({ draft: this.draft, verifier: this.#verifier });
    this.#tools = new ToolTable(ports.tap ? tapTools(tools, ports.tap) : tools, ports.ledger);
  }

  /** What the endpoint has not seen; during a run, as far as the run has come. */
  get unsent(): readonly InputItem[] {
    return this.#run?.unsent ?? this.#unsent;
  }

  /**
   * Works on one goal until it is applied and verified, rejected, or ends for a named reason. Never rejects.
   * When it settles nothing is staged any more, and no process that it started is alive.
   */
  async run(request: RunRequest, onEvent: (event: AgentEvent) => void, signal: AbortSignal): Promise<RunEnding> {
    if (this.#run) throw new Error('A run is under way in this session.');
    const run = new Run(this.#ports, this.#verifier, this.#tools, this.draft, onEvent, signal);
    this.#run = run;
    try {
      const { endpointName } = this.#ports;
      onEvent({
        kind: 'runStarted',
        goal: request.goal,
        paths: request.focus.map(({ path }) => path),
        endpoint: endpointName,
      });
      const ending = await run.work(request, [...this.#unsent, goalMessage(request)]);
      onEvent({ kind: 'runEnded', ending });
      return ending;
    } finally {
      this.#unsent = run.unsent;
      this.draft.set(emptyProposal);
      this.draft.admits = 'changes';
      this.#run = undefined;
    }
  }
}

/** The state of one run. */
class Run {
  readonly #ports: SessionPorts;
  readonly #verifier: RequestedVerifier;
  readonly #tools: ToolTable;
  readonly #draft: Draft;
  readonly #onEvent: (event: AgentEvent) => void;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #phase: Phase | undefined;
  /** What a verification is about beside the request, unless something else is under way. */
  #aim: VerificationAim = {};
  /** What was not handed to the endpoint yet. */
  unsent: readonly InputItem[] = [];

  constructor(
    ports: SessionPorts,
    verifier: RequestedVerifier,
    tools: ToolTable,
    draft: Draft,
    onEvent: (event: AgentEvent) => void,
    signal: AbortSignal,
  ) {
    this.#ports = ports;
    this.#verifier = verifier;
    this.#tools = tools;
    this.#draft = draft;
    this.#onEvent = onEvent;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  async work(request: RunRequest, items: readonly InputItem[]): Promise<RunEnding> {
    this.unsent = items;
    this.#verifier.invalidate();
    this.#verifier.beginRun(request, this.#onEvent, () => this.#stop.abort());
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
      return this.#named(await this.#converse());
    } catch (error) {
      if (isAbortError(error) || this.#signal.aborted)
        return this.#named({ kind: 'cancelled', reason: 'Stopped by the user.' });
      return { kind: 'failed', reason: `Whetstone failed unexpectedly: ${String(error)}. Nothing more was written.` };
    } finally {
      subscription.dispose();
    }
  }

  /** Lets the model work, has its proposal decided on, and reports the decision on the same chain, until all is said. */
  async #converse(): Promise<RunEnding> {
    const budget = new Budget(this.#ports.limits);
    let decided: RunEnding | undefined;
    for (let repairs = 0; ;) {
      const ending = await this.#talk(budget);
      if (ending.kind !== 'answered') return this.#afterInterruption(ending, decided);
      if (isEmpty(this.#draft.proposal)) return decided ?? nothingProposed(ending.text);
      const settled = await this.#settle(repairs < maxRepairs, budget);
      if ('ending' in settled) {
        decided = settled.ending;
        this.#draft.set(emptyProposal);
      } else repairs += 1;
      if (settled.report === undefined) return decided ?? nothingProposed(ending.text);
      this.unsent = [...this.unsent, reviewMessage(settled.report)];
    }
  }

  /** Verifies what is staged and has it decided on, as often as that is asked for; what breaks something is handed back while it can be mended. */
  async #settle(canMend: boolean, budget: Budget): Promise<Decision | HandedBack> {
    for (let hasTests = false; ;) {
      const { proposal } = this.#draft;
      const comparison = await this.#verifier.examine(proposal, this.#signal);
      // Tests that were written for it are what shows that it breaks something: they are no part that could be left out.
      if (comparison.verdict.kind === 'broken' && canMend && !hasTests)
        return { report: await this.#handBack(proposal, comparison) };
      const decision = await this.#decide({ proposal, comparison, steps: this.#draft.steps });
      if ('ending' in decision) {
        this.#verifier.hold();
        this.#verifier.about(this.#aim);
        return decision;
      }
      if ('testsFor' in decision) {
        hasTests = await this.#writeTests(decision.testsFor, budget);
        continue;
      }
      this.#verifier.request();
      if (decision.toVerify.proposal.hash !== proposal.hash)
        this.#draft.restore(decision.toVerify.proposal, decision.toVerify.steps);
    }
  }

  /** Says what is to be said and lets the model work until it answers. */
  async #talk(budget: Budget): Promise<LoopEnding['ending']> {
    const { client, model, options, prices } = this.#ports;
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
    const written = await characterize(verified, ports, this.#signal);
    if (written.kind === 'none') this.#onEvent({ kind: 'warning', message: `No tests were added. ${written.reason}` });
    return written.kind === 'staged';
  }

  /** Keeps what of a broken proposal breaks nothing, and tells what does. */
  async #handBack(proposal: Proposal, comparison: TestComparison): Promise<ReviewReport> {
    const { verdict, broken } = comparison;
    const tryOut = (part: Proposal): Promise<TestComparison> => this.#verifier.trial(part, this.#signal);
    const repaired = await repair({ proposal, steps: this.#draft.steps }, comparison, tryOut, repairLimits);
    if (repaired === undefined) return { kind: 'notReviewed', verdict, broken };
    this.#draft.restore(repaired.proposal, repaired.steps);
    return { kind: 'notReviewed', verdict, broken, dropped: repaired.dropped };
  }

  #decide(verified: VerifiedProposal): Promise<Decision | VerificationWish | TestsWish> {
    return decide(
      { ...this.#ports, verifier: this.#verifier },
      verified,
      { onEvent: this.#onEvent, enter: (phase) => this.#enter(phase) },
      this.#signal,
    );
  }

  /** What was decided and applied stays so, even when the closing words could not be had. */
  #afterInterruption(ending: RunEnding, decided: RunEnding | undefined): RunEnding {
    if (decided === undefined) return ending;
    this.#onEvent({
      kind: 'warning',
      message: `The decision stands, but the model's closing answer is missing: ${ending.reason}`,
    });
    return decided;
  }

  #named(ending: RunEnding): RunEnding {
    if (ending.kind === 'cancelled' && this.#stop.signal.aborted)
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
}

function nothingProposed(text: string): RunEnding {
  return { kind: 'nothingToChange', reason: lastParagraph(text) ?? 'No change was proposed.' };
}
