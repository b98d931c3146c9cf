/** A line without its end, and the end that followed it (empty at the end of the text). */
export interface Line {
  readonly body: string;
  readonly end: '' | '\n' | '\r\n';
  /** Offset of `body` in the text, in UTF-16 units. */
  readonly start: number;
}

/** Splits at `\n` and `\r\n`; joining `body + end` gives the text back. A text that ends in a line end has no empty last line. */
export function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    if (newline === -1) {
      lines.push({ body: text.slice(start), end: '', start });
      break;
    }
    const isCrLf = newline > start && text[newline - 1] === '\r';
    const bodyEnd = isCrLf ? newline - 1 : newline;
    lines.push({ body: text.slice(start, bodyEnd), end: isCrLf ? '\r\n' : '\n', start });
    start = newline + 1;
  }
  return lines;
}

/** One-based number of the line that an offset stands on. */
export function lineNumberAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** The line end in use around a span: inside it, else just after it, else just before it, else `\n`. */
export function lineEndAround(text: string, start: number, end: number): '\n' | '\r\n' {
  const after = text.indexOf('\n', start);
  const newline = after !== -1 ? after : text.lastIndexOf('\n', Math.max(0, end - 1));
  return newline > 0 && text[newline - 1] === '\r' ? '\r\n' : '\n';
}

/** Index of the last of ascending offsets that is not after `offset`; 0 when all are. */
export function lineIndexAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}
