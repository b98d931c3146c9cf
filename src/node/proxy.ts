import type { Agent } from 'node:http';

/** The proxy that the environment names for an https host, by the usual variables; undefined for a direct connection. */
export function proxyFor(hostname: string, env: NodeJS.ProcessEnv): string | undefined {
  const exceptions = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(/[\s,]+/).filter((one) => one !== '');
  const isExcepted = exceptions.some((one) => {
    const suffix = one
      .replace(/:\d+$/, '')
      .replace(/^\*?\./, '')
      .toLowerCase();
    return one === '*' || hostname === suffix || hostname.endsWith(`.${suffix}`);
  });
  const proxy = env['HTTPS_PROXY'] ?? env['https_proxy'] ?? env['ALL_PROXY'] ?? env['all_proxy'] ?? '';
  return isExcepted || !/^https?:\/\//i.test(proxy) ? undefined : proxy;
}

/** An agent that tunnels through the proxy; loads its library only when there is one. */
export async function proxyAgent(hostname: string, env: NodeJS.ProcessEnv): Promise<Agent | undefined> {
  const proxy = proxyFor(hostname, env);
  if (proxy === undefined) return undefined;
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  return new HttpsProxyAgent(proxy);
}
