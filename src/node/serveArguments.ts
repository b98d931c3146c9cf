import { isLoopback } from '../responses/endpoint.ts';

export interface ServeArguments {
  readonly kind: 'serve';
  /** Base URL of the server that is stood in front of. */
  readonly upstream: string;
  /** Undefined: found out by asking. */
  readonly api: 'responses' | 'chat' | undefined;
  readonly model: string | undefined;
  /** Undefined: the system chooses. */
  readonly port: number | undefined;
  readonly isJson: boolean;
}

/** The options of `whetstone serve`, as they were typed. */
export interface ServeValues {
  readonly upstream?: string | undefined;
  readonly api?: string | undefined;
  readonly model?: string | undefined;
  readonly port?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Reads the arguments of `serve`; what is wrong is said in one sentence. */
export function serveArguments(
  rest: readonly string[],
  values: ServeValues,
): ServeArguments | { readonly kind: 'wrong'; readonly message: string } {
  const [extra] = rest;
  if (extra !== undefined) return wrong(`serve takes no PATH ("${extra}").`);
  const { upstream, api, model, json = false } = values;
  if (upstream === undefined)
    return wrong('serve needs the server to stand in front of: --upstream http://127.0.0.1:11434/v1.');
  if (!URL.canParse(upstream) || !/^https?:$/.test(new URL(upstream).protocol))
    return wrong(`--upstream must be a URL such as http://127.0.0.1:11434/v1, not "${upstream}".`);
  if (new URL(upstream).username !== '' || new URL(upstream).password !== '')
    return wrong('--upstream must not hold a user name or password; a key goes into WHETSTONE_UPSTREAM_KEY.');
  if (api !== undefined && api !== 'responses' && api !== 'chat')
    return wrong(`--api must be responses or chat, not "${api}".`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(/^\d+$/.test(values.port ?? '') && port >= 1 && port <= 65_535))
    return wrong(`--port must be a whole number from 1 to 65535, not "${values.port}".`);
  return { kind: 'serve', upstream, api, model, port, isJson: json };
}

/** True where a key would travel in clear text. */
export function isExposed(upstream: string): boolean {
  const { protocol, hostname } = new URL(upstream);
  return protocol === 'http:' && !isLoopback(hostname);
}

function wrong(message: string): { readonly kind: 'wrong'; readonly message: string } {
  return { kind: 'wrong', message };
}
