import type { Question, Span } from './question.ts';

/** Patterns of values that are recognised by their look; repetitions are bounded, for the texts are anybody's. */
const looks = {
  email: /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/,
  uri: /\bhttps?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)]|\bwww\.[\w-]+(?:\.[\w-]+)+(?:\/[^\s<>"']*[^\s<>"'.,;:!?)])?/i,
  uuid: /\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b/i,
  ipv4: /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b/,
  hostname: /\b(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.){1,8}[a-z]{2,24}\b/i,
  phone: /(?<![\w.])\+?\(?\d[\d\s().-]{5,18}\d(?![\w.]*\d)/,
  isoDate: /\b\d{4}-\d{2}-\d{2}\b/,
  isoMoment: /\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?/,
  clock: /\b(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m\.?)?|\b(?:1[0-2]|0?[1-9])\s?[ap]\.?m\b/i,
  longDate:
    /\b(?:(?:jan|febr?|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?(?:,?\s+\d{4})?|\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:,?\s+\d{4})?)\b/i,
  relativeDate:
    /\b(?:(?:next|this|on)\s+)?(?:today|tonight|tomorrow|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b/i,
  path: /(?<![\w/.])(?:~?\.{0,2}\/)?(?:[\w@.-]{1,128}\/){0,32}[\w@-][\w@.-]{0,128}\.[a-z]\w{0,5}\b|(?<![\w/.])(?:~|\.{1,2})?\/[\w@./-]{0,512}\w/i,
  sum: /[-+]?[\d(][\d\s().]{0,200}(?:(?:\*\*|[-+*/^%×÷x])\s{0,9}[-+]?[\d(][\d\s().]{0,200}){1,50}/,
  code: /\b(?=\w*\p{Lu})[\p{Lu}\d]{2,6}\b/u,
  identifier:
    /(?<=#)[\w-]{1,64}|\b(?=[\w-]{0,64}\d)(?=[\w-]{0,64}[a-z-])[a-z\d]{1,64}(?:[-_][a-z\d]{1,64}){1,8}\b|\b[a-z]{1,64}\d\w{0,64}\b|\b\d{3,}\b/i,
  number: /(?<![\w.-])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d:])(?:\s?(?:k|million|billion)\b)?/,
  numberWord:
    /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred|dozen|thousand)\b/i,
} as const;

export type Look = keyof typeof looks;

export function lookFor(question: Question, ...kinds: readonly Look[]): Span | undefined {
  for (const kind of kinds) {
    const [found] = question.all(looks[kind]);
    if (found) return found;
  }
  return undefined;
}

const maxNumbers = 64;

/** The first numbers as they are written, digits and words, in order. */
export function numbersIn(question: Question): readonly Span[] {
  const dates = [looks.isoMoment, looks.isoDate, looks.longDate, looks.clock].flatMap((look) => question.all(look));
  const isPartOfDate = (span: Span): boolean => dates.some(({ start, end }) => start < span.end && end > span.start);
  return [...question.all(looks.number), ...question.all(looks.numberWord)]
    .filter((span) => !isPartOfDate(span))
    .sort((a, b) => a.start - b.start)
    .slice(0, maxNumbers);
}

const numberWords: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  dozen: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  hundred: 100,
  thousand: 1_000,
};

export function numberOf(text: string): number {
  const word = numberWords[text.toLowerCase()];
  if (word !== undefined) return word;
  const scale = /k$/i.test(text) ? 1e3 : /million$/i.test(text) ? 1e6 : /billion$/i.test(text) ? 1e9 : 1;
  return Number.parseFloat(text.replaceAll(',', '')) * scale;
}

/** `2026-03-01`, or undefined when the words name no day. */
export function dayOf(text: string, now: Date): string | undefined {
  const iso = looks.isoDate.exec(text)?.[0];
  if (iso !== undefined) return iso;
  const words = text.toLowerCase();
  if (/today|tonight/.test(words)) return isoDay(now, 0);
  if (/tomorrow/.test(words)) return isoDay(now, 1);
  if (/yesterday/.test(words)) return isoDay(now, -1);
  const weekday = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'].findIndex((day) =>
    new RegExp(`\\b${day}[a-z]*day\\b`).test(words),
  );
  if (weekday !== -1) return isoDay(now, (weekday - now.getDay() + 7) % 7 || 7);
  const bare = words.replaceAll(/(\d)(?:st|nd|rd|th)\b/g, '$1');
  const date = new Date(/\d{4}/.test(bare) ? bare : `${bare} ${now.getFullYear()}`);
  return Number.isNaN(date.getTime()) ? undefined : isoDay(date, 0);
}

/** `19:30`, or undefined. */
export function clockOf(text: string): string | undefined {
  const [, hour, minute = '00', half] = /(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s?([ap])?/i.exec(text) ?? [];
  if (hour === undefined) return undefined;
  const hours = (Number(hour) % (half ? 12 : 24)) + (half?.toLowerCase() === 'p' ? 12 : 0);
  return `${String(hours).padStart(2, '0')}:${minute}`;
}

function isoDay(from: Date, days: number): string {
  const date = new Date(from.getFullYear(), from.getMonth(), from.getDate() + days);
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}
