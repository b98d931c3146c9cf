import { isEmpty, touchedPaths, type Proposal } from '../edits/proposal.ts';
import { plannedSteps } from '../edits/plannedSteps.ts';
import type { Diagnostic, LanguageFeatures } from '../workspace/language.ts';
import type { Applier, TestComparison, Verdict, Verifier } from '../workspace/verification.ts';
import { isAbortError } from '../util/abort.ts';
import { acceptedPart, type Plan } from './acceptedPart.ts';
import type { AgentEvent, Phase, ReviewOutcome, Settlement } from './events.ts';
import type { ReviewReport } from './instructions.ts';
import type { Reviewer } from './run.ts';
import { verifySteps, type TryStep } from './stepVerification.ts';

interface DecisionPorts {
  readonly verifier: Verifier & { readonly tryStep: TryStep };
  readonly applier: Applier;
  readonly reviewer: Reviewer;
  readonly language: LanguageFeatures;
  readonly exclusive?: Exclusive | undefined;
  /** What was asked for; what is applied is known by it. */
  readonly goal?: string;
}

/**
 * Lets one conversation of a folder at a time write and verify what it wrote: tests in the workspace must not see half of
 * another change, nor be blamed on the wrong one. `onWait` is called when others are at it.
 */
export type Exclusive = <T>(work: () => Promise<T>, onWait: () => void, signal: AbortSignal) => Promise<T>;

interface Progress {
  readonly onEvent: (event: AgentEvent) => void;
  readonly enter: (phase: Phase) => void;
}

/** A proposal and what its tests said. */
export interface VerifiedProposal extends Plan {
  readonly comparison: TestComparison;
  /** The run was stopped: nothing is begun to know more of it. */
  readonly isStopped?: true;
}

/** What became of a proposal. */
export interface Decision {
  readonly ending: Settlement;
  /** For the model, as one new item; absent when nobody decided. */
  readonly report?: ReviewReport;
}

/** Nothing is decided: this, the proposal or a part of it, is to be verified and shown again. */
export interface VerificationWish {
  readonly toVerify: Plan;
}

/** Nothing is decided: tests are to be written for this first. */
export interface TestsWish {
  readonly testsFor: VerifiedProposal;
}

/**
 * Has a proposal reviewed, applies what was accepted, verifies it and offers to roll back a regression.
 * Rejects by cancellation, and only before anything is written.
 */
export async function decide(
  ports: DecisionPorts,
  verified: VerifiedProposal,
  progress: Progress,
  signal: AbortSignal,
): Promise<Decision | VerificationWish | TestsWish> {
  const reviewed = await review(ports, verified, progress, signal);
  switch (reviewed.kind) {
    case 'shownOnly':
      return { ending: shownOnlyEnding(reviewed.verdict) };
    case 'verify':
      return { toVerify: reviewed.part };
    case 'testsFirst':
      return { testsFor: reviewed.verified };
    case 'rejected':
      return {
        ending: { kind: 'rejected', reason: reviewed.reason },
        report: { kind: 'rejected', reason: reviewed.reason },
      };
    case 'accepted': {
      const work = (): Promise<Decision> =>
        applyAccepted(ports, verified.proposal, reviewed.accepted, progress, signal);
      return ports.exclusive === undefined ? work() : ports.exclusive(work, () => tellOfWaiting(progress), signal);
    }
  }
}

function tellOfWaiting({ onEvent }: Progress): void {
  onEvent({ kind: 'warning', message: 'Accepted; it waits until another change in this folder is verified.' });
}

type Reviewed =
  | { readonly kind: 'shownOnly'; readonly verdict: Verdict }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'verify'; readonly part: Plan }
  | { readonly kind: 'testsFirst'; readonly verified: VerifiedProposal }
  | { readonly kind: 'accepted'; readonly accepted: Plan };

/**
 * Asks until what was accepted is what was shown, or a part of it with a verdict that is no worse: a part of a proposal is a
 * proposal of its own, and nobody accepted it as less than they saw.
 */
async function review(
  ports: DecisionPorts,
  verified: VerifiedProposal,
  { onEvent }: Progress,
  signal: AbortSignal,
): Promise<Reviewed> {
  let shown = verified;
  for (;;) {
    const { proposal, comparison, steps } = shown;
    const { verdict, evidence } = comparison;
    onEvent({
      kind: 'reviewStarted',
      proposal,
      verdict,
      ...(evidence === undefined ? {} : { evidence }),
      ...(steps.length === 0 ? {} : { steps: plannedSteps(steps) }),
    });
    const outcome = await ask(ports, shown, onEvent, signal);
    onEvent({ kind: 'reviewed', outcome });
    if (outcome.kind === 'shownOnly') return { kind: 'shownOnly', verdict: comparison.verdict };
    if (outcome.kind === 'testsFirst') return { kind: 'testsFirst', verified: shown };
    if (outcome.kind === 'rejected') return { kind: 'rejected', reason: outcome.reason };
    const part = acceptedPart(shown, outcome);
    if (part.kind === 'conflict') {
      onEvent({ kind: 'warning', message: part.reason });
      continue;
    }
    const accepted = { proposal: part.proposal, steps: part.steps };
    if (isEmpty(accepted.proposal)) return { kind: 'rejected', reason: 'No change was accepted.' };
    if (outcome.kind === 'verify') return { kind: 'verify', part: accepted };
    if (accepted.proposal.hash === proposal.hash) return { kind: 'accepted', accepted };
    const seen = await ports.verifier.examine(accepted.proposal, signal);
    const isAsSeen = doubt(seen.verdict) <= doubt(verdict) && seen.verdict.kind !== 'broken';
    if (isAsSeen) return { kind: 'accepted', accepted };
    shown = { ...accepted, comparison: seen };
  }
}

/** Has the steps verified while somebody looks at the whole, and no longer; before it is asked where nobody does. */
async function ask(
  { verifier, reviewer }: DecisionPorts,
  shown: VerifiedProposal,
  onEvent: Progress['onEvent'],
  signal: AbortSignal,
): Promise<ReviewOutcome> {
  const { proposal, steps, comparison } = shown;
  const decided = new AbortController();
  const verify = (budgetMs: number): Promise<void> =>
    verifySteps(
      shown,
      (...tried) => verifier.tryStep(...tried),
      ({ id }, verdict) => {
        if (!decided.signal.aborted) onEvent({ kind: 'stepVerified', hash: proposal.hash, id, verdict });
      },
      budgetMs,
      AbortSignal.any([signal, decided.signal]),
    );
  const stopped = shown.isStopped === true ? { isStopped: true as const } : {};
  const question = { proposal, steps, verdict: comparison.verdict, ...stopped };
  if (shown.isStopped === true) return reviewer.review(question, signal);
  if (reviewer.stepBudgetMs !== undefined) {
    await verify(reviewer.stepBudgetMs);
    return reviewer.review(question, signal);
  }
  const verification = verify(Infinity).catch((error: unknown) => {
    if (!isAbortError(error))
      onEvent({ kind: 'warning', message: `The steps could not be verified alone: ${String(error)}` });
  });
  try {
    return await reviewer.review(question, signal);
  } finally {
    decided.abort();
    await verification;
  }
}

/** Grows with what speaks against a change. */
function doubt({ kind }: Verdict): number {
  switch (kind) {
    case 'preserved':
      return 0;
    case 'unproven':
      return 1;
    case 'broken':
      return 2;
  }
}

async function applyAccepted(
  ports: DecisionPorts,
  proposal: Proposal,
  { proposal: accepted, steps }: Plan,
  progress: Progress,
  signal: AbortSignal,
): Promise<Decision> {
  const { applier, language } = ports;
  const paths = touchedPaths(accepted);
  const diagnosticsBefore = await language.diagnostics(paths, signal);
  progress.enter('apply');
  const outcome = await applier.apply(accepted, { label: labelOf(accepted, ports.goal), steps }, signal);
  if (outcome.kind !== 'applied') {
    const reason =
      outcome.kind === 'stale'
        ? `${outcome.paths.join(', ')} changed since the preview, so nothing was written. Run it again.`
        : outcome.reason;
    return { ending: { kind: 'failed', reason }, report: { kind: 'notApplied', reason } };
  }
  progress.onEvent({ kind: 'applied', entry: outcome.entry, paths: outcome.paths, differences: outcome.differences });
  progress.enter('verify');
  try {
    const comparison = await verifyApplied(ports, accepted, diagnosticsBefore, signal);
    const acceptedPaths = new Set(accepted.changes.map(({ path }) => path));
    const declined = proposal.changes.map(({ path }) => path).filter((path) => !acceptedPaths.has(path));
    return await settle(
      ports,
      { entry: outcome.entry, applied: outcome.paths, declined, comparison },
      progress,
      signal,
    );
  } catch (error) {
    if (!isAbortError(error)) throw error;
    const reason =
      'Stopped after the change was applied and before it was verified. Undo Last Refactoring takes it back.';
    return { ending: { kind: 'cancelled', reason } };
  }
}

interface Applied {
  readonly entry: string;
  readonly applied: readonly string[];
  readonly declined: readonly string[];
  readonly comparison: TestComparison;
}

async function settle(
  { applier, reviewer }: DecisionPorts,
  { entry, applied, declined, comparison }: Applied,
  { onEvent }: Progress,
  signal: AbortSignal,
): Promise<Decision> {
  const { verdict, broken } = comparison;
  const report = { kind: 'accepted', applied, declined, verdict, broken } as const;
  const reason = verdict.reasons.join(' ');
  if (verdict.kind === 'preserved')
    return {
      ending: { kind: 'done', applied: true, verified: true, reason },
      report: { ...report, isRolledBack: false },
    };
  if (verdict.kind === 'unproven')
    return { ending: { kind: 'unverified', applied: true, reason }, report: { ...report, isRolledBack: false } };
  if (!(await reviewer.rollBack(verdict, signal)))
    return { ending: { kind: 'broken', reason }, report: { ...report, isRolledBack: false } };
  const rolledBack = await applier.rollBack(entry);
  if (rolledBack.kind !== 'restored')
    return {
      ending: { kind: 'broken', reason: `${reason} It could not be rolled back: ${rolledBack.reason}` },
      report: { ...report, isRolledBack: false },
    };
  onEvent({ kind: 'rolledBack', paths: rolledBack.paths });
  return { ending: { kind: 'rolledBack', reason }, report: { ...report, isRolledBack: true } };
}

/** Tests by id and new errors of the changed files; an error that was not there before is a regression. */
async function verifyApplied(
  { verifier, language }: DecisionPorts,
  accepted: Proposal,
  before: Awaited<ReturnType<LanguageFeatures['diagnostics']>>,
  signal: AbortSignal,
): Promise<TestComparison> {
  const comparison = await verifier.applied(accepted, signal);
  const after = await language.diagnostics(touchedPaths(accepted), signal);
  if (before.kind === 'unavailable' || after.kind === 'unavailable') return comparison;
  const known = new Set(before.diagnostics.map(fingerprint));
  const added = after.diagnostics.filter((item) => item.severity === 'error' && !known.has(fingerprint(item)));
  if (added.length === 0) return comparison;
  const [first] = added;
  const where = first === undefined ? '' : ` First: ${first.path}:${first.range.start.line + 1} ${first.message}`;
  const reason = `${added.length === 1 ? 'One error is' : `${added.length} errors are`} new in the changed files.${where}`;
  return { ...comparison, verdict: { kind: 'broken', reasons: [reason, ...comparison.verdict.reasons] } };
}

/** Lines move when code is refactored; the same message in the same file is the same error. */
function fingerprint({ path, code, message }: Diagnostic): string {
  return JSON.stringify([path, code, message]);
}

function shownOnlyEnding(verdict: Verdict): Settlement {
  const reason = verdict.reasons.join(' ');
  switch (verdict.kind) {
    case 'preserved':
      return { kind: 'done', applied: false, verified: true, reason };
    case 'unproven':
      return { kind: 'unverified', applied: false, reason };
    case 'broken':
      return { kind: 'broken', reason };
  }
}

function labelOf(proposal: Proposal, goal = ''): string {
  const line = goal.replaceAll(/\s+/g, ' ').trim();
  if (line !== '') return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
  const [first] = proposal.changes;
  const others = proposal.changes.length - 1;
  return `${first?.path ?? 'nothing'}${others > 0 ? ` and ${others} more` : ''}`;
}
