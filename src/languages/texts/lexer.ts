/** A word of a program, by the lexical rules of its language; lines are one-based. */
export interface Token {
  readonly text: string;
  readonly line: number;
  readonly endLine: number;
}

/** What a word may look like. */
export interface Rule {
  readonly kind: 'blank' | 'comment' | 'word' | 'literal' | 'operator';
  /** Sticky, or a function that gives what stands at an offset. */
  readonly pattern: RegExp | ((text: string, at: number) => string | undefined);
}

export interface Lexeme extends Token {
  readonly kind: Rule['kind'];
}

/** The words of a text, blanks and comments included. The first rule that matches takes; undefined where none does. */
export function lex(text: string, rules: readonly Rule[]): readonly Lexeme[] | undefined {
  const lexemes: Lexeme[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    const found = firstMatch(text, at, rules);
    if (found === undefined) return undefined;
    const endLine = line + found.text.split('\n').length - 1;
    lexemes.push({ ...found, line, endLine });
    line = endLine;
    at += found.text.length;
  }
  return lexemes;
}

function firstMatch(text: string, at: number, rules: readonly Rule[]): Pick<Lexeme, 'kind' | 'text'> | undefined {
  for (const { kind, pattern } of rules) {
    const found = typeof pattern === 'function' ? pattern(text, at) : matchAt(pattern, text, at);
    if (found !== undefined && found !== '') return { kind, text: found };
  }
  return undefined;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Layout. */
export const blank: Rule = { kind: 'blank', pattern: /[ \t\r\n\uFEFF]+/y };
/** A name or a keyword, of the letters that Unicode knows. */
export const word: Rule = { kind: 'word', pattern: /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy };

/** The lines that words stand on; undefined where the words are not known. */
export function linesOfTokens(tokens: readonly Token[] | undefined): ReadonlySet<number> | undefined {
  return tokens && new Set(tokens.flatMap(({ line, endLine }) => range(line, endLine)));
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
