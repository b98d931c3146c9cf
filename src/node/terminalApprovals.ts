import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { visibleText } from '../edits/visibleText.ts';
import type { Approvals, CommandLine, CommandQuestion, CopyRefusal } from '../workspace/approvals.ts';
import { commandText } from '../workspace/describeCommands.ts';
import { describeInPlace } from '../workspace/describeRefusal.ts';
import { askLine, askYesNo, isYes, type Terminal } from './terminal.ts';

export interface TerminalApprovalsOptions {
  readonly terminal: Terminal;
  /** Real path of the workspace folder; a confirmation holds for this folder only. */
  readonly root: string;
  /** Where confirmations are kept: one empty file each, named by hash. */
  readonly folder: string;
  /** The command that the user gave on the command line; typing it confirmed it. */
  readonly ownCommand: readonly string[] | undefined;
  readonly allowsTestEdits: boolean;
  /** Given by the user with the command line; without it a person at a terminal is asked. */
  readonly allowsInPlace: boolean;
}

/**
 * Shows each command in full before it runs for the first time. A person at a terminal is asked, once per content and once for all
 * that come together; without one the user's own start of the program is the confirmation.
 */
export class TerminalApprovals implements Approvals {
  readonly #options: TerminalApprovalsOptions;
  readonly #answers = new Map<string, Promise<boolean>>();
  /** Questions are asked one after another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: TerminalApprovalsOptions) {
    this.#options = options;
  }

  async confirmCommand(command: CommandLine, content: string, signal: AbortSignal): Promise<boolean> {
    const [answer] = await this.confirmCommands([{ command, content }], signal);
    return answer === true;
  }

  confirmCommands(questions: readonly CommandQuestion[], signal: AbortSignal): Promise<readonly boolean[]> {
    const open = questions.filter((question) => !this.#answers.has(this.#keyOf(question)));
    const asked = this.#last.then(() => this.#confirm(open, signal));
    for (const question of open) {
      const answer = asked.then((allowed) => allowed.has(question));
      // Whoever waits for it hears of a cancellation.
      answer.catch(() => this.#answers.delete(this.#keyOf(question)));
      this.#answers.set(this.#keyOf(question), answer);
    }
    this.#last = asked.catch(() => undefined);
    const none = Promise.resolve(false);
    return Promise.all(questions.map((question) => this.#answers.get(this.#keyOf(question)) ?? none));
  }

  allowsTestEdits(): boolean {
    return this.#options.allowsTestEdits;
  }

  async confirmInPlace(refusal: CopyRefusal, signal: AbortSignal): Promise<boolean> {
    const { terminal, root, allowsInPlace } = this.#options;
    if (allowsInPlace) return true;
    const { question: asked, detail } = describeInPlace(basename(root), refusal);
    const question = visibleText(`${asked} ${detail}`);
    if (terminal.isInteractive) return askYesNo(terminal, question, signal);
    terminal.messages.write(`${question} Nobody is here to answer; --in-place allows it.\n`);
    return false;
  }

  /** Those that are allowed. */
  async #confirm(questions: readonly CommandQuestion[], signal: AbortSignal): Promise<ReadonlySet<CommandQuestion>> {
    const { terminal, folder } = this.#options;
    for (const { command, content } of questions) terminal.messages.write(describe(command, content));
    const open = questions.filter((question) => !this.#isAllowed(question));
    const chosen = open.length === 0 ? [] : await this.#choose(open, signal);
    if (chosen.length > 0) await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const question of chosen) await writeFile(join(folder, this.#keyOf(question)), '', { mode: 0o600 });
    return new Set([...questions.filter((question) => !open.includes(question)), ...chosen]);
  }

  async #choose(questions: readonly CommandQuestion[], signal: AbortSignal): Promise<readonly CommandQuestion[]> {
    const { terminal } = this.#options;
    const tests = questions.filter(({ command: { purpose = 'tests' } }) => purpose === 'tests');
    const what = questions.length === 1 ? 'this command' : 'these commands';
    if (tests.length === 0 || tests.length === questions.length)
      return (await askYesNo(terminal, `Run ${what}?`, signal)) ? questions : [];
    const answer = await askLine(terminal, `Run ${what}? [y/N, t for the tests alone] `, signal);
    if (isYes(answer)) return questions;
    return /^\s*t(ests)?\s*$/i.test(answer) ? tests : [];
  }

  /** Typed as it is, allowed earlier, or nobody is there to ask: whoever started the program wanted it then. */
  #isAllowed(question: CommandQuestion): boolean {
    const { terminal, folder, ownCommand } = this.#options;
    const isOwn = ownCommand !== undefined && sameArgv(ownCommand, question.command.argv);
    return isOwn || !terminal.isInteractive || existsSync(join(folder, this.#keyOf(question)));
  }

  #keyOf({ command: { argv, cwd }, content }: CommandQuestion): string {
    return createHash('sha256')
      .update(JSON.stringify([this.#options.root, argv, cwd, content]))
      .digest('hex');
  }
}

function describe(command: CommandLine, content: string): string {
  const { cwd, origin } = command;
  const where = cwd === '' ? '' : ` in ${cwd}`;
  const details = detailsOf(content).map((line) => `\n    ${line.trimEnd().replaceAll('\n', '\n    ')}`);
  return `${visibleText(`Command${where} (${origin}):\n  ${commandText(command)}${details.join('')}`)}\n`;
}

/** What the command stands for besides its words: when that is a JSON object, one line for each part that says something. */
function detailsOf(content: string): string[] {
  const parts = partsOf(content);
  if (parts === undefined) return content.trim() === '' ? [] : [content];
  return Object.entries(parts).flatMap(([name, value]) => {
    if (name === 'argv' || name === 'cwd') return [];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text === '' || text === '{}' || text === '[]' || text === 'null' ? [] : [`${name}: ${text}`];
  });
}

function partsOf(content: string): object | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function sameArgv(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}
