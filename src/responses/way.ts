import type { Agent, ClientRequest, IncomingMessage } from 'node:http';

/** What stands between us and the endpoint. */
export interface Way {
  /** The proxy that the request goes to first, for people; absent as long as none has shown itself. */
  readonly proxy?: string;
  /** The proxy has opened the tunnel, or there is none: what answers from now on is the endpoint. */
  readonly isThrough: boolean;
}

/** Follows a request on its way; the returned function tells where it is now. */
export function watchWay(request: ClientRequest, agent: Agent | undefined): () => Way {
  let proxy = proxyOf(agent);
  let isThrough = proxy === undefined;
  // Agents that tunnel tell so on the request: ours, and the one that VS Code puts below it.
  request.on('proxyConnect', ({ statusCode }: Pick<IncomingMessage, 'statusCode'>) => {
    proxy ??= 'on the way';
    isThrough = statusCode === 200;
  });
  return () => (proxy === undefined ? { isThrough } : { proxy, isThrough });
}

function proxyOf(agent: Agent | undefined): string | undefined {
  return agent !== undefined && 'proxy' in agent && agent.proxy instanceof URL ? agent.proxy.host : undefined;
}
