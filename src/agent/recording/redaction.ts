import { createHash } from 'node:crypto';

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
  const exact = secrets.filter((secret) => secret.length >= 4);
  const clean = (text: string): string => hideSecrets(hidePaths(hideExact(text, exact), root));
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

function hideExact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '<secret>'), text);
}

/** Folders below which the names of people and machines stand. */
const foreignPath =
  /(?<![\w.<>/\\-])(?:\/(?:home|Users|root|tmp|var|mnt|media|opt|srv|private|Volumes)(?:\/[^\s"'`<>|:;,()[\]{}*?\\]+)+|[A-Za-z]:(?:\\{1,2}[^\s"'`<>|:;,()[\]{}*?\\]+)+)/g;

function hidePaths(text: string, root: string): string {
  const forms = [root, root.replaceAll('\\', '\\\\'), root.replaceAll('\\', '/')];
  const inside = [...new Set(forms)].reduce((rest, form) => rest.replaceAll(form, '<workspace>'), text);
  return inside.replaceAll(foreignPath, '<path>');
}

/** What looks like a secret wherever it stands: [what it is, how it is recognised, the part that stays]. */
const secretTable: readonly (readonly [name: string, pattern: RegExp, kept?: string])[] = [
  ['private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g],
  ['bearer', /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, '$1 '],
  ['OpenAI or Anthropic key', /\bsk-[\w-]{16,}/g],
  ['GitHub token', /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,})/g],
  ['GitLab token', /\bglpat-[\w-]{16,}/g],
  ['npm token', /\bnpm_[A-Za-z0-9]{30,}/g],
  ['Slack token', /\bxox[abeoprs]-[\w-]{10,}/g],
  ['AWS key id', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ['Google key', /\bAIza[\w-]{30,}/g],
  ['Stripe key', /\b[rs]k_(?:live|test)_\w{16,}/g],
  ['JSON web token', /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g],
  ['password in a URL', /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/@"']+@/gi, '$1'],
  [
    'assigned secret',
    /((?:api[_-]?key|access[_-]?key|secret(?:[_-]?key)?|client[_-]?secret|auth[_-]?token|token|passwd|password)["']?\s*(?:[:=]|=>)\s*\\?["'`]?)[^\s"'`,;\\(){}<>]{8,}/gi,
    '$1',
  ],
];

/** For tests: every kind of secret that is recognised. */
export const secretKinds: readonly string[] = secretTable.map(([name]) => name);

function hideSecrets(text: string): string {
  return secretTable.reduce(
    (rest, [name, pattern, kept = '']) =>
      rest.replaceAll(pattern, `${kept}<secret>${name === 'password in a URL' ? '@' : ''}`),
    text,
  );
}
