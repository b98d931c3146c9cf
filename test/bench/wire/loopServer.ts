/** The other end of `realLoop.ts`, on a thread of its own: asks for one file a turn and reports the size of every request. */
import { parentPort, workerData } from 'node:worker_threads';
import { assistantSays, call, ScriptedServer } from '../../support/scriptedServer.ts';

/** What the bench tells this thread: the paths to ask for, one a turn. */
export interface LoopServerInput {
  readonly paths: readonly string[];
}

/** What this thread tells the bench: first its address, at last what it received. */
export type LoopServerReport =
  | { readonly kind: 'listening'; readonly baseUrl: string }
  | { readonly kind: 'done'; readonly requestBytes: readonly number[]; readonly connections: number };

const { paths } = workerData as LoopServerInput;
const report = (message: LoopServerReport): void => parentPort?.postMessage(message);

const server = await ScriptedServer.start({
  script: (exchange) => {
    const turn = server.requests.length;
    const path = paths[turn - 1];
    if (path !== undefined) {
      const callId = `call_${String(turn).padStart(24, '0')}`;
      return exchange.answer([call(callId, 'read_file', { path, start: null, end: null })]);
    }
    exchange.answer([assistantSays('Nothing is worth changing.')]);
    report({
      kind: 'done',
      requestBytes: server.requests.map(({ bytes }) => bytes),
      connections: server.upgrades.length,
    });
  },
});
parentPort?.once('message', () => void server.stop());
report({ kind: 'listening', baseUrl: server.baseUrl });
