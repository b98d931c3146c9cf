import * as z from 'zod/mini';
import type { Export, Subject } from '../../characterizing/subject.ts';
import { brokenMessages } from '../toolOutputs.ts';
import type { Style } from './style.ts';

/** What one call did. */
export type Outcome =
  | {
      readonly kind: 'value';
      /** An expression of literals. */
      readonly text: string;
      readonly isPromise: boolean;
      /** Arguments that are others afterwards, as expressions. */
      readonly changed: ReadonlyMap<number, string>;
    }
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly isPromise: boolean }
  /** What cannot be written down; a few words. */
  | { readonly kind: 'unfit'; readonly reason: string };

/** One call of the table. */
export interface Call {
  readonly subject: Subject;
  readonly values: readonly string[];
}

/** Results are told in messages, which tools cut: in bytes of JSON. */
const maxResult = 480;

/** Runs in the tests of the project: writes values as expressions, calls, and tells what came of it by failing. */
const kernel = `
const unfit = (reason) => { throw { unfit: reason } };
const show = (value, around = []) => {
  if (value === undefined || value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return value + 'n';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') unfit('a ' + typeof value);
  if (around.includes(value)) unfit('something that holds itself');
  if (around.length > 6) unfit('something deeply nested');
  const inner = [...around, value];
  if (Object.getOwnPropertySymbols(value).length > 0) unfit('an object with symbols');
  if (Array.isArray(value)) {
    if (Object.keys(value).length !== value.length) unfit('a list with gaps');
    return '[' + value.map((one) => show(one, inner)).join(', ') + ']';
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? unfit('an invalid date') : "new Date('" + value.toISOString() + "')";
  if (value instanceof Set) return 'new Set([' + [...value].map((one) => show(one, inner)).join(', ') + '])';
  if (value instanceof Map) return 'new Map([' + [...value].map((one) => show(one, inner)).join(', ') + '])';
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype) unfit('an object of a class');
  const entries = Object.entries(Object.getOwnPropertyDescriptors(value)).map(([key, field]) => {
    if (!('value' in field) || !field.enumerable || key === '__proto__') unfit('an object with accessors');
    return (/^[A-Za-z_$][\\w$]*$/.test(key) ? key : JSON.stringify(key)) + ': ' + show(field.value, inner);
  });
  return entries.length === 0 ? '{}' : '{ ' + entries.join(', ') + ' }';
};
const observe = async (call, values) => {
  const before = values.map((value) => show(value));
  let isPromise = false;
  try {
    const result = call(...values);
    isPromise = typeof result?.then === 'function';
    const text = show(await result);
    const changed = values.map((value, index) => [index, show(value)]).filter(([index, now]) => now !== before[index]);
    return { text, isPromise, changed };
  } catch (error) {
    if (error?.unfit !== undefined) return error;
    if (!(error instanceof Error)) return { unfit: 'a thrown value that is no error' };
    return { name: String(error.name), message: String(error.message), isPromise };
  }
};
const tell = async (number, find, makeValues) => {
  let told = { number };
  try { told = { number, ...(await observe(find(), makeValues())) }; } catch (error) { told = { number, unfit: 'something that cannot be looked at' }; }
  let json = JSON.stringify(told);
  if (json.length > ${maxResult}) json = JSON.stringify({ number, unfit: 'a long result' });
  const error = new Error('probe:' + written(json) + ':eborp');
  error.stack = error.message;
  throw error;
};
`;

/** A test file in which every test fails and says by its message what one call does. */
export function probeText(calls: readonly (Call & { readonly number: number })[], style: Style): string {
  const { isModule, runner } = style;
  const from = JSON.stringify(style.from);
  const load = (names: string, module: string): string =>
    isModule ? `import ${names} from '${module}';` : `const ${names.replace(/^\* as /, '')} = require('${module}');`;
  const frame: Readonly<Record<Style['runner'], readonly [declaration: string, name: string]>> = {
    vitest: [load('{ it }', 'vitest'), 'it'],
    jest: ['', 'it'],
    mocha: ['', 'it'],
    nodeTest: [load('{ it }', 'node:test'), 'it'],
    ava: [load('test', 'ava'), 'test'],
  };
  const [declaration, name] = frame[runner];
  const imported = isModule ? `import * as imported from ${from};` : `const imported = require(${from});`;
  const tests = calls.map(
    ({ number, subject, values }) =>
      `${name}('probe ${number}', () => tell(${number}, () => ${reference(subject.export)}, () => [${values.join(', ')}]));`,
  );
  // Reports of TAP fold and quote whatever is no single word.
  const written = runner === 'ava' ? `Buffer.from(json).toString('base64')` : `json.replace(/[^ -~]/g, escaped)`;
  const encode = `const escaped = (unit) => '\\\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0');\nconst written = (json) => ${written};`;
  return `// @ts-nocheck\n/* eslint-disable */\n${declaration}\n${imported}\n${kernel}\n${encode}\n${tests.join('\n')}\n`;
}

function reference(out: Export): string {
  switch (out.kind) {
    case 'named':
      return `(imported.${out.name} ?? imported.default.${out.name})`;
    case 'default':
      return '(imported.default?.default ?? imported.default)';
    case 'whole':
      return "(typeof imported === 'function' ? imported : imported.default)";
  }
}

const told = z.object({
  number: z.int(),
  text: z.optional(z.string()),
  isPromise: z.optional(z.boolean()),
  changed: z.optional(z.array(z.tuple([z.int(), z.string()]))),
  name: z.optional(z.string()),
  message: z.optional(z.string()),
  unfit: z.optional(z.string()),
});

/** What the messages of a report of `run_tests` tell, by number. */
export function readOutcomes(output: string): ReadonlyMap<number, Outcome> {
  const found = new Map<number, Outcome>();
  for (const { message } of brokenMessages(output)) {
    const encoded = /probe:(.+?):eborp/s.exec(message)?.[1];
    const result = encoded === undefined ? undefined : z.safeParse(told, decoded(encoded));
    if (result?.success === true) found.set(result.data.number, outcomeOf(result.data));
  }
  return found;
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text.startsWith('{') ? text : Buffer.from(text, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Errors that the language itself throws at values that a function was not made for; their words are no behaviour of it. */
const native =
  /^Cannot |is not (?:a function|iterable|a constructor|defined|an object|a valid|extensible)|^(?:undefined|null) is|^Invalid (?:array|string|time|count|regular|code|date)|^Reduce of empty|^Maximum call|argument must be|^Cannot mix|^Unexpected|^The (?:number|value)/;

function outcomeOf({
  text,
  isPromise = false,
  changed = [],
  name,
  message = '',
  unfit,
}: z.infer<typeof told>): Outcome {
  if (text !== undefined) return { kind: 'value', text, isPromise, changed: new Map(changed) };
  if (name === undefined) return { kind: 'unfit', reason: unfit ?? 'nothing' };
  if (/^(?:Type|Range|Reference|Syntax)Error$/.test(name) && native.test(message))
    return { kind: 'unfit', reason: 'an error of the language' };
  return { kind: 'error', name, message, isPromise };
}
