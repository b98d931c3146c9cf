import { Worker } from 'node:worker_threads';
import type { Line, SlowProxyInput } from './slowProxy.ts';

/** A line to a port on loopback, on its own thread. */
export class LineThread {
  readonly #worker: Worker;
  readonly port: number;

  private constructor(worker: Worker, port: number) {
    this.#worker = worker;
    this.port = port;
  }

  static async start(target: number, line: Line): Promise<LineThread> {
    const input: SlowProxyInput = { target, ...line };
    const worker = new Worker(new URL('./slowProxy.ts', import.meta.url), { workerData: input });
    const port = await new Promise<number>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    return new LineThread(worker, port);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
