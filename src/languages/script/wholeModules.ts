import { posix } from 'node:path';
import type TypeScript from 'typescript';
import { isScript } from '../texts/changedText.ts';
import { leadsToFile, requiredModule } from './importStatements.ts';
import { boundNames } from './nameResolution.ts';
import type { Project, ProjectScript } from '../texts/project.ts';
import { parseScript, type Compiler } from './scripts.ts';

/**
 * Whether some code of the project takes all that a module exports at once, and does more with it than to ask for names that stand there: it
 * sees which names there are. Modules that hand everything on are looked at in their turn.
 */
export function isTakenWhole(ts: Compiler, project: Project, path: string, depth = 0): boolean {
  const [name = ''] = posix.basename(path).split('.');
  const word = name === 'index' ? posix.basename(posix.dirname(path)) : name;
  return project.some(`all of ${path}`, (script) => {
    const { path: from, text } = script;
    if (from === path || !/\*|\brequire\b|\bimport\s*\(|\bglob\b/.test(text)) return false;
    if (loadsByPattern(script, path)) return true;
    if (!(text.includes(word) || /['"`]\.{1,2}\/?['"`]/.test(text))) return false;
    if (!isScript(from)) return /\*\s*as\b|\bimport\s*\(/.test(text);
    return takesWhole(ts, script, path, (next) => depth < 5 && isTakenWhole(ts, project, next, depth + 1));
  });
}

/**
 * Whether some code of the project loads files of the folder by names that are only known when it runs, or looks through the folder for what
 * there is.
 */
export function isFoundByPattern(project: Project, path: string): boolean {
  return project.some(`pattern ${path}`, (script) => script.path !== path && loadsByPattern(script, path));
}

function loadsByPattern({ path: from, text }: ProjectScript, path: string): boolean {
  const isDynamic =
    /\b(?:require|import)\s*\(\s*(?!\/\*[^]*?\*\/\s*['"][^'"]*['"]\s*[,)])(?!['"][^'"]*['"]\s*[,)])(?!`[^`$]*`\s*[,)])|\breaddir(?:Sync)?\b|\bglob(?:by|Sync|Eager)?\b|\brequire\s*\.\s*context\b/.test(
      text,
    );
  if (!isDynamic) return false;
  const folder = posix.basename(posix.dirname(path));
  if (posix.dirname(path) === posix.dirname(from)) return /__dirname|import\.meta|['"`]\.\//.test(text);
  return folder !== '.' && new RegExp(`['"\`/]${folder.replaceAll(/[^\w-]/g, '.')}['"\`/]`).test(text);
}

function takesWhole(
  ts: Compiler,
  { path: from, text }: ProjectScript,
  path: string,
  isNextTaken: (path: string) => boolean,
): boolean {
  const source = parseScript(ts, from, text);
  let isWhole = false;
  const leads = (specifier: TypeScript.Node | undefined): boolean =>
    specifier !== undefined && ts.isStringLiteralLike(specifier) && leadsToFile(specifier.text, from, path);
  const visit = (node: TypeScript.Node): void => {
    if (ts.isImportDeclaration(node) && leads(node.moduleSpecifier)) {
      const bindings = node.importClause?.namedBindings;
      if (bindings !== undefined && ts.isNamespaceImport(bindings))
        isWhole ||= isMoreThanAsked(ts, source, bindings.name.text);
    } else if (ts.isExportDeclaration(node) && leads(node.moduleSpecifier)) {
      if (node.exportClause === undefined) isWhole ||= isNextTaken(from);
      else isWhole ||= ts.isNamespaceExport(node.exportClause);
    } else if (ts.isCallExpression(node) && isLoad(ts, node) && leads(node.arguments[0]))
      isWhole ||= isWholeValue(ts, source, node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return isWhole;
}

function isLoad(ts: Compiler, node: TypeScript.CallExpression): boolean {
  return requiredModule(ts, node) !== undefined || node.expression.kind === ts.SyntaxKind.ImportKeyword;
}

function isWholeValue(ts: Compiler, source: TypeScript.SourceFile, node: TypeScript.Expression): boolean {
  let value: TypeScript.Node = node;
  while (ts.isAwaitExpression(value.parent) || ts.isParenthesizedExpression(value.parent)) value = value.parent;
  const { parent } = value;
  if (ts.isExpressionStatement(parent)) return false;
  if (ts.isPropertyAccessExpression(parent)) return /^(?:then|catch|finally)$/.test(parent.name.text);
  if (!ts.isVariableDeclaration(parent)) return true;
  if (ts.isIdentifier(parent.name)) return isMoreThanAsked(ts, source, parent.name.text);
  const isRest = ts.isObjectBindingPattern(parent.name)
    ? parent.name.elements.some(({ dotDotDotToken }) => dotDotDotToken !== undefined)
    : true;
  return isRest || boundNames(ts, parent.name).length === 0;
}

/** Whether a name of the file is used otherwise than to ask for something in it by its name. */
function isMoreThanAsked(ts: Compiler, source: TypeScript.SourceFile, name: string): boolean {
  let isMore = false;
  const visit = (node: TypeScript.Node): void => {
    if (ts.isIdentifier(node) && node.text === name) {
      const { parent } = node;
      const isAsked = ts.isPropertyAccessExpression(parent) || (ts.isQualifiedName(parent) && parent.left === node);
      const isDeclared = ts.isNamespaceImport(parent) || (ts.isVariableDeclaration(parent) && parent.name === node);
      isMore ||= !isAsked && !isDeclared;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return isMore;
}
