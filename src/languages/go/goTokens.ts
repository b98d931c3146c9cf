import type { RelativePath } from '../../workspace/path.ts';
import { blank, lex, word, type Lexeme, type Rule, type Token } from '../texts/lexer.ts';

const goRules: readonly Rule[] = [
  blank,
  { kind: 'comment', pattern: /\/\/[^\n]*|\/\*[^]*?\*\//y },
  { kind: 'literal', pattern: /`[^`]*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'/y },
  { kind: 'literal', pattern: /(?:0[xX][\da-fA-F_.]*(?:[pP][+-]?[\d_]+)?|\.?\d[\d_.]*(?:[eE][+-]?[\d_]+)?[\w]*)i?/y },
  word,
  {
    kind: 'operator',
    pattern:
      /<<=|>>=|&\^=|\.\.\.|&\^|&&|\|\||<-|\+\+|--|==|!=|<=|>=|:=|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<|>>|[-+*/%&|^<>=!()[\]{},;.:~]/y,
  },
];

/** Comments that the Go tools act upon. */
const goDirective = /^\/\/(?:go:|line [^\n]*:\d|export \w+\s*$|extern |\s*\+build\b)|^\/\*line [^\n]*:\d/;
/** Words after which the end of a line does not end the statement. */
const goOpenWords = new Set(
  `case chan const default defer else for func go goto if import interface map package range select struct switch type var`.split(
    ' ',
  ),
);

/**
 * What is left of a Go text without comments and layout, comments that are obeyed kept. Undefined where layout or comments may be part of
 * what the program does. Source: "Lexical elements" of the Go Programming Language Specification.
 */
export function goTokens(path: RelativePath, text: string): readonly Token[] | undefined {
  // Comments of examples hold the output that is expected of them.
  if (/_test\.go$/i.test(path)) return undefined;
  const lexemes = lex(text, goRules);
  // The comment above an import of C is the text of a program in C.
  if (lexemes === undefined || lexemes.some((one) => one.kind === 'literal' && /^["`]C["`]$/.test(one.text)))
    return undefined;
  const tokens: Token[] = [];
  let last: Lexeme | undefined;
  const endStatement = (line: number): void => {
    if (last !== undefined && endsStatement(last)) tokens.push({ text: ';', line, endLine: line });
    last = undefined;
  };
  for (const lexeme of lexemes) {
    const { kind, line, endLine } = lexeme;
    if (kind === 'comment' && goDirective.test(lexeme.text)) {
      endStatement(line);
      tokens.push({ ...lexeme, text: lexeme.text.trim() });
    } else if (kind === 'blank' || kind === 'comment') {
      if (endLine > line) endStatement(line);
    } else {
      // Before a closing bracket the end of a statement may be left out.
      if (/^[)}]$/.test(lexeme.text) && tokens.at(-1)?.text === ';') tokens.pop();
      tokens.push(kind === 'literal' ? { ...lexeme, text: lexeme.text.replaceAll('\r', '') } : lexeme);
      last = lexeme;
    }
  }
  if (last !== undefined) endStatement(last.endLine);
  return tokens;
}

function endsStatement({ kind, text }: Lexeme): boolean {
  if (kind === 'word') return !goOpenWords.has(text);
  return kind === 'literal' || ['++', '--', ')', ']', '}'].includes(text);
}
