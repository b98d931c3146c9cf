import type TypeScript from 'typescript';
import { checkerOfOne } from './ownNames.ts';
import { missingParts, type Compiler } from './scripts.ts';

/** Which names may differ between two scripts that are the same but for them. */
export type Freedom =
  /** Variables and parameters whose name nothing can see. */
  | 'variables'
  /** Functions and classes too; code that asks for `.name` sees a difference. */
  | 'functions';

/**
 * The shape of a script with each local name replaced by the place of its declaration; other names stand as they are. The script is
 * looked into once, for whichever names are asked about.
 */
export function namelessShape(ts: Compiler, text: string): (freedom: Freedom) => string {
  const path = '/script.jsx';
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JSX);
  const checker = checkerOfOne(ts, source);
  return (freedom) => new Shape(ts, source, checker, freedom).text();
}

class Shape {
  readonly #ts: Compiler;
  readonly #source: TypeScript.SourceFile;
  readonly #checker: TypeScript.TypeChecker;
  readonly #freedom: Freedom;
  readonly #places = new Map<TypeScript.Node, number>();
  /** Names of variables that a function without a name is put into later, from which it takes its own. */
  readonly #naming = new Set<string>();
  readonly #isModule: boolean;
  readonly #isOpaque: boolean;

  constructor(ts: Compiler, source: TypeScript.SourceFile, checker: TypeScript.TypeChecker, freedom: Freedom) {
    this.#ts = ts;
    this.#source = source;
    this.#checker = checker;
    this.#freedom = freedom;
    const names = new Set<string>();
    let hasWith = false;
    const visit = (node: TypeScript.Node): void => {
      this.#places.set(node, this.#places.size);
      if (ts.isIdentifier(node)) names.add(node.text);
      if (ts.isWithStatement(node)) hasWith = true;
      if (ts.isBinaryExpression(node) && ts.isIdentifier(node.left) && isNameless(ts, node.right))
        this.#naming.add(node.left.text);
      ts.forEachChild(node, visit);
    };
    visit(source);
    this.#isModule = ts.isExternalModule(source) || ['require', 'module', 'exports'].some((name) => names.has(name));
    this.#isOpaque = hasWith || names.has('eval');
  }

  text(): string {
    const parts: string[] = [];
    const visit = (node: TypeScript.Node): void => {
      if (this.#ts.isIdentifier(node) && this.#isOuterName(node)) return;
      parts.push(`(${this.#words(node)}`);
      for (const child of this.#childrenOf(node)) visit(child);
      parts.push(')');
    };
    visit(this.#source);
    return parts.join('');
  }

  #childrenOf(node: TypeScript.Node): readonly TypeScript.Node[] {
    const children: TypeScript.Node[] = [];
    this.#ts.forEachChild(node, (child) => void children.push(child));
    return children;
  }

  /** What a node is and says; short forms such as `{ a }` are told as their long ones, with the outer name as a word. */
  #words(node: TypeScript.Node): string {
    const ts = this.#ts;
    if (ts.isShorthandPropertyAssignment(node)) return `${ts.SyntaxKind.PropertyAssignment} ${node.name.text}`;
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && ts.isIdentifier(node.initializer))
      return `${node.kind} ${node.name.text}`;
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent) && ts.isIdentifier(node.name))
      return `${node.kind} ${this.#outerName(node)} ${node.dotDotDotToken !== undefined}`;
    if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) return `${node.kind} ${this.#outerName(node)}`;
    if (ts.isIdentifier(node)) return `${node.kind} ${this.#nameOf(node)}`;
    if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node))
      return `${node.kind} ${JSON.stringify(node.rawText ?? node.text)}`;
    if (ts.isNoSubstitutionTemplateLiteral(node)) return `${node.kind} ${JSON.stringify(node.rawText ?? node.text)}`;
    if (ts.isLiteralExpression(node) || ts.isJsxText(node)) return `${node.kind} ${JSON.stringify(node.text)}`;
    if (ts.isPrivateIdentifier(node)) return `${node.kind} ${node.text}`;
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return `${node.kind} ${node.operator}`;
    if (ts.isVariableDeclarationList(node))
      return `${node.kind} ${node.flags & (ts.NodeFlags.BlockScoped | ts.NodeFlags.Using)}`;
    if (ts.isMetaProperty(node)) return `${node.kind} ${node.keywordToken}`;
    if (ts.isHeritageClause(node)) return `${node.kind} ${node.token}`;
    if (ts.isImportClause(node)) return `${node.kind} ${node.phaseModifier ?? ''}`;
    return `${node.kind}${missingParts(ts, node)}`;
  }

  /** The name by which others know it. */
  #outerName(node: TypeScript.BindingElement | TypeScript.ImportSpecifier | TypeScript.ExportSpecifier): string {
    if (node.propertyName === undefined || this.#ts.isExportSpecifier(node)) return node.name.getText(this.#source);
    return node.propertyName.getText(this.#source);
  }

  /** Said by the words of its parent already. */
  #isOuterName(node: TypeScript.Identifier): boolean {
    const ts = this.#ts;
    const { parent } = node;
    if (ts.isPropertyAssignment(parent)) return parent.name === node && ts.isIdentifier(parent.initializer);
    if (ts.isBindingElement(parent) || ts.isImportSpecifier(parent)) return parent.propertyName === node;
    return ts.isExportSpecifier(parent) && parent.propertyName !== undefined && parent.name === node;
  }

  #nameOf(node: TypeScript.Identifier): string {
    if (this.#isOpaque) return node.text;
    const ts = this.#ts;
    const { parent } = node;
    const symbol = ts.isShorthandPropertyAssignment(parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(parent)
      : ts.isExportSpecifier(parent)
        ? this.#checker.getExportSpecifierLocalTargetSymbol(parent)
        : this.#checker.getSymbolAtLocation(node);
    const declarations = symbol?.declarations ?? [];
    const [first] = declarations;
    if (first === undefined || !declarations.every((one) => this.#isLocal(one))) return node.text;
    return `#${this.#places.get(first) ?? node.text}`;
  }

  #isLocal(declaration: TypeScript.Declaration): boolean {
    const ts = this.#ts;
    if (declaration.getSourceFile() !== this.#source) return false;
    const isVariable =
      ts.isParameter(declaration) || ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration);
    const isImport =
      ts.isImportSpecifier(declaration) || ts.isImportClause(declaration) || ts.isNamespaceImport(declaration);
    const isFunction = ts.isFunctionDeclaration(declaration) || ts.isClassDeclaration(declaration);
    const isNamed = isFunction || (isVariable && this.#namesFunction(declaration));
    if (!isVariable && !isImport && !isFunction) return false;
    if (isNamed && this.#freedom === 'variables') return false;
    return !this.#isExported(declaration) && (this.#isModule || !this.#isTopLevel(declaration));
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
    return this.#statementOf(declaration).parent === this.#source;
  }
}

function isNameless(ts: Compiler, node: TypeScript.Expression): boolean {
  return (
    ts.isArrowFunction(node) ||
    ((ts.isFunctionExpression(node) || ts.isClassExpression(node)) && node.name === undefined)
  );
}
