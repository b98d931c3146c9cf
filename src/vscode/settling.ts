import * as vscode from 'vscode';
import { delay, isAbortError } from '../util/abort.ts';

/** In ms: after a change of a text nothing was heard of it at all; nothing new was heard; the end of all waiting. */
const firstNewsMs = 1_500;
const quietMs = 500;
const longestWaitMs = 10_000;

/**
 * Knows when the diagnostics of a document are those of its present text, as far as can be known: language servers do not say
 * when they are done, so a document counts as settled when they have been quiet about it for a while.
 */
export class Settling implements vscode.Disposable {
  readonly #startedAt = performance.now();
  readonly #textAt = new Map<string, number>();
  readonly #newsAt = new Map<string, number>();
  readonly #woken = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable;

  constructor() {
    const note = (document: vscode.TextDocument): void => {
      this.#textAt.set(document.uri.toString(), performance.now());
    };
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument(note),
      vscode.workspace.onDidChangeTextDocument(({ document }) => note(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#textAt.delete(uri.toString());
        this.#newsAt.delete(uri.toString());
      }),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) this.#newsAt.set(uri.toString(), performance.now());
        this.#woken.fire();
      }),
    );
  }

  /** A language server was seen to be busy until now: what it has to say of the document is still to come. */
  noteBusy(uri: vscode.Uri): void {
    this.#textAt.set(uri.toString(), performance.now());
  }

  /** At once when nothing happened lately, and never later than after ten seconds. Rejects by cancellation only. */
  async settled(uris: readonly vscode.Uri[], signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + longestWaitMs;
    for (;;) {
      const due = Math.min(deadline, Math.max(...uris.map((uri) => this.#dueAt(uri.toString()))));
      const waitMs = due - performance.now();
      if (waitMs <= 0) return;
      await this.#sleep(waitMs, signal);
    }
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#woken.dispose();
  }

  #dueAt(uri: string): number {
    const textAt = this.#textAt.get(uri) ?? this.#startedAt;
    const newsAt = this.#newsAt.get(uri) ?? 0;
    return newsAt >= textAt ? newsAt + quietMs : textAt + firstNewsMs;
  }

  /** Until the time is over or there is news. */
  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const news = new AbortController();
    const subscription = this.#woken.event(() => news.abort());
    try {
      await delay(ms, AbortSignal.any([signal, news.signal]));
    } catch (error) {
      if (!isAbortError(error) || signal.aborted) throw error;
    } finally {
      subscription.dispose();
    }
  }
}
