import type { FunctionCall, InputItem, OutputItem } from '../../src/responses/items.ts';
import type { ResponsesClient, TurnEvent, TurnMeter, TurnOutcome, TurnSettings } from '../../src/responses/turn.ts';

/** One answer of the scripted model: an outcome, or a function that sees what was sent. */
export type ScriptedTurn =
  | TurnOutcome
  | ((
      items: readonly InputItem[],
      signal: AbortSignal,
      onEvent: (event: TurnEvent) => void,
    ) => TurnOutcome | Promise<TurnOutcome>);

/** A model that answers by script and records what it was sent; a turn beyond the script throws. */
export class ScriptedClient implements ResponsesClient {
  readonly requests: (readonly InputItem[])[] = [];
  readonly settings: TurnSettings[] = [];
  readonly meters: readonly TurnMeter[] = [];
  readonly #script: ScriptedTurn[];

  constructor(...script: readonly ScriptedTurn[]) {
    this.#script = [...script];
  }

  async respond(
    items: readonly InputItem[],
    settings: TurnSettings,
    onEvent: (event: TurnEvent) => void,
    signal: AbortSignal,
  ): Promise<TurnOutcome> {
    this.requests.push(items);
    this.settings.push(settings);
    const turn = this.#script.shift();
    if (turn === undefined) throw new Error(`The script has no turn ${this.requests.length}.`);
    if (signal.aborted) return { kind: 'aborted' };
    return typeof turn === 'function' ? turn(items, signal, onEvent) : turn;
  }

  /** Turns of the script that were not asked for. */
  get remaining(): number {
    return this.#script.length;
  }

  async preconnect(): Promise<void> {}
  async rest(): Promise<void> {}
  readonly isConnected = true;
  historyText(): string {
    return JSON.stringify(this.requests.flat());
  }
  async close(): Promise<void> {}
  dispose(): void {}
}

export function says(text: string): TurnOutcome {
  return completed({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] });
}

export function calls(...list: readonly (readonly [callId: string, name: string, args: unknown])[]): TurnOutcome {
  return completed(
    ...list.map(([call_id, name, args]): FunctionCall => ({
      type: 'function_call',
      call_id,
      name,
      arguments: typeof args === 'string' ? args : JSON.stringify(args),
    })),
  );
}

export function completed(...output: readonly OutputItem[]): TurnOutcome {
  return { kind: 'completed', output };
}
