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
      if (file.text[node.end - 1] === ';') withSemicolon++;
      else without++;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return withSemicolon >= without;
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
