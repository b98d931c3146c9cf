import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Proposal } from '../../../src/edits/proposal.ts';
import { layOut, type Subject } from './subject.ts';

export type Colour = 'green' | 'red';

/**
 * The truth about a change, found without any of the product's ways: the change is written into a folder of its own and the
 * project's own test program is started there and ends well, or does not.
 */
export class InPlace {
  readonly #subject: Subject;
  readonly #root: string;
  readonly #limitMs: number;

  /** The folder must not exist; what takes longer than the limit hangs. */
  constructor(subject: Subject, root: string, limitMs: number) {
    this.#subject = subject;
    this.#root = root;
    this.#limitMs = limitMs;
  }

  /** Red when the program fails or hangs. */
  async colour(proposal: Proposal): Promise<Colour> {
    rmSync(this.#root, { recursive: true, force: true });
    mkdirSync(this.#root, { recursive: true });
    layOut(this.#subject, this.#root);
    for (const change of proposal.changes) {
      if (change.kind === 'move') unlinkSync(join(this.#root, change.from));
      if (change.kind === 'delete') unlinkSync(join(this.#root, change.path));
      else {
        mkdirSync(dirname(join(this.#root, change.path)), { recursive: true });
        writeFileSync(join(this.#root, change.path), change.after.text);
      }
    }
    return this.#run();
  }

  #run(): Promise<Colour> {
    const [program, ...args] = this.#subject.command;
    return new Promise((resolve) => {
      const child = spawn(program === 'node' ? process.execPath : program, args, {
        cwd: this.#root,
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], CI: 'true', PYTHONDONTWRITEBYTECODE: '1' },
        stdio: 'ignore',
        detached: true,
      });
      const timer = setTimeout(() => {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      }, this.#limitMs);
      child.once('error', () => resolve('red'));
      child.once('exit', (code) => {
        clearTimeout(timer);
        resolve(code === 0 ? 'green' : 'red');
      });
    });
  }
}
