import type { AgentEvent, ReviewOutcome } from '../../src/agent/events.ts';
import { defaultLimits, type Reviewer } from '../../src/agent/run.ts';
import { Session } from '../../src/agent/session.ts';
import type { ResponsesClient } from '../../src/responses/turn.ts';
import { toolResult, type Tool } from '../../src/agent/tool.ts';
import type { Draft } from '../../src/edits/draft.ts';
import type { Step } from '../../src/edits/steps.ts';
import { abortable } from '../../src/util/abort.ts';
import { createProposal, type Proposal } from '../../src/edits/proposal.ts';
import type { Diagnostic } from '../../src/workspace/language.ts';
import type {
  Applier,
  RollBackOutcome,
  TestComparison,
  TestRun,
  Verdict,
  Verifier,
} from '../../src/workspace/verification.ts';
import { ScriptedClient, type ScriptedTurn } from './scriptedClient.ts';

/** A session over scripted ports; `log` is what reached them, in order. */
export class SessionWorld {
  readonly log: string[] = [];
  readonly events: AgentEvent[] = [];
  /** Is asked only where no other client was given. */
  readonly client: ScriptedClient;
  readonly session: Session;
  decision: (proposal: Proposal, steps: readonly Step[]) => ReviewOutcome | Promise<ReviewOutcome> = (proposal) => ({
    kind: 'accepted',
    proposal,
    paths: proposal.changes.map(({ path }) => path),
  });
  /** What is said to what a run that was stopped had staged. */
  decisionAtStop: SessionWorld['decision'] = () => ({ kind: 'shownOnly' });
  isBroken = (label: string): boolean => label.startsWith('bad');
  isVerifiedOnRequest = false;
  failingBefore = 0;
  goesOnDespiteFailures = false;
  isStale = false;
  errorsBefore: readonly string[] = [];
  errorsAfterApply: readonly string[] = [];
  cancelAt: string | undefined;
  /** Called with everything that reaches the ports. */
  onReach: (what: string) => void = () => {};
  readonly prepared: AbortSignal[] = [];
  /** The steps that each change was applied with. */
  readonly appliedSteps: (readonly string[])[] = [];
  stepBudgetMs: number | undefined;
  #controller = new AbortController();
  #isApplied = false;

  constructor(...script: readonly ScriptedTurn[] | readonly [ResponsesClient]) {
    const [given] = script;
    const isGiven = typeof given === 'object' && 'respond' in given;
    this.client = new ScriptedClient(...(isGiven ? [] : (script as readonly ScriptedTurn[])));
    const client = isGiven ? given : this.client;
    this.session = new Session({
      current: () => ({ client, limits: defaultLimits, isVerifiedOnRequest: this.isVerifiedOnRequest }),
      model: 'm',
      endpointName: 'script',
      createTools: ({ draft, verifier }) => [stageTool(draft), testsTool(draft, verifier)],
      verifier: this.#verifier(),
      applier: this.#applier(),
      reviewer: this.#reviewer(),
      language: {
        outline: async () => undefined,
        diagnostics: async () => ({
          kind: 'diagnostics',
          diagnostics: (this.#isApplied ? this.errorsAfterApply : this.errorsBefore).map(errorOf),
        }),
      },
    });
  }

  run(end?: AbortSignal) {
    this.#controller = new AbortController();
    const request = {
      goal: 'Optimize this',
      focus: [{ path: 'a.js', startLine: 3, endLine: 9, symbol: 'function f' }],
    };
    return this.session.run(request, (event) => this.events.push(event), this.#controller.signal, end);
  }

  phases(): string[] {
    return this.events.flatMap((event) => (event.kind === 'phase' ? [event.phase] : []));
  }

  #reach(what: string, signal?: AbortSignal): void {
    this.log.push(what);
    this.onReach(what);
    if (this.cancelAt === what) this.#controller.abort();
    signal?.throwIfAborted();
  }

  #verifier(): Verifier {
    const trial: Verifier['trial'] = async (proposal, signal) => {
      this.#reach(`trial ${labelOf(proposal)}`, signal);
      if (/^stuck/.test(labelOf(proposal))) {
        await abortable(new Promise<never>(() => {}), signal);
      }
      if (/^vague/.test(labelOf(proposal)))
        return { ...compare(false), verdict: { kind: 'unproven', reasons: ['who knows'] } };
      return compare(this.isBroken(labelOf(proposal)));
    };
    return {
      prepare: async (signal) => void this.prepared.push(signal),
      describeCommand: async () => 'node --test',
      baseline: async (signal) => {
        this.#reach('baseline', signal);
        return finished(this.failingBefore);
      },
      trial,
      examine: trial,
      applied: async (proposal, signal) => {
        this.#reach(`verify ${labelOf(proposal)}`, signal);
        return compare(labelOf(proposal).includes('regresses'));
      },
      invalidate: () => {},
    };
  }

  #applier(): Applier {
    return {
      apply: async (proposal, { steps = [] }, signal) => {
        this.#reach(`apply ${labelOf(proposal)}`, signal);
        if (this.isStale) return { kind: 'stale', paths: ['a.js'] };
        this.#isApplied = true;
        this.appliedSteps.push(steps.map(({ name }) => name));
        if (this.cancelAt !== undefined) this.log.push('applied');
        return { kind: 'applied', entry: '1', paths: proposal.changes.map(({ path }) => path), differences: [] };
      },
      rollBack: async (entry): Promise<RollBackOutcome> => {
        this.#reach(`rollBack ${entry ?? 'newest'}`);
        this.#isApplied = false;
        return { kind: 'restored', paths: ['a.js'] };
      },
    };
  }

  #reviewer(): Reviewer {
    const budget = (): number | undefined => this.stepBudgetMs;
    return {
      get stepBudgetMs() {
        return budget();
      },
      review: async ({ proposal, verdict, steps, isStopped }, signal) => {
        this.#reach(`${isStopped === true ? 'offer' : 'review'} ${verdict.kind}`, signal);
        return isStopped === true ? this.decisionAtStop(proposal, steps) : this.decision(proposal, steps);
      },
      continueDespiteFailures: async () => this.goesOnDespiteFailures,
      rollBack: async () => true,
    };
  }
}

function stageTool(draft: Draft): Tool {
  return {
    name: 'stage',
    description: '',
    parameters: {},
    prepare: (value) => ({
      ok: true,
      summary: '',
      execute: async () => {
        const { path, text, step } = value as { path: string; text: string; step?: string };
        const others = draft.proposal.changes.filter((change) => change.path !== path);
        const proposal = createProposal([...others, { kind: 'create', path, after: { text, hasBom: false } }]);
        if (step === undefined) draft.set(proposal);
        else draft.stage(proposal, step);
        return toolResult('staged', '');
      },
    }),
  };
}

function testsTool(draft: Draft, verifier: Verifier): Tool {
  return {
    name: 'tests',
    description: '',
    parameters: {},
    prepare: () => ({
      ok: true,
      summary: '',
      execute: async (signal) => toolResult((await verifier.trial(draft.proposal, signal)).verdict.kind, ''),
    }),
  };
}

function labelOf(proposal: Proposal): string {
  return proposal.changes.map((change) => (change.kind === 'delete' ? '-' : change.after.text)).join('+');
}

function finished(failed: number): TestRun {
  const tests = Array.from({ length: failed + 1 }, (_, n) => ({
    id: `t${n}`,
    outcome: n < failed ? ('failed' as const) : ('passed' as const),
  }));
  return { kind: 'finished', command: 'node --test', tests, durationMs: 1 };
}

function compare(isBroken: boolean): TestComparison {
  const broken = isBroken ? [{ id: 't1', outcome: 'failed' as const, message: 'expected 1' }] : [];
  const verdict: Verdict = isBroken
    ? { kind: 'broken', reasons: ['it broke'] }
    : { kind: 'preserved', reasons: ['ok'] };
  return { before: finished(0), after: finished(isBroken ? 1 : 0), broken, fixed: [], stillFailing: [], verdict };
}

function errorOf(code: string): Diagnostic {
  const position = { line: 0, character: 0 };
  return {
    path: 'a.js',
    range: { start: position, end: position },
    severity: 'error',
    message: code,
    code,
    source: 'ts',
  };
}
