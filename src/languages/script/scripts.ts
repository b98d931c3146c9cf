import type TypeScript from 'typescript';
import type { RelativePath } from '../../workspace/path.ts';
import { jsxWords } from './jsxWords.ts';
import { commentsObeyed } from './toolComments.ts';

export type Compiler = typeof TypeScript;

/** What parses scripts; undefined where no script changed, so that none was loaded. */
export interface ScriptParser {
  readonly ts: Compiler | undefined;
}

/** The TypeScript that is shipped; loaded on first use, since that takes longer than most else here. */
export async function loadCompiler(): Promise<Compiler> {
  return (await import('typescript')).default;
}

/** What a script comes to once types, comments and layout are gone. */
export interface Emitted {
  readonly outputText: string;
  /** Equal for programs that do the same by the letter. */
  readonly fingerprint: string;
  /** Syntax errors, each with its one-based line. */
  readonly errors: readonly { readonly message: string; readonly line: number }[];
}

/** What is an error in strict code only, which a script need not be: octal numbers, `with`, reserved words as names. */
const strictOnly: ReadonlySet<number> = new Set([
  1100, 1101, 1102, 1121, 1210, 1212, 1213, 1214, 1215, 1250, 1251, 1252, 1359, 1487, 1488, 1489,
]);

interface Parsed {
  readonly path: RelativePath;
  readonly text: string;
  /** Held by those who look at it only. */
  readonly tree: WeakRef<TypeScript.SourceFile>;
}

const lastParsed: Parsed[] = [];
const mostRemembered = 16;

/** The tree of a text, to be read only: all checks of a change look at the same few texts, and the last ones are parsed once for them. */
export function parseScript(ts: Compiler, path: RelativePath, text: string): TypeScript.SourceFile {
  const known = lastParsed.find((one) => one.path === path && one.text === text)?.tree.deref();
  if (known !== undefined) return known;
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, scriptKind(ts, path));
  lastParsed.unshift({ path, text, tree: new WeakRef(tree) });
  lastParsed.length = Math.min(lastParsed.length, mostRemembered);
  return tree;
}

const lastEmitted: { readonly path: RelativePath; readonly text: string; readonly emitted: Emitted }[] = [];
const mostEmitted = 8;

/** Takes away what is no program: types, comments, white space, forms of quotes. Of the last texts it is known. */
export function emit(ts: Compiler, path: RelativePath, text: string): Emitted {
  const known = lastEmitted.find((one) => one.path === path && one.text === text);
  if (known !== undefined) return known.emitted;
  const emitted = emitAnew(ts, path, text);
  lastEmitted.unshift({ path, text, emitted });
  lastEmitted.length = Math.min(lastEmitted.length, mostEmitted);
  return emitted;
}

function emitAnew(ts: Compiler, path: RelativePath, text: string): Emitted {
  const { outputText, diagnostics = [] } = transpile(ts, path, text);
  const errors = diagnostics
    .filter(({ category, code }) => category === ts.DiagnosticCategory.Error && code < 2_000 && !strictOnly.has(code))
    .map(({ messageText, file, start }) => ({
      message: ts.flattenDiagnosticMessageText(messageText, ' '),
      line: file === undefined || start === undefined ? 1 : file.getLineAndCharacterOfPosition(start).line + 1,
    }));
  const name = path.replace(/\.([cm]?)tsx?$/i, (_all, form: string) => `.${form}jsx`).replace(/\.[cm]?js$/i, '.jsx');
  const script = ts.createSourceFile(name, outputText, ts.ScriptTarget.Latest, true, ts.ScriptKind.JSX);
  return { outputText, fingerprint: `${fingerprintOf(ts, script)}\n${obeyed(ts, path, text)}`, errors };
}

/** The program without its types; never throws. */
function transpile(ts: Compiler, path: RelativePath, text: string): TypeScript.TranspileOutput {
  return ts.transpileModule(text, {
    // Of declarations alone nothing could be put out.
    fileName: path.replace(/\.d\.([^./]+\.)?([cm]?ts)$/i, '.$2'),
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      // What only modules of CommonJS can say would be left out of any other.
      module: /\bimport\s+(?:type\s+)?[\p{L}\p{N}_$]+\s*=|\bexport\s*=/u.test(text)
        ? ts.ModuleKind.CommonJS
        : ts.ModuleKind.ESNext,
      jsx: ts.JsxEmit.Preserve,
      removeComments: true,
      // An import is left out only where its text says that it is one of types: loading a module may do something.
      verbatimModuleSyntax: true,
      // Types that decorators see at run time are part of the program.
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      allowJs: true,
    },
  });
}

/**
 * What is not executed itself but changes how everything else is taken: the first line of a program, directives such as `'use strict'`
 * (which a module is without saying so), and comments that tools obey.
 */
export function obeyed(ts: Compiler, path: RelativePath, text: string): string {
  const source = parseScript(ts, path, text);
  const isModule = ts.isExternalModule(source);
  const found: string[] = [];
  const visit = (node: TypeScript.Node): void => {
    if (ts.isSourceFile(node) || (ts.isBlock(node) && ts.isFunctionLike(node.parent)))
      for (const statement of node.statements) {
        if (!ts.isExpressionStatement(statement) || !ts.isStringLiteral(statement.expression)) break;
        // By the letter: with an escape in it, it is none.
        const words = statement.expression.getText(source).slice(1, -1);
        if (words !== 'use strict' || !isModule) found.push(`${functionsAround(ts, node)} ${words}`);
      }
    ts.forEachChild(node, visit);
  };
  visit(source);
  // Where a script is no module, `<!--` begins a comment and so does `-->` at the beginning of a line, which no parser here knows.
  const marks = isModule ? [] : (text.match(/<!--|^\s*-->/gm) ?? []);
  return [...found, ...marks.map((one) => one.trim()), ...commentsObeyed(text)].join('\n');
}

/** Tells a directive of the file from one of a function in it. */
function functionsAround(ts: Compiler, node: TypeScript.Node): number {
  let count = 0;
  for (let at: TypeScript.Node = node; !ts.isSourceFile(at); at = at.parent) count += ts.isFunctionLike(at) ? 1 : 0;
  return count;
}

/** The shape of a tree and all that its leaves say; positions, comments and quotes are left out. */
export function fingerprintOf(
  ts: Compiler,
  root: TypeScript.Node,
  nameOf = (node: TypeScript.Identifier): string => node.text,
): string {
  const parts: string[] = [];
  const visit = (node: TypeScript.Node): void => {
    if (isNothing(ts, node)) return;
    parts.push(`(${node.kind}${wordsOf(ts, node, nameOf)}`);
    ts.forEachChild(node, visit);
    parts.push(')');
  };
  visit(root);
  return parts.join('');
}

/** Without any effect wherever it stands: a lone semicolon among statements, and white space between tags. */
export function isNothing(ts: Compiler, node: TypeScript.Node): boolean {
  if (ts.isJsxText(node)) return jsxWords(node.text) === '';
  return ts.isEmptyStatement(node) && isListOfStatements(ts, node.parent);
}

function isListOfStatements(ts: Compiler, node: TypeScript.Node | undefined): boolean {
  return (
    node !== undefined &&
    (ts.isBlock(node) || ts.isSourceFile(node) || ts.isCaseOrDefaultClause(node) || ts.isModuleBlock(node))
  );
}

/** What a node says beside its kind and its children. */
function wordsOf(ts: Compiler, node: TypeScript.Node, nameOf: (node: TypeScript.Identifier) => string): string {
  if (ts.isIdentifier(node)) return ` ${nameOf(node)}`;
  if (ts.isPrivateIdentifier(node)) return ` ${node.text}`;
  const content = contentOf(ts, node);
  if (content !== undefined) return ` ${content}`;
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return ` ${node.operator}`;
  if (ts.isVariableDeclarationList(node)) return ` ${node.flags & (ts.NodeFlags.BlockScoped | ts.NodeFlags.Using)}`;
  if (ts.isMetaProperty(node)) return ` ${node.keywordToken}`;
  if (ts.isHeritageClause(node)) return ` ${node.token}`;
  if (ts.isTypeOperatorNode(node)) return ` ${node.operator}`;
  if (ts.isImportClause(node)) return ` ${node.phaseModifier ?? ''}`;
  return missingParts(ts, node);
}

/** What a literal or a text between tags says; undefined for all else. */
export function contentOf(ts: Compiler, node: TypeScript.Node): string | undefined {
  if (ts.isTemplateLiteralToken(node)) return JSON.stringify((node.rawText ?? node.text).replace(/\r\n?/g, '\n'));
  if (ts.isJsxText(node)) return JSON.stringify(jsxWords(node.text));
  return ts.isLiteralExpression(node) ? JSON.stringify(node.text.replaceAll('\r\n', '\n')) : undefined;
}

/** Which of the parts are there that a node may do without: children in a row do not tell. */
export function missingParts(ts: Compiler, node: TypeScript.Node): string {
  const told = (...parts: unknown[]): string => ` ${parts.map((part) => (part === undefined ? '-' : '+')).join('')}`;
  if (ts.isForStatement(node)) return told(node.initializer, node.condition, node.incrementor);
  if (ts.isBindingElement(node)) return told(node.propertyName, node.initializer);
  if (ts.isTypeParameterDeclaration(node)) return told(node.constraint, node.default);
  return '';
}

function scriptKind(ts: Compiler, path: RelativePath): TypeScript.ScriptKind {
  if (/\.tsx$/i.test(path)) return ts.ScriptKind.TSX;
  if (/\.[cm]?ts$/i.test(path)) return ts.ScriptKind.TS;
  return ts.ScriptKind.JSX;
}
