import { isCredentialName } from './credentialNames.ts';
import { looksRandom } from './looksRandom.ts';
import { hideShapes } from './secretShapes.ts';

/** A value with the name under which it was found. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** The values that must not be seen, of variables, settings and files; words that stand everywhere are not among them. */
export function secretValues(found: Iterable<NamedValue>): readonly string[] {
  const values = new Set<string>();
  for (const { name, value } of found) for (const secret of secretsIn(name, value.trim())) values.add(secret);
  return [...values];
}

const common =
  /^(?:true|false|null|none|undefined|yes|no|on|off|test\w*|example\w*|changeme|change-me|password|passwd|secret|admin|root|user|guest|default|development|production|staging|local\w*|postgres\w*|mysql|redis|mongo\w*|x+|\*+|\.+)$/i;

function secretsIn(name: string, value: string): readonly string[] {
  const password = /:\/\/[^/\s:@]*:([^/\s@]+)@/.exec(value)?.[1];
  if (password !== undefined) return isTelling(password) ? [password, decoded(password)] : [];
  if (!isTelling(value)) return [];
  if (isCredentialName(name)) return /^(?:https?:)?\/\/[^?]*$|^[.~]?\/[\w./-]+$/.test(value) ? [] : [value];
  // Lists of folders hold what looks drawn by lot, as temporary folders do, and are no secret.
  if (/^(?:NODE_|PYTHON)?PATH$/i.test(name)) return [];
  return looksRandom(value) && value.length >= 16 ? [value] : hideShapes(value) === value ? [] : [value];
}

/** Whether a value is long and odd enough that it does not stand in ordinary texts by chance. */
function isTelling(value: string): boolean {
  if (value.length < 6 || common.test(value) || /^\d{1,9}$/.test(value)) return false;
  return !/^[A-Za-z]{1,9}$/.test(value);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
