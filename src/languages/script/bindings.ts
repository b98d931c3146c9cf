import { posix } from 'node:path';
import type TypeScript from 'typescript';
import type { Finding } from '../../workspace/evidence.ts';
import { isScript, type ChangedText } from '../texts/changedText.ts';
import { leading } from '../texts/reExports.ts';
import { leadsToFile, requiredModule, readImport } from './importStatements.ts';
import { boundNames, declaredNames, modifiersOf } from './nameResolution.ts';
import type { Project } from '../texts/project.ts';
import { fingerprintOf, parseScript, type Compiler, type ScriptParser } from './scripts.ts';

/** What a public name is bound to: a name of a file, or one of a module that is not among the changed ones. */
interface Binding {
  readonly file: string;
  readonly name: string;
}

interface Bound {
  readonly path: string;
  /** Public name → local name, or a name of another module. */
  readonly exports: ReadonlyMap<string, Target>;
  /** Modules of which everything is handed on. */
  readonly stars: readonly string[];
  readonly imports: ReadonlyMap<string, Target>;
  /** Local name → the name that it is another one for. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Local name → what it is declared as, without its name. */
  readonly declarations: ReadonlyMap<string, string>;
}

interface Target {
  /** Undefined for a name of the same file. */
  readonly specifier?: string;
  readonly name: string;
}

/**
 * Public names that are bound to something else now although what they were bound to, or what they are bound to now, stands on both sides: two
 * that were swapped, a default that was re-pointed. What was renamed or went to another file is the same thing; so are two that are declared
 * with the same words. Calling them is what a test would have to do, and loading the file executes the lines that changed.
 */
export function reboundExports(
  texts: readonly ChangedText[],
  { ts }: ScriptParser,
  project: Project,
): readonly Finding[] {
  if (ts === undefined) return [];
  const scripts = texts.filter(({ path, role }) => role === 'code' && isScript(path));
  const [before, after] = [
    scripts.flatMap(({ from, before: text }) => (text === undefined ? [] : [boundIn(ts, from, text)])),
    scripts.flatMap(({ path, after: text }) => (text === undefined ? [] : [boundIn(ts, path, text)])),
  ];
  const moved = new Map(scripts.map(({ from, path }) => [from, path]));
  return scripts.flatMap(({ path, from }) => {
    const [old, now] = [before.find((one) => one.path === from), after.find((one) => one.path === path)];
    if (old === undefined || now === undefined) return [];
    const hidden = [...now.exports.keys()].filter((name) => !old.exports.has(name) && mayHide(old, now, name, project));
    const doubts = hidden.map((name): Finding => ({ message: `\`${name}\` may hide one that is handed on`, path }));
    const rebound = [...old.exports.keys()].flatMap((name): readonly Finding[] => {
      const [was, is] = [bindingOf(old, name, before), bindingOf(now, name, after)];
      if (was === undefined || is === undefined || isSame(was, is, before, after, moved)) return [];
      return [{ message: `\`${name}\` is \`${is.name}\` now and was \`${was.name}\``, path }];
    });
    const star = changedStar(old, now, [...before, ...after]);
    const stars = star === undefined ? [] : [{ message: `All of ${star} was handed on`, path }];
    return [...rebound, ...doubts, ...stars];
  });
}

/** A module of which everything was handed on, where another one stands for it now; those that changed are compared name by name. */
function changedStar(old: Bound, now: Bound, changed: readonly Bound[]): string | undefined {
  const foreign = ({ path, stars }: Bound): readonly string[] =>
    stars
      .filter((specifier) => !changed.some((one) => leadsToFile(specifier, path, one.path)))
      .map((specifier) => leading(path, specifier));
  const [was, is] = [foreign(old), foreign(now)];
  return is.some((one) => !was.includes(one)) ? was.find((one) => !is.includes(one)) : undefined;
}

/** A name of its own goes before one of a module of which everything is handed on. */
function mayHide(old: Bound, now: Bound, name: string, project: Project): boolean {
  return old.stars.some((specifier) => {
    if (!now.stars.includes(specifier) || name === 'default') return false;
    const path = specifier.startsWith('.') ? posix.join(posix.dirname(old.path), specifier) : undefined;
    const text = path === undefined ? undefined : project.readModule(path)?.text;
    return (
      text === undefined ||
      /\bexport\s*\*/.test(text) ||
      new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text)
    );
  });
}

function isSame(
  was: Binding,
  is: Binding,
  before: readonly Bound[],
  after: readonly Bound[],
  moved: ReadonlyMap<string, string>,
): boolean {
  if ((moved.get(was.file) ?? was.file) === is.file && was.name === is.name) return true;
  const [old, now] = [declarationOf(was, before), declarationOf(is, after)];
  if (old !== undefined && old === now) return true;
  // Of a declaration that went away with its name, and of one that came, only tests can tell.
  const isLeft = declarationOf({ ...was, file: moved.get(was.file) ?? was.file }, after) !== undefined;
  const wasThere = before.some(
    ({ path, declarations }) => (moved.get(path) ?? path) === is.file && declarations.has(is.name),
  );
  const areForeign = old === undefined && now === undefined;
  return !areForeign && !isLeft && !wasThere;
}

function declarationOf({ file, name }: Binding, modules: readonly Bound[]): string | undefined {
  return modules.find(({ path }) => path === file)?.declarations.get(name);
}

/** Through imports and hand-overs to where the name is declared; undefined where that is no plain name. */
function bindingOf(module: Bound, exported: string, modules: readonly Bound[], depth = 0): Binding | undefined {
  const target = module.exports.get(exported);
  return target === undefined ? undefined : followed(module, target, modules, depth);
}

function followed(module: Bound, target: Target, modules: readonly Bound[], depth: number): Binding | undefined {
  const { specifier, name } = target;
  if (specifier === undefined) {
    const imported = module.declarations.has(name) ? undefined : module.imports.get(name);
    const alias = module.aliases.get(name);
    const next = imported ?? (alias === undefined ? undefined : { name: alias });
    if (next !== undefined && depth < 5) return followed(module, next, modules, depth + 1);
    return module.declarations.has(name) ? { file: module.path, name } : undefined;
  }
  const next = modules.find(({ path }) => leadsToFile(specifier, module.path, path));
  if (next === undefined) return { file: leading(module.path, specifier), name };
  return depth < 5 ? bindingOf(next, name, modules, depth + 1) : undefined;
}

function boundIn(ts: Compiler, path: string, text: string): Bound {
  const source = parseScript(ts, path, text);
  const exports = new Map<string, Target>();
  const imports = new Map<string, Target>();
  const declarations = new Map<string, string>();
  const aliases = aliasesIn(ts, source);
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const found = new Map<string, Required<Target>>();
      readImport(ts, statement, found);
      for (const [name, target] of found) imports.set(name, target);
      continue;
    }
    readExports(ts, statement, exports);
    readDeclarations(ts, statement, declarations, imports);
    const modifiers = modifiersOf(ts, statement);
    if (modifiers.includes(ts.SyntaxKind.ExportKeyword))
      for (const name of declaredNames(ts, statement))
        exports.set(modifiers.includes(ts.SyntaxKind.DefaultKeyword) ? 'default' : name, { name });
  }
  const stars = source.statements.flatMap((one) =>
    ts.isExportDeclaration(one) &&
    one.exportClause === undefined &&
    one.moduleSpecifier !== undefined &&
    ts.isStringLiteral(one.moduleSpecifier)
      ? [one.moduleSpecifier.text]
      : [],
  );
  return { path, exports, stars, imports, aliases, declarations };
}

/** Constants that are given nothing but a name. */
function aliasesIn(ts: Compiler, source: TypeScript.SourceFile): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement) || (statement.declarationList.flags & ts.NodeFlags.Const) === 0) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      const target = initializer === undefined ? undefined : nameIn(ts, initializer);
      if (ts.isIdentifier(name) && target !== undefined && target !== 'undefined') found.set(name.text, target);
    }
  }
  return found;
}

function readDeclarations(
  ts: Compiler,
  statement: TypeScript.Statement,
  declarations: Map<string, string>,
  imports: Map<string, Target>,
): void {
  const nameless = (node: TypeScript.Node, own: string): string =>
    fingerprintOf(ts, node, ({ text }) => (text === own ? '' : text)).replaceAll(
      new RegExp(`\\((?:${ts.SyntaxKind.ExportKeyword}|${ts.SyntaxKind.DefaultKeyword})\\)`, 'g'),
      '',
    );
  if (!ts.isVariableStatement(statement)) {
    for (const name of declaredNames(ts, statement)) declarations.set(name, nameless(statement, name));
    return;
  }
  for (const one of statement.declarationList.declarations) {
    const specifier = requiredModule(ts, one.initializer);
    if (specifier !== undefined) {
      if (ts.isIdentifier(one.name)) imports.set(one.name.text, { specifier, name: '*' });
      else
        for (const element of ts.isObjectBindingPattern(one.name) ? one.name.elements : [])
          if (ts.isIdentifier(element.name))
            imports.set(element.name.text, {
              specifier,
              name:
                element.propertyName !== undefined && ts.isIdentifier(element.propertyName)
                  ? element.propertyName.text
                  : element.name.text,
            });
      continue;
    }
    for (const name of boundNames(ts, one.name)) declarations.set(name, nameless(one, name));
  }
}

function readExports(ts: Compiler, statement: TypeScript.Statement, exports: Map<string, Target>): void {
  if (ts.isExportAssignment(statement)) {
    readValue(ts, statement.expression, statement.isExportEquals === true ? 'module.exports' : 'default', exports);
  } else if (ts.isExportDeclaration(statement)) readExportClause(ts, statement, exports);
  else if (ts.isExpressionStatement(statement)) readCommonJs(ts, statement.expression, exports);
}

function readExportClause(
  ts: Compiler,
  { exportClause, moduleSpecifier }: TypeScript.ExportDeclaration,
  exports: Map<string, Target>,
): void {
  const from =
    moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? { specifier: moduleSpecifier.text } : {};
  if (exportClause === undefined) return;
  if (ts.isNamespaceExport(exportClause)) exports.set(exportClause.name.text, { ...from, name: '*' });
  else
    for (const { name, propertyName } of exportClause.elements)
      exports.set(name.text, { ...from, name: (propertyName ?? name).text });
}

/** `module.exports = …`, `exports.a = …`, and properties that are defined by getters. */
function readCommonJs(ts: Compiler, expression: TypeScript.Expression, exports: Map<string, Target>): void {
  if (ts.isCallExpression(expression)) return readDefined(ts, expression, exports);
  if (!ts.isBinaryExpression(expression) || expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
  const { left, right } = expression;
  const target = left.getText().replaceAll(/\s/g, '');
  const own = /^(?:module\.)?exports\.([\w$]+)$/.exec(target)?.[1];
  if (own !== undefined) readValue(ts, right, own, exports);
  if (ts.isBinaryExpression(right)) {
    readCommonJs(ts, right, exports);
    const last = lastValue(ts, right);
    const name = nameIn(ts, last);
    if (own !== undefined && name !== undefined) exports.set(own, { name });
  }
  if (target === 'module.exports') readValue(ts, right, target, exports);
}

function lastValue(ts: Compiler, node: TypeScript.Expression): TypeScript.Expression {
  return ts.isBinaryExpression(node) ? lastValue(ts, node.right) : node;
}

/** A name, or the names in an object that is written out there or where its name is declared. */
function readValue(ts: Compiler, value: TypeScript.Expression, as: string, exports: Map<string, Target>): void {
  const name = nameIn(ts, value);
  const object = ts.isObjectLiteralExpression(value)
    ? value
    : name === undefined
      ? undefined
      : objectOf(ts, value, name);
  if (name !== undefined) exports.set(as, { name });
  const prefix = as === 'module.exports' ? '' : `${as}.`;
  for (const one of object?.properties ?? []) {
    const own = ts.isShorthandPropertyAssignment(one)
      ? one.name.text
      : ts.isPropertyAssignment(one)
        ? nameIn(ts, one.initializer)
        : undefined;
    if (one.name !== undefined && own !== undefined) exports.set(`${prefix}${one.name.getText()}`, { name: own });
  }
}

function objectOf(ts: Compiler, value: TypeScript.Node, name: string): TypeScript.ObjectLiteralExpression | undefined {
  const declared = value
    .getSourceFile()
    .statements.flatMap((one) => (ts.isVariableStatement(one) ? one.declarationList.declarations : []))
    .find((one) => ts.isIdentifier(one.name) && one.name.text === name)?.initializer;
  return declared !== undefined && ts.isObjectLiteralExpression(declared) ? declared : undefined;
}

/** `Object.defineProperty(exports, 'a', { get: () => b })` and `Object.assign(exports, { a: b })` */
function readDefined(ts: Compiler, call: TypeScript.CallExpression, exports: Map<string, Target>): void {
  const [target, key, descriptor] = call.arguments;
  if (/^Object\.assign$/.test(call.expression.getText()) && /^(?:module\.)?exports$/.test(target?.getText() ?? ''))
    for (const one of call.arguments.slice(1)) readValue(ts, one, 'module.exports', exports);
  if (call.expression.getText() !== 'Object.defineProperty' || target === undefined || key === undefined) return;
  if (!/^(?:module\.)?exports$/.test(target.getText()) || !ts.isStringLiteral(key)) return;
  const value = /(?:=>\s*|\breturn\s+|\bvalue\s*:\s*)([\p{L}\p{N}_$]+)\s*[;,}]/u.exec(descriptor?.getText() ?? '')?.[1];
  if (value !== undefined) exports.set(key.text, { name: value });
}

function nameIn(ts: Compiler, node: TypeScript.Expression): string | undefined {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return nameIn(ts, node.expression);
  return ts.isIdentifier(node) ? node.text : undefined;
}
