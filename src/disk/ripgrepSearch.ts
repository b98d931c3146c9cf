import { realpath } from 'node:fs/promises';
import { throwIfAborted } from '../util/abort.ts';
import { runProcess, type ProcessOutcome } from '../util/runProcess.ts';
import { assertNever } from '../util/exhaustive.ts';
import { maxFileBytes } from '../workspace/documents.ts';
import { normalizePath } from '../workspace/path.ts';
import { classifyPath, secretGlobs } from '../workspace/pathPolicy.ts';
import type { SearchMatch, SearchOutcome, SearchQuery, TextSearch } from '../workspace/search.ts';
import { IgnoreRules } from './ignoreRules.ts';
import { parseRipgrepLine, type RipgrepMatch } from './ripgrepEvents.ts';

export interface RipgrepSearchOptions {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** Absolute path of the ripgrep program. */
  readonly program: string;
  /** Default 15 s. */
  readonly timeoutMs?: number;
}

const maxPatternLength = 1_000;
const maxLineLength = 300;
/** A line of output that is longer is a match in a line of megabytes, and is left out. */
const maxEventLength = 4 * 1024 * 1024;

/** Searches with ripgrep in a process of its own, without a shell; the process is gone when the search settles. */
export class RipgrepSearch implements TextSearch {
  readonly #options: RipgrepSearchOptions;

  constructor(options: RipgrepSearchOptions) {
    this.#options = options;
  }

  async search(query: SearchQuery, signal: AbortSignal): Promise<SearchOutcome> {
    throwIfAborted(signal);
    const wrong = unfitQuery(query);
    if (wrong !== undefined) return { kind: 'invalidPattern', detail: wrong };
    const root = await realpath(this.#options.root).catch(() => undefined);
    if (root === undefined) return { kind: 'unavailable', detail: 'the workspace folder is not there' };
    const reader = new MatchReader(query.limit, await IgnoreRules.open(root));
    const stop = new AbortController();
    const outcome = await this.#run(searchArguments(query), root, AbortSignal.any([signal, stop.signal]), (text) => {
      if (reader.take(text)) stop.abort();
    });
    throwIfAborted(signal);
    const matches = await reader.finish();
    return this.#judge(query, matches, outcome, root, signal);
  }

  async #judge(
    query: SearchQuery,
    found: { readonly matches: readonly SearchMatch[]; readonly isCut: boolean },
    outcome: ProcessOutcome,
    root: string,
    signal: AbortSignal,
  ): Promise<SearchOutcome> {
    switch (outcome.kind) {
      case 'aborted':
        return { kind: 'matches', ...found };
      case 'notStarted':
        return { kind: 'unavailable', detail: `ripgrep could not be started (${outcome.code})` };
      case 'timedOut':
        if (found.matches.length > 0) return { kind: 'matches', matches: found.matches, isCut: true };
        return { kind: 'unavailable', detail: 'the search took too long' };
      case 'exited': {
        // 2 also stands for single files that could not be read; what was found counts then.
        if (outcome.code === 0 || outcome.code === 1 || found.matches.length > 0) return { kind: 'matches', ...found };
        const detail = firstLines(outcome.stderr);
        const isWrong = outcome.code === 2 && !(await this.#accepts(query, root, signal));
        return isWrong ? { kind: 'invalidPattern', detail } : { kind: 'unavailable', detail };
      }
      default:
        return assertNever(outcome);
    }
  }

  /** Whether ripgrep takes pattern and glob at all, tried on an empty input. */
  async #accepts(query: SearchQuery, root: string, signal: AbortSignal): Promise<boolean> {
    const outcome = await this.#run([...searchArguments(query).slice(0, -1), '-'], root, signal, () => {});
    throwIfAborted(signal);
    return outcome.kind !== 'exited' || outcome.code !== 2;
  }

  #run(
    args: readonly string[],
    cwd: string,
    signal: AbortSignal,
    onStdout: (text: string) => void,
  ): Promise<ProcessOutcome> {
    const { program, timeoutMs } = this.#options;
    return runProcess(
      {
        argv: [program, ...args],
        cwd,
        // No RIPGREP_CONFIG_PATH, and nothing else that it could depend on.
        env: { PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'] },
        timeoutMs: timeoutMs ?? 15_000,
        maxOutputBytes: 16 * 1024,
        onOutput: (text, stream) => {
          if (stream === 'stdout') onStdout(text);
        },
      },
      signal,
    );
  }
}

function unfitQuery({ pattern, include }: SearchQuery): string | undefined {
  if (pattern === '') return 'the pattern is empty';
  if (pattern.length > maxPatternLength) return `the pattern is longer than ${maxPatternLength} characters`;
  if (pattern.includes('\0') || include?.includes('\0')) return 'it contains a NUL';
  if (/[\r\n]/.test(pattern)) return 'the search goes line by line; the pattern must not contain a line end';
  if (include !== undefined && include.length > maxPatternLength) return 'the include glob is too long';
  return undefined;
}

function searchArguments({ pattern, isRegExp, isCaseSensitive, include, limit }: SearchQuery): readonly string[] {
  return [
    '--json',
    '--no-config',
    '--no-messages',
    '--hidden',
    '--no-require-git',
    '--no-ignore-parent',
    '--no-ignore-dot',
    '--no-ignore-global',
    '--crlf',
    '--sort=path',
    '--path-separator=/',
    `--max-count=${limit + 1}`,
    `--max-filesize=${maxFileBytes}`,
    isCaseSensitive ? '--case-sensitive' : '--ignore-case',
    ...(isRegExp ? [] : ['--fixed-strings']),
    ...(include === undefined ? [] : ['-g', include.replace(/^\.\//, '')]),
    ...['.git', 'node_modules', ...secretGlobs].flatMap((glob) => ['--iglob', `!**/${glob}`]),
    '-e',
    pattern,
    '--',
    './',
  ];
}

/** Collects matches from the stream, up to one more than are wanted. */
class MatchReader {
  readonly #limit: number;
  readonly #rules: IgnoreRules;
  readonly #candidates: SearchMatch[] = [];
  /** As ripgrep wrote it → canonical; undefined for what is not shown. */
  readonly #paths = new Map<string, string | undefined>();
  #rest = '';
  #isSkipping = false;

  constructor(limit: number, rules: IgnoreRules) {
    this.#limit = limit;
    this.#rules = rules;
  }

  /** True when no more is needed. */
  take(text: string): boolean {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!this.#isSkipping) this.#add(line);
      this.#isSkipping = false;
    }
    if (this.#rest.length > maxEventLength) {
      this.#rest = '';
      this.#isSkipping = true;
    }
    // An include glob makes ripgrep find ignored files too; they are left out at the end, so some more are taken then.
    return this.#isFull();
  }

  async finish(): Promise<{ readonly matches: readonly SearchMatch[]; readonly isCut: boolean }> {
    const ignored = new Map<string, boolean>();
    const matches: SearchMatch[] = [];
    for (const match of this.#candidates) {
      const isIgnored = ignored.get(match.path) ?? (await this.#rules.isFileIgnored(match.path));
      ignored.set(match.path, isIgnored);
      if (isIgnored) continue;
      if (matches.length === this.#limit) return { matches, isCut: true };
      matches.push(match);
    }
    return { matches, isCut: this.#isFull() };
  }

  #isFull(): boolean {
    return this.#candidates.length > this.#limit * 20 + 1_000;
  }

  #add(line: string): void {
    const match = parseRipgrepLine(line);
    if (!match) return;
    if (!this.#paths.has(match.path)) this.#paths.set(match.path, shownPath(match.path));
    const path = this.#paths.get(match.path);
    if (path === undefined) return;
    this.#candidates.push({ path, line: match.line, text: shownPart(match) });
  }
}

function shownPath(raw: string): string | undefined {
  const path = normalizePath(raw);
  return path === undefined || classifyPath(path) === 'secret' ? undefined : path;
}

/** The line without its end; of a long one the part where the match is. */
function shownPart({ text, startByte }: RipgrepMatch): string {
  const line = text.replace(/\r?\n$/, '');
  if (line.length <= maxLineLength) return line;
  const start = Buffer.from(line).subarray(0, startByte).toString('utf8').length;
  if (start < maxLineLength - 60) return line.slice(0, maxLineLength);
  const from = Math.min(Math.max(0, start - 60), line.length - maxLineLength + 1);
  return `…${line.slice(from, from + maxLineLength - 1)}`;
}

function firstLines(text: string): string {
  return text.trim().split('\n').slice(0, 8).join('\n').slice(0, 500) || 'ripgrep failed';
}
