import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

/** The streams that a command line talks through. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
  /** Warnings, questions and what must not disturb `output`. */
  readonly messages: Writable;
  /** True when a person sits at `input` and sees `messages`. */
  readonly isInteractive: boolean;
  readonly hasColours: boolean;
  /** True when what `output` shows can be written over. */
  readonly isRewritable: boolean;
  /** Called for Ctrl+C while a question is open: the terminal sends no signal then. */
  readonly interrupt: () => void;
}

/** The process's own streams. */
export function processTerminal(env: NodeJS.ProcessEnv, interrupt: () => void): Terminal {
  const isTerminal = process.stdout.isTTY === true;
  return {
    input: process.stdin,
    output: process.stdout,
    messages: process.stderr,
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    // https://no-color.org: present and not empty, whatever it holds.
    hasColours: isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    isRewritable: isTerminal && env['TERM'] !== 'dumb',
    interrupt,
  };
}

/** Asks for yes or no; anything but yes, and an input that ends, is no. Rejects with an AbortError. */
export async function askYesNo(terminal: Terminal, question: string, signal: AbortSignal): Promise<boolean> {
  return isYes(await askLine(terminal, `${question} [y/N] `, signal));
}

export function isYes(answer: string): boolean {
  return /^\s*y(es)?\s*$/i.test(answer);
}

/** One line of the person at the terminal; empty when the input ends. Rejects with an AbortError. */
export async function askLine(terminal: Terminal, prompt: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: terminal.input, output: terminal.messages, terminal: terminal.isInteractive });
  try {
    lines.once('SIGINT', terminal.interrupt);
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    return await Promise.race([lines.question(prompt, { signal }), ended]);
  } finally {
    lines.close();
  }
}
