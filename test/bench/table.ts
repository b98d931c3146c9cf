/**
 * A table in Markdown that a terminal shows in columns, too: the first row is its head; a column of numbers stands to the right,
 * one of words to the left.
 */
export function tableText(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0), 2));
  const isText = widths.map((_width, column) => body.some((row) => /^[^\d\s–+-]/.test(row[column] ?? '')));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => cell(row[column] ?? '', width, isText[column] === true)).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (isText[column] === true ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** For people: `812 B`, `13.5 kB`, `1.7 MB`, by powers of ten. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${Math.round(bytes)} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function cell(text: string, width: number, isText: boolean): string {
  return isText ? text.padEnd(width) : text.padStart(width);
}
