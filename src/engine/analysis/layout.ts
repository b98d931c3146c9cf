import ts from 'typescript';
import { applyEdits, type Edit } from './edits.ts';
import { formatSettings } from './format.ts';
import { keptLines } from './lines.ts';
import type { Source, SourceShelf } from './source.ts';

/** Statements around a change are looked at together; a larger one stays as the rewriting left it, in lines. */
const largestStatement = 400;

/**
 * Puts the lines that a rewriting moved or emptied in order: indentation, trailing white space, blank lines. The file's own habits win:
 * where its lines are indented in another way than the formatter would, they stay so. Nothing but white space changes.
 */
export function tidyLayout(shelf: SourceShelf, path: string, before: Source, after: Source): Source {
  const trimmed = reopen(shelf, path, after, dropEmptied(before.text, after.text));
  const own = new Set(indentationEdits(before, before.text, undefined).map(({ line }) => line));
  const kept = keptLines(before.text.split('\n'), trimmed.text.split('\n'));
  const habits = new Set<number>();
  kept.forEach((place, line) => {
    if (place !== undefined && own.has(line)) habits.add(place);
  });
  const changed = changedLines(kept, trimmed.text.split('\n').length);
  const scope = new Set(changed.flatMap((line) => statementLines(trimmed, line)));
  const edits = indentationEdits(trimmed, trimmed.text, scope).filter(({ line }) => !habits.has(line));
  return reopen(
    shelf,
    path,
    trimmed,
    applyEdits(
      trimmed.text,
      edits.map(({ edit }) => edit),
    ) ?? trimmed.text,
  );
}

/** Lines that are new, and those beside lines that are gone; `kept` says where each old line is now. */
function changedLines(kept: readonly (number | undefined)[], count: number): readonly number[] {
  const changed = new Set(Array.from({ length: count }, (_, line) => line));
  kept.forEach((place, line) => {
    const isBesideGap = isGone(kept, line - 1) || isGone(kept, line + 1);
    if (place !== undefined && !isBesideGap) changed.delete(place);
  });
  return [...changed];
}

function isGone(kept: readonly (number | undefined)[], line: number): boolean {
  return line >= 0 && line < kept.length && kept[line] === undefined;
}

/** The same source when the text is the same, or when white space turned out to matter. */
function reopen(shelf: SourceShelf, path: string, source: Source, text: string): Source {
  if (text === source.text) return source;
  const next = shelf.open(path, text);
  return next === undefined || next.syntaxErrors.length > 0 || !isSameCode(source.file, next.file) ? source : next;
}

/** Removes trailing white space of new lines, and new blank lines beside a brace or another blank line. */
function dropEmptied(before: string, after: string): string {
  const lines = after.split('\n');
  const kept = new Set(keptLines(before.split('\n'), lines).filter((place) => place !== undefined));
  const isBlank = (line: string | undefined): boolean => line !== undefined && line.trim() === '';
  const result: string[] = [];
  lines.forEach((line, at) => {
    if (kept.has(at)) return void result.push(line);
    const ending = line.endsWith('\r') ? '\r' : '';
    if (!isBlank(line)) return void result.push(line.trimEnd() + ending);
    const next = lines[at + 1];
    const isLast = at === lines.length - 1;
    const isBesideBrace = /^\s*[}\])]/.test(next ?? '') || /[{[(]\s*$/.test(result.at(-1) ?? '');
    if (isLast || (!isBesideBrace && !isBlank(result.at(-1)) && !isBlank(next))) result.push(isLast ? line : ending);
  });
  return result.join('\n');
}

/** Edits of white space at the start of lines, by line, where the formatter disagrees; only lines in `scope` if it is given. */
function indentationEdits(
  source: Source,
  text: string,
  scope: ReadonlySet<number> | undefined,
): readonly { readonly line: number; readonly edit: Edit }[] {
  if (scope?.size === 0) return [];
  const { file } = source;
  return source.formattingEdits(formatSettings(source)).flatMap(({ span, newText }) => {
    const { line } = file.getLineAndCharacterOfPosition(span.start);
    const lineStart = file.getPositionOfLineAndCharacter(line, 0);
    const end = span.start + span.length;
    const isIndentation =
      text.slice(lineStart, end).trim() === '' &&
      newText.trim() === '' &&
      !/[\r\n]/.test(newText + text.slice(span.start, end));
    if (!isIndentation || (scope !== undefined && !scope.has(line))) return [];
    return [{ line, edit: { start: span.start, end, text: newText } }];
  });
}

/** The lines of the smallest statement with a body, or the block, that holds a line. */
function statementLines(source: Source, line: number): readonly number[] {
  const { file } = source;
  const starts = file.getLineStarts();
  const start = starts[line] ?? 0;
  const end = starts[line + 1] ?? file.end;
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (node.pos > start || node.end < Math.min(end, file.end) - 1) return;
    if (ts.isStatement(node) || ts.isClassElement(node) || ts.isFunctionLike(node)) found = node;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  if (found === undefined) return [line];
  const first = file.getLineAndCharacterOfPosition(found.getStart(file)).line;
  const last = file.getLineAndCharacterOfPosition(found.end).line;
  if (last - first > largestStatement) return [line];
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}

/** Equal tokens in equal order, template texts and comments included. */
function isSameCode(one: ts.SourceFile, other: ts.SourceFile): boolean {
  const a = tokensOf(one);
  const b = tokensOf(other);
  return a.length === b.length && a.every((token, at) => token === b[at]);
}

function tokensOf(file: ts.SourceFile): readonly string[] {
  const tokens: string[] = [];
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file);
    if (children.length === 0 && node.end > node.pos) tokens.push(node.getText(file));
    for (const child of children) visit(child);
  };
  visit(file);
  return tokens;
}
