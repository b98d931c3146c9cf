import { WebSocketResponsesClient } from '../responses/client.ts';
import type { ResponsesClient } from '../responses/turn.ts';
import type { HostedEndpoint } from './endpointAddress.ts';
import { startEngine } from './engineEndpoint.ts';
import { proxyAgent } from './proxy.ts';

export type ModelConnection =
  | {
      readonly kind: 'ready';
      readonly client: ResponsesClient;
      readonly model: string;
      /** For people. */
      readonly name: string;
      /** Resolves when the socket is closed and the engine's process, if any, is gone. */
      readonly close: () => Promise<void>;
    }
  | { readonly kind: 'failed'; readonly reason: string };

const defaultModel = 'gpt-5.1';
const engineModel = 'whetstone-embedded';

/** A client of the embedded engine, whose process is started now, or of the endpoint. Rejects only by cancellation. */
export async function connectModel(
  endpoint: (HostedEndpoint & { readonly ok: true }) | undefined,
  model: string | undefined,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ModelConnection> {
  if (endpoint === undefined) return connectEngine(signal);
  const { baseUrl, apiKey, name, isLoopback } = endpoint;
  const agent = isLoopback ? undefined : await proxyAgent(new URL(baseUrl).hostname, env);
  const bearer = async (): Promise<string | undefined> => apiKey;
  const client = new WebSocketResponsesClient({ endpoint: baseUrl, bearer, ...(agent === undefined ? {} : { agent }) });
  return { kind: 'ready', client, model: model ?? defaultModel, name, close: () => client.close() };
}

async function connectEngine(signal: AbortSignal): Promise<ModelConnection> {
  const started = await startEngine(signal);
  if (started.kind === 'failed') return started;
  const { engine } = started;
  const client = new WebSocketResponsesClient({ endpoint: engine.baseUrl, bearer: async () => engine.token });
  const close = async (): Promise<void> => {
    await client.close();
    await engine.dispose();
  };
  return { kind: 'ready', client, model: engineModel, name: 'the embedded engine', close };
}
