import type TypeScript from 'typescript';
import { contentOf, isNothing, missingParts, type Compiler } from './scripts.ts';

/** What a script is and says, with each name as `nameOf` tells it; names by which others know something stand as they are. */
export function shapeOf(
  ts: Compiler,
  source: TypeScript.SourceFile,
  nameOf: (node: TypeScript.Identifier) => string,
): string {
  return new Shape(ts, source, nameOf).text();
}

/** A tag that is a word of the page and no value of the program, as its first letter tells. */
export function isIntrinsicTag(ts: Compiler, node: TypeScript.Identifier): boolean {
  const { parent } = node;
  const isTag = ts.isJsxOpeningLikeElement(parent) || ts.isJsxClosingElement(parent);
  return isTag && parent.tagName === node && /^[a-z]|-/.test(node.text);
}

class Shape {
  readonly #ts: Compiler;
  readonly #source: TypeScript.SourceFile;
  readonly #nameOf: (node: TypeScript.Identifier) => string;

  constructor(ts: Compiler, source: TypeScript.SourceFile, nameOf: (node: TypeScript.Identifier) => string) {
    this.#ts = ts;
    this.#source = source;
    this.#nameOf = nameOf;
  }

  text(): string {
    const parts: string[] = [];
    const visit = (node: TypeScript.Node): void => {
      if (isNothing(this.#ts, node) || (this.#ts.isIdentifier(node) && this.#isOuterName(node))) return;
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
    // Written out, `__proto__` is no property but the prototype.
    if (ts.isShorthandPropertyAssignment(node)) {
      const isPrototype = node.name.text === '__proto__' || node.objectAssignmentInitializer !== undefined;
      return `${isPrototype ? node.kind : ts.SyntaxKind.PropertyAssignment} ${node.name.text}`;
    }
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && ts.isIdentifier(node.initializer))
      return `${node.kind} ${node.name.text}`;
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent) && ts.isIdentifier(node.name))
      return `${node.kind} ${this.#outerName(node)} ${node.dotDotDotToken !== undefined}`;
    if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) return `${node.kind} ${this.#outerName(node)}`;
    if (ts.isIdentifier(node)) return `${node.kind}${isIntrinsicTag(ts, node) ? '<' : ''} ${this.#nameOf(node)}`;
    const content = contentOf(ts, node);
    if (content !== undefined) return `${node.kind} ${content}`;
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
}
