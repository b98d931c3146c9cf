import type TypeScript from 'typescript';
import { modifiersOf } from './nameResolution.ts';
import { asksForClasses, asksForComponents, asksForNames } from './nameReaders.ts';
import type { Project } from '../texts/project.ts';
import type { Compiler } from './scripts.ts';

/** By what ways others come to see what a function or a class is called. */
type Way =
  /** It is handed on as a value. */
  | 'value'
  /** To code that is not the project's. */
  | 'foreign'
  /** There are objects of the class. */
  | 'object'
  /** It is the tag of an element. */
  | 'tag'
  /** It is asked itself. */
  | 'asked';

/**
 * Whether somebody may see what the functions and classes of these names are called, in one of the scripts: they are handed on as values while
 * some code of the project asks for names, there are objects of them while some code asks for classes, or they go to other packages.
 */
export function areSeen(
  ts: Compiler,
  sources: readonly TypeScript.SourceFile[],
  names: ReadonlySet<string>,
  project: Project,
): boolean {
  const naming = new Set(sources.flatMap((source) => [...namingIn(ts, source, names)]));
  const ways = new Set(sources.flatMap((source) => [...waysIn(ts, source, naming)]));
  if (ways.has('asked') || ways.has('foreign')) return true;
  if (ways.has('value') && (asksForNames(project) || asksForClasses(ts, project))) return true;
  if (ways.has('object') && asksForClasses(ts, project)) return true;
  return ways.has('tag') && asksForComponents(project);
}

function waysIn(ts: Compiler, source: TypeScript.SourceFile, names: ReadonlySet<string>): ReadonlySet<Way> {
  const ways = new Set<Way>();
  const packages = foreignNames(ts, source);
  const visit = (node: TypeScript.Node): void => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (ts.isIdentifier(node) && names.has(node.text)) for (const way of waysOf(ts, node, packages)) ways.add(way);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return ways;
}

/** Those of the names that a function or a class is called by. */
function namingIn(ts: Compiler, source: TypeScript.SourceFile, names: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: TypeScript.Node): void => {
    if (givesName(ts, node) && names.has(node.text)) found.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The name of a function or a class, or of a variable that may hold one which takes its name. */
function givesName(ts: Compiler, node: TypeScript.Node): node is TypeScript.Identifier {
  if (!ts.isIdentifier(node)) return false;
  const { parent } = node;
  if (ts.isFunctionLike(parent) || ts.isClassLike(parent)) return parent.name === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent))
    return parent.name === node && parent.initializer !== undefined && mayBeFunction(ts, parent.initializer);
  return ts.isBinaryExpression(parent) && parent.left === node && mayBeFunction(ts, parent.right);
}

function mayBeFunction(ts: Compiler, node: TypeScript.Expression): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return mayBeFunction(ts, node.expression);
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isClassExpression(node);
}

/** Names in a file that come from packages, built-in modules not among them. */
function foreignNames(ts: Compiler, source: TypeScript.SourceFile): ReadonlySet<string> {
  const found = new Set<string>();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const { text } = statement.moduleSpecifier;
    if (text.startsWith('.') || text.startsWith('node:')) continue;
    const visit = (node: TypeScript.Node): void => {
      if (ts.isIdentifier(node)) found.add(node.text);
      ts.forEachChild(node, visit);
    };
    visit(statement);
  }
  return found;
}

/** Those that call what they are given and do nothing else with it. */
const callers: ReadonlySet<string> = new Set(
  'map filter forEach reduce reduceRight some every find findIndex findLast findLastIndex flatMap sort toSorted then catch finally replace replaceAll setTimeout setInterval setImmediate queueMicrotask nextTick requestAnimationFrame addEventListener removeEventListener on once off'.split(
    ' ',
  ),
);

function waysOf(ts: Compiler, node: TypeScript.Identifier, packages: ReadonlySet<string>): readonly Way[] {
  let use: TypeScript.Node = node;
  while (
    ts.isParenthesizedExpression(use.parent) ||
    ts.isAsExpression(use.parent) ||
    ts.isNonNullExpression(use.parent) ||
    ts.isSatisfiesExpression(use.parent)
  )
    use = use.parent;
  const { parent } = use;
  if (isDeclaring(ts, node)) return waysOfDeclaration(ts, node);
  if (ts.isTypeOfExpression(parent)) return [];
  if (ts.isCallExpression(parent) || ts.isTaggedTemplateExpression(parent)) {
    if (ts.isTaggedTemplateExpression(parent) || parent.expression === use) return [];
    return waysOfArgument(ts, parent, packages);
  }
  if (ts.isNewExpression(parent)) return parent.expression === use ? ['object'] : ['value', 'foreign'];
  if (ts.isPropertyAccessExpression(parent)) {
    if (parent.name === use) return [];
    return parent.name.text === 'name' || parent.name.text === 'toString'
      ? ['asked']
      : /^(?:call|apply)$/.test(parent.name.text)
        ? []
        : ['object'];
  }
  if (ts.isElementAccessExpression(parent)) return ['asked'];
  if (ts.isJsxOpeningLikeElement(parent) || ts.isJsxClosingElement(parent)) return ['tag'];
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) return ['object'];
  if (ts.isBinaryExpression(parent) && parent.left === use && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    return [];
  if (ts.isExpressionWithTypeArguments(parent)) return ['object'];
  // As a text.
  const isText = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.PlusToken;
  return isText || ts.isTemplateSpan(parent) ? ['asked'] : ['value'];
}

function waysOfArgument(
  ts: Compiler,
  { expression }: TypeScript.CallExpression,
  packages: ReadonlySet<string>,
): readonly Way[] {
  const name = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
  if (callers.has(name)) return [];
  let root: TypeScript.Expression = expression;
  while (ts.isPropertyAccessExpression(root) || ts.isCallExpression(root) || ts.isElementAccessExpression(root))
    root = root.expression;
  return ts.isIdentifier(root) && packages.has(root.text) ? ['value', 'foreign'] : ['value'];
}

/** It only gives the name, takes it from elsewhere, or hands it on under it. */
function isDeclaring(ts: Compiler, node: TypeScript.Identifier): boolean {
  const { parent } = node;
  if (ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isExportSpecifier(parent)) return true;
  const isNamed =
    ts.isFunctionLike(parent) ||
    ts.isClassLike(parent) ||
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isBindingElement(parent) ||
    ts.isPropertyAssignment(parent);
  return isNamed && parent.name === node;
}

/** Classes show in every object of theirs; under a second name, or as what a module is, everything may be handed on anywhere. */
function waysOfDeclaration(ts: Compiler, { parent }: TypeScript.Identifier): readonly Way[] {
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent))
    return parent.propertyName === undefined ? [] : ['value', 'object'];
  const isDefault = modifiersOf(ts, parent).includes(ts.SyntaxKind.DefaultKeyword);
  const isClass =
    ts.isClassLike(parent) || (hasInitializer(ts, parent) && ts.isClassExpression(bare(ts, parent.initializer)));
  return [...(isDefault ? (['value'] as const) : []), ...(isClass ? (['object'] as const) : [])];
}

function hasInitializer(
  ts: Compiler,
  node: TypeScript.Node,
): node is TypeScript.VariableDeclaration & { readonly initializer: TypeScript.Expression } {
  return ts.isVariableDeclaration(node) && node.initializer !== undefined;
}

function bare(ts: Compiler, node: TypeScript.Expression): TypeScript.Expression {
  return ts.isParenthesizedExpression(node) ? bare(ts, node.expression) : node;
}
