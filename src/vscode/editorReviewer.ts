import * as vscode from 'vscode';
import type { ReviewOutcome } from '../agent/events.ts';
import type { Reviewer } from '../agent/run.ts';
import type { Proposal } from '../edits/proposal.ts';
import { abortable } from '../util/abort.ts';
import { Deferred } from '../util/deferred.ts';
import { Emitter } from '../util/emitter.ts';
import type { Verdict } from '../workspace/verification.ts';
import { hiddenCharacterWarnings, type Preview } from './preview.ts';

interface PendingReview {
  readonly proposal: Proposal;
  readonly decision: Deferred<ReviewOutcome>;
}

/** What became of a press on Accept or Reject. */
export type DecisionOutcome = { readonly kind: 'decided' } | { readonly kind: 'refused'; readonly reason: string };

/** Shows a proposal as a diff and waits for Accept or Reject; closing the diff decides nothing. */
export class EditorReviewer implements Reviewer {
  readonly #preview: Preview;
  readonly #isChatVisible: () => boolean;
  readonly #name: () => string | undefined;
  readonly #changed = new Emitter<void>();
  #pending: PendingReview | undefined;
  #staged: Proposal | undefined;

  /** Fires when there is or is no longer something to accept. */
  readonly onDidChange = this.#changed.event;

  /** `name` is that of the conversation, where there are several. */
  constructor(preview: Preview, isChatVisible: () => boolean, name: () => string | undefined = () => undefined) {
    this.#preview = preview;
    this.#isChatVisible = isChatVisible;
    this.#name = name;
  }

  /** What may be looked at: under review, or staged while its tests run. */
  get proposal(): Proposal | undefined {
    return this.#pending?.proposal ?? this.#staged;
  }

  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /** Follows the draft: what was shown and is no longer proposed is closed. */
  setStaged(proposal: Proposal | undefined): void {
    const before = this.#staged;
    this.#staged = proposal;
    if (before !== undefined && before.hash !== proposal?.hash && before.hash !== this.#pending?.proposal.hash)
      void this.#preview.close(before.hash);
    this.#changed.fire();
  }

  /** Opens the diff of what is staged or under review; only that of the hash that the asker saw. */
  async showDiff(hash: string | undefined, path?: string): Promise<void> {
    const { proposal } = this;
    if (proposal !== undefined && (hash === undefined || hash === proposal.hash))
      await this.#preview.show(proposal, path);
  }

  async review(proposal: Proposal, verdict: Verdict, signal: AbortSignal): Promise<ReviewOutcome> {
    const pending = { proposal, decision: new Deferred<ReviewOutcome>() };
    try {
      // Only what is on screen can be decided on.
      await this.#preview.show(proposal);
      this.#pending = pending;
      this.#changed.fire();
      void this.#announce(pending, verdict);
      return await abortable(pending.decision.promise, signal);
    } finally {
      this.#pending = undefined;
      await this.#preview.close(proposal.hash);
      this.#changed.fire();
    }
  }

  /** `hash` is what the presser saw; `paths` are the files to take, all when absent. */
  accept(hash?: string, paths?: readonly string[]): DecisionOutcome {
    const pending = this.#find(hash);
    if ('reason' in pending) return { kind: 'refused', reason: pending.reason };
    const { proposal, decision } = pending;
    const all = proposal.changes.map(({ path }) => path);
    const chosen = paths === undefined ? all : all.filter((path) => paths.includes(path));
    if (chosen.length === 0) return { kind: 'refused', reason: 'No file is selected, so there is nothing to accept.' };
    decision.resolve({ kind: 'accepted', proposal, paths: chosen });
    return { kind: 'decided' };
  }

  reject(hash?: string): DecisionOutcome {
    const pending = this.#find(hash);
    if ('reason' in pending) return { kind: 'refused', reason: pending.reason };
    pending.decision.resolve({ kind: 'rejected', reason: 'The change was rejected; nothing was written.' });
    return { kind: 'decided' };
  }

  async continueDespiteFailures(failing: number, signal: AbortSignal): Promise<boolean> {
    const go = 'Continue';
    const tests = failing === 1 ? 'One test fails' : `${failing} tests fail`;
    // A notification would hide after a while, and the run would wait for nobody.
    const answer = await abortable(
      Promise.resolve(
        vscode.window.showWarningMessage(
          `${tests} before any change.`,
          { modal: true, detail: 'Whetstone can go on and set these failures apart, or stop here.' },
          go,
        ),
      ),
      signal,
    );
    return answer === go;
  }

  async rollBack(verdict: Verdict, signal: AbortSignal): Promise<boolean> {
    const back = 'Roll Back';
    const keep: vscode.MessageItem = { title: 'Keep', isCloseAffordance: true };
    const answer = await abortable(
      Promise.resolve(
        vscode.window.showWarningMessage(
          'The change is applied and something broke. Roll it back?',
          { modal: true, detail: verdict.reasons.slice(0, 3).join('\n') },
          { title: back },
          keep,
        ),
      ),
      signal,
    );
    return answer?.title === back;
  }

  #find(hash: string | undefined): PendingReview | { readonly reason: string } {
    const pending = this.#pending;
    if (pending === undefined) {
      if (this.#staged !== undefined)
        return { reason: 'The change is still being verified. Decide when its tests have run; nothing was changed.' };
      return { reason: 'There is no change to decide on.' };
    }
    if (hash !== undefined && hash !== pending.proposal.hash)
      return { reason: 'This is no longer the change under review. Look at the new one; nothing was changed.' };
    return pending;
  }

  /** A notification only where an answer is needed and nothing else on screen asks for it. */
  async #announce({ proposal, decision }: PendingReview, verdict: Verdict): Promise<void> {
    const warnings = hiddenCharacterWarnings(proposal);
    if (warnings.length === 0 && this.#isChatVisible()) return;
    const accept = 'Accept';
    const reject = 'Reject';
    const name = this.#name();
    const text = [
      ...(name === undefined ? [] : [`${name}:`]),
      ...warnings,
      `${verdictWord(verdict)} ${verdict.reasons[0] ?? ''}`,
    ].join(' ');
    const show = warnings.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    const answer = await show(text, accept, reject);
    if (decision.isSettled) return;
    if (answer === accept) this.accept(proposal.hash);
    else if (answer === reject) this.reject(proposal.hash);
  }
}

function verdictWord({ kind }: Verdict): string {
  switch (kind) {
    case 'preserved':
      return 'Behaviour kept.';
    case 'broken':
      return 'This change breaks tests.';
    case 'unproven':
      return 'Not proven.';
  }
}
