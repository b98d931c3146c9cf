import type { Export } from '../../characterizing/subject.ts';
import { tracesOf } from '../../../runners/table.ts';
import type { Call, Outcome } from './probe.ts';
import type { Style } from './style.ts';

/** One call with what it is known to do. */
export interface Pinned extends Call {
  readonly outcome: Exclude<Outcome, { kind: 'unfit' }>;
  /** Unique in its file. */
  readonly title: string;
}

const maxTitle = 80;
const maxWidth = 110;

/** A title for each call, in words of the call and of what it gives. */
export function titled(calls: readonly Omit<Pinned, 'title'>[]): readonly Pinned[] {
  const taken = new Map<string, number>();
  return calls.map((one) => {
    const plain = titleOf(one);
    const count = (taken.get(plain) ?? 0) + 1;
    taken.set(plain, count);
    return { ...one, title: count === 1 ? plain : `${plain} (${count})` };
  });
}

function titleOf({ subject, values, outcome }: Omit<Pinned, 'title'>): string {
  const call = `${subject.export.name}(${values.join(', ')})`;
  const verb = outcome.kind === 'value' ? `gives ${outcome.text}` : `fails with ${outcome.message}`;
  const whole = `${call} ${verb}`;
  const title = whole.length <= maxTitle ? whole : `${call.slice(0, maxTitle / 2)}… ${verb.slice(0, maxTitle / 2)}`;
  return title.replaceAll(/[\s\p{C}]+/gu, ' ').replace(/[\uD800-\uDBFF]$/, '');
}

/** A file of tests that expect exactly what was seen, in the idiom of the runner. */
export function testText(pinned: readonly Pinned[], style: Style, isModule: boolean): string {
  const write = new Writer(style);
  const exports = [...new Map(pinned.map(({ subject }) => [subject.export.name, subject.export])).values()];
  const imports = [...write.frameworkImports(), ...importLines(exports, style, isModule)];
  const groups = exports.map(({ name }) =>
    write.group(
      name,
      pinned.filter(({ subject }) => subject.export.name === name),
    ),
  );
  const note = '// What the code did when these tests were written, right or wrong.';
  return `${imports.join('\n')}\n\n${note}\n${groups.join('\n')}`;
}

/** Names that the tests themselves use. */
const ownNames = new RegExp(
  String.raw`^(?:assert|describe|it|test|expect|subject|${tracesOf('doubles')}|suite|before|after|t|given\d*|require|module|exports)$`,
);

/** What a function of the code is called in the tests. */
function localName(name: string): string {
  return ownNames.test(name) ? `${name}Function` : name;
}

function importLines(exports: readonly Export[], style: Style, isModule: boolean): readonly string[] {
  const { quote, end, from } = style;
  const path = `${quote}${from}${quote}`;
  const renaming = style.isModule ? ' as' : ':';
  const named = exports
    .filter(({ kind }) => kind === 'named')
    .map(({ name }) => (localName(name) === name ? name : `${name}${renaming} ${localName(name)}`));
  const [main] = exports.filter(({ kind }) => kind !== 'named');
  const list = `{ ${named.join(', ')} }`;
  if (style.isModule) {
    if (isModule || main !== undefined) {
      const names = [...(main === undefined ? [] : [localName(main.name)]), ...(named.length === 0 ? [] : [list])];
      return [`import ${names.join(', ')} from ${path}${end}`];
    }
    // What a module of CommonJS exports by name is not always known before it runs.
    return [`import subject from ${path}${end}`, '', `const ${list.replaceAll(' as', ':')} = subject${end}`];
  }
  const lines = named.length === 0 ? [] : [`const ${list} = require(${path})${end}`];
  if (main === undefined) return lines;
  const name = main.kind === 'default' ? `{ default: ${localName(main.name)} }` : localName(main.name);
  return [`const ${name} = require(${path})${end}`, ...lines];
}

class Writer {
  readonly #style: Style;

  constructor(style: Style) {
    this.#style = style;
  }

  frameworkImports(): readonly string[] {
    return this.#style.idiom.imports.map(({ names, module }) => this.#load(names, module));
  }

  group(name: string, pinned: readonly Pinned[]): string {
    const { indent, idiom, end } = this.#style;
    const tests = pinned.map((one) => this.#test(one, idiom.isFlat ? '' : indent));
    if (idiom.isFlat) return tests.join('\n');
    return `describe(${this.#quoted(name)}, () => {\n${tests.join('\n')}})${end}\n`;
  }

  #load(names: string, module: string): string {
    const { isModule, quote, end } = this.#style;
    const path = `${quote}${module}${quote}`;
    return isModule ? `import ${names} from ${path}${end}` : `const ${names} = require(${path})${end}`;
  }

  #test(pinned: Pinned, pad: string): string {
    const { idiom, indent, end } = this.#style;
    const isAsync = pinned.outcome.isPromise ? 'async ' : '';
    const head = `${idiom.test.name}(${this.#quoted(pinned.title)}, ${isAsync}(${idiom.parameter}) => {`;
    const body = this.#statements(pinned).map((line) => `${pad}${indent}${line}${end}\n`);
    return `${pad}${head}\n${body.join('')}${pad}})${end}\n`;
  }

  /** Arguments that are changed have a name, so that they can be looked at afterwards. */
  #statements({ subject, values, outcome }: Pinned): readonly string[] {
    const changed = outcome.kind === 'value' ? outcome.changed : new Map<number, string>();
    const nameOf = (index: number): string => (changed.size === 1 ? 'given' : `given${index + 1}`);
    const words = values.map((value, index) => (changed.has(index) ? nameOf(index) : this.#literal(value)));
    const call = `${localName(subject.export.name)}(${words.join(', ')})`;
    const declared = [...changed.keys()].map(
      (index) => `const ${nameOf(index)} = ${this.#literal(values[index] ?? '')}`,
    );
    const later = [...changed].map(([index, text]) => this.#equal(nameOf(index), text));
    if (outcome.kind === 'error') return [this.#fails(call, outcome)];
    return [...declared, this.#equal(outcome.isPromise ? `await ${call}` : call, outcome.text), ...later];
  }

  #equal(actual: string, expected: string): string {
    const isPlain = /^(?:-?\d|"|true$|false$|null$|undefined$|NaN$|-?Infinity$)/.test(expected);
    return this.#style.idiom.equal(this.#call, { actual, expected: this.#literal(expected), isPlain });
  }

  #fails(call: string, { name, message, isPromise }: Extract<Pinned['outcome'], { kind: 'error' }>): string {
    const wanted = `{ name: ${this.#quoted(name)}, message: ${this.#quoted(message)} }`;
    return this.#style.idiom.fails(this.#call, { call, wanted, isPromise });
  }

  /** Broken into lines where one would be too long to read. */
  readonly #call = (callee: string, words: readonly string[]): string => {
    const { indent, idiom } = this.#style;
    const line = `${callee}(${words.join(', ')})`;
    if (line.length <= maxWidth || words.length < 2) return line;
    const pad = `\n${idiom.isFlat ? indent : indent.repeat(2)}`;
    return `${callee}(${words.map((word) => `${pad}${indent}${word},`).join('')}${pad})`;
  };

  /** The texts of an expression of literals in the quotes of the project. */
  #literal(expression: string): string {
    return expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, (text) => this.#quoted(textOf(text)));
  }

  #quoted(text: string): string {
    const json = JSON.stringify(text);
    const isDouble = this.#style.quote === '"' ? !text.includes('"') || text.includes("'") : text.includes("'");
    if (isDouble) return json;
    return `'${json.slice(1, -1).replaceAll('\\"', '"')}'`;
  }
}

function textOf(expression: string): string {
  const value: unknown = JSON.parse(expression);
  return typeof value === 'string' ? value : expression;
}
