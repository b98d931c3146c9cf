import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import type TypeScript from 'typescript';
import { isScript, type ChangedText } from '../texts/changedText.ts';
import { isIdle } from './executableLines.ts';
import { modifiersOf, type NameResolution } from './nameResolution.ts';
import type { Project } from '../texts/project.ts';
import { parseScript, type Compiler } from './scripts.ts';

/** A module that a script loads to run, in its turn. */
export interface Load {
  readonly specifier: string;
  /** The phase and the attributes that are asked for. */
  readonly manner: string;
  /** For nothing but what loading it does. */
  readonly isForEffect: boolean;
}

/** What a file loads, in its turn; not what only gives it types. */
export function loadsOf(ts: Compiler, path: string, text: string): readonly Load[] {
  return parseScript(ts, path, text).statements.flatMap((statement): readonly Load[] => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const { moduleSpecifier, attributes } = statement;
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
    const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
    const isType = ts.isExportDeclaration(statement)
      ? statement.isTypeOnly
      : clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    if (isType) return [];
    const manner = `${clause?.phaseModifier ?? ''} ${attributes?.getText().replaceAll(/\s+/g, ' ') ?? ''}`;
    const isForEffect = ts.isImportDeclaration(statement) && clause === undefined;
    return [{ specifier: moduleSpecifier.text, manner, isForEffect }];
  });
}

const builtIn: ReadonlySet<string> = new Set(builtinModules);

/** Whether it shows that loading a module does nothing but give names their meaning; packages may do anything. */
export function isHarmless(
  ts: Compiler,
  project: Project,
  from: string,
  specifier: string,
  seen: Set<string> = new Set(),
): boolean {
  if (builtIn.has(specifier.replace(/^node:/, ''))) return true;
  if (!specifier.startsWith('.')) return false;
  const found = project.readModule(posix.join(posix.dirname(from), specifier));
  if (found === undefined) return false;
  const { path, text } = found;
  if (seen.has(path)) return true;
  seen.add(path);
  if (path.endsWith('.json')) return true;
  if (!isScript(path)) return false;
  const { statements } = parseScript(ts, path, text);
  return (
    statements.every((statement) => isLinkage(ts, statement) || isInert(ts, statement)) &&
    loadsOf(ts, path, text).every((load) => isHarmless(ts, project, path, load.specifier, seen))
  );
}

/** Whether a module of the project is seen to do more, when it is loaded, than to give names their values. */
export function actsWhenLoaded(ts: Compiler, project: Project, from: string, specifier: string): boolean {
  const found = specifier.startsWith('.') ? project.readModule(posix.join(posix.dirname(from), specifier)) : undefined;
  if (found === undefined || !isScript(found.path)) return false;
  return parseScript(ts, found.path, found.text).statements.some((one) => {
    if (ts.isExpressionStatement(one))
      return !ts.isStringLiteral(one.expression) && !/^(?:module\.)?exports\b/.test(one.expression.getText());
    return ts.isIfStatement(one) || ts.isIterationStatement(one, false) || ts.isTryStatement(one);
  });
}

/** Imports and exports of what stands elsewhere. */
export function isLinkage(ts: Compiler, statement: TypeScript.Statement): boolean {
  return ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
}

/** Evaluating it does nothing but give names their values. */
export function isInert(ts: Compiler, statement: TypeScript.Statement): boolean {
  if (modifiersOf(ts, statement).includes(ts.SyntaxKind.DeclareKeyword)) return true;
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEmptyStatement(statement)
  )
    return true;
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.every(
      ({ name, initializer }) => ts.isIdentifier(name) && (initializer === undefined || isInertValue(ts, initializer)),
    );
  if (ts.isExportAssignment(statement)) return isInertValue(ts, statement.expression);
  return ts.isClassDeclaration(statement) && isInertClass(ts, statement);
}

/** Making it is seen by nobody: literals, functions, names, what is put together of such, and collections of the language. */
function isInertValue(ts: Compiler, node: TypeScript.Expression): boolean {
  const isInertOne = (one: TypeScript.Expression): boolean => isInertValue(ts, one);
  if (isIdle(ts, node) || ts.isIdentifier(node)) return true;
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return isInertOne(node.expression);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isInertOne);
  if (ts.isObjectLiteralExpression(node))
    return node.properties.every(
      (one) =>
        ts.isShorthandPropertyAssignment(one) ||
        (one.name !== undefined &&
          !ts.isComputedPropertyName(one.name) &&
          (ts.isMethodDeclaration(one) || (ts.isPropertyAssignment(one) && isInertOne(one.initializer)))),
    );
  if (ts.isNewExpression(node))
    return /^(?:Map|Set|WeakMap|WeakSet)$/.test(node.expression.getText()) && (node.arguments ?? []).every(isInertOne);
  return (
    ts.isCallExpression(node) && /^Object\.freeze$/.test(node.expression.getText()) && node.arguments.every(isInertOne)
  );
}

function isInertClass(ts: Compiler, { heritageClauses, members, ...rest }: TypeScript.ClassDeclaration): boolean {
  const extended = (heritageClauses ?? []).filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  if ((rest.modifiers ?? []).some((one) => ts.isDecorator(one))) return false;
  // A class above that is no class fails; one that is gives nothing to run.
  if (!extended.every(({ types }) => types.every(({ expression }) => ts.isIdentifier(expression)))) return false;
  return members.every((member) => {
    const isPlain = member.name === undefined || !ts.isComputedPropertyName(member.name);
    const isStatic = modifiersOf(ts, member).includes(ts.SyntaxKind.StaticKeyword);
    if (!isPlain || ts.isClassStaticBlockDeclaration(member)) return false;
    if (ts.canHaveDecorators(member) && (ts.getDecorators(member) ?? []).length > 0) return false;
    return (
      !isStatic ||
      !ts.isPropertyDeclaration(member) ||
      member.initializer === undefined ||
      isInertValue(ts, member.initializer)
    );
  });
}

/**
 * What is evaluated when a script is loaded, in order and each once: the changed scripts that do something when they are, and all modules beside
 * them that are not seen to be harmless.
 */
export class LoadOrder {
  readonly #ts: Compiler;
  readonly #project: Project;
  readonly #links: NameResolution;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #homes: ReadonlyMap<string, string>;

  /** Of the texts before or after; paths that move are told under their new name on both sides. */
  constructor(
    ts: Compiler,
    project: Project,
    links: NameResolution,
    scripts: readonly ChangedText[],
    side: 'before' | 'after',
  ) {
    this.#ts = ts;
    this.#project = project;
    this.#links = links;
    const pairs = scripts.flatMap(({ path, from, before, after }) => {
      const text = side === 'before' ? before : after;
      return text === undefined ? [] : [{ own: side === 'before' ? from : path, home: path, text }];
    });
    this.#texts = new Map(pairs.map(({ own, text }) => [own, text]));
    this.#homes = new Map(pairs.map(({ own, home }) => [own, home]));
  }

  of(path: string, seen: Set<string> = new Set()): readonly string[] {
    const text = this.#texts.get(path);
    if (text === undefined || seen.has(path)) return [];
    seen.add(path);
    const order = loadsOf(this.#ts, path, text).flatMap(({ specifier, manner }): readonly string[] => {
      const own = this.#links.fileAt(path, specifier);
      if (own !== undefined) return this.of(own, seen);
      const target = `${manner} ${this.#links.targetOf(path, specifier)}`;
      if (seen.has(target) || (manner === ' ' && isHarmless(this.#ts, this.#project, path, specifier))) return [];
      seen.add(target);
      return [target];
    });
    const { statements } = parseScript(this.#ts, path, text);
    const isActive = statements.some((one) => !isLinkage(this.#ts, one) && !isInert(this.#ts, one));
    return isActive ? [...order, `run ${this.#homes.get(path) ?? path}`] : order;
  }
}
