import { isOverload, isQuota, isRateLimit } from '../responses/retry.ts';
import type { EndpointError, TurnOutcome } from '../responses/turn.ts';
import { assertNever } from '../util/exhaustive.ts';
import type { RunCut, RunEnding } from './events.ts';

type Unreachable = TurnOutcome & { readonly kind: 'unreachable' };

/** How a run ends by the outcome of a turn: what happened, what the endpoint said of it, and the one thing to do. */
export function endpointEnding(
  outcome: Exclude<TurnOutcome, { kind: 'completed' | 'incomplete' }>,
): RunCut | Extract<RunEnding, { kind: 'cancelled' }> {
  switch (outcome.kind) {
    case 'failed':
    case 'refused':
      return { kind: 'failed', reason: `${saidBy(outcome.error)} ${remedyOf(outcome.error)}` };
    case 'aborted':
      return { kind: 'cancelled', reason: 'Stopped by the user.' };
    case 'connectionLost':
      return { kind: 'unreachable', reason: `The connection was lost: ${outcome.detail}. Run it again to go on.` };
    case 'timedOut':
      return {
        kind: 'unreachable',
        reason: `The endpoint sent nothing for ${Math.round(outcome.afterMs / 1000)} seconds. Run it again to go on.`,
      };
    case 'unreachable':
      return {
        kind: 'unreachable',
        reason: unreachableReason(outcome),
        ...(outcome.cause === 'unauthorized' || outcome.cause === 'keyMissing' ? { isKeyRefused: true } : {}),
      };
    default:
      return assertNever(outcome);
  }
}

/** What some endpoints leave out has no name of its own. */
const unnamed: ReadonlySet<string> = new Set(['unknown_error', 'endpoint_error']);

function saidBy({ code, message }: EndpointError): string {
  const sentence = message.trim();
  const end = /[.!?…]["')\]]?$/.test(sentence) ? '' : '.';
  return `The endpoint answered with an error${unnamed.has(code) ? '' : ` (${code})`}: ${sentence}${end}`;
}

const waitMore = 'Run it again later, or let it wait longer (whetstone.limits.maxWaitMinutes, --rate-limit-wait).';
const payMore = 'What the key may use is used up: add credit, or set another key.';
const keyPlace = '"Whetstone: Set API Key", or the environment variable WHETSTONE_API_KEY';
const proxyPlace = 'HTTPS_PROXY and NO_PROXY, or "http.proxy" in the editor';

/** The one thing to do about an error, by what kind it is; the first that fits. */
const remedies: readonly (readonly [fits: (error: EndpointError) => boolean, remedy: string])[] = [
  [isQuota, payMore],
  [isRateLimit, waitMore],
  [({ status }) => status === 403, 'Set a key that may do this, or another model (whetstone.model, --model).'],
  [isUnknownModel, 'Set a model that it has (whetstone.model, --model).'],
  [isTooLong, 'Begin a new conversation, or point at less at once.'],
  [({ status }) => status === 404 || status === 405, 'Check the address (whetstone.endpoint, --endpoint).'],
  [
    (error) => isOverload(error) || (error.status ?? 0) >= 500 || error.code === 'server_error',
    'Run it again in a while.',
  ],
  [
    ({ status, code }) => status === 400 || status === 422 || code === 'invalid_request_error',
    'Try another model there (whetstone.model, --model), or another endpoint.',
  ],
];

function remedyOf(error: EndpointError): string {
  return remedies.find(([fits]) => fits(error))?.[1] ?? 'Run it again; the log shows what was sent when it stays.';
}

function isUnknownModel({ code, message, status }: EndpointError): boolean {
  if (/^(?:model_not_found|invalid_model|unknown_model|model_not_supported)$/.test(code)) return true;
  const isAsked = status === undefined || status === 400 || status === 404 || status === 422;
  return (
    isAsked &&
    /\bmodels?\b[^.]{0,100}\b(?:not found|not exist|unknown|not (?:available|supported|loaded|served|known|valid))|(?:no such|unknown|invalid|unsupported|not (?:a )?(?:known|valid)) model\b/i.test(
      message,
    )
  );
}

function isTooLong({ code, message, status }: EndpointError): boolean {
  if (code === 'context_length_exceeded' || code === 'request_too_large' || status === 413) return true;
  return /context (?:length|size|window)|maximum context|too many tokens|prompt is too long/i.test(message);
}

/** One sentence on what happened and one on what to do. */
function unreachableReason({ cause, detail, address = 'URL' }: Unreachable): string {
  switch (cause) {
    case 'unauthorized':
      return `The endpoint refused the API key (${detail}). Set a valid key (${keyPlace}) and run it again.`;
    case 'keyMissing':
      return `The endpoint asks for an API key, and none is set (${detail}). Set one (${keyPlace}) and run it again.`;
    case 'refused':
      return `The endpoint could not be reached (${detail}). Check its address and that it is running.`;
    case 'noResponse':
      return `The endpoint does not serve the Responses API (${detail}). Check its address (whetstone.endpoint, --endpoint).`;
    case 'limited':
      return `The endpoint limits how much may be asked (${detail}). ${waitMore}`;
    case 'usedUp':
      return `The endpoint takes no more of this key (${detail}). ${payMore}`;
    case 'unavailable':
      return `The endpoint takes no requests now (${detail}). Run it again in a while.`;
    case 'unsupported':
      return `The endpoint does not offer a WebSocket (${detail}). Let Whetstone use HTTP there (whetstone.transport, --transport auto).`;
    case 'timedOut':
      return `The endpoint did not answer in time (${detail}). Check its address and your network.`;
    case 'redirected':
      return `The endpoint redirected the connection (${detail}); the key is never sent on. Set the final address.`;
    case 'proxy':
      return `The proxy lets nothing through, so the endpoint was not asked (${detail}). Check the proxy (${proxyPlace}).`;
    case 'proxyLogin':
      return `The proxy does not know you, so the endpoint was not asked (${detail}). Give it a login, as in http://USER:PASSWORD@HOST:PORT (${proxyPlace}).`;
    case 'chatOnly':
      return `The endpoint knows only Chat Completions (${detail}). Put Whetstone's own server in front of it, and use the address that it prints: whetstone serve --upstream ${address}`;
    case 'elsewhere':
      return `The endpoint is at another address (${detail}). Use ${address} instead (whetstone.endpoint, --endpoint).`;
    case 'invalidEndpoint':
      return `The endpoint cannot be used (${detail}). Set another address.`;
    default:
      return assertNever(cause);
  }
}
