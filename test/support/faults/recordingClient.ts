import { WebSocketResponsesClient } from '../../../src/responses/client.ts';
import type { InputItem } from '../../../src/responses/items.ts';
import type { TurnEvent, TurnOutcome, TurnSettings } from '../../../src/responses/turn.ts';

/** How one turn went. */
export interface RecordedTurn {
  readonly outcome: TurnOutcome;
  readonly ms: number;
  /** True when it needed a new connection or another transport, or sent something again. */
  readonly isResumed: boolean;
}

/** The client, and how every turn of it went. */
export class RecordingClient extends WebSocketResponsesClient {
  readonly turns: RecordedTurn[] = [];
  /** Full resends that were reported. */
  resends = 0;

  override async respond(
    items: readonly InputItem[],
    settings: TurnSettings,
    onEvent: (event: TurnEvent) => void,
    signal: AbortSignal,
  ): Promise<TurnOutcome> {
    const startedAt = performance.now();
    let isResumed = false;
    const record = (event: TurnEvent): void => {
      if (event.kind === 'resend') this.resends++;
      // Over HTTP everything goes up every time; that alone is no recovery.
      isResumed ||= event.kind === 'resend' && event.reason !== 'httpFallback';
      isResumed ||= event.kind === 'reconnecting' || event.kind === 'transportChanged';
      onEvent(event);
    };
    const outcome = await super.respond(items, settings, record, signal);
    this.turns.push({ outcome, ms: performance.now() - startedAt, isResumed });
    return outcome;
  }
}
