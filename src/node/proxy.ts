import type { Agent } from 'node:http';

/**
 * The proxy that the environment names for an address, by the usual variables as curl reads them; undefined for a direct connection.
 * A scheme is assumed where the variable has none; what is no HTTP proxy is not used.
 */
export function proxyFor(address: URL, env: NodeJS.ProcessEnv): string | undefined {
  const read = (name: string): string => env[name] ?? env[name.toUpperCase()] ?? '';
  const exceptions = read('no_proxy').split(/[\s,]+/);
  if (exceptions.some((one) => isExcepted(address, one))) return undefined;
  const named = read(/^(?:http|ws):$/.test(address.protocol) ? 'http_proxy' : 'https_proxy') || read('all_proxy');
  if (named === '') return undefined;
  const proxy = named.includes('://') ? named : `http://${named}`;
  return /^https?:\/\//i.test(proxy) ? proxy : undefined;
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'ws:': '80', 'https:': '443', 'wss:': '443' };

/** Whether an entry of NO_PROXY names the host, a domain that it is in, or either of them with this port. */
function isExcepted({ protocol, hostname, port }: URL, entry: string): boolean {
  // An address of version 6 may stand there without its brackets.
  const named = /:.*:/.test(entry) && !entry.startsWith('[') ? `[${entry}]` : entry;
  const [, host = '', only] = /^(.*?)(?::(\d+))?$/.exec(named.toLowerCase()) ?? [];
  if (only !== undefined && only !== (port === '' ? defaultPorts[protocol] : port)) return false;
  const domain = host.replace(/^\*?\./, '');
  return host === '*' || (domain !== '' && (hostname === domain || hostname.endsWith(`.${domain}`)));
}

/** An agent that tunnels through the proxy; loads its library only when there is one. */
export async function proxyAgent(address: URL, env: NodeJS.ProcessEnv): Promise<Agent | undefined> {
  const proxy = proxyFor(address, env);
  if (proxy === undefined) return undefined;
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return new HttpsProxyAgent(proxy);
}
