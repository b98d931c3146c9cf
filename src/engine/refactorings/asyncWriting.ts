import ts from 'typescript';
import { formatOf } from '../analysis/format.ts';
import type { Source } from '../analysis/source.ts';
import { nodesOf, type FunctionNode } from '../analysis/syntax.ts';
import { handlersOf, isNoPromise, ownReturns, type Handler, type PromiseChain } from './promiseChains.ts';

/** A value on its way through the chain: its text, and whether it must be waited for before it is used. */
interface Value {
  readonly text: string;
  readonly needsAwait: boolean;
}

/** Lines of statements, indented among themselves, that do what the chain does; undefined when names would meet. */
export function writeChain(source: Source, fn: FunctionNode, chain: PromiseChain): readonly string[] | undefined {
  const writer = new ChainWriter(source, fn, chain);
  return writer.write();
}

class ChainWriter {
  readonly #source: Source;
  readonly #chain: PromiseChain;
  readonly #taken: ReadonlySet<string>;
  readonly #end: string;
  readonly #indent: string;

  constructor(source: Source, fn: FunctionNode, chain: PromiseChain) {
    const { hasSemicolons, indent } = formatOf(source);
    this.#source = source;
    this.#chain = chain;
    this.#end = hasSemicolons ? ';' : '';
    this.#indent = indent;
    this.#taken = namesOutside(fn, handlersOf(chain));
  }

  write(): readonly string[] | undefined {
    const { onError, onEnd } = this.#chain;
    const isGuarded = onError !== undefined || onEnd !== undefined;
    const steps = this.#steps(isGuarded);
    if (steps === undefined) return undefined;
    if (!isGuarded) return steps;
    const recovery = onError && this.#recovery(onError, onEnd !== undefined);
    if (onError !== undefined && recovery === undefined) return undefined;
    const cleaning = onEnd && this.#cleaning(onEnd);
    return [
      'try {',
      ...this.#shift(steps),
      ...(recovery ? [`} catch ${recovery.binding}{`, ...this.#shift(recovery.lines)] : []),
      ...(cleaning ? ['} finally {', ...this.#shift(cleaning)] : []),
      '}',
    ];
  }

  #steps(isGuarded: boolean): readonly string[] | undefined {
    const lines: string[] = [];
    const declared = new Set<string>();
    let value: Value | undefined = { text: this.#textOf(this.#chain.head), needsAwait: true };
    for (const [index, handler] of this.#chain.thens.entries()) {
      const isLast = index === this.#chain.thens.length - 1;
      if (handler.kind === 'named') {
        value = { text: `${handler.name.text}(${value ? awaited(value) : ''})`, needsAwait: true };
        continue;
      }
      const inlined = this.#inlined(handler, value, declared);
      if (inlined === 'clash') return undefined;
      if (inlined !== undefined) {
        value = inlined;
        continue;
      }
      for (const name of declaredNames(handler.fn)) declared.add(name);
      lines.push(this.#parted(lines.at(-1), this.#binding(handler.fn, value), handler.fn));
      const { statements, result } = this.#body(handler.fn, isLast && isGuarded);
      lines.push(...statements);
      value = result;
      if (isLast && ts.isBlock(handler.fn.body)) return lines;
      if (value === undefined && !isLast && takesValue(this.#chain.thens[index + 1])) return undefined;
    }
    if (value !== undefined) lines.push(`return ${isGuarded ? awaited(value) : value.text}${this.#end}`);
    return lines;
  }

  /** `(r) => r.json()` applied to a value without a name for it, where the name is taken; undefined when it is free. */
  #inlined(
    { fn }: Handler & { kind: 'inline' },
    value: Value | undefined,
    declared: ReadonlySet<string>,
  ): Value | 'clash' | undefined {
    const names = declaredNames(fn);
    if (names.every((name) => !this.#taken.has(name) && !declared.has(name))) return undefined;
    const [parameter] = fn.parameters;
    if (value === undefined || parameter === undefined || !ts.isIdentifier(parameter.name)) return 'clash';
    if (ts.isBlock(fn.body) || names.length !== 1) return 'clash';
    const { text } = parameter.name;
    const uses = nodesOf(fn.body, ts.isIdentifier).filter((one) => one.text === text);
    const [use] = uses;
    const body = this.#textOf(fn.body);
    const isFirst = use !== undefined && use.getStart(this.#source.file) === fn.body.getStart(this.#source.file);
    if (uses.length !== 1 || !isFirst || !/^[\w$]+\s*\./.test(body)) return 'clash';
    return { text: `(${awaited(value)})${body.slice(text.length)}`, needsAwait: !isNoPromise(this.#source, fn.body) };
  }

  #binding(fn: ts.ArrowFunction | ts.FunctionExpression, value: Value | undefined): string {
    const [parameter] = fn.parameters;
    const text = value === undefined ? 'undefined' : awaited(value);
    if (parameter === undefined) return `${text}${this.#end}`;
    const isAssigned = nodesOf(fn, ts.isBinaryExpression).some(
      ({ left, operatorToken: { kind } }) =>
        kind >= ts.SyntaxKind.FirstAssignment &&
        kind <= ts.SyntaxKind.LastAssignment &&
        declaredNames(parameter).includes(left.getText(this.#source.file)),
    );
    return `${isAssigned ? 'let' : 'const'} ${this.#textOf(parameter)} = ${text}${this.#end}`;
  }

  /** The line between two others, with the semicolons that code without them needs where a line would go on with the next one. */
  #parted(above: string | undefined, line: string, { body }: ts.ArrowFunction | ts.FunctionExpression): string {
    const { file, text } = this.#source;
    const first = ts.isBlock(body) ? body.statements[0]?.getStart(file) : undefined;
    const isOpen = !line.endsWith(';') && first !== undefined && continues(text.slice(first));
    const isParted = above === undefined || above.endsWith(';') || !continues(line);
    return `${isParted ? '' : ';'}${line}${isOpen ? ';' : ''}`;
  }

  #body(
    fn: ts.ArrowFunction | ts.FunctionExpression,
    isGuarded: boolean,
  ): { readonly statements: readonly string[]; readonly result: Value | undefined } {
    if (!ts.isBlock(fn.body)) {
      const text = this.#textOf(ts.isParenthesizedExpression(fn.body) ? fn.body.expression : fn.body);
      return { statements: [], result: { text, needsAwait: !isNoPromise(this.#source, fn.body) } };
    }
    const last = fn.body.statements.at(-1);
    const isMiddle = !isGuarded && last !== undefined && ts.isReturnStatement(last) && this.#isBeforeAnother(fn);
    const end = isMiddle ? last.getFullStart() : fn.body.end - 1;
    const statements = this.#lines(fn, fn.body.getStart(this.#source.file) + 1, end, isGuarded);
    const expression = isMiddle ? last.expression : undefined;
    if (expression === undefined) return { statements, result: undefined };
    return {
      statements,
      result: { text: this.#textOf(expression), needsAwait: !isNoPromise(this.#source, expression) },
    };
  }

  #isBeforeAnother(fn: ts.Node): boolean {
    const index = this.#chain.thens.findIndex((one) => one.kind === 'inline' && one.fn === fn);
    return index >= 0 && index < this.#chain.thens.length - 1;
  }

  #recovery(
    handler: Handler,
    isGuarded: boolean,
  ): { readonly binding: string; readonly lines: readonly string[] } | undefined {
    if (handler.kind === 'named') {
      if (this.#taken.has('error')) return undefined;
      const wait = isGuarded ? 'await ' : '';
      return { binding: '(error) ', lines: [`return ${wait}${handler.name.text}(error)${this.#end}`] };
    }
    const { fn } = handler;
    if (declaredNames(fn).some((name) => this.#taken.has(name))) return undefined;
    const [parameter] = fn.parameters;
    const { statements, result } = this.#body(fn, isGuarded);
    const lines = result ? [`return ${isGuarded ? awaited(result) : result.text}${this.#end}`] : statements;
    return { binding: parameter ? `(${this.#textOf(parameter.name)}) ` : '', lines };
  }

  #cleaning(handler: Handler): readonly string[] {
    if (handler.kind === 'named') return [`await ${handler.name.text}()${this.#end}`];
    const { statements, result } = this.#body(handler.fn, false);
    return result ? [`${awaited(result)}${this.#end}`] : statements;
  }

  /** Text between two offsets as lines without their common indentation; what is returned is waited for when guarded. */
  #lines(fn: ts.Node, start: number, end: number, isGuarded: boolean): readonly string[] {
    const { text } = this.#source;
    let result = '';
    let position = start;
    for (const { expression } of isGuarded ? ownReturns(fn) : []) {
      if (expression === undefined || isNoPromise(this.#source, expression)) continue;
      const at = expression.getStart(this.#source.file);
      result += text.slice(position, at) + awaited({ text: this.#textOf(expression), needsAwait: true });
      position = expression.end;
    }
    result += text.slice(position, Math.max(position, end));
    return dedent(result);
  }

  #shift(lines: readonly string[]): readonly string[] {
    return lines.map((line) => (line === '' ? '' : this.#indent + line));
  }

  #textOf(node: ts.Node): string {
    return dedentRest(node.getText(this.#source.file), this.#source.text, node.getStart(this.#source.file));
  }
}

/** It would go on with the line above where that has no semicolon. */
function continues(text: string): boolean {
  return /^[([`+\-/]/.test(text);
}

function awaited({ text, needsAwait }: Value): string {
  if (!needsAwait) return text;
  return /^(?:new\s+)?[\w$.]+(?:\([\s\S]*\)|\[[\s\S]*\]|[\w$.])*$/.test(text) || text.startsWith('(await')
    ? `await ${text}`
    : `await (${text})`;
}

function takesValue(handler: Handler | undefined): boolean {
  return handler !== undefined && (handler.kind === 'named' || handler.fn.parameters.length > 0);
}

function dedent(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  while (lines[0]?.trim() === '') lines.shift();
  while (lines.at(-1)?.trim() === '') lines.pop();
  const first = lines[0] ?? '';
  const depth = /^\s*/.exec(first)?.[0] ?? '';
  return lines.map((line) => (line.startsWith(depth) ? line.slice(depth.length) : line.trimStart()).trimEnd());
}

/** The later lines of an expression keep their indentation relative to the line that it starts in. */
function dedentRest(text: string, whole: string, start: number): string {
  if (!text.includes('\n')) return text;
  const lineStart = whole.lastIndexOf('\n', start - 1) + 1;
  const depth = /^[ \t]*/.exec(whole.slice(lineStart))?.[0] ?? '';
  return text
    .split(/\r?\n/)
    .map((line, index) => (index > 0 && line.startsWith(depth) ? line.slice(depth.length) : line))
    .join('\n');
}

/** Names that the function uses or declares outside the handlers. */
function namesOutside(fn: FunctionNode, handlers: readonly Handler[]): ReadonlySet<string> {
  const inline = handlers.flatMap((handler) => (handler.kind === 'inline' ? [handler.fn] : []));
  const isOutside = (name: ts.Identifier): boolean =>
    !inline.some((one) => name.pos >= one.pos && name.end <= one.end) && !isMemberName(name);
  return new Set(
    nodesOf(fn, ts.isIdentifier)
      .filter(isOutside)
      .map(({ text }) => text),
  );
}

function isMemberName(name: ts.Identifier): boolean {
  const { parent } = name;
  return (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) && parent.name === name;
}

/** Names that the handler itself declares at its top: its parameters and the variables of its block. */
function declaredNames(root: ts.Node): readonly string[] {
  const isDeclared = ({ parent }: ts.Identifier, name: ts.Identifier): boolean =>
    (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) && parent.name === name;
  return [
    ...new Set(
      nodesOf(root, ts.isIdentifier)
        .filter((name) => isDeclared(name, name))
        .map(({ text }) => text),
    ),
  ];
}
