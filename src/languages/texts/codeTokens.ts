import jsTokens from 'js-tokens';

/** A piece of code that can be executed or not. */
export interface CodeToken {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isName: boolean;
}

const silent = new Set([
  ...['MultiLineComment', 'SingleLineComment', 'HashbangComment', 'WhiteSpace', 'LineTerminatorSequence'],
]);

/** They and some words only bracket what is executed or not, and V8 counts them with what stands inside or comes after. */
const brackets = new Set([')', ']', '{', '}', ';', ',', 'else', 'try', 'do', 'finally']);

/** The tokens of a JavaScript or TypeScript text, without blanks, comments and brackets. Never throws. */
export function codeTokens(text: string, hasJsx: boolean): readonly CodeToken[] {
  const tokens: CodeToken[] = [];
  let at = 0;
  const all: Iterable<{ readonly type: string; readonly value: string }> = hasJsx
    ? jsTokens(text, { jsx: true })
    : jsTokens(text);
  for (const { type, value } of all) {
    const start = at;
    at += value.length;
    if (silent.has(type) || brackets.has(value) || (type === 'JSXText' && value.trim() === '')) continue;
    tokens.push({ text: value, start, end: at, isName: type === 'IdentifierName' });
  }
  return tokens;
}

/** Where a column stands that a tool counts in bytes of UTF-8: one-based line, zero-based column, to an offset in the text. */
export function offsetsOfBytes(text: string): (line: number, column: number) => number {
  const starts = lineStarts(text);
  return (line, column) => {
    const start = starts[line - 1] ?? text.length;
    const bytes = Buffer.from(text.slice(start, starts[line] ?? text.length));
    return start + bytes.subarray(0, column).toString('utf8').length;
  };
}

/** Offsets at which the lines of a text begin, as editors and source maps count them. */
export function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
}
