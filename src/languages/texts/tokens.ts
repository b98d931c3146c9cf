import type { RelativePath } from '../../workspace/path.ts';

/** A word of a program, by the lexical rules of its language; lines are one-based. */
export interface Token {
  readonly text: string;
  readonly line: number;
  readonly endLine: number;
}

/**
 * What is left of a Go or Rust text without comments and layout, comments that are obeyed kept. Undefined for other languages, and
 * where layout or comments may be part of what the program does.
 * Sources: "Lexical elements" of the Go Programming Language Specification; "Lexical structure" of the Rust Reference.
 */
export function tokensOf(path: RelativePath, text: string): readonly Token[] | undefined {
  // Comments of examples hold the output that is expected of them.
  if (/\.go$/i.test(path) && !/_test\.go$/i.test(path)) return goTokens(text);
  return /\.rs$/i.test(path) ? rustTokens(text) : undefined;
}

/** Whether two texts of one file are the same program but for comments and layout; false when that is not known. */
export function hasSameTokens(path: RelativePath, before: string, after: string): boolean {
  const [old, now] = [tokensOf(path, before), tokensOf(path, after)];
  if (old === undefined || now === undefined) return false;
  return old.length === now.length && old.every(({ text }, index) => text === now[index]?.text);
}

interface Rule {
  readonly kind: 'blank' | 'comment' | 'word' | 'literal' | 'operator';
  /** Sticky, or a function that gives what stands at an offset. */
  readonly pattern: RegExp | ((text: string, at: number) => string | undefined);
}

interface Lexeme extends Token {
  readonly kind: Rule['kind'];
}

/** The first rule that matches takes; undefined where none does. */
function lex(text: string, rules: readonly Rule[]): readonly Lexeme[] | undefined {
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

const blank: Rule = { kind: 'blank', pattern: /[ \t\r\n\uFEFF]+/y };
const word: Rule = { kind: 'word', pattern: /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy };

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

function goTokens(text: string): readonly Token[] | undefined {
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

function rustTokens(text: string): readonly Token[] | undefined {
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
