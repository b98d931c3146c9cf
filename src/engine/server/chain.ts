import type { Conversation, Item, Model } from '../model.ts';
import type { RequestError } from './request.ts';

/** A conversation after its latest response, and what it still waits for. */
export interface Chain {
  readonly conversation: Conversation;
  /** Items that were taken without an answer (`generate: false`). */
  readonly held: readonly Item[];
  /** Calls without an output. */
  readonly openCalls: ReadonlySet<string>;
}

export type Admission =
  | { readonly ok: true; readonly chain: Chain; readonly items: readonly Item[] }
  | { readonly ok: false; readonly error: RequestError };

/** Joins new items to a chain, or opens one. Every call must have exactly one output before there is anything to answer. */
export function admit(model: Model, previous: Chain | undefined, items: readonly Item[]): Admission {
  const open = new Set(previous?.openCalls);
  for (const item of items) {
    if (item.kind === 'call') open.add(item.callId);
    else if (item.kind === 'output' && !open.delete(item.callId))
      return fail(`No tool call found for function call output with call_id ${item.callId}.`);
  }
  const [missing] = open;
  if (missing !== undefined) return fail(`No tool output found for function call ${missing}.`);
  const chain = { conversation: previous?.conversation ?? model.converse(), held: [], openCalls: open };
  return { ok: true, chain, items: [...(previous?.held ?? []), ...items] };
}

function fail(message: string): Admission {
  const error = {
    status: 400,
    type: 'invalid_request_error',
    code: 'invalid_request',
    message,
    param: 'input',
  } as const;
  return { ok: false, error };
}

/** The answer to an id that is not the latest response of this connection. */
export function previousNotFound(id: string): RequestError {
  return {
    status: 400,
    type: 'invalid_request_error',
    code: 'previous_response_not_found',
    message: `Previous response with id '${id.slice(0, 256)}' not found.`,
    param: 'previous_response_id',
  };
}
