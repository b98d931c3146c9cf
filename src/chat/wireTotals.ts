import type { AgentEvent } from '../agent/events.ts';
import { maxShownTurns, type WireTotals, type WireTurn } from './messages.ts';

type WireEvent = Extract<AgentEvent, { kind: 'wire' }>;

export const noWire: WireTotals = {
  turns: 0,
  up: 0,
  down: 0,
  upIfFull: 0,
  items: 0,
  resent: 0,
  skipped: 0,
  handshakes: 0,
  reconnects: 0,
  modelMs: 0,
  toolMs: 0,
  wireMs: 0,
  tokens: null,
  cost: null,
  recent: [],
};

/** The totals with one more turn. */
export function addTurn(totals: WireTotals, event: WireEvent): WireTotals {
  const turn = turnOf(event, totals.turns + 1);
  return {
    turns: turn.turn,
    up: totals.up + turn.up,
    down: totals.down + turn.down,
    upIfFull: totals.upIfFull + turn.upIfFull,
    items: totals.items + turn.items,
    resent: totals.resent + turn.resent,
    skipped: totals.skipped + (event.meter.skipped ?? 0),
    handshakes: totals.handshakes + event.handshakes,
    reconnects: totals.reconnects + event.reconnects,
    modelMs: totals.modelMs + turn.modelMs,
    toolMs: totals.toolMs,
    wireMs: totals.wireMs + turn.wireMs,
    tokens: addTokens(totals.tokens, turn.tokens),
    cost: addCost(totals, turn),
    recent: [...totals.recent, turn].slice(-maxShownTurns),
  };
}

/** The totals with the time that the calls of the newest turn took. */
export function addToolTime(totals: WireTotals, durationMs: number): WireTotals {
  const last = totals.recent.at(-1);
  if (last === undefined) return totals;
  const recent = totals.recent.with(-1, { ...last, toolMs: last.toolMs + durationMs });
  return { ...totals, toolMs: totals.toolMs + durationMs, recent };
}

function turnOf({ meter, cost }: WireEvent, turn: number): WireTurn {
  const { usage } = meter;
  return {
    turn,
    transport: meter.transport,
    isFull: meter.isFull,
    up: meter.bytesUp,
    down: meter.bytesDown,
    upIfFull: meter.bytesUpIfFull,
    items: meter.itemsUp,
    resent: meter.itemsResent,
    modelMs: meter.modelMs,
    toolMs: 0,
    wireMs: meter.wireMs,
    tokens: usage ? { input: usage.inputTokens, cached: usage.cachedTokens, output: usage.outputTokens } : null,
    cost: cost ? { amount: cost.amount, currency: cost.currency ?? null } : null,
  };
}

function addTokens(sum: WireTotals['tokens'], tokens: WireTurn['tokens']): WireTotals['tokens'] {
  if (sum === null || tokens === null) return sum ?? tokens;
  return {
    input: sum.input + tokens.input,
    cached: sum.cached + tokens.cached,
    output: sum.output + tokens.output,
  };
}

/** Null as soon as a turn with tokens has no cost, or another currency: a sum that leaves something out is none. */
function addCost({ tokens, cost }: WireTotals, turn: WireTurn): WireTotals['cost'] {
  if (turn.cost === null) return turn.tokens === null ? cost : null;
  if (cost === null) return tokens === null ? turn.cost : null;
  return cost.currency === turn.cost.currency ? { ...cost, amount: cost.amount + turn.cost.amount } : null;
}
