import { posix } from 'node:path';
import type { ChangedLines } from '../../workspace/evidence.ts';
import { isGo, isPython, isScript, type ChangedText } from '../../languages/texts/changedText.ts';
import { absoluteName, isSameModule, leading, stem } from '../../languages/texts/elsewhere.ts';
import { requiredModule, requiredName, readImport } from '../../languages/script/importStatements.ts';
import type { Parsers } from '../../languages/facts.ts';
import { boundNames, isKey } from '../../languages/script/links.ts';
import { fingerprintOf, parseScript, type Compiler } from '../../languages/script/scripts.ts';
import { tokensOf } from '../../languages/texts/tokens.ts';
import type TypeScript from 'typescript';

/** The names that the imports of a file bind, each with where it may lead, and the lines that use it, one-based. */
interface Bindings {
  readonly targets: ReadonlyMap<string, ReadonlySet<string>>;
  readonly uses: ReadonlyMap<string, readonly number[]>;
  /** The values, other than functions, that names of the top level are given, as texts that are equal for equal programs. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * The lines that use a name which an import takes from elsewhere now, or which has another value. Loading the file executes the import or the
 * assignment, but what changed with it are these lines, though not a letter of them differs; to see a value once is enough. Nothing is
 * asked for where the new place is itself among the changed files, since what stands there is looked at by itself.
 */
export function usesOfReboundNames(
  text: ChangedText,
  all: readonly ChangedText[],
  parsers: Parsers,
): readonly ChangedLines[] {
  const { path, from, before, after } = text;
  if (before === undefined || after === undefined) return [];
  const [old, now] = [bindingsOf(from, before, parsers), bindingsOf(path, after, parsers)];
  if (old === undefined || now === undefined) return [];
  const changed = all.flatMap((one) => (one.after === undefined || one === text ? [] : [one.path]));
  const linesWith = (name: string): readonly number[] => [...new Set(now.uses.get(name))].sort((a, b) => a - b);
  const values = [...now.values].flatMap(([name, value]): readonly ChangedLines[] => {
    const known = old.values.get(name);
    const lines = linesWith(name);
    const isOther = known !== undefined && known !== value && lines.length > 0;
    return isOther ? [{ before: [], after: lines, uses: 'some' }] : [];
  });
  const rebound = [...now.targets].flatMap(([name, targets]): readonly ChangedLines[] => {
    const known = [...(old.targets.get(name) ?? [])];
    const others = [...targets].filter(
      (target) => !known.some((one) => isSameModule(one, target)) && !changed.some((file) => isIn(path, target, file)),
    );
    const lines = linesWith(name);
    return known.length === 0 || others.length === 0 || lines.length === 0
      ? []
      : [{ before: [], after: lines, uses: 'all' }];
  });
  return [...rebound, ...values];
}

/** Whether a target is the module in the file, or stands in it. */
function isIn(path: string, target: string, file: string): boolean {
  if (isScript(path)) return target.split('\n')[0] === `./${stem(file)}`;
  if (!isPython(path)) return target === posix.dirname(file) || target.endsWith(`/${posix.dirname(file)}`);
  const module = file.replace(/(\/__init__)?\.pyi?$/, '').replaceAll('/', '.');
  return [target, target.replace(/\.[^.]*$/, '')].some((one) => isSameModule(module, one));
}

function bindingsOf(path: string, text: string, { ts, python }: Parsers): Bindings | undefined {
  if (isScript(path)) return ts === undefined ? undefined : bindingsOfScript(ts, path, text);
  if (isPython(path)) {
    const facts = python.get(text);
    if (facts === undefined || facts.error !== null) return undefined;
    const folder = posix.dirname(path);
    const absolute = facts.bindings.map(({ name, target }) => [name, absoluteName(target, folder)] as const);
    return {
      targets: grouped(absolute),
      uses: new Map(facts.uses.map(({ name, lines }) => [name, lines])),
      values: new Map(facts.values.map(({ name, value }) => [name, value])),
    };
  }
  return isGo(path) ? bindingsOfGo(path, text) : undefined;
}

function grouped(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [name, target] of pairs) found.set(name, (found.get(name) ?? new Set()).add(target));
  return found;
}

function bindingsOfScript(ts: Compiler, path: string, text: string): Bindings {
  const source = parseScript(ts, path, text);
  const imports = new Map<string, { readonly specifier: string; readonly name: string }>();
  const pairs: [string, string][] = [];
  const tell = (name: string, specifier: string, own: string): void =>
    void pairs.push([name, `${leading(path, specifier)}\n${own}`]);
  const uses = new Map<string, number[]>();
  const visit = (node: TypeScript.Node): void => {
    if (ts.isImportDeclaration(node)) return readImport(ts, node, imports);
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isVariableDeclaration(node)) {
      const module = requiredModule(ts, node.initializer);
      for (const name of module === undefined ? [] : boundNames(ts, node.name)) {
        const [, own = '*'] = requiredName(ts, node, name)?.split('\n') ?? [];
        tell(name, module ?? '', own);
      }
      if (module !== undefined) return;
    }
    if (ts.isIdentifier(node) && !isKey(ts, node) && isRead(ts, node)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      uses.set(node.text, [...(uses.get(node.text) ?? []), line]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const [name, { specifier, name: own }] of imports) tell(name, specifier, own === 'default' ? '*' : own);
  return { targets: grouped(pairs), uses, values: valuesOf(ts, source) };
}

/** Not where it is declared, nor where it is only handed on to others. */
function isRead(ts: Compiler, node: TypeScript.Identifier): boolean {
  const { parent } = node;
  if (ts.isVariableDeclaration(parent)) return parent.name !== node;
  if (ts.isExportSpecifier(parent)) return false;
  const list = ts.isShorthandPropertyAssignment(parent) ? parent.parent.parent : parent;
  return !(ts.isBinaryExpression(list) && /^(module\.)?exports\b/.test(list.left.getText()));
}

function valuesOf(ts: Compiler, source: TypeScript.SourceFile): ReadonlyMap<string, string> {
  const declarations = source.statements.flatMap((one) =>
    ts.isVariableStatement(one) ? [...one.declarationList.declarations] : [],
  );
  return new Map(
    declarations.flatMap(({ name, initializer }): [string, string][] => {
      if (!ts.isIdentifier(name) || initializer === undefined) return [];
      const isFunction = ts.isFunctionLike(initializer) || ts.isClassLike(initializer);
      return isFunction || requiredModule(ts, initializer) !== undefined
        ? []
        : [[name.text, fingerprintOf(ts, initializer)]];
    }),
  );
}

function bindingsOfGo(path: string, text: string): Bindings | undefined {
  const tokens = tokensOf(path, text);
  if (tokens === undefined) return undefined;
  const pairs: [string, string][] = [];
  const uses = new Map<string, number[]>();
  let [isImport, isGroup] = [false, false];
  for (const [index, { text: word, line }] of tokens.entries()) {
    if (word === 'import' && tokens[index - 1]?.text === ';')
      [isImport, isGroup] = [true, tokens[index + 1]?.text === '('];
    else if (isImport && word === (isGroup ? ')' : ';')) isImport = false;
    else if (isImport && /^["`]/.test(word)) {
      const target = word.slice(1, -1);
      const alias = tokens[index - 1]?.text ?? '';
      pairs.push([/^[\p{L}_]/u.test(alias) && alias !== 'import' ? alias : packageName(target), target]);
    } else if (!isImport && tokens[index + 1]?.text === '.' && tokens[index - 1]?.text !== '.')
      uses.set(word, [...(uses.get(word) ?? []), line]);
  }
  // What becomes of its values is asked where its blocks are counted.
  return { targets: grouped(pairs), uses, values: new Map() };
}

/** By custom the last part of its path, without its version. */
function packageName(path: string): string {
  const parts = path.split('/').filter((part, index) => index === 0 || !/^v\d+$/.test(part));
  return (parts.at(-1) ?? '').replace(/\.v\d+$/, '').replace(/^go-/, '');
}
