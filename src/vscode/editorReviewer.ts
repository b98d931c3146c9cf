import * as vscode from 'vscode';
import { permissionToApply, type Permission } from '../agent/applyPolicy.ts';
import type { ReviewOutcome } from '../agent/events.ts';
import type { Reviewer, ShownProposal } from '../agent/run.ts';
import type { Choice } from '../chat/choice.ts';
import { placeOfStep } from '../edits/placeOfStep.ts';
import { previewWarnings } from '../edits/previewWarnings.ts';
import type { Proposal } from '../edits/proposal.ts';
import { abortable, throwIfAborted, within } from '../util/abort.ts';
import { Deferred } from '../util/deferred.ts';
import { Emitter } from '../util/emitter.ts';
import type { Verdict } from '../workspace/verification.ts';
import type { Preview } from './preview.ts';
import { askToApply, askToContinue, askToRollBack } from './reviewQuestions.ts';
import type { SettingsOutcome } from './settings.ts';

/** How long a diff that was decided on is waited for until it is closed, in ms. */
const closingMs = 2_000;

interface PendingReview extends ShownProposal {
  readonly decision: Deferred<ReviewOutcome>;
}

/** What became of a press on Accept, Reject, Verify or Write Tests First. */
export type DecisionOutcome =
  | { readonly kind: 'decided' }
  /** Asked once more, the presser thought better of it. */
  | { readonly kind: 'keptOpen' }
  | { readonly kind: 'refused'; readonly reason: string; readonly action?: 'openSettings' | 'changePolicy' };

type Chosen = Pick<Extract<ReviewOutcome, { kind: 'verify' }>, 'paths' | 'without'>;
type Refused = Extract<DecisionOutcome, { kind: 'refused' }>;

export interface EditorReviewerOptions {
  readonly preview: Preview;
  readonly isChatVisible: () => boolean;
  /** That of the conversation, where there are several. */
  readonly name: () => string | undefined;
  /** What is taken of the proposal with that hash, where somebody chose; all of it otherwise. */
  readonly choice: (hash: string) => Choice | undefined;
  /** Asked at every decision: the user may have changed the policy since. */
  readonly readSettings: () => SettingsOutcome;
}

/** Shows a proposal as a diff and waits for Accept, Reject or Verify; closing the diff decides nothing. */
export class EditorReviewer implements Reviewer {
  readonly #options: EditorReviewerOptions;
  readonly #changed = new Emitter<void>();
  #pending: PendingReview | undefined;
  #staged: Proposal | undefined;

  /** Fires when there is or is no longer something to accept. */
  readonly onDidChange = this.#changed.event;

  constructor(options: EditorReviewerOptions) {
    this.#options = options;
  }

  /** What may be looked at: under review, or staged while its tests run. */
  get proposal(): Proposal | undefined {
    return this.#pending?.proposal ?? this.#staged;
  }

  /** True when what is under review could be proved by tests that are not there yet. */
  get offersTests(): boolean {
    return this.#pending?.verdict.offer === 'characterizationTests';
  }

  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /** Follows the draft: what was shown and is no longer proposed is closed. */
  setStaged(proposal: Proposal | undefined): void {
    const before = this.#staged;
    this.#staged = proposal;
    if (before !== undefined && before.hash !== proposal?.hash && before.hash !== this.#pending?.proposal.hash)
      void this.#options.preview.close(before.hash);
    this.#changed.fire();
  }

  /** Opens the diff of what is staged or under review; only that of the hash that the asker saw. */
  async showDiff(hash: string | undefined, path?: string): Promise<void> {
    const { proposal } = this;
    if (proposal !== undefined && (hash === undefined || hash === proposal.hash))
      await this.#options.preview.show(proposal, path);
  }

  /** Shows what a step of the proposal under review did, in its diff. */
  async showStep(hash: string, step: string): Promise<void> {
    const pending = this.#find(hash);
    if ('reason' in pending) return;
    const place = placeOfStep(pending.steps, step);
    await this.#options.preview.show(pending.proposal, place?.path, place?.line);
  }

  async review(shown: ShownProposal, signal: AbortSignal): Promise<ReviewOutcome> {
    const { proposal } = shown;
    const pending = { ...shown, decision: new Deferred<ReviewOutcome>() };
    const { preview } = this.#options;
    throwIfAborted(signal);
    let isShownAgain = false;
    const showing = preview.show(proposal);
    try {
      // Only what is on screen can be decided on.
      await abortable(showing, signal);
      this.#pending = pending;
      this.#changed.fire();
      void this.#announce(pending);
      const outcome = await abortable(pending.decision.promise, signal);
      isShownAgain = outcome.kind === 'verify' && !isPartOf(outcome, proposal);
      return outcome;
    } finally {
      this.#pending = undefined;
      // A window that does not answer holds up no run that is to end.
      const closing = isShownAgain ? showing : showing.then(() => preview.close(proposal.hash));
      await within(
        closing.catch(() => undefined),
        closingMs,
      );
      this.#changed.fire();
    }
  }

  /**
   * Accepts what is taken of the proposal as far as the policy of the user allows, whichever button, key or command it was. `hash` is what
   * the presser saw.
   */
  async accept(hash?: string): Promise<DecisionOutcome> {
    const pending = this.#find(hash);
    if ('reason' in pending) return pending;
    const choice = this.#chosen(pending);
    if (choice === undefined) return nothingChosen;
    const { proposal } = pending;
    const isPart = isPartOf(choice, proposal);
    const permission = this.#permission(pending, isPart);
    if (permission.kind === 'refused') return permission;
    if (permission.kind === 'confirm') {
      if (!(await askToApply(permission))) return { kind: 'keptOpen' };
      // While the question stood open it may have been decided elsewhere, or the policy may have changed.
      const still = this.#find(proposal.hash);
      if ('reason' in still) return still;
      const last = this.#permission(still, isPart);
      if (last.kind === 'refused') return last;
    }
    pending.decision.resolve({ kind: 'accepted', proposal, ...choice });
    return { kind: 'decided' };
  }

  /** Has what is taken of the proposal verified and shown again; nothing is written. */
  verify(hash?: string): DecisionOutcome {
    const pending = this.#find(hash);
    if ('reason' in pending) return pending;
    const choice = this.#chosen(pending);
    if (choice === undefined) return nothingChosen;
    pending.decision.resolve({ kind: 'verify', proposal: pending.proposal, ...choice });
    return { kind: 'decided' };
  }

  /** Sets the proposal aside until tests of the code as it is are written; nothing is written to disk. */
  writeTests(hash?: string): DecisionOutcome {
    const pending = this.#find(hash);
    if ('reason' in pending) return pending;
    if (pending.verdict.offer !== 'characterizationTests') return noTestsMissing;
    pending.decision.resolve({ kind: 'testsFirst' });
    return { kind: 'decided' };
  }

  reject(hash?: string): DecisionOutcome {
    const pending = this.#find(hash);
    if ('reason' in pending) return pending;
    pending.decision.resolve({ kind: 'rejected', reason: 'The change was rejected; nothing was written.' });
    return { kind: 'decided' };
  }

  continueDespiteFailures(failing: number, signal: AbortSignal): Promise<boolean> {
    return askToContinue(failing, signal);
  }

  rollBack(verdict: Verdict, signal: AbortSignal): Promise<boolean> {
    return askToRollBack(verdict, signal);
  }

  #find(hash: string | undefined): PendingReview | Refused {
    const pending = this.#pending;
    if (pending === undefined || pending.decision.isSettled)
      return refused(this.#staged === undefined ? 'There is no change to decide on.' : stillVerified);
    if (hash !== undefined && hash !== pending.proposal.hash)
      return refused('This is no longer the change under review. Look at the new one; nothing was changed.');
    return pending;
  }

  /** Undefined when nothing is taken. */
  #chosen({ proposal, steps }: PendingReview): Chosen | undefined {
    const all = proposal.changes.map(({ path }) => path);
    const { paths, without } = this.#options.choice(proposal.hash) ?? { paths: all, without: [] };
    const taken = all.filter((path) => paths.includes(path));
    const leftOut = steps.flatMap(({ id }) => (without.includes(id) ? [id] : []));
    if (taken.length === 0 || (leftOut.length > 0 && leftOut.length === steps.length)) return undefined;
    return leftOut.length === 0 ? { paths: taken } : { paths: taken, without: leftOut };
  }

  /** A policy that cannot be read allows nothing. */
  #permission({ verdict }: PendingReview, isPart: boolean): Permission | Refused {
    const outcome = this.#options.readSettings();
    if (outcome.kind === 'invalid') return { ...refused(outcome.message), action: 'openSettings' };
    const permission = permissionToApply(outcome.settings.applyPolicy, verdict, isPart);
    return permission.kind === 'refused' ? { ...permission, action: 'changePolicy' } : permission;
  }

  /** A notification only where an answer is needed and nothing else on screen asks for it. */
  async #announce({ proposal, verdict, decision }: PendingReview): Promise<void> {
    const warnings = previewWarnings(proposal);
    if (warnings.length === 0 && this.#options.isChatVisible()) return;
    const choices = {
      ...(verdict.offer === 'characterizationTests'
        ? { 'Write Tests First': () => this.writeTests(proposal.hash) }
        : {}),
      ...(verdict.offer === 'verification' ? { Verify: () => this.verify(proposal.hash) } : {}),
      Accept: () => this.accept(proposal.hash),
      Reject: () => this.reject(proposal.hash),
    };
    const name = this.#options.name();
    const text = [
      ...(name === undefined ? [] : [`${name}:`]),
      ...warnings,
      `${verdictWord(verdict)} ${verdict.reasons[0] ?? ''}`.trim(),
    ].join(' ');
    const show = warnings.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    const answer = await show(text, ...Object.keys(choices));
    if (decision.isSettled) return;
    const chosen = Object.entries(choices).find(([label]) => label === answer);
    const outcome = await chosen?.[1]();
    if (outcome?.kind === 'refused') void vscode.window.showWarningMessage(outcome.reason);
  }
}

const stillVerified = 'The change is still being verified. Decide when its tests have run; nothing was changed.';
const noTestsMissing = refused('It is not for want of tests that this change is what it is, so none are written.');
const nothingChosen = refused('Nothing is selected, so there is nothing to decide on.');

function refused(reason: string): Refused {
  return { kind: 'refused', reason };
}

function isPartOf({ paths, without }: Chosen, { changes }: Proposal): boolean {
  return paths.length < changes.length || without !== undefined;
}

function verdictWord({ kind, asked, offer }: Verdict): string {
  if (offer === 'verification') return '';
  switch (kind) {
    case 'preserved':
      return asked === undefined ? 'Behaviour kept.' : 'Behaviour kept, except as asked.';
    case 'broken':
      return 'This change breaks tests.';
    case 'unproven':
      return 'Not proven.';
  }
}
