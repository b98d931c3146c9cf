import type { RelativePath } from '../../workspace/path.ts';
import { withoutTexts } from '../texts/plainTokens.ts';
import type { Span } from '../texts/changedSpans.ts';
import type { LineState, Piece } from '../texts/pieces.ts';

/**
 * Operands behind `&&` and `||` in a Go text of which blocks cannot tell whether they were evaluated. In a condition of nothing but `&&`
 * they were when the block behind it was executed.
 */
export function openOperands(path: RelativePath, text: string, pieces: readonly Piece[]): readonly Span[] {
  const code = withoutTexts(path, text);
  return [...code.matchAll(/&&|\|\|/g)].flatMap(({ 0: operator, index }): readonly Span[] => {
    const end = operandsEnd(code, index);
    const statement = code.slice(code.lastIndexOf('\n', index) + 1, end);
    const isCondition = /^\s*(?:\}\s*else\s+)?if\b/.test(statement) && code[end] === '{';
    const isUniform = operator === '&&' && !statement.includes('||');
    const body = pieces.find((piece) => piece.start > end);
    if (isCondition && isUniform && body?.isExecuted === true) return [];
    return [{ start: index + operator.length, end }];
  });
}

/** Where the expression around an operator ends: at a bracket of its outside, a comma, a block, or a line that is over. */
function operandsEnd(code: string, from: number): number {
  let depth = 0;
  for (let at = from; at < code.length; at += 1) {
    const letter = code[at] ?? '';
    if (depth === 0 && ')]},;{'.includes(letter)) return at;
    if ('([{'.includes(letter)) depth += 1;
    if (')]}'.includes(letter)) depth -= 1;
    const isOver = letter === '\n' && depth === 0 && !/(?:&&|\|\||[-+*/%&|^=<>!,(])\s*$/.test(code.slice(from, at));
    if (isOver) return at;
  }
  return code.length;
}

/**
 * What is known of a line that no block is counted for, of a file that was built for the tests. Imports take effect then; how a function is
 * called shows when it is; constants and types were looked at when executed code names what the line declares. Undefined for other lines.
 */
export function stateOutsideBlocks(
  text: string,
  { start, end }: Span,
  pieces: readonly Piece[],
): LineState | undefined {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const line = text.slice(lineStart, end);
  const group = [...text.matchAll(/^(const|type|import) (?:.*\([^]*?^\)|.*\{[^]*?^\}|.*)/gm)].find(
    ({ 0: found, index }) => index < end && start < index + found.length,
  );
  if (group?.[1] === 'import') return 'executed';
  if (/^func\b/.test(line)) {
    const body = pieces.find((piece) => piece.start > lineStart);
    return body === undefined ? 'unknown' : body.isExecuted ? 'executed' : 'missed';
  }
  if (group === undefined) return undefined;
  // What is attached to a field is read by other programs.
  if (line.includes('`')) return 'unknown';
  const names =
    /^\s*(?:(?:const|type)\s+)?([\p{L}_][\p{L}\p{N}_]*(?:\s*,\s*[\p{L}_][\p{L}\p{N}_]*)*)/u.exec(line)?.[1] ?? '';
  const words = names.split(/\s*,\s*/).filter((name) => name !== '');
  const isNamed = pieces.some((piece) => {
    const code = piece.isExecuted ? text.slice(piece.start, piece.end) : '';
    return words.some((name) => new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, 'u').test(code));
  });
  return isNamed ? 'executed' : 'unknown';
}

/** `var x = …` and `var ( … )` of a package stand at the beginning of a line, after formatting. */
export function variableGroups(text: string): readonly { readonly start: number; readonly end: number }[] {
  return [...text.matchAll(/^var (?:\([\s\S]*?^\)|[^\n]*(?:\n[ \t}\])].*)*)/gm)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}
