import { totalsOf, type MeteredTurn } from './wireMeter.ts';

/** Where the metered conversation took place. */
export interface MeterOrigin {
  readonly endpoint: string;
  readonly model: string;
}

/** The meter as a JSON document with a version, turn by turn and summed up; bytes, milliseconds, tokens. */
export function meterJson(turns: readonly MeteredTurn[], origin: MeterOrigin): string {
  const document = { version: 1, ...origin, turns: turns.map(record), totals: totalsOf(turns) };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The meter as CSV (RFC 4180) with a line of headings; what is not known is left empty. */
export function meterCsv(turns: readonly MeteredTurn[]): string {
  const rows = turns.map(record).map((row) => columns.map((column) => cell(row[column])).join(','));
  return [columns.join(','), ...rows, ''].join('\r\n');
}

const columns: readonly (keyof ReturnType<typeof record>)[] = [
  ...(['turn', 'transport', 'isFull', 'bytesUp', 'bytesDown', 'bytesUpIfFull', 'bytesUpOverhead', 'itemsUp'] as const),
  ...(['itemsResent', 'skipped', 'handshakes', 'reconnects', 'modelMs', 'firstEventMs', 'toolMs', 'wireMs'] as const),
  ...(['turnaroundMs', 'inputTokens', 'cachedTokens', 'outputTokens', 'cost', 'currency'] as const),
];

/** `turn` counts the turns of this export from 1. */
function record(one: MeteredTurn, index: number) {
  const { meter, handshakes, reconnects, toolMs, cost } = one;
  return {
    turn: index + 1,
    transport: meter.transport,
    isFull: meter.isFull,
    bytesUp: meter.bytesUp,
    bytesDown: meter.bytesDown,
    bytesUpIfFull: meter.bytesUpIfFull,
    bytesUpOverhead: meter.bytesUpOverhead,
    itemsUp: meter.itemsUp,
    itemsResent: meter.itemsResent,
    skipped: meter.skipped ?? 0,
    handshakes,
    reconnects,
    modelMs: rounded(meter.modelMs),
    firstEventMs: rounded(meter.waitModelMs),
    toolMs: rounded(toolMs),
    wireMs: rounded(meter.wireMs),
    turnaroundMs: meter.turnaroundMs === undefined ? null : rounded(meter.turnaroundMs),
    inputTokens: meter.usage?.inputTokens ?? null,
    cachedTokens: meter.usage?.cachedTokens ?? null,
    outputTokens: meter.usage?.outputTokens ?? null,
    cost: cost?.amount ?? null,
    currency: cost?.currency ?? null,
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** Quoted where it must be; a text that a spreadsheet would take for a formula is made plain. */
function cell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
