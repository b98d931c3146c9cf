import { createHash } from 'node:crypto';
import { KnownValues } from '../../redaction/knownValues.ts';
import { hideShapes } from '../../redaction/secretShapes.ts';

/** What becomes of texts in a recording: kept but for secrets and foreign paths, or replaced by hash and length. */
export type TextPolicy = 'kept' | 'hashed';

export interface RedactionOptions {
  /** Absolute path of the workspace folder; it reads `<workspace>` in a recording. */
  readonly root: string;
  /** Exact texts that must never appear, such as keys in use. */
  readonly secrets: readonly string[];
  readonly texts: TextPolicy;
}

/** Replaces what must not leave the machine; the same for equal values. */
export interface Redaction {
  /** Of a message of the protocol. */
  message(value: unknown): unknown;
  /** Of a value that is all text of the user or the model, such as the arguments of a call. */
  content(value: unknown): unknown;
}

/** What stands for a text that was left out. */
export const leftOut = /^\[text [0-9a-f]{16} \d+\]$/;

/** Names of fields whose value is part of the protocol and no text of anybody. */
const protocolFields = new Set([
  ...['type', 'id', 'call_id', 'item_id', 'response_id', 'previous_response_id', 'name', 'role', 'status', 'object'],
  ...['model', 'service_tier', 'code', 'effort', 'verbosity', 'strict', 'kind', 'direction', 'prompt_cache_key'],
]);
/** Whole values that describe our own tools, or what we ask for, and hold nothing of the user. */
const protocolValues = new Set(['tools', 'include', 'tool_choice', 'usage', 'text']);

export function createRedaction({ root, secrets, texts }: RedactionOptions): Redaction {
  const known = new KnownValues(secrets);
  const clean = (text: string): string => hideShapes(hidePaths(known.hide(text), root));
  const onText = texts === 'kept' ? clean : hashText;
  return {
    message: (value) => redactMessage(value, onText, clean),
    content: (value) => mapTexts(value, onText),
  };
}

type OnText = (text: string) => string;

function redactMessage(value: unknown, onText: OnText, clean: OnText): unknown {
  if (typeof value === 'string') return onText(value);
  if (Array.isArray(value)) return value.map((one: unknown) => redactMessage(one, onText, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [name, redactField(name, one, onText, clean)]),
  );
}

function redactField(name: string, value: unknown, onText: OnText, clean: OnText): unknown {
  if (protocolFields.has(name) || (protocolValues.has(name) && typeof value !== 'string'))
    return mapTexts(value, clean);
  // A secret may stand in two pieces of a stream; the whole text follows anyway.
  if (name === 'delta' && typeof value === 'string') return `[${value.length} characters]`;
  if (name === 'arguments' && typeof value === 'string') return redactArguments(value, onText);
  return redactMessage(value, onText, clean);
}

/** Keeps names and shape, so that a tool can still be called with it. */
function redactArguments(text: string, onText: OnText): string {
  try {
    return JSON.stringify(mapTexts(JSON.parse(text), onText));
  } catch {
    return onText(text);
  }
}

function mapTexts(value: unknown, onText: OnText): unknown {
  if (typeof value === 'string') return onText(value);
  if (Array.isArray(value)) return value.map((one: unknown) => mapTexts(one, onText));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [name, mapTexts(one, onText)]),
  );
}

function hashText(text: string): string {
  if (text === '' || leftOut.test(text)) return text;
  return `[text ${createHash('sha256').update(text).digest('hex').slice(0, 16)} ${text.length}]`;
}

/** Folders below which the names of people and machines stand. */
const foreignPath =
  /(?<![\w.<>/\\-])(?:\/(?:home|Users|root|tmp|var|mnt|media|opt|srv|private|Volumes)(?:\/[^\s"'`<>|:;,()[\]{}*?\\]+)+|[A-Za-z]:(?:\\{1,2}[^\s"'`<>|:;,()[\]{}*?\\]+)+)/g;

function hidePaths(text: string, root: string): string {
  const forms = [root, root.replaceAll('\\', '\\\\'), root.replaceAll('\\', '/')];
  const inside = [...new Set(forms)].reduce((rest, form) => rest.replaceAll(form, '<workspace>'), text);
  return inside.replaceAll(foreignPath, '<path>');
}
