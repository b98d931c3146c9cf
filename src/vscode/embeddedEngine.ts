import { evidenceAnswer, type FunctionEvidence } from '../engine/analyst/evidence.ts';
import { launchEngine, type LaunchOutcome } from '../engine/launcher.ts';
import { abortable } from '../util/abort.ts';
import type { RelativePath } from '../workspace/path.ts';

/** After a start that failed, how long nobody tries again for a lens, in ms. */
const lensPauseMs = 30_000;

/** The one process of the embedded engine that this window uses: started on first need, and again when it ended. */
export class EmbeddedEngine {
  readonly #modulePath: string;
  readonly #say: (message: string) => void;
  readonly #disposal = new AbortController();
  #starting: Promise<LaunchOutcome> | undefined;
  #failedAt = -Infinity;

  /** `modulePath` is the engine's bundle; `say` is told what happens to the process. */
  constructor(modulePath: string, say: (message: string) => void) {
    this.#modulePath = modulePath;
    this.#say = say;
  }

  /** The running engine, or why there is none. Rejects only by cancellation. */
  async get(signal: AbortSignal): Promise<LaunchOutcome> {
    this.#starting ??= this.#start();
    return abortable(this.#starting, signal);
  }

  /** What deserves work in a text; undefined when the engine cannot tell. Rejects only by cancellation. */
  async evidence(
    path: RelativePath,
    text: string,
    signal: AbortSignal,
  ): Promise<readonly FunctionEvidence[] | undefined> {
    if (performance.now() - this.#failedAt < lensPauseMs) return undefined;
    const engine = await this.get(signal);
    if (engine.kind === 'failed') return undefined;
    try {
      const response = await fetch(`${engine.baseUrl}/evidence`, {
        method: 'POST',
        headers: { authorization: `Bearer ${engine.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ path, text }),
        redirect: 'error',
        signal,
      });
      const answer = evidenceAnswer.safeParse(await response.json());
      if (response.ok && answer.success) return answer.data.functions;
      this.#say(`No evidence for ${path}: the engine answered with status ${response.status}.`);
    } catch (error) {
      if (signal.aborted) throw error;
      this.#say(`No evidence for ${path}: ${String(error)}`);
    }
    return undefined;
  }

  /** Ends the process; resolves when it is gone. */
  async dispose(): Promise<void> {
    this.#disposal.abort();
    const outcome = await this.#starting?.catch(() => undefined);
    if (outcome?.kind === 'ready') await outcome.dispose();
  }

  async #start(): Promise<LaunchOutcome> {
    const startedAt = performance.now();
    try {
      const outcome = await launchEngine({ modulePath: this.#modulePath }, this.#disposal.signal);
      if (outcome.kind === 'failed') {
        this.#say(outcome.reason);
        this.#forget();
        return outcome;
      }
      this.#say(`The embedded engine is ready after ${Math.round(performance.now() - startedAt)} ms.`);
      outcome.onExit(({ code, signal, detail }) => {
        this.#starting = undefined;
        this.#say(`The embedded engine ended (${signal ?? code ?? 'unknown'})${detail === '' ? '' : `: ${detail}`}.`);
      });
      return outcome;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#starting = undefined;
    this.#failedAt = performance.now();
  }
}
