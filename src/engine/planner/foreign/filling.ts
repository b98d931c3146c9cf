import type { JsonObject } from '../../model.ts';
import type { Asking } from './asking.ts';
import { findText, hasDirection, isStrongRole } from './findingText.ts';
import type { Question, Span } from './question.ts';
import { directionOf, roleOf, type Direction } from './roles.ts';
import type { Property, Shape } from './shapes.ts';
import { numberOf, numbersIn } from './values.ts';
import { hasSameWord, tellingWords, wordsOf } from './words.ts';

export interface Filling {
  readonly values: JsonObject;
  /** Required properties for which the question holds nothing. */
  readonly missing: readonly string[];
  /** Values that by their look belong to these properties and to few others. */
  readonly evidence: number;
}

type Found = { readonly kind: 'value'; readonly value: unknown; readonly weight: number } | { readonly kind: 'none' };

const none: Found = { kind: 'none' };

/** Finds a value for each property in the words of the question; what is recognised by its look comes before free text. */
export function fillRecord(properties: readonly Property[], request: Asking): Filling {
  const values: Record<string, unknown> = {};
  const missing: string[] = [];
  let evidence = 0;
  const ranks = new Map(properties.map((property) => [property, rankOf(property, request)]));
  for (const property of properties.toSorted((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0))) {
    const found = fillProperty(property, request);
    if (found.kind === 'value') {
      values[property.name] = found.value;
      evidence += found.weight;
    } else if (property.isRequired) missing.push(property.name);
  }
  // In the order of the schema.
  const ordered = properties.flatMap(({ name }) => (name in values ? [[name, values[name]] as const] : []));
  return { values: Object.fromEntries(ordered), missing, evidence };
}

/** The less a value can be mistaken for another, the earlier it is looked for. */
function rankOf(property: Property, request: Asking): number {
  const { kind } = property.shape;
  if (kind === 'choice' || kind === 'flag') return 0;
  if (kind === 'text' && isStrongRole(roleOf(property))) return 1;
  if (hasDirection(property, request)) return 2;
  if (kind === 'number') return 3;
  if (kind === 'list') return roleOf(property) === 'free' ? 6 : 4;
  return roleOf(property) === 'free' ? 7 : roleOf(property) === 'thing' ? 6 : 5;
}

function fillProperty(property: Property, request: Asking): Found {
  const found = search(property, request);
  if (found.kind === 'value') return found;
  const [byDefault] = property.defaults;
  if (byDefault !== undefined) return property.isRequired ? weak(byDefault) : none;
  if (!property.isRequired) return none;
  return property.isNullable ? weak(null) : fallback(property, property.shape, request);
}

function search(property: Property, request: Asking): Found {
  const { shape } = property;
  switch (shape.kind) {
    case 'choice':
      return findChoice(shape.values, request.question, directionOf(property));
    case 'flag':
      return findFlag(property, request.question);
    case 'number':
      return findNumber(property, shape, request.question);
    case 'text': {
      const span = findText(property, shape, request, property.isRequired);
      return span ? { kind: 'value', ...span } : none;
    }
    case 'list':
      return findList(property, shape, request);
    case 'record': {
      const filling = fillRecord(shape.properties, request);
      const isWorthIt = property.isRequired || filling.evidence > 0;
      return isWorthIt && filling.missing.length === 0
        ? { kind: 'value', value: filling.values, weight: filling.evidence }
        : none;
    }
    case 'nothing':
      return none;
  }
}

/** What a required property gets when the question says nothing: only what cannot be wrong by much. */
function fallback(property: Property, shape: Shape, { question }: Asking): Found {
  switch (shape.kind) {
    case 'choice':
      return shape.values.length > 0 ? weak(shape.values[0]) : none;
    case 'flag':
      return weak(hasSameWordIn(question, property.name));
    case 'number': {
      // A count may be one; a measure must not be made up.
      if (!shape.isInteger && !Number.isFinite(shape.minimum)) return none;
      const value = Math.min(Math.max(1, shape.minimum), shape.maximum);
      return Number.isFinite(value) ? weak(shape.isInteger ? Math.ceil(value) : value) : none;
    }
    case 'list':
      return shape.minItems === 0 ? weak([]) : none;
    case 'nothing':
      return weak(null);
    case 'text':
    case 'record':
      return none;
  }
}

function findChoice(values: readonly unknown[], question: Question, direction: Direction): Found {
  const words = wordsOf(question.text);
  const found = values.flatMap((value) => {
    const score = choiceScore(value, question.text, words);
    const span = question.first(exactly(String(value)));
    // What another property has taken is not meant twice.
    const isTaken = span === undefined && exactly(String(value)).test(question.text);
    return score > 0 && !isTaken ? [{ value, score, span, at: span?.start ?? question.text.length }] : [];
  });
  const [best] = found.toSorted((a, b) => {
    if (direction === 'from') return a.at - b.at;
    return direction === 'to' ? b.at - a.at : b.score - a.score;
  });
  if (!best) return none;
  if (best.span) question.take(best.span);
  return { kind: 'value', value: best.value, weight: values.length > 1 ? 1 : 0 };
}

/** Whole words count, in any of their forms; the longer name wins. */
function choiceScore(value: unknown, text: string, words: readonly string[]): number {
  if (typeof value !== 'string' && typeof value !== 'number') return 0;
  if (exactly(String(value)).test(text)) return 10 + String(value).length;
  const named = wordsOf(String(value));
  const hits = named.filter((word) => word.length > 2 && hasSameWord(words, word));
  return named.length > 0 && hits.length === named.length ? hits.length : 0;
}

function exactly(text: string): RegExp {
  const escaped = text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\p{L}\\d])${escaped}(?![\\p{L}\\d])`, 'iu');
}

const off = /\b(?:off|disable|deactivate|stop|without|no|not|don'?t|false|exclude|disallow|un\w+|close|mute)\b/i;
const on = /\b(?:on|enable|activate|start|with|yes|true|include|allow|open)\b/i;

function findFlag(property: Property, question: Question): Found {
  const isNamed = hasSameWordIn(question, property.name);
  const isSwitch = /^(?:on|enabled?|active|state|is_?on|power|open|turned_?on|status|value)$/i.test(property.name);
  if (!isNamed && !isSwitch) return none;
  if (off.test(question.text)) return { kind: 'value', value: false, weight: 0 };
  return isNamed || on.test(question.text) ? { kind: 'value', value: true, weight: 0 } : none;
}

function hasSameWordIn(question: Question, name: string): boolean {
  const words = wordsOf(question.text);
  return tellingWords(name.replaceAll(/^(?:is|has|include|enable)_?/gi, '')).some((word) => hasSameWord(words, word));
}

function findNumber(property: Property, shape: Shape & { readonly kind: 'number' }, question: Question): Found {
  const fitting = numbersIn(question).filter((span) => fits(numberOf(span.text), shape));
  const named = [...tellingWords(property.name), ...tellingWords(property.description)];
  if (/max/i.test(property.name)) named.push('under', 'below', 'most');
  if (/min(?!ut)/i.test(property.name)) named.push('over', 'above', 'least');
  const beside = fitting.find((span) => wordsBeside(question, span).some((word) => hasSameWord(named, word)));
  const chosen = beside ?? (property.isRequired ? fitting[0] : undefined);
  if (!chosen) return none;
  question.take(chosen);
  return { kind: 'value', value: numberOf(chosen.text), weight: beside === undefined ? 0 : 1 };
}

function fits(value: number, { isInteger, minimum, maximum }: Shape & { readonly kind: 'number' }): boolean {
  return value >= minimum && value <= maximum && (!isInteger || Number.isInteger(value));
}

/** How far around a number its words are looked for, in letters. */
const nearby = 64;

function wordsBeside({ text }: Question, { start, end }: Span): readonly string[] {
  const before = text.slice(Math.max(0, start - nearby), start);
  return [...wordsOf(before).slice(-1), ...wordsOf(text.slice(end, end + nearby)).slice(0, 2)];
}

function findList(
  property: Property,
  { item, minItems, maxItems }: Shape & { readonly kind: 'list' },
  request: Asking,
): Found {
  const single: Property = { ...property, shape: item, isRequired: true, isNullable: false, defaults: [] };
  const values: unknown[] = [];
  const most = Math.min(maxItems, 32);
  if (item.kind === 'text') values.push(...listedTexts(request).slice(0, most));
  else if (item.kind === 'choice')
    values.push(...item.values.filter((value) => findChoice([value], request.question, undefined).kind === 'value'));
  else
    for (
      let found = search(single, request);
      found.kind === 'value' && values.length < most;
      found = search(single, request)
    ) {
      values.push(found.value);
      // Nothing of the question is used up by flags and records.
      if (item.kind !== 'number') break;
    }
  if (values.length === 0 && item.kind === 'text') {
    const found = search(single, request);
    if (found.kind === 'value') values.push(found.value);
  }
  return values.length >= Math.max(1, minItems)
    ? { kind: 'value', value: values, weight: values.length > 1 ? 1 : 0 }
    : none;
}

/** "Apples, pears and plums": two or more that are listed. */
function listedTexts({ question, toolWords }: Asking): readonly string[] {
  const isLeading = (word: string): boolean => hasSameWord(toolWords, word.toLowerCase());
  const rest = question.rest(
    (word) => isLeading(word) || /^(?:please|my|the|for|of|between|with|add|these|items?)$/i.test(word),
  );
  const phrases = [...question.phrases([':', 'for', 'of', 'between', 'with', 'add']), ...(rest ? [rest] : [])];
  const listed = question.first(/(?<value>[^\s,:.][^,:.]*(?:,\s*[^,:.]+)+)/u) ?? rest;
  const source = listed ?? phrases[0];
  if (!source) return [];
  const parts = source.text.split(/\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|&|vs\.?)\s+/i).map((part) => part.trim());
  const first = parts[0]?.split(/(?:^|\s+)(?:for|of|between|with|add|buy|get|compare|about)\s+/i).at(-1);
  const last = parts.at(-1)?.split(/\s+(?:to|from|on|in|into|for)\s+/i)[0];
  const whole = [first ?? '', ...parts.slice(1, -1), last ?? '']
    .map((part) => part.replace(/[?!.]+$/, ''))
    .filter((part) => part !== '');
  if (whole.length < 2) return [];
  question.take(source);
  return whole;
}

function weak(value: unknown): Found {
  return { kind: 'value', value, weight: 0 };
}
