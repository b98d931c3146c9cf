import type { EndpointKnowledge } from './endpointMemory.ts';
import type { OptionalField, TransportKind, TurnSettings } from './turn.ts';

/**
 * The part of a request that is the same in every turn, as text; `key` is equal exactly when the settings are, but for `context_management`:
 * that asks for something to be done now, and says nothing of what was said before.
 */
export interface FixedPart {
  readonly head: string;
  readonly tail: string;
  readonly key: string;
  /** UTF-8 bytes of a request without `input` and `previous_response_id`. */
  readonly bytes: number;
  /** The optional fields that are in it. */
  readonly fields: readonly OptionalField[];
}

/** One item of the history as it goes over the wire: serialised once, so that its bytes never change. */
export interface WireItem {
  readonly json: string;
  readonly bytes: number;
}

/** A request as text, with its sizes in UTF-8 bytes. */
export interface RequestText {
  readonly text: string;
  readonly bytes: number;
  /** Bytes of the value of `input`, brackets included. */
  readonly inputBytes: number;
}

/** Over HTTP the address says what is asked for; a WebSocket streams by itself. */
const openings = { webSocket: '"type":"response.create",', http: '"stream":true,' } as const;

const optionalFields: readonly Exclude<OptionalField, 'strict'>[] = [
  'include',
  'reasoning',
  'text',
  'service_tier',
  'prompt_cache_key',
  'context_management',
];

/** Writes what requests have in common; serialised once for the same settings. */
export class RequestFormat {
  readonly #include: readonly string[];
  readonly #knowledge: EndpointKnowledge;
  /** Tokens of the conversation as the endpoint counted them last; undefined as long as it has not. */
  #tokens: number | undefined;
  readonly #last = new Map<
    TransportKind,
    { readonly settings: TurnSettings; readonly isLong: boolean; readonly fixed: FixedPart }
  >();

  /** `include` names what the endpoint shall add to its answers, for example `reasoning.encrypted_content`. */
  constructor(include: readonly string[], knowledge: EndpointKnowledge) {
    this.#include = include;
    this.#knowledge = knowledge;
  }

  fixedPart(settings: TurnSettings, transport: TransportKind = 'webSocket'): FixedPart {
    const last = this.#last.get(transport);
    if (last && areSame(last.settings, settings) && last.isLong === this.#isLong(settings)) return last.fixed;
    const head = `{${openings[transport]}"model":${JSON.stringify(settings.model)},"store":false`;
    const values = { ...settings, include: this.#include.length === 0 ? undefined : this.#include };
    const refused = this.#knowledge.refusedFields(settings.model);
    const isLong = this.#isLong(settings);
    const fields = optionalFields.filter(
      (field) => values[field] !== undefined && !refused.includes(field) && (isLong || field !== 'context_management'),
    );
    const textOf = (names: readonly (typeof optionalFields)[number][]): string =>
      names.map((field) => `,"${field}":${JSON.stringify(values[field])}`).join('');
    const lasting = textOf(fields.filter((field) => field !== 'context_management'));
    const options = textOf(fields);
    const own = refused.includes('strict') ? settings.tools.map(({ strict: _, ...tool }) => tool) : settings.tools;
    const tools = JSON.stringify([...own, ...(settings.hostedTools ?? [])]);
    const tail = `,"tools":${tools}${options}}`;
    const bytes = Buffer.byteLength(head) + Buffer.byteLength(tail);
    const isStrict = own === settings.tools && own.length > 0;
    const sent: readonly OptionalField[] = isStrict ? [...fields, 'strict'] : fields;
    const fixed = { head, tail, key: `${head},"tools":${tools}${lasting}`, bytes, fields: sent };
    // A copy: a caller may change its object.
    this.#last.set(transport, { settings: { ...settings }, isLong, fixed });
    return fixed;
  }

  /** To be called with what the endpoint counted; a conversation that is far from its threshold need not be asked to be made shorter. */
  learnTokens(tokens: number): void {
    this.#tokens = tokens;
  }

  /** True when the endpoint makes the conversation shorter by itself, as far as it has not refused to. */
  compactsThere({ context_management: asked, model }: TurnSettings): boolean {
    return asked !== undefined && !this.#knowledge.refusedFields(model).includes('context_management');
  }

  #isLong({ context_management: asked = [] }: TurnSettings): boolean {
    const tokens = this.#tokens;
    return (
      tokens === undefined || asked.some(({ compact_threshold: at }) => at === undefined || tokens >= at * longFrom)
    );
  }

  /** Leaves the field out for this model from now on; false when it was not sent. */
  drop(field: OptionalField, model: string, fixed: FixedPart): boolean {
    if (!fixed.fields.includes(field)) return false;
    this.#knowledge.learnRefusedField(model, field);
    this.#last.clear();
    return true;
  }
}

/** The share of a threshold from which it is told to the endpoint; one turn does not take what is left. */
const longFrom = 0.5;

/** The field that an error names by its `param`, such as `reasoning.effort` or `include[0]`, or else in its words. */
export function refusedField(param: string | undefined, message = ''): OptionalField | undefined {
  const named = [...optionalFields, 'strict' as const].find(
    (field) =>
      param === field ||
      param?.startsWith(`${field}.`) === true ||
      param?.startsWith(`${field}[`) === true ||
      (field === 'strict' && param !== undefined && /^tools\b.*\bstrict$/.test(param)),
  );
  if (named !== undefined || (param !== undefined && param !== '')) return named;
  return wordsOfRefusal.test(message) ? namedIn(message) : undefined;
}

const wordsOfRefusal =
  /unsupported|unknown|unrecognized|unrecognised|unexpected|not (?:supported|allowed|permitted|recognized|recognised|known|valid)|extra (?:inputs?|fields?)|invalid|does not (?:support|accept)|additional propert/i;

/** Names that are words of every day count only where they are marked as names. */
function namedIn(message: string): OptionalField | undefined {
  const fields = [...optionalFields, 'strict' as const];
  return fields.find((field) =>
    new RegExp(
      field.includes('_')
        ? `\\b${field}\\b`
        : `['"\`]${field}(?:['"\`.[])|(?:parameter|field|argument|property)s?:? +${field}\\b`,
      'i',
    ).test(message),
  );
}

/** Serialises an item; key order and content are kept as they came. */
export function toWireItem(item: object): WireItem {
  const json = JSON.stringify(item);
  return { json, bytes: Buffer.byteLength(json) };
}

/** The text of one request. */
export function requestText(fixed: FixedPart, items: readonly WireItem[], previousId: string | undefined): RequestText {
  const input = `[${items.map(({ json }) => json).join(',')}]`;
  const previous = previousId === undefined ? '' : previousIdText(previousId);
  const text = `${fixed.head}${previous},"input":${input}${fixed.tail}`;
  const inputBytes = inputSize(items);
  return { text, inputBytes, bytes: fixed.bytes + Buffer.byteLength(previous) + inputName + inputBytes };
}

export function previousIdText(id: string): string {
  return `,"previous_response_id":${JSON.stringify(id)}`;
}

/** UTF-8 bytes of the request that carries all of `items`, without building it. */
export function fullRequestSize(fixed: FixedPart, itemCount: number, itemBytes: number): number {
  return fixed.bytes + inputName + arraySize(itemCount, itemBytes);
}

const inputName = ',"input":'.length;

function areSame(a: TurnSettings, b: TurnSettings): boolean {
  return settingNames.every((name) => a[name] === b[name]);
}

/** Every field of the settings, as the type checker makes sure. */
const settingNames = Object.keys({
  model: true,
  tools: true,
  hostedTools: true,
  reasoning: true,
  text: true,
  service_tier: true,
  prompt_cache_key: true,
  context_management: true,
} satisfies Record<keyof TurnSettings, true>) as readonly (keyof TurnSettings)[];

function inputSize(items: readonly WireItem[]): number {
  return arraySize(
    items.length,
    items.reduce((sum, { bytes }) => sum + bytes, 0),
  );
}

function arraySize(count: number, bytes: number): number {
  return bytes + Math.max(0, count - 1) + '[]'.length;
}
