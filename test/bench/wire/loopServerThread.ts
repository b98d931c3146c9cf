import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Deferred } from '../../../src/util/deferred.ts';
import type { LoopServerInput, LoopServerReport } from './loopServer.ts';

const fileBytes = 10 * 1024;

/** Writes this many source files of exactly 10 KiB below `folder`, all different; gives their paths there. */
export async function writeSources(folder: string, count: number): Promise<readonly string[]> {
  const paths = Array.from({ length: count }, (_none, index) => `file${String(index).padStart(3, '0')}.js`);
  for (const [index, path] of paths.entries()) await writeFile(join(folder, path), sourceText(index + 1));
  return paths;
}

/** A server on its own thread for one conversation that asks for one file a turn. */
export class LoopServerThread {
  readonly #worker: Worker;
  readonly #done: Promise<LoopServerReport>;
  readonly baseUrl: string;

  private constructor(worker: Worker, baseUrl: string) {
    this.#worker = worker;
    this.baseUrl = baseUrl;
    this.#done = next(worker);
  }

  static async start(paths: readonly string[]): Promise<LoopServerThread> {
    const input: LoopServerInput = { paths };
    const worker = new Worker(new URL('./loopServer.ts', import.meta.url), { workerData: input });
    const first = await next(worker);
    if (first.kind !== 'listening') throw new Error('The server did not start.');
    return new LoopServerThread(worker, first.baseUrl);
  }

  /** Bytes of every request, in order, once the conversation is over; throws when it took more than one connection. */
  async requestBytes(): Promise<readonly number[]> {
    const done = await this.#done;
    if (done.kind !== 'done' || done.connections !== 1) throw new Error('More than one connection was used.');
    return done.requestBytes;
  }

  async stop(): Promise<void> {
    this.#worker.postMessage('stop');
    await this.#worker.terminate();
  }
}

function next(worker: Worker): Promise<LoopServerReport> {
  const report = new Deferred<LoopServerReport>();
  worker.once('message', (message: LoopServerReport) => report.resolve(message));
  worker.once('error', (error: Error) => report.reject(error));
  return report.promise;
}

function sourceText(number: number): string {
  let text = '';
  for (let line = 0; text.length < fileBytes; line++) {
    const name = `value${String(number).padStart(3, '0')}x${String(line).padStart(3, '0')}`;
    text += `export function ${name}(items) {\n  return items.filter((item) => item.id === "${line * number}").map((item) => item.name);\n}\n`;
  }
  return `${text.slice(0, fileBytes - 1)}\n`;
}
