import { blank, lex, word, type Rule, type Token } from '../texts/lexer.ts';

const rustRules: readonly Rule[] = [
  blank,
  { kind: 'comment', pattern: /\/\/[^\n]*/y },
  { kind: 'comment', pattern: nestedComment },
  { kind: 'literal', pattern: /(?:b|c)?"(?:[^"\\]|\\[^])*"|(?:br|cr|r)(#*)"[^]*?"\1/y },
  { kind: 'literal', pattern: /b?'(?:\\(?:u\{[\da-fA-F_]+\}|x[\da-fA-F]{2}|.)|[^'\\\n])'/uy },
  { kind: 'literal', pattern: /'[\p{L}_][\p{L}\p{Nd}_]*/uy },
  {
    kind: 'literal',
    pattern: /\d[\d_]*(?:\.\d[\d_]*)?[eE][+-]?[\d_]+\w*|0[xob][\da-fA-F_]+\w*|\d[\d_]*(?:\.\d[\d_]*)?\w*/y,
  },
  { kind: 'word', pattern: /r#[\p{L}_][\p{L}\p{Nd}_]*/uy },
  word,
  {
    kind: 'operator',
    pattern:
      /<<=|>>=|\.\.=|\.\.\.|&&|\|\||::|->|=>|<-|==|!=|<=|>=|\+=|-=|\*=|\/=|%=|\^=|&=|\|=|<<|>>|\.\.|[-+*/%^!&|=<>@.,;:#$?~()[\]{}]/y,
  },
];

/** Macros that see how the text is laid out. */
const seesLayout = /\b(?:stringify|line|column)!/;

/** Comments that are documentation, in which tests may stand. */
const rustDocumentation = /^\/\/(?:\/(?!\/)|!)|^\/\*(?:\*(?![*/])|!)/;

/**
 * What is left of a Rust text without comments and layout, documentation kept. Undefined where layout may be part of what the program does.
 * Source: "Lexical structure" of the Rust Reference.
 */
export function rustTokens(text: string): readonly Token[] | undefined {
  if (seesLayout.test(text)) return undefined;
  return lex(text, rustRules)
    ?.filter(({ kind, text: words }) => kind !== 'blank' && (kind !== 'comment' || rustDocumentation.test(words)))
    .map((lexeme) => (lexeme.kind === 'comment' ? { ...lexeme, text: lexeme.text.trimEnd() } : lexeme));
}

/** A block comment with those that stand in it; undefined where there is none, or no end of it. */
function nestedComment(text: string, at: number): string | undefined {
  if (!text.startsWith('/*', at)) return undefined;
  let depth = 0;
  for (const match of text.slice(at).matchAll(/\/\*|\*\//g)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return text.slice(at, at + match.index + 2);
  }
  return undefined;
}
