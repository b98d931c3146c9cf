import type { Asking } from './asking.ts';
import type { Question, Span } from './question.ts';
import { directionOf, roleOf, type Role } from './roles.ts';
import type { Property, Shape } from './shapes.ts';
import { clockOf, dayOf, lookFor, type Look } from './values.ts';
import { hasSameWord, isEmptyWord, isGeneralWord, tellingWords, wordsOf } from './words.ts';

export interface FoundText {
  readonly value: string;
  /** How much it tells that this is what the property asks for. */
  readonly weight: number;
}

type TextShape = Shape & { readonly kind: 'text' };

/** Texts of these roles have a look of their own. */
const looksOf: Partial<Readonly<Record<Role, readonly Look[]>>> = {
  email: ['email'],
  phone: ['phone'],
  link: ['uri', 'hostname'],
  moment: ['isoMoment', 'isoDate', 'longDate', 'relativeDate'],
  day: ['isoDate', 'longDate', 'relativeDate'],
  clock: ['clock'],
  expression: ['sum'],
  path: ['path'],
  code: ['code'],
  identifier: ['uuid', 'identifier'],
};

/** A question that holds one of these is mostly about it. */
const lookWeights: Partial<Readonly<Record<Role, number>>> = { link: 2.5, path: 2, expression: 2.5, email: 1.5 };

const formatLooks: Readonly<Record<string, Look>> = { uuid: 'uuid', ipv4: 'ipv4', hostname: 'hostname' };

export function isStrongRole(role: Role): boolean {
  return role !== 'code' && looksOf[role] !== undefined;
}

/** The text for one property; undefined when the question holds none that the schema admits. */
export function findText(
  property: Property,
  shape: TextShape,
  request: Asking,
  isRequired: boolean,
): FoundText | undefined {
  const { question } = request;
  const role = roleOf(property);
  const candidates = [
    () => byOwnName(property, role, question),
    () => byDirection(property, role, question),
    () => byLook(role, shape, question),
    () => (isRequired ? byRole(property, role, request) : undefined),
  ];
  for (const [index, find] of candidates.entries()) {
    const span = find();
    const value = span && admitted(asWritten(span.text, role, shape, request.now), shape);
    if (span === undefined || value === undefined) continue;
    question.take(span);
    const isNamedPlace = role === 'place' && /^\p{Lu}/u.test(span.text);
    return { value, weight: index === 2 ? (lookWeights[role] ?? 1) : index < 2 || isNamedPlace ? 1 : 0 };
  }
  return shape.pattern === undefined ? byNow(role, shape, request, isRequired) : byPattern(shape, question);
}

/** "subject 'Hi'", "title: Groceries", "named Bob". */
function byOwnName({ name }: Property, role: Role, question: Question): Span | undefined {
  const called = /(?:name|label|title)$/i.test(name) ? question.after(['named', 'called', 'titled']) : undefined;
  if (called) return called;
  const own = tellingWords(name).filter((word) => !isGeneralWord(word) && !isEmptyWord(word));
  const last = own.at(-1);
  if (last === undefined) return undefined;
  const mark = `(?<![\\p{L}\\d])${last}(?:\\s+(?:is|of|as|named|called|set\\s+to))?\\s*[:=]?\\s*`;
  const quoted = question.first(new RegExp(`${mark}["“'](?<value>[^"”']+)["”']`, 'iu'));
  if (quoted) return quoted;
  // Free text goes on to the end of its sentence.
  if (role === 'free') return question.tail([`the (?:[\\p{L}]+ )?${last}`, `${last}\\s*[:=]`]);
  const spelled = `(?:${last}|${last[0]?.toUpperCase()}${last.slice(1)})`;
  const value = `(?<value>#?[\\w-]*\\d[\\w-]*|\\p{Lu}[\\p{L}'’-]+(?:\\s\\p{Lu}[\\p{L}'’-]+)*)`;
  return (
    question.first(new RegExp(`(?<![\\p{L}\\d])${last}\\s*[:=]\\s*(?<value>[^\\s,;][^,;\\n]*)`, 'iu')) ??
    question.first(new RegExp(`(?<![\\p{L}\\d])${spelled}\\s+(?:named\\s+|called\\s+)?${value}`, 'u')) ??
    question.all(new RegExp(`\\bthe\\s${last}\\s(?<value>[\\p{L}-]{2,})`, 'iu')).find(({ text }) => !isEmptyWord(text))
  );
}

/** True where the question says where from or where to. */
export function hasDirection(property: Property, { question }: Asking): boolean {
  return byDirection(property, roleOf(property), question) !== undefined;
}

function byDirection(property: Property, role: Role, question: Question): Span | undefined {
  const direction = directionOf(property);
  if (direction === undefined || role === 'email') return undefined;
  const words = direction === 'from' ? ['from'] : ['into', 'to'];
  const phrase =
    question.phrases(words).find(({ text }) => role !== 'place' || /\p{Lu}/u.test(text)) ?? question.after(words);
  if (phrase) return role === 'code' ? codeWithin(question, phrase) : phrase;
  if (direction === 'from') return question.before(['to', 'into', 'in']);
  return role === 'place' ? undefined : question.after(['in']);
}

function codeWithin(question: Question, phrase: Span): Span {
  const codes = question.all(/\b[\p{Lu}\d]{2,6}\b/u);
  return codes.find(({ start, end }) => start >= phrase.start && end <= phrase.end) ?? phrase;
}

function byLook(role: Role, { format }: TextShape, question: Question): Span | undefined {
  const look = format === undefined ? undefined : formatLooks[format];
  if (look) return lookFor(question, look);
  return lookFor(question, ...(looksOf[role] ?? []));
}

/** What is looked for only when something must be found. */
function byRole(property: Property, role: Role, request: Asking): Span | undefined {
  const { question } = request;
  const places = ['in', 'at', 'near', 'for', 'around', 'of', 'to', 'from'];
  switch (role) {
    case 'place':
    case 'person':
      return (
        (role === 'person' ? question.after(['by']) : undefined) ??
        question.names()[0] ??
        modifier(property, request) ??
        question.after(places) ??
        rest(request)
      );
    case 'language':
      return question.phrases(['into', 'to', 'in']).find(({ text }) => !/\s/.test(text)) ?? question.names()[0];
    case 'code':
      return question.names()[0] ?? question.after(['for', 'of', 'in', 'to']) ?? rest(request);
    case 'email':
    case 'phone':
    case 'link':
    case 'moment':
    case 'day':
    case 'clock':
      return undefined;
    case 'free':
      return (
        question.quoted() ??
        question.first(/(?<=\p{L}):\s+(?<value>\S[^]*\S)\s*$/u) ??
        question.tail(['about', 'saying', 'that says', 'for', 'titled', 'called']) ??
        rest(request)
      );
    case 'thing':
    case 'identifier':
    case 'path':
    case 'expression':
      return (
        question.quoted() ??
        question.names()[0] ??
        modifier(property, request) ??
        rest(request) ??
        question.after([...places, 'on', 'with'])
      );
  }
}

/** "The kitchen lights" for the room of a tool about lights, "the living room" for its room. */
function modifier({ name }: Property, { question, toolWords }: Asking): Span | undefined {
  const before = `(?<=\\b(?:the|my|our|your|a|an)\\s)`;
  const own = tellingWords(name).at(-1);
  const named =
    own === undefined ? undefined : question.first(new RegExp(`${before}(?<value>[\\p{L}-]+\\s${own})\\b`, 'iu'));
  const tools = toolWords.map((word) => `${word}\\p{L}{0,2}`).join('|');
  return (
    named ?? question.first(new RegExp(`${before}(?<value>[\\p{L}-]+(?:\\s[\\p{L}-]+)?)(?=\\s(?:${tools})\\b)`, 'iu'))
  );
}

/** The question without the words that ask for the call; at the least, the question. */
function rest({ question, toolWords }: Asking): Span | undefined {
  const isAsking = (word: string): boolean =>
    isEmptyWord(word) || isGeneralWord(word) || hasSameWord(toolWords, word.toLowerCase());
  const left = question.rest(isAsking) ?? question.rest(isEmptyWord);
  if (left) return left;
  const text = question.text.trim();
  const start = question.text.indexOf(text);
  return text === '' || !question.isFree({ start, end: start + text.length })
    ? undefined
    : { start, end: start + text.length, text };
}

/** Dates and times as the schema writes them. */
function asWritten(text: string, role: Role, { format }: TextShape, now: Date): string | undefined {
  if (format === 'date') return dayOf(text, now);
  if (format === 'time') return withSeconds(clockOf(text));
  if (format === 'date-time') {
    const day = dayOf(text, now);
    return day === undefined ? undefined : /\d[T ]\d{2}:/.test(text) ? isoMoment(text) : `${day}T00:00:00Z`;
  }
  if (role === 'day') return dayOf(text, now) ?? text;
  if (role === 'clock') return clockOf(text) ?? text;
  return text;
}

function isoMoment(text: string): string {
  const joined = text.replace(' ', 'T');
  const whole = /T\d{2}:\d{2}(?!:)/.test(joined) ? joined.replace(/(T\d{2}:\d{2})/, '$1:00') : joined;
  return /(?:Z|[+-]\d{2}:\d{2})$/.test(whole) ? whole : `${whole}Z`;
}

function withSeconds(clock: string | undefined): string | undefined {
  return clock === undefined ? undefined : `${clock}:00Z`;
}

/** A day or moment that must be given and is not: now. */
function byNow(role: Role, shape: TextShape, { now }: Asking, isRequired: boolean): FoundText | undefined {
  if (!isRequired || (role !== 'day' && role !== 'moment' && role !== 'clock')) return undefined;
  const moment = `${now.toISOString().slice(0, 19)}Z`;
  const value =
    role === 'moment'
      ? moment
      : role === 'day'
        ? dayOf('today', now)
        : asWritten(moment.slice(11, 16), role, shape, now);
  const fitting = admitted(value, shape);
  return fitting === undefined ? undefined : { value: fitting, weight: 0 };
}

function byPattern(shape: TextShape, question: Question): FoundText | undefined {
  for (const word of question.all(/[^\s,;?!"'()]+/u)) {
    const value = admitted(word.text.replace(/\.$/, ''), shape);
    if (value === undefined || wordsOf(value).length === 0) continue;
    question.take(word);
    return { value, weight: 1 };
  }
  return undefined;
}

const longestTested = 256;

/** Undefined when the schema does not admit it; patterns that could take for ever are not tried, and admit nothing. */
function admitted(value: string | undefined, { pattern, minLength, maxLength }: TextShape): string | undefined {
  if (value === undefined || value.length < minLength || value.length > maxLength) return undefined;
  if (pattern === undefined) return value;
  const isSafe =
    pattern.length <= longestTested && !/\([^)]*[+*}][^)]*\)[+*{?]/.test(pattern) && value.length <= longestTested;
  if (!isSafe) return undefined;
  try {
    return new RegExp(pattern, 'u').test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
