import type { TurnMeter } from '../responses/turn.ts';

/** How many turns the table shows from the start and from the end; those between are summed up. */
const shownAtEachEnd = 6;

/** What went over the wire, turn by turn, as aligned lines for people; empty when nothing went. */
export function meterTable(meters: readonly TurnMeter[]): readonly string[] {
  if (meters.length === 0) return [];
  const isLong = meters.length > 2 * shownAtEachEnd;
  const shown = isLong ? [...meters.slice(0, shownAtEachEnd), ...meters.slice(-shownAtEachEnd)] : meters;
  const rows = shown.map((meter) => [
    `${meter.turn}${meter.isFull ? ' full' : ''}`,
    bytes(meter.bytesUp),
    bytes(meter.bytesUpOverhead),
    bytes(meter.bytesUpIfFull),
    bytes(meter.bytesDown),
    meter.turnaroundMs === undefined ? '' : `${meter.turnaroundMs.toFixed(1)} ms`,
    `${Math.round(meter.modelMs)} ms`,
  ]);
  const table = [['turn', 'sent', 'less input', 'if all were sent', 'received', 'turnaround', 'model'], ...rows];
  if (isLong) table.splice(shownAtEachEnd + 1, 0, ['…', '', '', '', '', '', '']);
  const widths = (table[0] ?? []).map((_title, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => align(cell, column, widths))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, totals(meters)];
}

function totals(meters: readonly TurnMeter[]): string {
  const sent = meters.reduce((sum, { bytesUp }) => sum + bytesUp, 0);
  const ifFull = meters.reduce((sum, { bytesUpIfFull }) => sum + bytesUpIfFull, 0);
  const { handshakes = 0, resends = 0 } = meters.at(-1) ?? {};
  return (
    `${count(meters.length, 'turn')}, ${bytes(sent)} sent (${bytes(ifFull)} with the whole history each time), ` +
    `${count(handshakes, 'connection')}, ${count(resends, 'full resend')}`
  );
}

function align(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0;
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function bytes(value: number): string {
  return value < 10_000 ? `${value} B` : `${(value / 1000).toFixed(1)} KB`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
