import { isLoopback } from '../responses/endpoint.ts';
import type { ApiKeys } from './apiKeys.ts';
import type { Settings } from './settings.ts';

/** Where the model is. */
export type EndpointChoice =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'hosted';
      readonly baseUrl: string;
      /** For people: the host. */
      readonly name: string;
      readonly origin: string;
      readonly model: string;
      /** True when nothing sent there leaves this machine. */
      readonly isLocal: boolean;
    };

/** Where keys go that were set without naming an endpoint. */
export const openAiBaseUrl = 'https://api.openai.com/v1';

const defaultModel = 'gpt-5.1';

/** The endpoint that was set; without one OpenAI when there is a key for it, else the embedded engine. */
export async function chooseEndpoint(
  { endpoint, model }: Pick<Settings, 'endpoint' | 'model'>,
  keys: Pick<ApiKeys, 'get'>,
): Promise<EndpointChoice> {
  const baseUrl = endpoint ?? openAiBaseUrl;
  if (endpoint === undefined && (await keys.get(baseUrl)) === undefined) return { kind: 'embedded' };
  const { host, hostname, origin } = new URL(baseUrl);
  const isLocal = isLoopback(hostname);
  return { kind: 'hosted', baseUrl, name: host, origin, model: model ?? defaultModel, isLocal };
}

/** Equal for choices between which a conversation may go on. */
export function identityOf(choice: EndpointChoice): string {
  return choice.kind === 'embedded' ? 'embedded' : `${choice.baseUrl} ${choice.model}`;
}

/** True when a conversation may go on. */
export function sameEndpoint(a: EndpointChoice, b: EndpointChoice): boolean {
  return identityOf(a) === identityOf(b);
}
