import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { visibleText } from '../edits/visibleText.ts';
import type { Approvals, CommandLine } from '../workspace/approvals.ts';
import { askYesNo, type Terminal } from './terminal.ts';

export interface TerminalApprovalsOptions {
  readonly terminal: Terminal;
  /** Real path of the workspace folder; a confirmation holds for this folder only. */
  readonly root: string;
  /** Where confirmations are kept: one empty file each, named by hash. */
  readonly folder: string;
  /** The command that the user gave on the command line; typing it confirmed it. */
  readonly ownCommand: readonly string[] | undefined;
  readonly allowsTestEdits: boolean;
}

/**
 * Shows each command in full before it runs for the first time. A person at a terminal is asked, once per content; without
 * one the user's own start of the program is the confirmation.
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
    const key = this.#keyOf(command, content);
    const known = this.#answers.get(key);
    if (known) return known;
    const answer = this.#last.then(() => this.#confirm(command, content, key, signal));
    this.#answers.set(key, answer);
    this.#last = answer.catch(() => this.#answers.delete(key));
    return answer;
  }

  allowsTestEdits(): boolean {
    return this.#options.allowsTestEdits;
  }

  async #confirm(command: CommandLine, content: string, key: string, signal: AbortSignal): Promise<boolean> {
    const { terminal, folder, ownCommand } = this.#options;
    terminal.messages.write(describe(command, content));
    const isOwn = ownCommand !== undefined && sameArgv(ownCommand, command.argv);
    if (isOwn || !terminal.isInteractive || existsSync(join(folder, key))) return true;
    if (!(await askYesNo(terminal, 'Run this command?', signal))) return false;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, key), '', { mode: 0o600 });
    return true;
  }

  #keyOf({ argv, cwd }: CommandLine, content: string): string {
    return createHash('sha256')
      .update(JSON.stringify([this.#options.root, argv, cwd, content]))
      .digest('hex');
  }
}

function describe({ argv, cwd, origin }: CommandLine, content: string): string {
  const words = argv.map((word) => (/^[\w@%+=:,./<>-]+$/.test(word) ? word : JSON.stringify(word)));
  const where = cwd === '' ? '' : ` in ${cwd}`;
  const details = detailsOf(content).map((line) => `\n    ${line.trimEnd().replaceAll('\n', '\n    ')}`);
  return `${visibleText(`Command${where} (${origin}):\n  ${words.join(' ')}${details.join('')}`)}\n`;
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
