import type * as z from 'zod/mini';
import type { ModelRefusal } from './model.ts';

/** An error that concerns one request; the connection goes on. */
export type RequestError = ModelRefusal;

/** Something about the request is wrong: 400. */
export function invalid(message: string, param: string | null, code = 'invalid_request'): RequestError {
  return { status: 400, type: 'invalid_request_error', code, message, param };
}

/** Names the field that a schema complains of; `place` is where the value that was read stands. */
export function issueError(issue: z.core.$ZodIssue | undefined, place: string): RequestError {
  const param = (issue?.path ?? []).reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : path === '' ? String(key) : `${path}.${String(key)}`),
    place,
  );
  return invalid(`Invalid '${param === '' ? 'request' : param}'.`, param === '' ? null : param);
}

/** More than is taken at a time: 429. */
export function tooMany(message: string): RequestError {
  return { status: 429, type: 'rate_limit_error', code: 'too_many_requests', message, param: null };
}

/** Ours is the fault, or that of whatever we stand in front of: 500. */
export function broken(error: unknown): RequestError {
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, type: 'server_error', code: 'server_error', message, param: null };
}

export const bodyTooLarge: RequestError = {
  status: 413,
  type: 'invalid_request_error',
  code: 'request_too_large',
  message: 'The body is too large or too slow.',
  param: null,
};

/** The answer to an id that is not known, or not any more. */
export function previousNotFound(id: string): RequestError {
  const message = `Previous response with id '${id.slice(0, 256)}' not found.`;
  return invalid(message, 'previous_response_id', 'previous_response_not_found');
}
