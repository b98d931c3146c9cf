import jsTokens from 'js-tokens';
import type { Span } from '../texts/changedSpans.ts';

interface RawToken extends Span {
  readonly value: string;
  readonly type: string;
  /** Whether a line ends between this token and the one before. */
  readonly isFirstOnLine: boolean;
}

const blank = new Set(['MultiLineComment', 'SingleLineComment', 'HashbangComment', 'WhiteSpace']);

/** A type goes on behind, or after, these. */
const joints = new Set(['|', '&', '=', '?', ':', '=>', 'extends', 'keyof', 'infer', 'is', '.', '<', ',']);

/**
 * Interfaces, type aliases, imports and exports of types, and lists of exported names in a TypeScript text: nothing of them runs.
 * Two names in a row on one line are what begins them, which is no JavaScript.
 */
export function typeDeclarations(text: string): readonly Span[] {
  const tokens = rawTokens(text);
  const found: Span[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const end = declarationEnd(tokens, at);
    if (end === undefined) continue;
    found.push({ start: tokens[at]?.start ?? 0, end: tokens[end]?.end ?? text.length });
    at = end;
  }
  return found;
}

/** Index of the last token of the declaration that begins at `at`, undefined when none does. */
function declarationEnd(tokens: readonly RawToken[], at: number): number | undefined {
  const before = tokens[at - 1];
  const canBegin = before === undefined || [';', '}', '{'].includes(before.value) || tokens[at]?.isFirstOnLine === true;
  if (!canBegin) return undefined;
  if (tokens[at]?.value === 'export' && tokens[at + 1]?.value === '{') {
    const end = statementEnd(tokens, at + 1);
    // With a source it loads a module.
    return tokens.slice(at, end + 1).some(({ value }) => value === 'from') ? undefined : end;
  }
  let word = at;
  while (['export', 'declare'].includes(tokens[word]?.value ?? '')) word += 1;
  if (tokens[word]?.value === 'import' && isTypeWord(tokens, word + 1)) return statementEnd(tokens, word + 2);
  const name = tokens[word + 1];
  if (name === undefined || name.isFirstOnLine) return undefined;
  if (tokens[word]?.value === 'interface' && name.type === 'IdentifierName') return blockEnd(tokens, word + 2);
  if (tokens[word]?.value !== 'type') return undefined;
  const isAlias = name.type === 'IdentifierName' && ['=', '<'].includes(tokens[word + 2]?.value ?? '');
  const isExport = word > at && name.value === '{';
  return isAlias || isExport ? statementEnd(tokens, word + 1) : undefined;
}

/** `import type X from`, `import type { X } from`; not `import type from`, which imports a value of that name. */
function isTypeWord(tokens: readonly RawToken[], at: number): boolean {
  const next = tokens[at + 1];
  if (tokens[at]?.value !== 'type' || next === undefined) return false;
  return next.value === '{' || next.value === '*' || (next.type === 'IdentifierName' && next.value !== 'from');
}

function blockEnd(tokens: readonly RawToken[], from: number): number | undefined {
  let [depth, angles] = [0, 0];
  for (let at = from; at < tokens.length; at += 1) {
    const value = tokens[at]?.value ?? '';
    depth += depthChange(tokens[at]);
    if (depth === 0 && value === '<') angles += 1;
    else if (depth === 0 && /^>+$/.test(value)) angles -= value.length;
    else if (depth === 0 && angles === 0 && value === '}') return at;
  }
  return undefined;
}

function statementEnd(tokens: readonly RawToken[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const isNext = token.isFirstOnLine && !joints.has(token.value) && !joints.has(tokens[at - 1]?.value ?? '');
    if (depth === 0 && at > from && isNext && !['{', '}', '(', '['].includes(token.value)) return at - 1;
    depth += depthChange(token);
    if (depth < 0) return at - 1;
    if (depth === 0 && token.value === ';') return at;
  }
  return tokens.length - 1;
}

function depthChange(token: RawToken | undefined): number {
  if (token?.type !== 'Punctuator') return 0;
  if (['{', '(', '['].includes(token.value)) return 1;
  return ['}', ')', ']'].includes(token.value) ? -1 : 0;
}

function rawTokens(text: string): readonly RawToken[] {
  const tokens: RawToken[] = [];
  let at = 0;
  let isFirstOnLine = true;
  const all: Iterable<{ readonly type: string; readonly value: string }> = jsTokens(text);
  for (const { type, value } of all) {
    const start = at;
    at += value.length;
    if (type === 'LineTerminatorSequence' || (type === 'MultiLineComment' && value.includes('\n')))
      isFirstOnLine = true;
    else if (!blank.has(type)) {
      tokens.push({ type, value, start, end: at, isFirstOnLine });
      isFirstOnLine = false;
    }
  }
  return tokens;
}
