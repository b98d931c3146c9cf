import { throwIfAborted } from '../util/abort.ts';
import { ResponseStream, type StreamEnding } from './responseStream.ts';
import type { TokenUsage, TurnEvent, TurnSettings } from './turn.ts';
import type { TurnRecorder } from './turnRecorder.ts';
import type { TurnParts } from './turnRun.ts';

/** Who counts what it costs. */
export type AsideRecorder = Pick<TurnRecorder, 'countDial' | 'countAside'>;

/** A refusal counts until the conversation has grown by this much. */
const growthBeforeNextTry = 1.25;
/** Statuses that say that the endpoint does not know how. */
const unknownThere: readonly (number | undefined)[] = [404, 405, 501];

/** Has the endpoint make a long conversation shorter, between turns; a refusal leaves everything as it is. */
export class Compactor {
  readonly #parts: TurnParts;
  readonly #thresholdTokens: number;
  #tokens = 0;
  #refusedAt = 0;

  /** Without a threshold it never becomes due by itself. */
  constructor(parts: TurnParts, thresholdTokens = Infinity) {
    this.#parts = parts;
    this.#thresholdTokens = thresholdTokens;
  }

  /** To be called with what the endpoint said of each turn. */
  onUsage(usage: TokenUsage | undefined): void {
    if (usage === undefined) return;
    this.#tokens = usage.inputTokens + usage.outputTokens;
    this.#parts.format.learnTokens(this.#tokens);
  }

  /** True when the conversation is long, and the endpoint does not make it shorter by itself. */
  isDue(settings: TurnSettings): boolean {
    const isDoneThere = this.#parts.format.compactsThere(settings);
    return !isDoneThere && this.#tokens >= Math.max(this.#thresholdTokens, this.#refusedAt * growthBeforeNextTry);
  }

  /** True when the history was replaced by what the endpoint made of it. Rejects only by cancellation, or with what `onEvent` threw. */
  async compact(
    settings: TurnSettings,
    recorder: AsideRecorder,
    onEvent: (event: TurnEvent) => void,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { chain } = this.#parts;
    const input = chain.compactable();
    if (input.items === 0) return false;
    const ending = await this.#ask(
      `{"model":${JSON.stringify(settings.model)},"input":${input.text}}`,
      recorder,
      signal,
    );
    if (ending.kind === 'completed' && ending.output.length > 0) {
      chain.replace(input.items, ending.output);
      this.#tokens = 0;
      this.#refusedAt = 0;
      const counts = { itemsBefore: input.items, itemsAfter: ending.output.length };
      onEvent({ kind: 'compacted', ...counts, ...(ending.usage === undefined ? {} : { usage: ending.usage }) });
      return true;
    }
    const refusal = refusalOf(ending);
    this.#refusedAt = refusal.isForGood ? Infinity : this.#tokens;
    onEvent({ kind: 'compactionRefused', detail: refusal.detail });
    return false;
  }

  async #ask(text: string, recorder: AsideRecorder, signal: AbortSignal): Promise<StreamEnding> {
    const { dialer, limits, pace } = this.#parts;
    throwIfAborted(signal);
    const startedAt = pace.now();
    const dialed = await dialer.dialHttp(signal, 'responses/compact');
    recorder.countDial(pace.now() - startedAt);
    if (dialed.kind !== 'opened') throwIfAborted(signal);
    if (dialed.kind !== 'opened')
      return { kind: 'lost', closure: { code: 1006, detail: dialed.detail, unreachable: dialed }, progress: 'nothing' };
    const stream = new ResponseStream(
      dialed.connection,
      limits,
      () => {},
      () => pace.now(),
    );
    stream.start(text, signal);
    const record = await stream.ended;
    recorder.countAside({ bytesUp: Buffer.byteLength(text), record });
    if (record.ending.kind === 'aborted') throwIfAborted(signal);
    return record.ending;
  }
}

function refusalOf(ending: StreamEnding): { readonly detail: string; readonly isForGood: boolean } {
  switch (ending.kind) {
    case 'completed':
    case 'incomplete':
      return { detail: 'it gave nothing back', isForGood: false };
    case 'refused':
    case 'failed':
    case 'garbled':
      return { detail: ending.error.message, isForGood: unknownThere.includes(ending.error.status) };
    case 'lost':
      return { detail: ending.closure.detail, isForGood: ending.closure.unreachable?.cause === 'noResponse' };
    case 'timedOut':
    case 'notSent':
    case 'aborted':
      return { detail: 'it did not answer', isForGood: false };
  }
}
