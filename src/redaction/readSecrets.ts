import { isCredentialName } from './credentialNames.ts';
import { looksRandom } from './looksRandom.ts';
import type { NamedValue } from './secretValues.ts';

const maxLeaves = 2_000;

/** The values in a file of settings or credentials, whatever its form; `text` is not trusted, and what cannot be read gives nothing. */
export function readSecrets(name: string, text: string): readonly NamedValue[] {
  const found: NamedValue[] = [];
  for (const block of text.match(
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
  ) ?? [])
    for (const line of block.split('\n'))
      if (looksRandom(line.trim())) found.push({ name: 'PRIVATE_KEY', value: line.trim() });
  if (/^\s*[[{]/.test(text)) found.push(...ofJson(text));
  found.push(...ofLines(text));
  for (const [, field = '', value = ''] of text.matchAll(/\b(password|passwd|account|secret)\s+(\S+)/g))
    if (/netrc|pgpass|credentials/.test(name)) found.push({ name: field === 'account' ? 'secret' : field, value });
  for (const [address] of text.matchAll(/[a-z][a-z0-9+.-]*:\/\/[^\s"'`]+/gi))
    found.push({ name: 'url', value: address });
  const only = text.trim();
  if (/token|secret|pass|key|credential/i.test(name) && !/[\s{}[\]"=]/.test(only))
    found.push({ name: 'secret', value: only });
  return found.slice(0, maxLeaves);
}

/** `NAME=value`, `export NAME="value"` over several lines too, `name: value`, `//registry/:_authToken=value`. */
function ofLines(text: string): readonly NamedValue[] {
  return [/[ \t]*=[ \t]*/, /:[ \t]+/].flatMap((sign) => {
    const value = /(?:"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|`([^`]*)`|([^\n]*))/;
    const pattern = new RegExp(
      `^[ \\t]*(?:-[ \\t]+)?(?:export[ \\t]+|set[ \\t]+)?([\\w.:/@-]{1,200})${sign.source}${value.source}`,
      'gm',
    );
    return [...text.matchAll(pattern)].map(([, name = '', double, single, back, plain]) => ({
      name: name.split(':').at(-1) ?? name,
      value: plain?.replace(/\s+[#;].*$/, '').trim() ?? unescaped(double) ?? single ?? back ?? '',
    }));
  });
}

function unescaped(text: string | undefined): string | undefined {
  return text?.replaceAll('\\n', '\n').replaceAll(/\\(.)/g, '$1');
}

function ofJson(text: string): readonly NamedValue[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const found: NamedValue[] = [];
  const walk = (name: string, one: unknown, depth: number): void => {
    if (found.length >= maxLeaves || depth > 20) return;
    if (typeof one === 'string') found.push({ name, value: one });
    else if (Array.isArray(one)) for (const item of one) walk(name, item, depth + 1);
    else if (typeof one === 'object' && one !== null)
      for (const [key, item] of Object.entries(one)) walk(isCredentialName(name) ? name : key, item, depth + 1);
  };
  walk('', value, 0);
  return found;
}
