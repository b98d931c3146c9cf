import { Worker } from 'node:worker_threads';
import type { ModelServerInput, ModelServerMessage, ModelServerOrder, ServerReport } from './modelServer.ts';

/** The model server on its own thread. */
export class ServerThread {
  readonly #worker: Worker;
  readonly port: number;

  private constructor(worker: Worker, port: number) {
    this.#worker = worker;
    this.port = port;
  }

  static async start(input: ModelServerInput): Promise<ServerThread> {
    const worker = new Worker(new URL('./modelServer.ts', import.meta.url), { workerData: input });
    const first = await next(worker);
    if (first.kind !== 'listening') throw new Error('The server did not start.');
    return new ServerThread(worker, first.port);
  }

  /** Forgets what was counted; the next conversation has this many calls. */
  begin(turns: number): void {
    this.#order({ kind: 'begin', turns });
  }

  /** What the conversation that has just ended was. */
  async report(): Promise<ServerReport> {
    const message = next(this.#worker);
    this.#order({ kind: 'report' });
    const report = await message;
    if (report.kind !== 'report') throw new Error('The server did not report.');
    return report;
  }

  /** Cuts all connections. */
  drop(): void {
    this.#order({ kind: 'drop' });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #order(order: ModelServerOrder): void {
    this.#worker.postMessage(order);
  }
}

function next(worker: Worker): Promise<ModelServerMessage> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: ModelServerMessage): void => {
      worker.off('error', reject);
      resolve(message);
    };
    worker.once('message', onMessage);
    worker.once('error', reject);
  });
}
