import { totalsOf, type MeteredTurn } from '../agent/wireMeter.ts';

/** How many turns the table shows from the start and from the end; those between are summed up. */
const shownAtEachEnd = 6;

const headings = [
  'turn',
  'sent',
  'less input',
  'if all were sent',
  'received',
  'items',
  'turnaround',
  'model',
  'tools',
];

/** What went over the wire, turn by turn, as aligned lines for people; empty when nothing went. */
export function meterTable(turns: readonly MeteredTurn[]): readonly string[] {
  if (turns.length === 0) return [];
  const isLong = turns.length > 2 * shownAtEachEnd;
  const rows = turns.map(rowOf);
  const shown = isLong
    ? [...rows.slice(0, shownAtEachEnd), ['…', ...headings.slice(1).map(() => '')], ...rows.slice(-shownAtEachEnd)]
    : rows;
  const table = [headings, ...shown];
  const widths = headings.map((_title, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => align(cell, column, widths))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...summary(turns)];
}

function rowOf({ meter, toolMs }: MeteredTurn, index: number): readonly string[] {
  const marks = [meter.isFull ? ' full' : '', meter.transport === 'http' ? ' http' : ''].join('');
  return [
    `${index + 1}${marks}`,
    bytes(meter.bytesUp),
    bytes(meter.bytesUpOverhead),
    bytes(meter.bytesUpIfFull),
    bytes(meter.bytesDown),
    String(meter.itemsUp),
    meter.turnaroundMs === undefined ? '' : `${meter.turnaroundMs.toFixed(1)} ms`,
    `${Math.round(meter.modelMs)} ms`,
    `${Math.round(toolMs)} ms`,
  ];
}

function summary(turns: readonly MeteredTurn[]): readonly string[] {
  const totals = totalsOf(turns);
  const { bytesUp, bytesUpIfFull, handshakes, reconnects, itemsResent, usage, cost } = totals;
  const lines = [
    `${count(turns.length, 'turn')}, ${bytes(bytesUp)} sent (${bytes(bytesUpIfFull)} with the whole history each time), ` +
      `${count(handshakes, 'connection')} (${reconnects} after a loss), ${count(itemsResent, 'item')} sent again`,
    `time: model ${time(totals.modelMs)}, tools ${time(totals.toolMs)}, connecting ${time(totals.wireMs)}`,
  ];
  if (totals.skipped > 0) lines.push(`${count(totals.skipped, 'message')} of the endpoint skipped: no JSON, or empty`);
  if (usage !== undefined)
    lines.push(`tokens: ${usage.inputTokens} in (${usage.cachedTokens} cached), ${usage.outputTokens} out`);
  if (cost !== undefined)
    lines.push(
      `cost: ${cost.amount.toFixed(4)} ${cost.currency ?? '(as the endpoint reports it, without a currency)'}`,
    );
  return lines;
}

function align(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0;
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function bytes(value: number): string {
  return value < 10_000 ? `${value} B` : `${(value / 1000).toFixed(1)} KB`;
}

function time(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
