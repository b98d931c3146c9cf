import * as z from 'zod/mini';
import { parseJson } from '../../util/parseJson.ts';
import type { DeclaredTool, JsonObject } from '../server/model.ts';
import { argumentsObject, isObject } from './callArguments.ts';

export interface WrittenCall {
  readonly name: string;
  readonly arguments: string;
}

export interface WrittenCalls {
  readonly calls: readonly WrittenCall[];
  /** True when the text ends in the middle of one more. */
  readonly isCut: boolean;
}

type Reading = { readonly calls: readonly WrittenCall[]; readonly rest: string } | 'cut' | 'no';

/** What calls begin with where models write them as text. */
export const callMarks: readonly string[] = [
  '<tool_call>',
  '<function=',
  '[TOOL_CALLS]',
  '<|tool_call|>',
  '<|python_tag|>',
];

const trailing = /^(?:\s|;|<\/?tool_calls?>(?=\s*$)|<\/s>|<\|im_end\|>|<\|eot_id\|>|<\|eom_id\|>)+/;

/**
 * The calls of a text that begins with a mark of calls. Undefined when anything in it is not certain: a name that is not offered,
 * arguments that lack what the tool requires, words in between.
 */
export function markedCalls(text: string, tools: readonly DeclaredTool[]): WrittenCalls | undefined {
  const calls: WrittenCall[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const mark = callMarks.find((one) => rest.startsWith(one));
    const reading = mark === undefined ? unmarked(rest) : readMarked(mark, rest, tools);
    if (reading === 'no') return undefined;
    if (reading === 'cut') return { calls, isCut: true };
    calls.push(...reading.calls);
    rest = reading.rest.replace(trailing, '');
  }
  return calls.length === 0 ? undefined : { calls, isCut: false };
}

/** The calls of a text that is nothing but JSON, alone or fenced. Undefined when it may just as well be an answer. */
export function bareCalls(text: string, tools: readonly DeclaredTool[]): readonly WrittenCall[] | undefined {
  const [, fenced = text] = /^\s*```[\w-]*[ \t]*\r?\n([^]*?)\n?```\s*$/.exec(text) ?? [];
  const calls = callsIn(parseJson(fenced), tools, true);
  return calls === undefined || calls.length === 0 ? undefined : calls;
}

function unmarked(rest: string): Reading {
  return callMarks.some((mark) => mark.startsWith(rest)) ? 'cut' : 'no';
}

function readMarked(mark: string, text: string, tools: readonly DeclaredTool[]): Reading {
  const inside = text.slice(mark === '<function=' ? 0 : mark.length).trimStart();
  if (inside.startsWith('<function=')) {
    const read = readFunction(inside, tools);
    return typeof read === 'object' && mark === '<tool_call>' ? closed(read.calls, read.rest, '</tool_call>') : read;
  }
  if (inside === '' || '<function='.startsWith(inside)) return 'cut';
  const named = mark === '[TOOL_CALLS]' ? /^([\w.-]+)(?:\[ARGS\])?\s*(?=\{)/.exec(inside) : null;
  const begin = named?.[0].length ?? 0;
  const fence = /^```\w*\s*/.exec(inside)?.[0].length ?? 0;
  const end = jsonEnd(inside, begin + fence);
  if (end === undefined) return /^[[{]/.test(inside.slice(begin + fence)) ? 'cut' : 'no';
  const value = parseJson(inside.slice(begin + fence, end));
  const whole = named ? { name: named[1], arguments: value } : value;
  const calls = callsIn(whole, tools, false);
  if (!calls) return 'no';
  const rest = inside.slice(end).replace(fence > 0 ? /^\s*```/ : '', '');
  return mark === '<tool_call>' ? closed(calls, rest, '</tool_call>') : { calls, rest };
}

/** Some models forget the mark at the end. */
function closed(calls: readonly WrittenCall[], after: string, mark: string): Reading {
  const rest = after.trimStart();
  if (rest.startsWith(mark)) return { calls, rest: rest.slice(mark.length) };
  if (mark.startsWith(rest)) return { calls, rest: '' };
  return callMarks.some((begin) => rest.startsWith(begin)) ? { calls, rest } : 'no';
}

/** `<function=name>` with JSON in it, or with a `<parameter=name>` for each argument. */
function readFunction(text: string, tools: readonly DeclaredTool[]): Reading {
  const head = /^<function=([\w.-]+)>\s*/.exec(text);
  if (!head) return /^<function=[\w.-]*$/.test(text) ? 'cut' : 'no';
  const [begin, name = ''] = head;
  const inside = text.slice(begin.length);
  const tool = tools.find((one) => one.name === name);
  if (!tool) return 'no';
  const end = inside.startsWith('{') ? jsonEnd(inside, 0) : undefined;
  if (inside.startsWith('{') && end === undefined) return 'cut';
  const values = new Map<string, unknown>();
  let rest = end === undefined ? inside : inside.slice(end);
  for (let at = parameterAt(rest); at; at = parameterAt(rest)) {
    values.set(at.name, typed(at.value, tool, at.name));
    rest = rest.slice(at.length);
  }
  const last = /^\s*<\/function>/.exec(rest);
  if (!last)
    return rest.trim() === '' || /^\s*<(?:parameter=|\/f|$)/.test(rest) || /^\s*<[\w/]*$/.test(rest) ? 'cut' : 'no';
  const given = end === undefined ? Object.fromEntries(values) : parseJson(inside.slice(0, end));
  const call = callOf(name, given, tools);
  return call ? { calls: [call], rest: rest.slice(last[0].length) } : 'no';
}

function parameterAt(
  text: string,
): { readonly name: string; readonly value: string; readonly length: number } | undefined {
  const found = /^\s*<parameter=([\w.-]+)>([^]*?)<\/parameter>/.exec(text);
  if (!found) return undefined;
  const [all, name = '', value = ''] = found;
  return { name, value: value.replace(/^\r?\n/, '').replace(/\r?\n$/, ''), length: all.length };
}

const propertiesSchema = z.looseObject({
  properties: z.optional(z.record(z.string(), z.looseObject({ type: z.optional(z.unknown()) }))),
  required: z.optional(z.array(z.string())),
});

/** A text, unless the tool wants something else there. */
function typed(value: string, { parameters }: DeclaredTool, name: string): unknown {
  const type = z.safeParse(propertiesSchema, parameters).data?.properties?.[name]?.type;
  return type === undefined || type === 'string' ? value : (parseJson(value) ?? value);
}

const nameKeys = ['name', 'tool', 'tool_name', 'function', 'function_name'];
const argumentKeys = ['arguments', 'parameters', 'args', 'input', 'tool_input'];
const otherKeys = ['id', 'type', 'call_id', 'tool_call_id'];

/** Undefined when something in it is no call of an offered tool. */
function callsIn(value: unknown, tools: readonly DeclaredTool[], isBare: boolean): readonly WrittenCall[] | undefined {
  if (Array.isArray(value)) {
    const all = value.map((one) => callsIn(one, tools, isBare));
    return all.every((calls) => calls !== undefined) ? all.flat() : undefined;
  }
  if (!isObject(value)) return undefined;
  const keys = Object.keys(value);
  if (keys.length === 1 && Array.isArray(value['tool_calls'])) return callsIn(value['tool_calls'], tools, isBare);
  const named = value['function'];
  if (isObject(named) && keys.every((key) => key === 'function' || otherKeys.includes(key)))
    return callsIn(named, tools, isBare);
  const nameKey = nameKeys.find((key) => typeof value[key] === 'string');
  const argumentKey = argumentKeys.find((key) => key in value);
  if (nameKey === undefined || (isBare && argumentKey === undefined)) return undefined;
  if (keys.some((key) => key !== nameKey && key !== argumentKey && !otherKeys.includes(key))) return undefined;
  const call = callOf(String(value[nameKey]), argumentKey === undefined ? {} : value[argumentKey], tools);
  return call && [call];
}

function callOf(name: string, given: unknown, tools: readonly DeclaredTool[]): WrittenCall | undefined {
  const bare = name.replace(/^functions\./, '');
  const tool = tools.find((one) => one.name === name) ?? tools.find((one) => one.name === bare);
  const args: JsonObject | undefined = argumentsObject(given);
  if (!tool || !args) return undefined;
  const required = z.safeParse(propertiesSchema, tool.parameters).data?.required ?? [];
  if (!required.every((key) => Object.hasOwn(args, key))) return undefined;
  return { name: tool.name, arguments: JSON.stringify(args) };
}

/** Behind the bracket that closes the one that stands here; undefined when none does. */
function jsonEnd(text: string, start: number): number | undefined {
  if (!/[[{]/.test(text.charAt(start))) return undefined;
  let depth = 0;
  let isQuoted = false;
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (isQuoted) {
      if (sign === '\\') at++;
      else if (sign === '"') isQuoted = false;
    } else if (sign === '"') isQuoted = true;
    else if (sign === '{' || sign === '[') depth++;
    else if ((sign === '}' || sign === ']') && --depth === 0) return at + 1;
  }
  return undefined;
}
