import { randomBytes } from 'node:crypto';
import { EngineServer } from '../engine/server/engineServer.ts';
import { detectApi, type Detection, type UpstreamApi } from '../engine/upstream/detectApi.ts';
import { UpstreamModel } from '../engine/upstream/upstreamModel.ts';
import { isLoopback } from '../responses/endpoint.ts';
import { exitCodes } from './exitCodes.ts';
import type { Host } from './host.ts';
import { proxyAgent } from './proxy.ts';
import { isExposed, type ServeArguments } from './serveArguments.ts';

/** Secrets of the environment, each for one side. */
export interface ServeSecrets {
  /** Goes to the upstream server and nowhere else; from WHETSTONE_UPSTREAM_KEY. */
  readonly upstreamKey: string | undefined;
  /** What askers must show; from WHETSTONE_SERVE_TOKEN, made up when absent. */
  readonly token: string | undefined;
}

const shortestToken = 16;

/** `whetstone serve`: gives a server with plain HTTP the WebSocket loop, on loopback, until it is interrupted. */
export async function serve(
  { upstream, api, model, port, isJson }: ServeArguments,
  secrets: ServeSecrets,
  { env, terminal: { output, messages } }: Pick<Host, 'env' | 'terminal'>,
  signal: AbortSignal,
): Promise<number> {
  const fail = (message: string, code: number): number => {
    messages.write(`whetstone: ${message}\n`);
    return code;
  };
  const apiKey = secrets.upstreamKey?.trim() || undefined;
  if (apiKey !== undefined && /[^\x21-\x7e]/.test(apiKey))
    return fail('WHETSTONE_UPSTREAM_KEY holds characters that no key has.', exitCodes.usage);
  if (apiKey !== undefined && isExposed(upstream))
    return fail(`--upstream: a key goes by https:// only, and ${upstream} is plain http.`, exitCodes.usage);
  const token = secrets.token ?? randomBytes(32).toString('base64url');
  if (token.length < shortestToken || /[^\x21-\x7e]/.test(token))
    return fail(
      `WHETSTONE_SERVE_TOKEN must have ${shortestToken} characters or more, without spaces.`,
      exitCodes.usage,
    );
  const agent = isLoopback(new URL(upstream).hostname) ? undefined : await proxyAgent(new URL(upstream), env);
  const address = { baseUrl: upstream, apiKey, ...(agent && { agent }) };
  const found: Detection = api === undefined ? await detectApi(address, signal) : { kind: 'found', api };
  if (found.kind === 'failed') return fail(found.reason, exitCodes.unreachable);
  const { baseUrl: where = upstream } = found;
  if (where !== upstream) messages.write(`whetstone: nothing answers at ${upstream} itself; ${where} is used.\n`);
  const options = { ...address, baseUrl: where, api: found.api, ...(model !== undefined && { model }) };
  const server = new EngineServer({ token, model: new UpstreamModel(options), ...(port !== undefined && { port }) });
  let baseUrl: string;
  try {
    baseUrl = `http://127.0.0.1:${await server.listen()}/v1`;
  } catch (error) {
    return fail(
      `The port cannot be had: ${error instanceof Error ? error.message : String(error)}.`,
      exitCodes.unreachable,
    );
  }
  output.write(
    isJson ? `${JSON.stringify({ baseUrl, token, api: found.api })}\n` : told(baseUrl, token, where, found.api),
  );
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await server.close();
  return exitCodes.done;
}

function told(baseUrl: string, token: string, upstream: string, api: UpstreamApi): string {
  const protocol = api === 'chat' ? 'Chat Completions' : 'Responses';
  return [
    `Serving the Responses protocol in front of ${upstream} (${protocol}), over WebSocket and HTTP.`,
    `Endpoint: ${baseUrl}`,
    `Key:      ${token}`,
    'Ctrl+C ends it.',
    '',
  ].join('\n');
}
