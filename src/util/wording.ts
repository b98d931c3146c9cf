/** Words that reasons are made of. */

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}

export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** The first few of a list, and how many more there are. */
export function few(items: readonly string[], shown = 3, separator = '; '): string {
  const more = items.length - shown;
  return `${items.slice(0, shown).join(separator)}${more > 0 ? `${separator}and ${more} more` : ''}`;
}

/** Line numbers as ranges: `3-5, 9`. */
export function lineRanges(lines: readonly number[]): string {
  const sorted = [...new Set(lines)].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let at = 0; at < sorted.length;) {
    let end = at;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end += 1;
    ranges.push(at === end ? `${sorted[at]}` : `${sorted[at]}-${sorted[end]}`);
    at = end + 1;
  }
  return few(ranges, 8, ', ');
}

/** What an output says last of what went wrong, in quotes; empty when it says nothing. The first line is not looked at. */
export function complaint(text: string): string {
  const lines = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const found = lines.findLast((line) => /error|exception|warning|fail|cannot|not found|no such|denied/i.test(line));
  const line = found ?? lines.at(-1);
  return line === undefined ? '' : ` It said: “${line.slice(0, 200)}”`;
}
