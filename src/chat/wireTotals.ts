import type { AgentEvent } from '../agent/events.ts';
import { maxShownTurns, type WireTotals } from './messages.ts';

export const noWire: WireTotals = { turns: 0, up: 0, down: 0, upIfFull: 0, recent: [] };

/** The totals with one more turn. */
export function addTurn(totals: WireTotals, { meter }: Extract<AgentEvent, { kind: 'wire' }>): WireTotals {
  const turn = {
    turn: totals.turns + 1,
    up: meter.bytesUp,
    down: meter.bytesDown,
    upIfFull: meter.bytesUpIfFull,
  };
  return {
    turns: turn.turn,
    up: totals.up + turn.up,
    down: totals.down + turn.down,
    upIfFull: totals.upIfFull + turn.upIfFull,
    recent: [...totals.recent, turn].slice(-maxShownTurns),
  };
}
