/**
 * How long an endpoint asks to wait, in ms: `retry-after-ms`, else `retry-after` in seconds or as a date (RFC 9110, 10.2.3).
 * Names in any case; undefined when there is no usable hint. `now` is in ms since 1970.
 */
export function retryAfter(headers: Readonly<Record<string, unknown>>, now: number): number | undefined {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const milliseconds = positive(lower.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const hint = lower.get('retry-after');
  const seconds = positive(hint);
  if (seconds !== undefined) return seconds * 1_000;
  const date = typeof hint === 'string' && /^\w{3}, /.test(hint) ? Date.parse(hint) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function positive(value: unknown): number | undefined {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
