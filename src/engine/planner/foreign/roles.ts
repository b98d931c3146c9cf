import type { Property } from './shapes.ts';
import { wordsOf } from './words.ts';

/** What a text stands for, as far as its name and description tell. */
export type Role =
  | 'email'
  | 'phone'
  | 'link'
  | 'moment'
  | 'day'
  | 'clock'
  | 'expression'
  | 'path'
  | 'code'
  | 'identifier'
  | 'language'
  | 'place'
  | 'person'
  | 'free'
  | 'thing';

export type Direction = 'from' | 'to' | undefined;

const formats: Readonly<Record<string, Role>> = {
  email: 'email',
  uri: 'link',
  url: 'link',
  'uri-reference': 'link',
  'date-time': 'moment',
  date: 'day',
  time: 'clock',
};

/** The first row that fits decides; the name is asked before the description. */
const rows: readonly (readonly [Role, RegExp])[] = [
  ['email', /\be ?mail\b/],
  ['phone', /\b(?:phone|mobile|telephone|tel)\b/],
  ['link', /\b(?:url|uri|link|website|webpage)\b/],
  ['moment', /\bdate ?time|timestamp\b/],
  ['day', /\b(?:date|day|birthday|deadline|due|checkin|checkout)\b/],
  ['clock', /\b(?:time|clock|hour)\b(?! ?zone)/],
  ['expression', /\b(?:expression|formula|equation|calculation|arithmetic)\b/],
  ['path', /\b(?:path|file|filename|folder|directory)\b/],
  ['code', /\b(?:symbol|ticker|currency|iata|icao|iso|abbreviation)\b/],
  ['language', /\blanguages?\b|\blang\b|\blocale\b/],
  [
    'place',
    /\b(?:city|location|place|country|town|address|region|state|where|airport|station|area|destination|origin|timezone|zone)\b/,
  ],
  [
    'person',
    /\b(?:person|recipient|contact|author|artist|customer|attendee|assignee|employee|sender|receiver|username|who|full name|first name)\b/,
  ],
  ['identifier', /\b(?:id|ids|identifier|sku|tracking|reference|number|isbn|uuid|ticket|invoice)\b/],
  [
    'free',
    /\b(?:query|question|prompt|text|message|content|body|search|term|terms|keyword|keywords|phrase|topic|title|subject|description|note|notes|sentence|input|q|task|reason|comment|caption|summary|goal|thing)\b/,
  ],
];

/** Only `from_…` and `to_…` speak of directions; a description does with every second word. */
export function directionOf({ name }: Property): Direction {
  const words = wordsOf(name);
  if (words.some((word) => /^(?:from|source|origin|departure|start)$/.test(word))) return 'from';
  if (words.some((word) => /^(?:to|into|target|destination|dest|arrival|end|recipient|receiver)$/.test(word)))
    return 'to';
  return undefined;
}

export function roleOf({ name, description, shape }: Property): Role {
  const format = shape.kind === 'text' && shape.format !== undefined ? formats[shape.format] : undefined;
  if (format) return format;
  const nameWords = wordsOf(name).join(' ');
  const byName = rows.find(([, pattern]) => pattern.test(nameWords))?.[0];
  if (byName !== undefined && byName !== 'identifier') return byName;
  // What it is is said first; what comes later are examples and remarks.
  const opening = wordsOf(description.split(/[.;(]|\be\.g/)[0] ?? '').join(' ');
  return byName ?? rows.find(([, pattern]) => pattern.test(opening))?.[0] ?? 'thing';
}
