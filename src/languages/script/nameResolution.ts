import { posix } from 'node:path';
import type TypeScript from 'typescript';
import type { ChangedText } from '../texts/changedText.ts';
import { stem } from '../texts/reExports.ts';
import { readImport } from './importStatements.ts';
import { fingerprintOf, parseScript, type Compiler } from './scripts.ts';

/** What the top-level names of a set of scripts stand for, so that code in another place can be seen to mean the same things. */
export class NameResolution {
  readonly #ts: Compiler;
  readonly #modules = new Map<string, Module>();
  readonly #moves: ReadonlyMap<string, string>;
  readonly #resolve: (path: string) => string | undefined;
  /** How many of the scripts declare the same by its text. */
  readonly #homes = new Map<string, number>();

  /** Of the texts before or after; paths that move are told under their new name on both sides. Of two files for a name, `resolve` knows the one. */
  constructor(
    ts: Compiler,
    scripts: readonly ChangedText[],
    side: 'before' | 'after',
    resolve: (path: string) => string | undefined = () => undefined,
  ) {
    this.#ts = ts;
    this.#resolve = resolve;
    this.#moves = new Map(scripts.map(({ path, from }) => [stem(from), stem(path)]));
    for (const script of scripts) {
      const [path, text] = side === 'before' ? [script.from, script.before] : [script.path, script.after];
      if (text !== undefined) this.#modules.set(stem(path), readModule(ts, path, text));
    }
    for (const { declarations } of this.#modules.values())
      for (const one of new Set(declarations.values())) this.#homes.set(one, (this.#homes.get(one) ?? 0) + 1);
  }

  /** Whether a specifier leads to one of the scripts. */
  has(file: string, specifier: string): boolean {
    return specifier.startsWith('.') && this.#modules.has(stem(posix.join(posix.dirname(file), specifier)));
  }

  /** The path of the script that a specifier leads to, if it is one of them. */
  fileAt(file: string, specifier: string): string | undefined {
    if (!specifier.startsWith('.')) return undefined;
    return this.#modules.get(stem(posix.join(posix.dirname(file), specifier)))?.path;
  }

  /** Where a specifier leads; relative ones as paths without extension. */
  targetOf(file: string, specifier: string): string {
    if (!specifier.startsWith('.')) return specifier;
    const path = posix.join(posix.dirname(file), specifier);
    const target = stem(path);
    const moved = this.#moves.get(target);
    return `./${moved ?? this.#resolve(path) ?? target}`;
  }

  /** What a name of a file's top level stands for: a declaration by its text, something of another module, or no name of the file. */
  identity(file: string, name: string, depth = 0): string | undefined {
    const module = this.#modules.get(stem(file));
    const declaration = module?.declarations.get(name);
    // Two files may each have a `const cache = new Map()`: what means the one does not mean the other.
    const isTwin = declaration !== undefined && (this.#homes.get(declaration) ?? 0) > 1;
    if (declaration !== undefined)
      return `declared ${declaration}${isTwin ? ` in ${this.#moves.get(stem(file)) ?? stem(file)}` : ''}`;
    const link = module?.imports.get(name);
    if (link === undefined) return undefined;
    return this.#linked(file, link, depth);
  }

  /** What others take from a file, by name; what it hands on as a whole stands under names that begin with `* `. */
  exportsOf(file: string): ReadonlyMap<string, string> {
    const module = this.#modules.get(stem(file));
    const found = new Map<string, string>();
    for (const [name, local] of module?.exports ?? [])
      found.set(name, this.identity(file, local) ?? `unknown ${local}`);
    for (const [name, link] of module?.handedOn ?? []) found.set(name, this.#linked(file, link, 0));
    return found;
  }

  #linked(file: string, link: Link, depth: number): string {
    const direct = stem(posix.join(posix.dirname(file), link.specifier));
    const target = link.specifier.startsWith('.') ? this.#modules.get(direct) : undefined;
    const local = target?.exports.get(link.name);
    if (target !== undefined && local !== undefined && depth < 5)
      return this.identity(target.path, local, depth + 1) ?? `unknown ${local}`;
    const next = target?.handedOn.get(link.name);
    if (target !== undefined && next !== undefined && depth < 5) return this.#linked(target.path, next, depth + 1);
    return `imported ${this.targetOf(file, link.specifier)} ${link.name}`;
  }

  /** What the names in a statement stand for, one line each. */
  meaningOf(file: string, statement: TypeScript.Node): string {
    const names = new Set<string>();
    const ts = this.#ts;
    const visit = (node: TypeScript.Node): void => {
      if (ts.isIdentifier(node) && !isKey(ts, node)) names.add(node.text);
      // Tags may be calls of these.
      if (ts.isJsxOpeningLikeElement(node) || ts.isJsxOpeningFragment(node))
        for (const name of ['React', 'Preact', 'h', 'Fragment']) names.add(name);
      ts.forEachChild(node, visit);
    };
    visit(statement);
    const lines = [...names].sort().flatMap((name) => {
      const identity = this.identity(file, name);
      return identity === undefined ? [] : [`${name}: ${identity}`];
    });
    return lines.join('\n');
  }
}

interface Link {
  readonly specifier: string;
  readonly name: string;
}

interface Module {
  readonly path: string;
  /** Name → fingerprint of the statement that declares it. */
  readonly declarations: ReadonlyMap<string, string>;
  /** Local name → where it comes from. */
  readonly imports: ReadonlyMap<string, Link>;
  /** Exported name → where it comes from, where that is no name of the file; `* ` and a number for all of a module. */
  readonly handedOn: ReadonlyMap<string, Link>;
  /** Exported name → local name. */
  readonly exports: ReadonlyMap<string, string>;
}

function readModule(ts: Compiler, path: string, text: string): Module {
  const declarations = new Map<string, string>();
  const imports = new Map<string, { specifier: string; name: string }>();
  const exports = new Map<string, string>();
  const handedOn = new Map<string, Link>();
  for (const statement of parseScript(ts, path, text).statements) {
    if (ts.isImportDeclaration(statement)) readImport(ts, statement, imports);
    else if (ts.isExportDeclaration(statement)) {
      const { exportClause, moduleSpecifier } = statement;
      const specifier =
        moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';
      if (exportClause === undefined) handedOn.set(`* ${handedOn.size}`, { specifier, name: '*' });
      else if (ts.isNamespaceExport(exportClause)) handedOn.set(exportClause.name.text, { specifier, name: '*' });
      else
        for (const { name, propertyName } of exportClause.elements) {
          const own = (propertyName ?? name).text;
          if (moduleSpecifier === undefined) exports.set(name.text, own);
          else handedOn.set(name.text, { specifier, name: own });
        }
    } else {
      const fingerprint = bareFingerprint(ts, statement);
      const isExported = modifiersOf(ts, statement).includes(ts.SyntaxKind.ExportKeyword);
      const isDefault = modifiersOf(ts, statement).includes(ts.SyntaxKind.DefaultKeyword);
      for (const name of declaredNames(ts, statement)) {
        declarations.set(name, fingerprint);
        if (isExported) exports.set(isDefault ? 'default' : name, name);
      }
    }
  }
  return { path, declarations, imports, exports, handedOn };
}

/** The statement without what makes it visible to others. */
export function bareFingerprint(ts: Compiler, statement: TypeScript.Statement): string {
  const words = [ts.SyntaxKind.ExportKeyword, ts.SyntaxKind.DefaultKeyword].map((kind) => `(${kind})`);
  return words.reduce((text, word) => text.replace(word, ''), fingerprintOf(ts, statement));
}

export function modifiersOf(ts: Compiler, node: TypeScript.Node): readonly TypeScript.SyntaxKind[] {
  return ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []).map(({ kind }) => kind) : [];
}

/** Names that a statement of the top level declares. */
export function declaredNames(ts: Compiler, statement: TypeScript.Statement): readonly string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(ts, name));
  return isNamedDeclaration(ts, statement) && statement.name !== undefined ? [statement.name.text] : [];
}

/** A declaration of one name; those of variables may bind several. */
export function isNamedDeclaration(
  ts: Compiler,
  node: TypeScript.Node,
): node is TypeScript.DeclarationStatement & { readonly name?: TypeScript.Identifier | TypeScript.StringLiteral } {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node)
  );
}

/** Names that a binding pattern brings in. */
export function boundNames(ts: Compiler, name: TypeScript.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((one) => (ts.isOmittedExpression(one) ? [] : boundNames(ts, one.name)));
}

/** The name of a property, which is no name of the top level. */
export function isKey(ts: Compiler, node: TypeScript.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent))
    return 'name' in parent ? parent.name === node : parent.right === node;
  return (
    (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent)) &&
    parent.name === node
  );
}
