import type { Closure } from './transport.ts';
import type { EndpointError } from './turn.ts';

/**
 * Codes of failures that we found ourselves; all others come from the endpoint.
 * - `malformed_event`: a frame that is not JSON, or an ending that lacks what an ending must have
 * - `missing_events`: an ending that does not list its output, after events that were not all there, or not in order
 * - `message_too_large`: one message over the payload limit
 * - `response_too_large`: one response over the limit of all its messages together
 * - `invalid_frame`: bytes that are no valid WebSocket frame or no valid UTF-8
 * - `request_too_large`: the endpoint closed with 1009
 * - `policy_violation`: the endpoint closed with 1008
 * - `protocol_violation`: the endpoint closed with 1002, 1003 or 1007
 */
export type LocalErrorCode =
  | 'malformed_event'
  | 'missing_events'
  | 'message_too_large'
  | 'response_too_large'
  | 'invalid_frame'
  | 'request_too_large'
  | 'policy_violation'
  | 'protocol_violation';

export function localError(code: LocalErrorCode, message: string): EndpointError {
  return { code, message };
}

/** The error that a closure stands for when asking again could not help; undefined when the connection was merely lost. */
export function errorOfClosure({ code, detail, fault }: Closure): EndpointError | undefined {
  if (fault === 'messageTooLarge') return localError('message_too_large', detail);
  if (fault === 'invalidFrame') return localError('invalid_frame', detail);
  if (code === 1009)
    return localError('request_too_large', `The endpoint does not take a request of this size: ${detail}`);
  if (code === 1008) return localError('policy_violation', `The endpoint ended the connection: ${detail}`);
  if (code === 1002 || code === 1003 || code === 1007)
    return localError('protocol_violation', `The endpoint did not understand us: ${detail}`);
  return undefined;
}
