import { posix } from 'node:path';
import ts from 'typescript';
import type { Source } from '../analysis/source.ts';
import { declarationsOf } from './exportedFunctions.ts';

/** What code has to do with the world around it. */
export interface Reach {
  /** Why its results are not its own, or it may do more than give one; a few words, undefined when nothing was found. */
  readonly problem: string | undefined;
  /** Modules of the workspace that it may use, each as the paths that it may have. */
  readonly modules: readonly (readonly string[])[];
}

const pureGlobals = new Set(
  `Math JSON Object Array String Number Boolean BigInt Symbol Map Set WeakMap WeakSet RegExp Error TypeError RangeError SyntaxError
  EvalError URIError AggregateError parseInt parseFloat isNaN isFinite undefined NaN Infinity Promise structuredClone encodeURIComponent
  decodeURIComponent encodeURI decodeURI console arguments URLSearchParams TextEncoder TextDecoder Uint8Array Int8Array Uint16Array
  Int16Array Uint32Array Int32Array Float32Array Float64Array ArrayBuffer DataView Date Reflect Iterator`.split(/\s+/),
);

/** Packages that compute and do nothing else. */
const purePackages =
  /^(?:node:)?(?:util|assert|assert\/strict|querystring|string_decoder|buffer)$|^(?:lodash(?:-es)?(?:[./].*)?|ramda|fast-deep-equal|tslib)$/;

const environments: readonly (readonly [RegExp, string])[] = [
  [/\bMath\s*\.\s*random\b/, 'random numbers'],
  [/\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?![\w\s(]))|(?<!new\s)\bDate\s*\(/, 'the clock'],
  [
    /\.\s*(?:get|set)(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset|Year)\s*\(|\bto(?:Date|Time)String\b/,
    'the time zone',
  ],
  [/\btoLocale\w*String\s*\((?!\s*['"`])|\blocaleCompare\b|\bIntl\b/, 'the language of the machine'],
];

/** What a function of the source does beside computing, with all functions and values of the source that it uses. */
export function reachOf(source: Source, path: string, root: ts.Node): Reach {
  const walk = new Walk(source, path);
  walk.visit(root);
  return walk.reach;
}

/** What loading the module does beside declaring. */
export function loadingProblem(source: Source): string | undefined {
  for (const statement of source.file.statements) {
    if (!ts.isExpressionStatement(statement)) {
      if (isDeclaring(statement)) continue;
      return 'loading its file does more than declare';
    }
    const { expression } = statement;
    if (!isExportingAssignment(expression) && !ts.isStringLiteral(expression))
      return 'loading its file does more than declare';
  }
  return undefined;
}

/** `if (require.main === module)` is what programs end with; it does nothing for whoever loads them. */
function isProgramStart(node: ts.Node): boolean {
  if (!ts.isIfStatement(node) || !ts.isSourceFile(node.parent)) return false;
  return /^(?:require\.main|import\.meta\.main|process\.argv)/.test(node.expression.getText());
}

/** `module.exports = …` and `exports.f = …` at the top of a file. */
function isExportingAssignment(node: ts.Node): node is ts.BinaryExpression {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  const { parent } = node;
  const isTop = ts.isExpressionStatement(parent) && ts.isSourceFile(parent.parent);
  return isTop && /^(?:module\s*\.\s*)?exports\b/.test(node.left.getText());
}

function isDeclaring(statement: ts.Statement): boolean {
  if (isProgramStart(statement)) return true;
  return (
    ts.isVariableStatement(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isImportDeclaration(statement) ||
    ts.isImportEqualsDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isExportAssignment(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isEmptyStatement(statement)
  );
}

class Walk {
  readonly #source: Source;
  readonly #path: string;
  readonly #seen = new Set<ts.Node>();
  readonly #modules = new Map<string, readonly string[]>();
  #problem: string | undefined;

  constructor(source: Source, path: string) {
    this.#source = source;
    this.#path = path;
  }

  get reach(): Reach {
    return { problem: this.#problem, modules: [...this.#modules.values()] };
  }

  visit(node: ts.Node): void {
    if (this.#seen.has(node) || this.#problem !== undefined) return;
    this.#seen.add(node);
    const text = node.getText();
    const environment = environments.find(([pattern]) => pattern.test(text));
    if (environment !== undefined) return this.#fail(`it depends on ${environment[1]}`);
    this.#look(node);
  }

  #look(node: ts.Node): void {
    if (this.#problem !== undefined || ts.isTypeNode(node) || isProgramStart(node)) return;
    if (ts.isImportDeclaration(node) && node.importClause?.isTypeOnly === true) return;
    if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
      return node.isTypeOnly ? undefined : this.#import(node.moduleSpecifier.getText().slice(1, -1));
    const required = requiredBy(node);
    if (required !== undefined) return this.#import(required);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      return this.#fail('it loads modules while it runs');
    if (isExportingAssignment(node)) return this.#look(node.right);
    if (ts.isIdentifier(node) && isValue(node)) this.#use(node);
    if (isStep(node) && this.#isTopLevelState(node)) return this.#fail('it keeps state between calls');
    ts.forEachChild(node, (child) => this.#look(child));
  }

  #use(name: ts.Identifier): void {
    const declarations = declarationsOf(this.#source, name);
    if (declarations.length === 0) {
      if (!pureGlobals.has(name.text)) this.#fail(`it uses ${name.text}, which is outside of it`);
      return;
    }
    for (const declaration of declarations) {
      const specifier = importedFrom(declaration);
      if (specifier !== undefined) this.#import(specifier);
      else if (isTopLevel(ownerOf(declaration))) this.visit(ownerOf(declaration));
    }
  }

  #import(specifier: string): void {
    if (!specifier.startsWith('.')) {
      if (!purePackages.test(specifier)) this.#fail(`it uses ${specifier}, of which I do not know what it does`);
      return;
    }
    const target = posix.normalize(posix.join(posix.dirname(this.#path), specifier));
    if (target.startsWith('..')) return this.#fail(`it uses ${specifier}, which is outside of the folder`);
    this.#modules.set(target, candidatePaths(target));
  }

  #isTopLevelState(node: ts.BinaryExpression | ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): boolean {
    const target = ts.isBinaryExpression(node) ? node.left : node.operand;
    if (!ts.isIdentifier(target)) return false;
    return declarationsOf(this.#source, target).some((one) => isTopLevel(ownerOf(one)));
  }

  #fail(problem: string): void {
    this.#problem ??= problem;
  }
}

/** The files that a relative import may mean. */
function candidatePaths(target: string): readonly string[] {
  const extensions = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs'];
  const stem = target.replace(/\.[cm]?jsx?$/, '');
  const swapped = stem === target ? [] : extensions.map((extension) => `${stem}${extension}`);
  const added = extensions.flatMap((extension) => [`${target}${extension}`, `${target}/index${extension}`]);
  return [target, ...swapped, ...added];
}

function importedFrom(declaration: ts.Declaration): string | undefined {
  for (let node: ts.Node | undefined = declaration; node !== undefined; node = node.parent) {
    if (ts.isImportDeclaration(node)) return ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : '?';
    if (ts.isImportEqualsDeclaration(node)) return '?';
    if (ts.isVariableDeclaration(node) && isTopLevel(node)) return requiredBy(withoutMembers(node.initializer));
  }
  return undefined;
}

/** `require('./a').b` loads what `require('./a')` does. */
function withoutMembers(node: ts.Expression | undefined): ts.Expression | undefined {
  return node !== undefined && ts.isPropertyAccessExpression(node) ? withoutMembers(node.expression) : node;
}

function requiredBy(node: ts.Node | undefined): string | undefined {
  if (node === undefined || !ts.isCallExpression(node) || node.expression.getText() !== 'require') return undefined;
  const [specifier] = node.arguments;
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
}

/** A name that is taken out of something is declared by what it is taken from. */
function ownerOf(declaration: ts.Declaration): ts.Declaration {
  let node: ts.Node = declaration;
  while (ts.isBindingElement(node)) node = node.parent.parent;
  return ts.isVariableDeclaration(node) || ts.isParameter(node) ? node : declaration;
}

function isTopLevel(declaration: ts.Declaration): boolean {
  const list = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return ts.isSourceFile(list.parent);
}

function isStep(node: ts.Node): node is ts.BinaryExpression | ts.PrefixUnaryExpression | ts.PostfixUnaryExpression {
  if (ts.isBinaryExpression(node))
    return (
      node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      node.operatorToken.kind <= ts.SyntaxKind.LastAssignment
    );
  return (
    (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
    (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
  );
}

/** A name that stands for a value: no member, no key, no label, no part of a type. */
function isValue(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent))
    return !ts.isQualifiedName(parent) && parent.expression === name;
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent))
    return parent.name !== name;
  if (ts.isBindingElement(parent)) return parent.propertyName !== name;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isEnumMember(parent)) return false;
  return !ts.isPartOfTypeNode(name) && !ts.isTypeElement(parent);
}
