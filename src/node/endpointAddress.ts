import { isLoopback, webSocketAddress } from '../responses/endpoint.ts';

export type HostedEndpoint =
  | {
      readonly ok: true;
      readonly baseUrl: string;
      /** True when nothing sent there leaves this machine. */
      readonly isLoopback: boolean;
      /** For people. */
      readonly name: string;
      readonly apiKey: string | undefined;
    }
  | { readonly ok: false; readonly message: string };

/** Joins the base URL of the command line with the key of the environment; the message says what is missing or wrong. */
export function readEndpoint(raw: string, apiKey: string | undefined): HostedEndpoint {
  const address = webSocketAddress(raw);
  if (address.kind === 'invalid') return { ok: false, message: `--endpoint: ${address.detail}.` };
  const { hostname, host } = address.url;
  const key = apiKey?.trim() ?? '';
  if (/[^\x21-\x7e]/.test(key)) return { ok: false, message: 'WHETSTONE_API_KEY holds characters that no key has.' };
  const isLocal = isLoopback(hostname);
  if (key === '' && !isLocal)
    return { ok: false, message: `${host} needs a key: set it in the environment variable WHETSTONE_API_KEY.` };
  return { ok: true, baseUrl: raw, isLoopback: isLocal, name: host, apiKey: key === '' ? undefined : key };
}
