import * as z from 'zod/mini';
import { sourceOf, type Compaction, type Item, type JsonObject, type Model } from './model.ts';
import { everything, type Chain } from './chain.ts';
import { parseItems } from './items.ts';
import { pack } from './packing.ts';
import { inputSchema } from './request.ts';
import { invalid, issueError, previousNotFound, type RequestError } from './requestError.ts';
import { newId, nowInSeconds, usageResource } from './resource.ts';

export type Compacted =
  { readonly ok: true; readonly resource: JsonObject } | { readonly ok: false; readonly error: RequestError };

const bodySchema = z.object({
  model: z.string().check(z.minLength(1), z.maxLength(256)),
  input: inputSchema,
  previous_response_id: z.nullish(z.string().check(z.minLength(1), z.maxLength(256))),
  instructions: z.nullish(z.string()),
});

/**
 * Makes the window that a new chain begins with. A model that can shorten does; for one that cannot, everything is packed into
 * one item and nothing is lost.
 */
export async function compact(
  model: Model,
  body: JsonObject,
  find: (id: string) => Chain | undefined,
  signal: AbortSignal,
): Promise<Compacted> {
  const parsed = z.safeParse(bodySchema, body);
  if (!parsed.success) return { ok: false, error: issueError(parsed.error.issues[0], '') };
  const { input, previous_response_id: previous } = parsed.data;
  const chain = typeof previous === 'string' ? find(previous) : undefined;
  if (typeof previous === 'string' && !chain) return { ok: false, error: previousNotFound(previous) };
  const fresh = parseItems(input ?? []);
  if (!fresh.ok) return fresh;
  const items = [...everything(chain?.history), ...fresh.items];
  if (items.length === 0) return { ok: false, error: invalid('There is nothing to compact.', 'input') };
  const compaction = model.compact
    ? await model.compact({ items, tools: [], isParallel: false, settings: body }, signal)
    : packed(items);
  if (compaction.kind === 'refused') return { ok: false, error: compaction.refusal };
  return {
    ok: true,
    resource: {
      id: newId('resp'),
      object: 'response.compaction',
      created_at: nowInSeconds(),
      output: compaction.output,
      usage: usageResource(compaction.usage),
    },
  };
}

/** No model is asked, so no tokens are used. */
function packed(items: readonly Item[]): Compaction {
  return {
    kind: 'window',
    output: [compactionOf(items.map(sourceOf))],
    usage: { input: 0, cached: 0, output: 0, reasoning: 0 },
  };
}

/** An item that stands for these. */
export function compactionOf(items: readonly JsonObject[]): JsonObject {
  return { type: 'compaction', id: newId('cmp'), encrypted_content: pack(items) };
}
