import type TypeScript from 'typescript';
import { isScript } from '../texts/changedText.ts';
import { modifiersOf } from './nameResolution.ts';
import type { Project } from '../texts/project.ts';
import { parseScript, type Compiler } from './scripts.ts';

/** Packages that take the names of parameters for what is to be handed over. */
const containers: ReadonlySet<string> = new Set(
  'angular awilix electrolyte get-parameter-names @avejidah/get-parameter-names fn-args function-arguments introspect intravenous'.split(
    ' ',
  ),
);

/** Packages that take the comments in a function for a text. */
const commentReaders: ReadonlySet<string> = new Set([
  'multiline',
  'heredoc',
  'here-doc',
  'hereasy',
  'multiline-string',
]);

/** Packages that make code of types. */
const typeCompilers: ReadonlySet<string> = new Set(
  'typia @nestia/core @deepkit/type @deepkit/type-compiler ts-auto-mock ts-runtime-checks typescript-is tst-reflect typescript-json-schema-transformer typescript-transform-validator @vue/babel-plugin-resolve-type'.split(
    ' ',
  ),
);

const readsName =
  /\??\.\s*(?:name|displayName)\b|\[\s*["'`](?:name|displayName)["'`]\s*\]|["'`]name["'`]\s*[),]|[{,]\s*name\s*(?:[:=,][^{}]*)?\}\s*(?:=(?!>)|\)|,|of\b|in\b)|getOwnProperty|Reflect\s*\.\s*(?:get|ownKeys)/;
const readsConstructor =
  /\.\s*constructor\b|["'`]constructor["'`]|\{[^{}]*\bconstructor\b[^{}()]*\}\s*=|\bnew\s*\.\s*target\b|\binspect\s*\(/;
const readsElement = /\.\s*type\b[^;\n]{0,40}\.\s*(?:name|displayName)\b|\bdisplayName\b/;
const textOf = [
  /\bFunction\s*\.\s*(?:prototype\s*\.\s*)?toString\b/,
  /\btoString\s*\(\s*\)\s*\.\s*(?:match|matchAll|replace|replaceAll|search|slice|substring|substr|trim)\b/,
  /(?<!(?:Object|\{\})\s*(?:\.\s*prototype)?\s*\.\s*)\btoString\s*\.\s*call\b/,
  /\bString\s*\(\s*(?:fn|fun|func|function|callback|cb|factory|handler|ctor|constructor|method|target|worker\w*)\s*\)/,
  // A text that is made of a value alone and looked into.
  /\.\s*(?:exec|test|match)\s*\(\s*(?:`\$\{\s*[\w.]+\s*\}`|(?:''|"")\s*\+|[\w.]+\s*\+\s*(?:''|"")|(?:fn|fun|func|f|callback|factory|ctor)\b)/,
  /(?:`\$\{\s*[\w.]+\s*\}`|\(\s*(?:''|"")\s*\+\s*[\w.]+\s*\)|\(\s*[\w.]+\s*\+\s*(?:''|"")\s*\))\s*\.\s*(?:match|matchAll|replace|replaceAll|search|slice|substring|substr)\b/,
];
const readsText = new RegExp(textOf.map(({ source }) => source).join('|'));

/** Whether some code of the project asks for the name of a function, by whatever way; of how many things else it may ask so is not told. */
export function asksForNames(project: Project): boolean {
  return project.some('names', ({ text }) => readsName.test(text)) || readsTexts(project);
}

/** Whether some code asks an object for its class, or a class for itself. */
export function asksForClasses(ts: Compiler, project: Project): boolean {
  return project.some(
    'classes',
    ({ path, text }) =>
      readsConstructor.test(text) ||
      (isScript(path) && /\bthis\b/.test(text) && readsName.test(text) && asksItself(ts, parseScript(ts, path, text))),
  );
}

/** Code of a class that asks the class, or one below it, for its name: `this` in a static part of it. */
function asksItself(ts: Compiler, source: TypeScript.SourceFile): boolean {
  let asks = false;
  const visit = (node: TypeScript.Node, isStatic: boolean): void => {
    const isMember = ts.isClassElement(node) && !ts.isSemicolonClassElement(node);
    const isOfClass =
      ts.isClassStaticBlockDeclaration(node) || modifiersOf(ts, node).includes(ts.SyntaxKind.StaticKeyword);
    const inner = isMember ? isOfClass : isStatic;
    const isName =
      (ts.isPropertyAccessExpression(node) && node.name.text === 'name') ||
      (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression));
    asks ||= inner && isName && node.expression.kind === ts.SyntaxKind.ThisKeyword;
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, false);
  return asks;
}

/** Whether some code asks an element of JSX for the name of its component. */
export function asksForComponents(project: Project): boolean {
  return project.some('components', ({ text }) => readsElement.test(text));
}

/** Whether some code, or a package that the project uses, reads the texts of functions, or the names of parameters in them. */
export function readsTexts(project: Project): boolean {
  return (
    project.dependsOn(containers) ||
    project.some('texts', ({ text }) => readsText.test(text) || /\bangular\s*\.\s*module\s*\(/.test(text)) ||
    project.some('containers', ({ text }) => loads(text, containers))
  );
}

/** Whether comments in the text of a function are read for what they say. */
export function readsComments(project: Project): boolean {
  return (
    project.dependsOn(commentReaders) ||
    project.some(
      'comments',
      ({ text }) =>
        loads(text, commentReaders) ||
        (/\\\/\\\*|["'`]\/\*["'`]/.test(text) && (readsText.test(text) || /\btoString\s*\(\s*\)/.test(text))),
    )
  );
}

/** Whether types are made into code that checks them, so that they are part of what runs. */
export function compilesTypes(project: Project): boolean {
  return project.dependsOn(typeCompilers) || project.some('typeCompilers', ({ text }) => loads(text, typeCompilers));
}

function loads(text: string, packages: ReadonlySet<string>): boolean {
  return [...text.matchAll(/(?:\bfrom|\bimport|\brequire\s*\()\s*["']([^"']+)["']/g)].some(([, name = '']) =>
    packages.has(name),
  );
}
