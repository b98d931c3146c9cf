import { randomBytes } from 'node:crypto';
import type { JsonObject, ModelRefusal } from '../server/model.ts';

/** Fields that are named by nothing else; the answer is the same without them, or nearly so. */
const distinctFields = ['stream_options', 'parallel_tool_calls', 'reasoning_effort', 'service_tier'];
/** Words of every sentence, too: they count only where they are quoted, or named as the parameter. */
const plainFields = ['metadata', 'user', 'seed'];
const maxIds = 10_000;

/** What one Chat Completions server was found not to take, and the call ids that it has used up; for all conversations with it. */
export class ChatDialect {
  readonly #omitted = new Set<string>();
  readonly #renamed = new Map<string, string>();
  readonly #ids = new Set<string>();

  /** The request as this server takes it. */
  spoken(body: JsonObject): JsonObject {
    return Object.fromEntries(
      Object.entries(body).flatMap(([name, value]) =>
        this.#omitted.has(name) ? [] : [[this.#renamed.get(name) ?? name, value]],
      ),
    );
  }

  /** Learns from a refusal of what was sent; true when it is worth asking once more. */
  learn({ status, message, param }: ModelRefusal, sent: JsonObject): boolean {
    if (status !== 400 && status !== 422) return false;
    const refused = [...distinctFields, ...plainFields].filter(
      (name) => name in sent && isNamed(name, message, param, plainFields.includes(name)),
    );
    for (const name of refused) this.#omitted.add(name);
    const wantsOtherBound = 'max_tokens' in sent && /\bmax_completion_tokens\b/.test(message);
    if (wantsOtherBound) this.#renamed.set('max_tokens', 'max_completion_tokens');
    return refused.length > 0 || wantsOtherBound;
  }

  /** An id that no call has had: servers count anew in each answer, and an output must find its call. */
  freeId(id: string, taken: ReadonlySet<string>): string {
    const free = id === '' || taken.has(id) || this.#ids.has(id) ? `call_${randomBytes(12).toString('hex')}` : id;
    this.#ids.add(free);
    const [oldest] = this.#ids;
    if (oldest !== undefined && this.#ids.size > maxIds) this.#ids.delete(oldest);
    return free;
  }
}

function isNamed(name: string, message: string, param: string | null, isPlain: boolean): boolean {
  if (param?.split(/[.[]/).includes(name) === true) return true;
  if (!isPlain) return new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(message);
  return new RegExp(`(?:["'\`]|\\bbody\\.)${name}(?:["'\`]|:)`).test(message);
}
