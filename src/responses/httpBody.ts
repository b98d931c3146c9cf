import * as z from 'zod/mini';
import { parseJson } from '../util/parseJson.ts';

const text = z.string();
const loose = z.record(text, z.unknown());
/** `{error:{…}}`, `{error:"…"}`, `{message:…}`, `{detail:"…"}` and `{detail:[{loc:[…],msg:"…"}]}` are all in use. */
const errorObject = z.looseObject({
  message: z.catch(z.optional(text), undefined),
  type: z.catch(z.optional(text), undefined),
  code: z.catch(z.optional(text), undefined),
  param: z.catch(z.optional(text), undefined),
});
const invalidField = z.looseObject({ loc: z.array(z.union([text, z.number()])), msg: text });
const resource = z.looseObject({
  id: z.catch(z.optional(text), undefined),
  object: z.catch(z.optional(text), undefined),
  status: z.catch(z.optional(text), undefined),
  output: z.array(z.unknown()),
});
const message = z.looseObject({
  type: z.literal('message'),
  content: z.array(
    z.looseObject({ text: z.catch(z.optional(text), undefined), refusal: z.catch(z.optional(text), undefined) }),
  ),
});

/** Nobody there knows the protocol, unless the body says otherwise. */
const notThere = [404, 405];
const kept = ['retry-after', 'retry-after-ms'] as const;

/**
 * The error event that an HTTP error stands for, with its hints on when to try again; undefined when the address, and not the request, is wrong.
 */
export function errorEvent(
  status: number,
  headers: Readonly<Record<string, unknown>>,
  body: string,
): string | undefined {
  const error = errorOf(parseJson(body));
  if (error === undefined && notThere.includes(status)) return undefined;
  const hints = Object.fromEntries(
    kept.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  const unnamed = status >= 500 ? { type: 'server_error' } : { type: `http_${status}` };
  const words = { ...unnamed, message: error?.message ?? `HTTP ${status} ${shortText(body)}`.trim() };
  return JSON.stringify({ type: 'error', status, headers: hints, error: { ...words, ...error } });
}

/** The events that a whole response stands for, for servers that do not stream; undefined when it is none. */
export function eventsOfResource(body: string): readonly string[] | undefined {
  const value = parseJson(body);
  const parsed = resource.safeParse(value);
  if (!parsed.success) {
    const error = errorOf(value);
    return error === undefined
      ? undefined
      : [JSON.stringify({ type: 'error', error: { type: 'endpoint_error', ...error } })];
  }
  const { id, object, output } = parsed.data;
  // A compaction has no status of its own.
  const status = object === 'response.compaction' ? 'completed' : parsed.data.status;
  const isKnown = status === 'completed' || status === 'incomplete' || status === 'failed';
  const error = { code: 'unexpected_status', message: `The endpoint left the response ${String(status)}.` };
  const ending = isKnown
    ? { type: `response.${status}`, response: value }
    : { type: 'response.failed', response: { id, error } };
  return [
    { type: 'response.created', response: { id } },
    ...output.flatMap((item, index) => [
      ...deltasOf(item),
      { type: 'response.output_item.done', output_index: index, item },
    ]),
    ending,
  ].map((event) => JSON.stringify(event));
}

function deltasOf(item: unknown): readonly object[] {
  const parsed = message.safeParse(item);
  const parts = parsed.success ? parsed.data.content : [];
  return parts.flatMap(({ text: said, refusal: delta = said }) =>
    delta === undefined ? [] : [{ type: 'response.output_text.delta', delta }],
  );
}

function errorOf(value: unknown): { readonly message?: string | undefined } | undefined {
  const outer = loose.safeParse(value).data;
  if (outer === undefined) return undefined;
  const { error, detail } = outer;
  if (typeof error === 'string') return { message: error };
  if (typeof detail === 'string') return { message: detail };
  const [invalid] = z.array(invalidField).safeParse(detail).data ?? [];
  if (invalid) {
    const path = invalid.loc.filter((part) => part !== 'body').join('.');
    return { message: `${path}: ${invalid.msg}`, ...{ type: 'invalid_request_error', param: path } };
  }
  const parsed = errorObject.safeParse(error ?? outer);
  if (!parsed.success || (error === undefined && parsed.data.message === undefined)) return undefined;
  const { message, type, code, param } = parsed.data;
  return defined({ message, type: type === 'error' ? undefined : type, code, param });
}

function defined(fields: Readonly<Record<string, string | undefined>>): { readonly message?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function shortText(body: string): string {
  return /^\s*</.test(body) ? '' : body.trim().slice(0, 200);
}
