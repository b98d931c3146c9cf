import type TypeScript from 'typescript';
import { boundNames } from './nameResolution.ts';
import { isPublicPlace } from './moduleKind.ts';
import { checkerOfOne } from './fileChecker.ts';
import { isIntrinsicTag, shapeOf } from './scriptShape.ts';
import type { Compiler } from './scripts.ts';

/** Which names may differ between two scripts that are the same but for them. */
export type Freedom =
  /** Variables, but no parameters. */
  | 'ownVariables'
  /** Variables and parameters whose name nothing can see. */
  | 'variables'
  /** Functions and classes too; code that asks for `.name` sees a difference. */
  | 'functions';

/**
 * Whether two scripts are the same but for names that may differ, each local name being known by the place of its declaration. They are
 * looked into once, for whichever names are asked about, and only if they are the same but for all names.
 */
export function sameButForNames(
  ts: Compiler,
  before: string,
  after: string,
  isModule: boolean,
): (freedom: Freedom) => boolean {
  const parse = (text: string): TypeScript.SourceFile =>
    ts.createSourceFile('/script.jsx', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JSX);
  const [old, now] = [parse(before), parse(after)];
  const nameless = (source: TypeScript.SourceFile): string => shapeOf(ts, source, () => '');
  if (nameless(old) !== nameless(now)) return () => false;
  const [oldNames, newNames] = [new LocalNames(ts, old, isModule), new LocalNames(ts, now, isModule)];
  return (freedom) => oldNames.shape(freedom) === newNames.shape(freedom);
}

const factories = /^(?:React|Preact|h|jsx|createElement|Fragment)$/;

class LocalNames {
  readonly #ts: Compiler;
  readonly #source: TypeScript.SourceFile;
  readonly #checker: TypeScript.TypeChecker;
  readonly #places = new Map<TypeScript.Node, number>();
  /** Names of variables that a function without a name is put into later, from which it takes its own. */
  readonly #naming = new Set<string>();
  readonly #isModule: boolean;
  readonly #isOpaque: boolean;
  #hasElements = false;
  /** Some function has two parameters of one name, of which the last one counts. */
  #hasTwins = false;

  constructor(ts: Compiler, source: TypeScript.SourceFile, isModule: boolean) {
    this.#ts = ts;
    this.#isModule = isModule;
    this.#source = source;
    this.#checker = checkerOfOne(ts, source);
    const names = new Set<string>();
    let hasWith = false;
    const visit = (node: TypeScript.Node): void => {
      this.#places.set(node, this.#places.size);
      if (ts.isIdentifier(node)) names.add(node.text);
      if (ts.isWithStatement(node)) hasWith = true;
      if (ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node)) this.#hasElements = true;
      if (ts.isBinaryExpression(node) && ts.isIdentifier(node.left) && isNameless(ts, node.right))
        this.#naming.add(node.left.text);
      if (ts.isShorthandPropertyAssignment(node) && isNameless(ts, node.objectAssignmentInitializer))
        this.#naming.add(node.name.text);
      if (ts.isFunctionLike(node) && hasTwins(ts, node)) this.#hasTwins = true;
      ts.forEachChild(node, visit);
    };
    visit(source);
    this.#isOpaque = hasWith || names.has('eval') || this.#hasTwins;
  }

  /** The shape of the script with each name that may differ replaced by the place of its declaration. */
  shape(freedom: Freedom): string {
    return shapeOf(this.#ts, this.#source, (node) => this.#nameOf(node, freedom));
  }

  #nameOf(node: TypeScript.Identifier, freedom: Freedom): string {
    if (this.#isOpaque) return node.text;
    const ts = this.#ts;
    const { parent } = node;
    if (isIntrinsicTag(ts, node)) return node.text;
    const symbol = ts.isShorthandPropertyAssignment(parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(parent)
      : ts.isExportSpecifier(parent)
        ? this.#checker.getExportSpecifierLocalTargetSymbol(parent)
        : this.#checker.getSymbolAtLocation(node);
    const declarations = symbol?.declarations ?? [];
    const [first] = declarations;
    if (first === undefined || !declarations.every((one) => this.#isLocal(one, freedom))) return node.text;
    return `#${this.#places.get(first) ?? node.text}`;
  }

  #isLocal(declaration: TypeScript.Declaration, freedom: Freedom): boolean {
    const ts = this.#ts;
    if (this.#makesElements(declaration)) return false;
    if (declaration.getSourceFile() !== this.#source) return false;
    const isVariable =
      ts.isParameter(declaration) || ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration);
    const isImport =
      ts.isImportSpecifier(declaration) || ts.isImportClause(declaration) || ts.isNamespaceImport(declaration);
    const isFunction = ts.isFunctionDeclaration(declaration) || ts.isClassDeclaration(declaration);
    const isNamed = isFunction || (isVariable && this.#namesFunction(declaration));
    if (!isVariable && !isImport && !isFunction) return false;
    if (isNamed && freedom !== 'functions') return false;
    if (freedom === 'ownVariables' && isOfParameters(ts, declaration)) return false;
    return !this.#isExported(declaration) && (this.#isModule || !this.#isTopLevel(declaration));
  }

  /** Elements are made with what has this name, though no word of them says so. */
  #makesElements({ name }: TypeScript.Declaration & { readonly name?: TypeScript.Node }): boolean {
    return this.#hasElements && name !== undefined && this.#ts.isIdentifier(name) && factories.test(name.text);
  }

  /** A function without a name takes that of the variable. */
  #namesFunction({
    name,
    initializer,
  }: TypeScript.VariableDeclaration | TypeScript.ParameterDeclaration | TypeScript.BindingElement): boolean {
    const ts = this.#ts;
    const isAssigned = ts.isIdentifier(name) && this.#naming.has(name.text);
    return isAssigned || (initializer !== undefined && isNameless(ts, initializer));
  }

  #statementOf(declaration: TypeScript.Declaration): TypeScript.Node {
    let node: TypeScript.Node = declaration;
    while (
      this.#ts.isBindingElement(node) ||
      this.#ts.isObjectBindingPattern(node) ||
      this.#ts.isArrayBindingPattern(node) ||
      this.#ts.isVariableDeclaration(node) ||
      this.#ts.isVariableDeclarationList(node)
    )
      node = node.parent;
    return node;
  }

  #isExported(declaration: TypeScript.Declaration): boolean {
    const ts = this.#ts;
    const statement = this.#statementOf(declaration);
    return (
      ts.canHaveModifiers(statement) &&
      (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    );
  }

  #isTopLevel(declaration: TypeScript.Declaration): boolean {
    return isPublicPlace(this.#ts, declaration);
  }
}

function isOfParameters(ts: Compiler, declaration: TypeScript.Node): boolean {
  let at = declaration;
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at)) at = at.parent;
  return ts.isParameter(at);
}

function hasTwins(ts: Compiler, { parameters }: TypeScript.SignatureDeclaration): boolean {
  const names = parameters.flatMap(({ name }) => boundNames(ts, name));
  return new Set(names).size < names.length;
}

function isNameless(ts: Compiler, node: TypeScript.Expression | undefined): boolean {
  if (node === undefined) return false;
  if (ts.isParenthesizedExpression(node)) return isNameless(ts, node.expression);
  return (
    ts.isArrowFunction(node) ||
    ((ts.isFunctionExpression(node) || ts.isClassExpression(node)) && node.name === undefined)
  );
}
