import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod/mini';
import { parseJson } from '../../util/parseJson.ts';
import type { ModelRefusal } from '../server/model.ts';

export interface UpstreamError {
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly message: string | undefined;
  readonly param: string | null;
}

const text = z.catch(z.optional(z.string()), undefined);
const objectSchema = z.looseObject({
  message: text,
  msg: text,
  detail: text,
  code: z.catch(z.optional(z.union([z.string(), z.number()])), undefined),
  type: text,
  param: z.catch(z.optional(z.nullable(z.string())), undefined),
});
const errorSchema = z.looseObject({
  error: z.union([z.string().check(z.minLength(1)), objectSchema]),
});
const bareSchema = z.extend(objectSchema, { object: z.literal('error') });
const issueSchema = z.looseObject({
  loc: z.catch(z.array(z.union([z.string(), z.number()])), []),
  msg: z.string(),
});
const detailSchema = z.looseObject({ detail: z.union([z.string(), objectSchema, z.array(issueSchema)]) });

/** The error in an answer or event, in the shapes that are seen; undefined when there is none. */
export function errorIn(value: unknown): UpstreamError | undefined {
  if (Array.isArray(value)) return value.length === 1 ? errorIn(value[0]) : undefined;
  const parsed = z.safeParse(errorSchema, value).data?.error ?? z.safeParse(bareSchema, value).data;
  if (parsed === undefined) return undefined;
  return typeof parsed === 'string' ? said(parsed) : errorOf(parsed);
}

/** The error in the body of an answer that is known to be one. */
function errorInBody(value: unknown): UpstreamError | undefined {
  const error = errorIn(value);
  if (error) return error;
  const detail = z.safeParse(detailSchema, value).data?.detail;
  if (typeof detail === 'string') return said(detail);
  if (Array.isArray(detail))
    return said(detail.map(({ loc, msg }) => [...loc, ''].join('.').replace(/\.$/, ': ') + msg).join('; '));
  if (detail !== undefined) return errorOf(detail);
  const bare = z.safeParse(objectSchema, value).data;
  return bare?.message === undefined && bare?.msg === undefined ? undefined : errorOf(bare);
}

function errorOf({ message, msg, detail, code, type, param }: z.infer<typeof objectSchema>): UpstreamError {
  return {
    code: typeof code === 'string' ? code : undefined,
    type,
    message: message ?? msg ?? detail,
    param: param ?? null,
  };
}

function said(message: string): UpstreamError {
  return { code: undefined, type: undefined, message, param: null };
}

/** Headers that say when to try again. */
const retryHeaders = /^(?:retry-after(?:-ms)?|x-ratelimit-[\w-]+)$/;

/** What a status that is no success means to our asker, in the other server's own words. */
export function refusalOf(status: number, body: string, headers: IncomingHttpHeaders, hasKey: boolean): ModelRefusal {
  const error = errorInBody(parseJson(body));
  const message = error?.message ?? (plainText(body) || `The upstream server answered with ${status}.`);
  if (status === 401 || status === 403)
    // Not our asker's key is wrong, but ours.
    return refusal(502, 'upstream_key_refused', hasKey ? keyRefused(message) : keyWanted(message));
  if (status >= 300 && status <= 399)
    return refusal(502, 'upstream_redirects', `The upstream server redirects, which is not followed.`);
  const known = Object.entries(headers).filter(([name, value]) => retryHeaders.test(name) && typeof value === 'string');
  const retry = Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
  return {
    ...refusal(status, error?.code ?? codeOf(status), message),
    ...(error?.type !== undefined && { type: error.type }),
    param: error?.param ?? null,
    ...(known.length > 0 && { headers: retry }),
  };
}

export function refusal(status: number, code: string, message: string): ModelRefusal {
  const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error';
  return { status, type, code, message, param: null };
}

function keyRefused(message: string): string {
  return `The upstream server refused the key: ${message}`;
}

function keyWanted(message: string): string {
  return `The upstream server wants a key, and WHETSTONE_UPSTREAM_KEY is not set: ${message}`;
}

/** Of a page, its title. */
function plainText(body: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1];
  return (title ?? body).trim().slice(0, 500);
}

function codeOf(status: number): string {
  if (status === 429) return 'rate_limit_exceeded';
  if (status === 503 || status === 529) return 'server_is_overloaded';
  if (status >= 500) return 'server_error';
  return status === 404 ? 'not_found' : 'invalid_request';
}
