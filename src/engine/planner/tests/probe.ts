import * as z from 'zod/mini';
import type { Export, Subject } from '../../characterizing/subject.ts';
import { programText } from '../../../util/programText.ts';
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

/** Runs in the tests of the project, before the calls: `tell` makes one and says what came of it by failing. */
const kernel = programText('./programs/probe.cjs', import.meta.url);

/** A test file in which every test fails and says by its message what one call does. */
export function probeText(calls: readonly (Call & { readonly number: number })[], style: Style): string {
  const { isModule, idiom } = style;
  const { name, imports } = idiom.test;
  const from = JSON.stringify(style.from);
  const load = (names: string, module: string): string =>
    isModule ? `import ${names} from '${module}';` : `const ${names.replace(/^\* as /, '')} = require('${module}');`;
  const declaration = imports.map(({ names, module }) => load(names, module)).join('\n');
  const imported = isModule ? `import * as imported from ${from};` : `const imported = require(${from});`;
  const tests = calls.map(
    ({ number, subject, values }) =>
      `${name}('probe ${number}', () => tell(${number}, () => ${reference(subject.export)}, () => [${values.join(', ')}], ${idiom.wrapsMessages}));`,
  );
  return `// @ts-nocheck\n/* eslint-disable */\n${declaration}\n${imported}\n${kernel}\n${tests.join('\n')}\n`;
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
