import type { TokenUsage, TurnMeter } from '../responses/turn.ts';
import type { Cost } from './cost.ts';
import type { AgentEvent } from './events.ts';

/** One turn as the meter shows it: what the client counted, and what only the loop knows. */
export interface MeteredTurn {
  readonly meter: TurnMeter;
  /** Connections opened, and opened again, for this turn alone. */
  readonly handshakes: number;
  readonly reconnects: number;
  /** Making the calls that the turn asked for, in ms, side by side or not. */
  readonly toolMs: number;
  readonly cost?: Cost;
}

/** Everything that was metered of a conversation, summed up. */
export interface MeterTotals {
  readonly turns: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly bytesUpIfFull: number;
  readonly itemsUp: number;
  readonly itemsResent: number;
  /** Messages that were no JSON, or empty. */
  readonly skipped: number;
  readonly handshakes: number;
  readonly reconnects: number;
  readonly modelMs: number;
  readonly toolMs: number;
  readonly wireMs: number;
  /** Absent unless an endpoint reported some. */
  readonly usage?: TokenUsage;
  /** Absent unless every turn with tokens has a cost, in one currency. */
  readonly cost?: Cost;
}

/** The turns with what an event adds to them; the same list when it adds nothing. */
export function addToMeter(turns: readonly MeteredTurn[], event: AgentEvent): readonly MeteredTurn[] {
  if (event.kind === 'wire') {
    const { meter, handshakes, reconnects, cost } = event;
    return [...turns, { meter, handshakes, reconnects, toolMs: 0, ...(cost === undefined ? {} : { cost }) }];
  }
  const last = turns.at(-1);
  if (event.kind !== 'callsAnswered' || last === undefined) return turns;
  return turns.with(-1, { ...last, toolMs: last.toolMs + event.durationMs });
}

/** Sums up turns; pure. */
export function totalsOf(turns: readonly MeteredTurn[]): MeterTotals {
  const sum = (of: (turn: MeteredTurn) => number): number => turns.reduce((total, turn) => total + of(turn), 0);
  const usage = sumUsage(turns.flatMap(({ meter }) => (meter.usage === undefined ? [] : [meter.usage])));
  const cost = sumCost(turns);
  return {
    turns: turns.length,
    bytesUp: sum(({ meter }) => meter.bytesUp),
    bytesDown: sum(({ meter }) => meter.bytesDown),
    bytesUpIfFull: sum(({ meter }) => meter.bytesUpIfFull),
    itemsUp: sum(({ meter }) => meter.itemsUp),
    itemsResent: sum(({ meter }) => meter.itemsResent),
    skipped: sum(({ meter }) => meter.skipped ?? 0),
    handshakes: sum(({ handshakes }) => handshakes),
    reconnects: sum(({ reconnects }) => reconnects),
    modelMs: sum(({ meter }) => meter.modelMs),
    toolMs: sum(({ toolMs }) => toolMs),
    wireMs: sum(({ meter }) => meter.wireMs),
    ...(usage === undefined ? {} : { usage }),
    ...(cost === undefined ? {} : { cost }),
  };
}

function sumUsage(all: readonly TokenUsage[]): TokenUsage | undefined {
  if (all.length === 0) return undefined;
  return all.reduce((sum, { inputTokens, cachedTokens, outputTokens }) => ({
    inputTokens: sum.inputTokens + inputTokens,
    cachedTokens: sum.cachedTokens + cachedTokens,
    outputTokens: sum.outputTokens + outputTokens,
  }));
}

/** A sum that leaves something out, or mixes currencies, would be an invented figure. */
function sumCost(turns: readonly MeteredTurn[]): Cost | undefined {
  const [first, ...others] = turns.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  const isPartial = turns.some(({ meter, cost }) => meter.usage !== undefined && cost === undefined);
  if (first === undefined || isPartial || others.some(({ currency }) => currency !== first.currency)) return undefined;
  return { ...first, amount: others.reduce((sum, { amount }) => sum + amount, first.amount) };
}
