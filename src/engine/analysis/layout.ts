import ts from 'typescript';
import { applyEdits, withLineEndsOf, type Edit } from './edits.ts';
import { formatOf, formatSettings, indentAt, isFirstOnLine } from './format.ts';
import { keptLines } from './lines.ts';
import type { Source, SourceShelf } from './source.ts';
import { nodesOf } from './syntax.ts';

/** Statements around a change are looked at together; a larger one stays as the rewriting left it, in lines. */
const largestStatement = 400;

/**
 * Puts the lines that a rewriting moved or emptied in order: indentation, trailing white space, blank lines. The file's own habits win:
 * where its lines are indented in another way than the formatter would, they stay so. Nothing but white space changes.
 */
export function tidyLayout(shelf: SourceShelf, path: string, before: Source, after: Source): Source {
  const parted = reopen(shelf, path, after, partStatements(before, after));
  const plain = dropNewSemicolons(shelf, path, before, parted);
  const trimmed = reopen(shelf, path, plain, dropEmptied(before.text, plain.text));
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

/** Begins a new line for a statement that came to stand behind the brace of the one before, in a block of several lines. */
function partStatements(before: Source, { file, text, language }: Source): string {
  if (before.language.extension !== language.extension) return text;
  const kept = new Set(keptLines(before.text.split('\n'), text.split('\n')));
  const lineOf = (offset: number): number => file.getLineAndCharacterOfPosition(offset).line;
  const edits = nodesOf(file, isStatementList).flatMap(({ statements, pos, end }) =>
    statements.flatMap((statement, at): Edit[] => {
      const above = statements[at - 1];
      const start = statement.getStart(file);
      if (above === undefined || text[above.end - 1] !== '}' || lineOf(above.end) !== lineOf(start)) return [];
      if (kept.has(lineOf(start)) || lineOf(pos) === lineOf(end)) return [];
      if (text.slice(above.end, start).trim() !== '') return [];
      return [{ start: above.end, end: start, text: '\n' + indentAt(text, above.getStart(file)) }];
    }),
  );
  return applyEdits(text, withLineEndsOf(text, edits)) ?? text;
}

/**
 * In code without semicolons, takes away those of new lines: one at the end of a statement, and one at the start of a line that guarded a
 * bracket where the statement begins with a word now. Only where the next line begins with a word, which ends the statement as well.
 */
function dropNewSemicolons(shelf: SourceShelf, path: string, before: Source, after: Source): Source {
  if (formatOf(before).hasSemicolons) return after;
  const { file, text } = after;
  const kept = new Set(keptLines(before.text.split('\n'), text.split('\n')));
  const lineOf = (offset: number): number => file.getLineAndCharacterOfPosition(offset).line;
  const edits = nodesOf(file, isStatementList).flatMap(({ statements, end: listEnd }) =>
    statements.flatMap((statement, at): Edit[] => {
      const semicolon = statement.end - 1;
      if (text[semicolon] !== ';' || !isSimple(statement) || kept.has(lineOf(semicolon))) return [];
      const next = statements[at + 1]?.getStart(file) ?? listEnd;
      const isGuard = isFirstOnLine(text, semicolon);
      const isApart = isGuard ? text.slice(statement.end, next).trim() === '' : lineOf(next) > lineOf(semicolon);
      const isEndedByNext = statements[at + 1] === undefined || /^[A-Za-z_$;]/.test(text.slice(next));
      return isApart && isEndedByNext ? [{ start: semicolon, end: isGuard ? next : statement.end, text: '' }] : [];
    }),
  );
  const plain = edits.length === 0 ? undefined : shelf.open(path, applyEdits(text, edits) ?? text);
  if (plain === undefined || plain.syntaxErrors.length > 0) return after;
  return isSameCode(plain.file, file, ({ kind }) => kind !== ts.SyntaxKind.SemicolonToken) ? plain : after;
}

/** It holds no other statement, which could be an empty one. */
function isSimple(node: ts.Statement): boolean {
  return (
    ts.isExpressionStatement(node) ||
    ts.isVariableStatement(node) ||
    ts.isReturnStatement(node) ||
    ts.isThrowStatement(node) ||
    ts.isImportDeclaration(node)
  );
}

function isStatementList(node: ts.Node): node is ts.Block | ts.SourceFile {
  return ts.isBlock(node) || ts.isSourceFile(node);
}

/**
 * Removes trailing white space of new lines, and blank lines beside a brace or another blank line, when they are new or when
 * what stood between is gone.
 */
function dropEmptied(before: string, after: string): string {
  const lines = after.split('\n');
  const kept = keptLines(before.split('\n'), lines);
  const oldLines = new Map<number, number>();
  kept.forEach((place, old) => {
    if (place !== undefined) oldLines.set(place, old);
  });
  const isBlank = (line: string | undefined): boolean => line !== undefined && line.trim() === '';
  const result: string[] = [];
  lines.forEach((line, at) => {
    const old = oldLines.get(at);
    const isLast = at === lines.length - 1;
    const ending = line.endsWith('\r') ? '\r' : '';
    if (isLast || !isBlank(line))
      return void result.push(old === undefined && !isLast ? line.trimEnd() + ending : line);
    const isNewAbove = old === undefined || kept[old - 1] !== at - 1;
    const isNewBelow = old === undefined || kept[old + 1] !== at + 1;
    const above = result.at(-1);
    const below = lines[at + 1];
    const isNeedless =
      (isNewAbove && (isBlank(above) || /[{[(]\s*$/.test(above ?? ''))) ||
      (isNewBelow && (isBlank(below) || /^\s*[}\])]/.test(below ?? '')));
    if (!isNeedless) result.push(old === undefined ? ending : line);
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
    // The formatter takes a semicolon that guards the statement behind it for the end of the one above.
    if (text[end] === ';' || !isIndentation || (scope !== undefined && !scope.has(line))) return [];
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
function isSameCode(
  one: ts.SourceFile,
  other: ts.SourceFile,
  counts: (token: ts.Node) => boolean = () => true,
): boolean {
  const a = tokensOf(one, counts);
  const b = tokensOf(other, counts);
  return a.length === b.length && a.every((token, at) => token === b[at]);
}

function tokensOf(file: ts.SourceFile, counts: (token: ts.Node) => boolean): readonly string[] {
  const tokens: string[] = [];
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file);
    if (children.length === 0 && node.end > node.pos && counts(node)) tokens.push(node.getText(file));
    for (const child of children) visit(child);
  };
  visit(file);
  return tokens;
}
