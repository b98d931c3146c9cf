import * as z from 'zod/mini';
import type { OutputItem } from '../responses/items.ts';

/** What a tool of the endpoint did, for people. */
export interface HostedCall {
  readonly id: string;
  /** Such as `code_interpreter`. */
  readonly name: string;
  /** One line, bounded. */
  readonly summary: string;
  readonly isError: boolean;
}

const text = z.catch(z.optional(z.string()), undefined);
const texts = z.catch(z.optional(z.array(z.string())), undefined);
const hostedItem = z.looseObject({
  type: z.string().check(z.regex(/^[a-z0-9_]{1,64}_call$/)),
  id: text,
  status: text,
  code: text,
  name: text,
  server_label: text,
  queries: texts,
  action: z.catch(z.optional(z.looseObject({ query: text, url: text, type: text })), undefined),
});

const maxSummaryLength = 120;
/** Calls that are ours to answer. */
const ours = new Set(['function_call', 'custom_tool_call']);

/** Undefined for everything that is no call of a hosted tool; never throws. */
export function hostedCallOf(item: OutputItem): HostedCall | undefined {
  const parsed = hostedItem.safeParse(item);
  if (!parsed.success || ours.has(parsed.data.type)) return undefined;
  const { type, id, status, code, name, server_label: server, queries, action } = parsed.data;
  const called = name === undefined ? undefined : [server, name].filter((part) => part !== undefined).join(' ');
  const about = code ?? action?.query ?? queries?.join(', ') ?? called ?? action?.url ?? action?.type ?? status ?? '';
  return {
    id: id ?? '',
    name: type.slice(0, -'_call'.length),
    summary: oneLine(about),
    isError: status === 'failed' || status === 'incomplete',
  };
}

function oneLine(value: string): string {
  const line = value.replaceAll(/\s+/g, ' ').trim();
  return line.length <= maxSummaryLength ? line : `${line.slice(0, maxSummaryLength - 1)}…`;
}
