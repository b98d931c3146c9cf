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

const unitsMs: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|msecs?|milliseconds?)$/i, 1],
  [/^(?:s|secs?|seconds?)$/i, 1_000],
  [/^(?:m|mins?|minutes?)$/i, 60_000],
  [/^(?:h|hrs?|hours?)$/i, 3_600_000],
  [/^(?:d|days?)$/i, 86_400_000],
];
const amount = String.raw`\d+(?:\.\d+)?\s*(?:ms|msecs?|milliseconds?|s|secs?|seconds?|mins?|minutes?|m|hrs?|hours?|h|days?|d)(?![a-z])`;
const hint = new RegExp(
  String.raw`\b(?:try(?:ing)?(?: again)?|retry(?:ing)?|wait(?:ing)?|available|resets?|again)\b[^.\d]{0,40}?((?:${amount}[\s,]*(?:and\s+)?|\d+(?:\.\d+)?(?:ms|s|m|h|d))+)`,
  'i',
);

/**
 * How long the words of an error ask to wait, in ms: "Please try again in 1.2s", "350ms", "1m30.5s", "Retry after 20 seconds". Undefined
 * when they ask for nothing.
 */
export function retryHint(message: string): number | undefined {
  const said = hint.exec(message.slice(0, 4_096))?.[1];
  if (said === undefined) return undefined;
  const parts = [...said.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)];
  const ms = parts.map(
    ([, count = '', unit = '']) => Number(count) * (unitsMs.find(([name]) => name.test(unit))?.[1] ?? 0),
  );
  return ms.length === 0 ? undefined : ms.reduce((sum, one) => sum + one, 0);
}
