import { StoredEndpoints } from '../agent/endpointStore.ts';
import { compactAtTokens, engineLossMs, patienceOf, type ModelOptions } from '../agent/modelOptions.ts';
import { WebSocketResponsesClient } from '../responses/client.ts';
import type { FrameTap } from '../responses/connection.ts';
import type { ResponsesClient } from '../responses/turn.ts';
import type { HostedEndpoint } from './endpointAddress.ts';
import { endpointFile } from './endpointFile.ts';
import { startEngine } from './engineEndpoint.ts';
import { proxyAgent } from './proxy.ts';

export type ModelConnection =
  | {
      readonly kind: 'ready';
      readonly client: ResponsesClient;
      readonly model: string;
      /** For people. */
      readonly name: string;
      /** False for the embedded engine, which has nothing to choose from. */
      readonly takesOptions: boolean;
      /** What must never be written anywhere. */
      readonly secrets: readonly string[];
      /** Resolves when the socket is closed and the engine's process, if any, is gone. */
      readonly close: () => Promise<void>;
    }
  | { readonly kind: 'failed'; readonly reason: string };

const defaultModel = 'gpt-5.1';
const engineModel = 'whetstone-embedded';

/** What every client is given. */
export interface ClientExtras extends Pick<ModelOptions, 'maxWaitMs' | 'maxLossMs'> {
  readonly transport: ModelOptions['transport'];
  readonly onFrame?: FrameTap;
}

/** A client of the embedded engine, whose process is started now, or of the endpoint. Rejects only by cancellation. */
export async function connectModel(
  endpoint: (HostedEndpoint & { readonly ok: true }) | undefined,
  model: string | undefined,
  extras: ClientExtras,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ModelConnection> {
  const tap = extras.onFrame === undefined ? {} : { onFrame: extras.onFrame };
  if (endpoint === undefined) return connectEngine(tap, signal);
  const { baseUrl, apiKey, name, isLoopback } = endpoint;
  const agent = isLoopback ? undefined : await proxyAgent(new URL(baseUrl), env);
  const client = new WebSocketResponsesClient({
    endpoint: baseUrl,
    bearer: async () => apiKey,
    transport: extras.transport,
    memory: new StoredEndpoints(endpointFile(env)),
    compactAtTokens,
    ...patienceOf(extras),
    ...tap,
    ...(agent === undefined ? {} : { agent }),
  });
  const secrets = apiKey === undefined ? [] : [apiKey];
  const close = (): Promise<void> => client.close();
  return { kind: 'ready', client, model: model ?? defaultModel, name, takesOptions: true, secrets, close };
}

async function connectEngine(tap: Pick<ClientExtras, 'onFrame'>, signal: AbortSignal): Promise<ModelConnection> {
  const started = await startEngine(signal);
  if (started.kind === 'failed') return started;
  const { engine } = started;
  const { baseUrl, token } = engine;
  const client = new WebSocketResponsesClient({
    endpoint: baseUrl,
    bearer: async () => token,
    transport: 'webSocket',
    ...patienceOf({ maxLossMs: engineLossMs }),
    ...tap,
  });
  const close = async (): Promise<void> => {
    await client.close();
    await engine.dispose();
  };
  const name = 'the embedded engine';
  return { kind: 'ready', client, model: engineModel, name, takesOptions: false, secrets: [token], close };
}
