/** One word of a command, quotes taken off. */
export interface Word {
  readonly text: string;
  /** True when a shell would expand it: it holds an unquoted `*`, `?` or `[`. */
  readonly isGlob: boolean;
}

/** One simple command of a script: no shell is needed to run it. */
export interface ScriptCommand {
  /** `NAME=value` in front of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly Word[];
  /** The programs that its output is piped through, one after the other; undefined when it is not. */
  readonly pipedInto?: readonly (readonly Word[])[];
}

export type ParsedScript =
  | { readonly kind: 'commands'; readonly commands: readonly ScriptCommand[] }
  /** It needs a shell; `what` names the first part that does. */
  | { readonly kind: 'needsShell'; readonly what: string };

export function plainWord(text: string): Word {
  return { text, isGlob: false };
}

/**
 * Reads the text of a package.json script; simple commands and pipes of them joined by `&&` are understood, as are options that a shell
 * sets for itself and redirections that lose no output but to another stream or to nowhere; all else needs a shell.
 */
export function parseScript(script: string): ParsedScript {
  const tokens = tokenize(script);
  if (!Array.isArray(tokens)) return tokens;
  const commands: ScriptCommand[] = [];
  let pipe: SimpleCommand[] = [];
  let words: Word[] = [];
  let env: Record<string, string> = {};
  const closed: readonly Token[] = [...tokens, and];
  for (const token of closed) {
    if (token === and || token === semicolon || token === bar) {
      if (words.length === 0) return { kind: 'needsShell', what: token };
      pipe.push({ env, words });
      [words, env] = [[], {}];
      if (token === bar) continue;
      const isSetting = pipe.length === 1 && isShellOption(pipe[0]?.words ?? []);
      if (token === semicolon && !isSetting) return { kind: 'needsShell', what: token };
      if (!isSetting) commands.push(commandOf(pipe));
      pipe = [];
      continue;
    }
    const assignment = words.length === 0 ? parseAssignment(token.text) : undefined;
    if (assignment === undefined) words.push(token);
    else env = { ...env, ...assignment };
  }
  return { kind: 'commands', commands };
}

type SimpleCommand = Pick<ScriptCommand, 'env' | 'words'>;

function commandOf([first, ...rest]: readonly SimpleCommand[]): ScriptCommand {
  const { env = {}, words = [] } = first ?? {};
  return rest.length === 0 ? { env, words } : { env, words, pipedInto: rest.map((one) => one.words) };
}

/** `set -e`, `set -o pipefail`: nothing that a single command sees. */
function isShellOption([program, ...rest]: readonly Word[]): boolean {
  return program?.text === 'set' && rest.every(({ text }) => /^[-+][a-z]+$|^[a-z]+$/.test(text));
}

/** `NAME=value` as a record of one entry, undefined when it is something else. */
export function parseAssignment(text: string): Readonly<Record<string, string>> | undefined {
  const match = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(text);
  return match?.[1] === undefined ? undefined : { [match[1]]: match[2] ?? '' };
}

const and = '&&';
const semicolon = ';';
const bar = '|';
type Token = Word | typeof and | typeof semicolon | typeof bar;
type NeedsShell = Extract<ParsedScript, { kind: 'needsShell' }>;

function tokenize(script: string): Token[] | NeedsShell {
  const tokens: Token[] = [];
  let at = 0;
  while (at < script.length) {
    const char = script.charAt(at);
    if (char === ' ' || char === '\t') {
      at += 1;
    } else if (script.startsWith('&&', at)) {
      tokens.push(and);
      at += 2;
    } else if (char === ';') {
      tokens.push(semicolon);
      at += 1;
    } else if (char === '|') {
      if (script.charAt(at + 1) === '|') return { kind: 'needsShell', what: '|' };
      tokens.push(bar);
      at += script.charAt(at + 1) === '&' ? 2 : 1;
    } else if (redirectionAt(script, at) > 0) {
      at += redirectionAt(script, at);
    } else {
      const word = readWord(script, at);
      if ('kind' in word) return word;
      tokens.push(word.word);
      at = word.end;
    }
  }
  return tokens;
}

/** How long a redirection is that takes nothing away: of errors to the output, or of either to nowhere; zero for all else. */
function redirectionAt(script: string, at: number): number {
  const found = /^(?:2>&1|(?:[12]|&)?>\s*\/dev\/null)(?=[\s;|&]|$)/.exec(script.slice(at, at + 40));
  return found?.[0].length ?? 0;
}

function readWord(script: string, start: number): { readonly word: Word; readonly end: number } | NeedsShell {
  let text = '';
  let isGlob = false;
  let at = start;
  while (at < script.length) {
    const char = script.charAt(at);
    if (char === ' ' || char === '\t' || char === ';' || char === '|' || script.startsWith('&&', at)) break;
    if (char === "'" || char === '"') {
      const quoted = readQuoted(script, at);
      if ('kind' in quoted) return quoted;
      text += quoted.text;
      at = quoted.end;
    } else if (char === '\\') {
      const escaped = script.charAt(at + 1);
      if (escaped === '' || escaped === '\n') return { kind: 'needsShell', what: '\\' };
      text += escaped;
      at += 2;
    } else if (isShellSyntax(char, at === start)) {
      return { kind: 'needsShell', what: char };
    } else {
      isGlob ||= char === '*' || char === '?' || char === '[';
      text += char;
      at += 1;
    }
  }
  return { word: { text, isGlob }, end: at };
}

function isShellSyntax(char: string, isFirst: boolean): boolean {
  return '|&;<>()$`\n\r'.includes(char) || (isFirst && (char === '#' || char === '~' || char === '!'));
}

function readQuoted(script: string, start: number): { readonly text: string; readonly end: number } | NeedsShell {
  const quote = script.charAt(start);
  let text = '';
  for (let at = start + 1; at < script.length; at += 1) {
    const char = script.charAt(at);
    if (char === quote) return { text, end: at + 1 };
    if (quote === '"' && (char === '$' || char === '`')) return { kind: 'needsShell', what: char };
    if (quote === '"' && char === '\\' && '"\\$`'.includes(script.charAt(at + 1))) at += 1;
    text += script.charAt(at);
  }
  return { kind: 'needsShell', what: quote };
}
