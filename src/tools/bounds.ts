import { maxResultBytes } from '../agent/tool.ts';

/** The longest beginning of `text` that fits in `maxBytes` of UTF-8 and ends between characters. */
export function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text);
  let end = maxBytes;
  // Bytes 10xxxxxx continue a character: step back to where one starts.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** Room that is kept for the line that says what was cut, in bytes. */
const noteBytes = 200;

/**
 * Joins lines into a tool output of at most `maxResultBytes`, whole lines only; `note` says what is missing and
 * is asked only when something is: because not all lines fit, or because `isCut` says so already.
 */
export function joinLines(lines: readonly string[], isCut: boolean, note: (shown: number) => string): string {
  let bytes = 0;
  let shown = 0;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > maxResultBytes - noteBytes) break;
    shown += 1;
  }
  const kept = lines.slice(0, shown);
  if (isCut || shown < lines.length) kept.push(cutToBytes(note(shown), noteBytes));
  return kept.join('\n');
}
