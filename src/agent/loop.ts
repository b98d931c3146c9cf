import { isFunctionCall, type InputItem } from '../responses/items.ts';
import type { ResponsesClient, TurnEvent, TurnMeter, TurnSettings } from '../responses/turn.ts';
import { assertNever } from '../util/exhaustive.ts';
import { flawOf, messageOnMalformed, noAnswer, textOf, type AnswerFlaw } from './answerFlaw.ts';
import { costOf, type Prices } from './cost.ts';
import { endpointEnding } from './endpointEnding.ts';
import type { AgentEvent, RunCut, RunEnding } from './events.ts';
import type { Budget } from './limits.ts';
import { hostedCallOf } from './hostedCall.ts';
import { answerCalls, type ToolTable } from './toolCall.ts';

/** What the loop works with. */
export interface LoopPorts {
  readonly client: ResponsesClient;
  readonly model: string;
  readonly tools: ToolTable;
  readonly budget: Budget;
  /** What else every request asks for; the same object as long as nothing changed. */
  readonly options?: Omit<TurnSettings, 'model' | 'tools'> | undefined;
  /** What the model costs, when the user said so. */
  readonly prices?: Prices | undefined;
}

/** What ends a loop before the model has answered. */
export type LoopCut = RunCut | Extract<RunEnding, { kind: 'cancelled' }>;

/** Why the loop ended, and what the endpoint has not seen yet. */
export interface LoopEnding {
  readonly ending: { readonly kind: 'answered'; readonly text: string } | LoopCut;
  /** Results of calls that were not sent; they go first in the next request of this conversation. */
  readonly unsent: readonly InputItem[];
}

/** How often a turn is asked again after its connection was lost; no call of it was run, so nothing happens twice. */
const maxLostTurns = 2;

/**
 * Runs turns until the model answers without calling a tool, a limit is reached, the endpoint fails or the signal fires.
 * All calls of a response are answered in one request. Never rejects.
 */
export async function runLoop(
  ports: LoopPorts,
  items: readonly InputItem[],
  onEvent: (event: AgentEvent) => void,
  signal: AbortSignal,
): Promise<LoopEnding> {
  const { client, model, tools, budget } = ports;
  const settings = { ...ports.options, model, tools: tools.definitions };
  const timeLimit = new AbortController();
  const timer = setTimeout(() => timeLimit.abort(), Math.min(budget.remainingMs, 2 ** 31 - 1));
  const stop = AbortSignal.any([signal, timeLimit.signal]);
  let unsent = items;
  let lostTurns = 0;
  /** What the model was asked once; it is not asked twice. */
  const asked = new Set<AnswerFlaw['why']>();
  try {
    for (;;) {
      const limit = stopReason(signal, timeLimit.signal, budget);
      if (limit) return { ending: limit, unsent };
      onEvent({ kind: 'turnStarted', turn: budget.beginTurn() });
      const outcome = await client.respond(unsent, settings, (event) => forward(event, onEvent), stop);
      unsent = [];
      reportTurn(client.meters, ports.prices, onEvent);
      if (outcome.kind === 'connectionLost' && lostTurns < maxLostTurns) {
        lostTurns++;
        onEvent({ kind: 'warning', message: `The connection was lost (${outcome.detail}); asking again.` });
        continue;
      }
      if (outcome.kind !== 'completed' && outcome.kind !== 'incomplete')
        return { ending: stopReason(signal, timeLimit.signal, budget) ?? endpointEnding(outcome), unsent };
      lostTurns = 0;
      budget.addUsage(outcome.usage);
      const calls = outcome.output.filter(isFunctionCall);
      if (outcome.kind === 'incomplete' && calls.length > 0)
        onEvent({ kind: 'warning', message: `The model's answer was cut short (${outcome.reason}).` });
      if (calls.length === 0) {
        const flaw = flawOf(outcome, tools.names);
        if (flaw === undefined) return { ending: { kind: 'answered', text: textOf(outcome.output) }, unsent };
        if (flaw.question === undefined || asked.has(flaw.why)) return { ending: noAnswer(flaw), unsent };
        asked.add(flaw.why);
        onEvent({ kind: 'warning', message: `${flaw.what}; asking once more.` });
        unsent = [flaw.question];
        continue;
      }
      // What was cut off may be gone on with as long as it leads somewhere.
      asked.delete('cutShort');
      const calledAt = performance.now();
      const malformed = messageOnMalformed(outcome.output);
      unsent = [...(await answerCalls(calls, tools, onEvent, stop)), ...(malformed === undefined ? [] : [malformed])];
      onEvent({ kind: 'callsAnswered', calls: calls.length, durationMs: performance.now() - calledAt });
    }
  } finally {
    clearTimeout(timer);
  }
}

function reportTurn(
  meters: readonly TurnMeter[],
  prices: Prices | undefined,
  onEvent: (event: AgentEvent) => void,
): void {
  const [meter, before] = [meters.at(-1), meters.at(-2)];
  if (meter === undefined) return;
  const cost = costOf(meter.usage, prices);
  onEvent({
    kind: 'wire',
    meter,
    handshakes: meter.handshakes - (before?.handshakes ?? 0),
    reconnects: meter.reconnects - (before?.reconnects ?? 0),
    ...(cost === undefined ? {} : { cost }),
  });
}

function stopReason(user: AbortSignal, time: AbortSignal, budget: Budget): LoopCut | undefined {
  if (user.aborted) return { kind: 'cancelled', reason: 'Stopped by the user.' };
  if (time.aborted) return budget.timeReached();
  return budget.exhausted();
}

const transportSentence = {
  http: 'Going on over HTTP, where everything is sent in every turn',
  webSocket: 'Going on over the WebSocket',
} as const;

function forward(event: TurnEvent, onEvent: (event: AgentEvent) => void): void {
  switch (event.kind) {
    case 'textDelta':
      return onEvent({ kind: 'text', delta: event.delta });
    case 'reasoningDelta':
      return onEvent({ kind: 'reasoning', delta: event.delta });
    case 'resend':
      return onEvent({ kind: 'resend', reason: event.reason, items: event.items });
    case 'reconnecting':
      return onEvent({ kind: 'warning', message: `Reconnecting to the endpoint, attempt ${event.attempt}.` });
    case 'waiting':
      return onEvent({
        kind: 'warning',
        message: `${event.why === 'limited' ? 'The endpoint asks to wait' : 'The endpoint cannot be reached'} (${event.detail}); trying again in ${inSeconds(event.forMs)}.`,
      });
    case 'silent':
      return onEvent(event);
    case 'fieldDropped':
      return onEvent({
        kind: 'warning',
        message: `The endpoint does not take "${event.field}" for this model (${event.detail}); going on without it.`,
      });
    case 'transportChanged':
      return onEvent({ kind: 'warning', message: `${transportSentence[event.transport]} (${event.detail}).` });
    case 'compacted':
      return onEvent({
        kind: 'warning',
        message: `The conversation was made shorter by the endpoint: ${event.itemsBefore} items became ${event.itemsAfter}.`,
      });
    case 'compactionRefused':
      return onEvent({
        kind: 'warning',
        message: `The endpoint could not make the conversation shorter (${event.detail}); it goes on in full.`,
      });
    case 'itemDone': {
      const call = hostedCallOf(event.item);
      return call === undefined ? undefined : onEvent({ kind: 'hostedCall', ...call });
    }
    default:
      assertNever(event);
  }
}

function inSeconds(ms: number): string {
  return ms < 950 ? `${Math.max(1, Math.round(ms))} ms` : `${Math.round(ms / 1000)} s`;
}
