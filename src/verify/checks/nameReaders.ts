import type { Project } from './project.ts';

/** Packages that take the names of parameters for what is to be handed over. */
const containers: ReadonlySet<string> = new Set(
  'angular awilix electrolyte get-parameter-names @avejidah/get-parameter-names fn-args function-arguments introspect intravenous'.split(
    ' ',
  ),
);

const readsName =
  /\??\.\s*(?:name|displayName)\b|\[\s*["'`](?:name|displayName)["'`]\s*\]|["'`]name["'`]\s*[),]|[{,]\s*name\s*(?:[:=,][^{}]*)?\}\s*(?:=(?!>)|\)|,|of\b|in\b)|getOwnProperty|Reflect\s*\.\s*(?:get|ownKeys)/;
const readsConstructor =
  /\.\s*constructor\b|["'`]constructor["'`]|\{[^{}]*\bconstructor\b[^{}()]*\}\s*=|\bnew\s*\.\s*target\b|\binspect\s*\(/;
const readsElement = /\.\s*type\b[^;\n]{0,40}\.\s*(?:name|displayName)\b|\bdisplayName\b/;
const readsText =
  /\bFunction\s*\.\s*(?:prototype\s*\.\s*)?toString\b|\btoString\s*\(\s*\)\s*(?:\.\s*(?:match|matchAll|replace|replaceAll|search|slice|substring|substr|trim)\b)|(?<!(?:Object|\{\})\s*(?:\.\s*prototype)?\s*\.\s*)\btoString\s*\.\s*call\b|\bString\s*\(\s*(?:fn|fun|func|function|callback|cb|factory|handler|ctor|constructor|method|target|worker\w*)\s*\)|\.\s*exec\s*\(\s*(?:fn|fun|func|f|callback|factory|ctor)\b/;

/** Whether some code of the project asks for the name of a function, by whatever way; of how many things else it may ask so is not told. */
export function asksForNames(project: Project): boolean {
  return project.some('names', ({ text }) => readsName.test(text)) || readsTexts(project);
}

/** Whether some code asks an object for its class, or a class for itself. */
export function asksForClasses(project: Project): boolean {
  return project.some('classes', ({ text }) => readsConstructor.test(text));
}

/** Whether some code asks an element of JSX for the name of its component. */
export function asksForComponents(project: Project): boolean {
  return project.some('components', ({ text }) => readsElement.test(text));
}

/** Whether some code, or a package that the project uses, reads the texts of functions, or the names of parameters in them. */
export function readsTexts(project: Project): boolean {
  return project.dependsOn(containers) || project.some('texts', ({ text }) => readsText.test(text));
}

/** Whether comments in the text of a function are read for what they say. */
export function readsComments(project: Project): boolean {
  return project.some('comments', ({ text }) => readsText.test(text) && text.includes('\\/\\*'));
}
