import ts from 'typescript';
import { usesCrlf } from './edits.ts';
import type { Source } from './source.ts';

/** How the file is written, as far as it shows. */
export interface Format {
  /** One level of indentation. */
  readonly indent: string;
  readonly hasSemicolons: boolean;
  readonly quote: 'single' | 'double';
  readonly newLine: '\n' | '\r\n';
}

/** Read off the majority of the lines; two spaces, semicolons and single quotes where nothing shows. */
export function formatOf(source: Source): Format {
  const { text } = source;
  const single = text.match(/'[^'"\n]*'/g)?.length ?? 0;
  const double = text.match(/"[^'"\n]*"/g)?.length ?? 0;
  return {
    indent: indentOf(text),
    hasSemicolons: semicolonsOf(source.file),
    quote: double > single ? 'double' : 'single',
    newLine: usesCrlf(text) ? '\r\n' : '\n',
  };
}

function indentOf(text: string): string {
  const counts = new Map<string, number>();
  let previous = '';
  for (const line of text.split('\n')) {
    if (line.trim() === '' || /^\s*\*/.test(line)) continue;
    const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
    const deeper = indent.startsWith(previous) ? indent.slice(previous.length) : '';
    if (deeper !== '') counts.set(deeper, (counts.get(deeper) ?? 0) + 1);
    previous = indent;
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? '  ';
}

function semicolonsOf(file: ts.SourceFile): boolean {
  let withSemicolon = 0;
  let without = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) || ts.isVariableStatement(node) || ts.isReturnStatement(node)) {
      if (file.text[node.end - 1] === ';' && !isFirstOnLine(file.text, node.end - 1)) withSemicolon++;
      else without++;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return withSemicolon >= without;
}

/** Nothing but white space stands before it on its line, as before a semicolon that guards a bracket. */
export function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';
}

const widths = [80, 100, 120] as const;
/** A few lines are longer than their authors want: long texts, links. */
const longLines = 0.01;

/** How long lines may be, judged by those that are there. */
export function widthOf({ text }: Source): number {
  const lengths = text.split('\n').map((line) => line.trimEnd().length);
  const isKept = (width: number): boolean =>
    lengths.filter((length) => length > width).length <= lengths.length * longLines;
  return widths.find(isKept) ?? 140;
}

/** The length that the line gets at which the range stands when it is replaced by one line of text. */
export function lengthWith(
  { text }: Source,
  range: { readonly start: number; readonly end: number },
  by: string,
): number {
  const lineStart = text.lastIndexOf('\n', range.start - 1) + 1;
  const rest = /^[^\r\n]*/.exec(text.slice(range.end))?.[0] ?? '';
  return range.start - lineStart + by.length + rest.trimEnd().length;
}

/** What was written over several lines in one, where it is no longer too long for that; texts and comments stay as they are. */
export function joinedIfShort(
  source: Source,
  range: { readonly start: number; readonly end: number },
  by: string,
): string {
  if (!by.includes('\n') || /[`]|\/\/|\/\*|=>\s*\{/.test(by)) return by;
  const joined = by
    .replace(/([([{])\s*\n\s*/g, '$1')
    .replace(/,?\s*\n\s*([)\]}])/g, '$1')
    .replace(/\s*\n\s*/g, ' ');
  return lengthWith(source, range, joined) <= widthOf(source) ? joined : by;
}

/** For the language service's own edits. */
export function formatSettings(source: Source): ts.FormatCodeSettings {
  const { indent, hasSemicolons, newLine } = formatOf(source);
  const isTab = indent.includes('\t');
  return {
    ...ts.getDefaultFormatCodeSettings(newLine),
    indentSize: isTab ? 4 : indent.length,
    tabSize: isTab ? 4 : indent.length,
    convertTabsToSpaces: !isTab,
    semicolons: hasSemicolons ? ts.SemicolonPreference.Insert : ts.SemicolonPreference.Remove,
  };
}

export function preferences(source: Source): ts.UserPreferences {
  return { quotePreference: formatOf(source).quote };
}

/** The white space at the start of the line that holds the offset. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** Where a line can be put before a statement: above the comments that belong to it. */
export function startWithComments(file: ts.SourceFile, statement: ts.Node): number {
  const start = statement.getStart(file);
  let above = start;
  for (const comment of [...(ts.getLeadingCommentRanges(file.text, statement.pos) ?? [])].reverse()) {
    const gap = file.text.slice(comment.end, above);
    if (gap.split('\n').length !== 2 || file.text.slice(comment.pos, comment.pos + 2) === '#!') break;
    above = comment.pos;
  }
  return above;
}
