import type { RelativePath } from '../../workspace/path.ts';

const hashComments = /\.(?:pyi?|rb|sh|pl|exs?)$/i;
const textsInApostrophes = /\.(?:pyi?|rb|sh|pl|exs?|php|dart|groovy)$/i;

/** Texts in quotes and comments of a language that no parser is asked about, told by its usual marks; roughly. */
export function textsAndComments(path: RelativePath): RegExp {
  const comment = hashComments.test(path) ? /#.*$/ : /\/\*[^]*?\*\/|\/\/.*$/;
  const inApostrophes = textsInApostrophes.test(path) ? /'''[^]*?'''|'(?:\\.|[^'\\\n])*'/ : /'(?:\\.|[^'\\\n])'/;
  const parts = [comment, /"""[^]*?"""|"(?:\\.|[^"\\\n])*"/, inApostrophes];
  if (!hashComments.test(path)) parts.push(/`[^`]*`/);
  return new RegExp(parts.map(({ source }) => source).join('|'), 'gm');
}

/** The code without its comments; a comment mark within a text ends nothing. */
export function withoutComments(path: RelativePath, text: string): string {
  return text.replace(textsAndComments(path), (found) => (/^["'`]/.test(found) ? found : ''));
}

/** The code with blanks for its texts and comments, every offset and line kept. */
export function withoutTexts(path: RelativePath, text: string): string {
  return text.replace(textsAndComments(path), (found) => found.replace(/[^\n]/g, ' '));
}
