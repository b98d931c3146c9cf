import type TypeScript from 'typescript';
import { isScript, type ChangedText } from '../texts/changedText.ts';
import { bareFingerprint, boundNames, NameResolution } from './nameResolution.ts';
import { LoadOrder } from './loadOrder.ts';
import { isModule, isPublicPlace } from './moduleKind.ts';
import { readsTexts } from './nameReaders.ts';
import { areOwn } from './fileChecker.ts';
import type { Project } from '../texts/project.ts';
import { renamingOf } from '../texts/renaming.ts';
import { isIntrinsicTag } from './scriptShape.ts';
import { fingerprintOf, parseScript, type Compiler } from './scripts.ts';
import { areSeen } from './visibleNames.ts';
import { isTakenWhole } from './wholeModules.ts';

/** Whether the changed scripts together are the same code in other places or under other names. */
export type Relocation = { readonly kind: 'moved' | 'renamed'; readonly reason: string } | { readonly kind: 'none' };

/**
 * Looks at all scripts at once: top-level statements that only changed their file, or one set of names that was replaced by another
 * everywhere. Imports and exports are what has to change for that; whether they lead to the same things is for the compiler to say.
 */
export function findRelocation(ts: Compiler, texts: readonly ChangedText[], project: Project): Relocation {
  const scripts = texts.filter(({ path, role }) => role === 'code' && isScript(path));
  if (scripts.length === 0) return { kind: 'none' };
  const resolve = (path: string): string | undefined => project.readModule(path)?.path;
  const [old, now] = [
    new NameResolution(ts, scripts, 'before', resolve),
    new NameResolution(ts, scripts, 'after', resolve),
  ];
  const before = scripts.flatMap(({ path, from, before: text }) =>
    text === undefined ? [] : bodiesOf(ts, old, { from, path }, text),
  );
  const after = scripts.flatMap(({ path, after: text }) =>
    text === undefined ? [] : bodiesOf(ts, now, { from: path, path }, text),
  );
  const areBodiesKept = isSameBag(before, after) && staysInOrder(before) === staysInOrder(after);
  const isSame = (): boolean =>
    scripts.every((script) => !knowsItsNewPlace(script)) &&
    isLoadedAsBefore(ts, project, scripts, old, now) &&
    scripts.every((script) => keepsExports(ts, project, script, old, now));
  if (areBodiesKept && isSame())
    return { kind: 'moved', reason: 'Its statements are the same as before, in other places.' };
  if (isSameInPlace(ts, scripts, old, now)) return { kind: 'moved', reason: 'It is the same file in another place.' };
  const names = renamedNames(ts, scripts, old, project);
  if (names === undefined) return { kind: 'none' };
  const told = [...names].map(([old, next]) => `${old} → ${next}`).join(', ');
  return { kind: 'renamed', reason: `Only names differ (${told.slice(0, 200)}).` };
}

interface Body {
  /** What it says, and what the names in it stand for. */
  readonly fingerprint: string;
  /** The file that it is in after the change, if it stays. */
  readonly home: string;
  /** Its evaluation does nothing, so that neither its order nor its module matters. */
  readonly mayMove: boolean;
}

function bodiesOf(
  ts: Compiler,
  links: NameResolution,
  { from, path }: { readonly from: string; readonly path: string },
  text: string,
): readonly Body[] {
  const surroundings = surroundingsOf(ts, from, text);
  return parseScript(ts, from, text)
    .statements.filter((statement) => !isLinkage(ts, statement))
    .map((statement) => ({
      fingerprint: `${bareFingerprint(ts, statement)}\n${links.meaningOf(from, statement)}\n${surroundings}`,
      home: path,
      mayMove: mayMove(ts, statement),
    }));
}

/** Imports, and exports of what stands elsewhere; not those that only load a module for what that does. */
function isLinkage(ts: Compiler, statement: TypeScript.Statement): boolean {
  return (
    (ts.isImportDeclaration(statement) && statement.importClause !== undefined) || ts.isExportDeclaration(statement)
  );
}

/** What a file says of all that is in it: whether it is a module, its directives, and where its JSX comes from. */
function surroundingsOf(ts: Compiler, path: string, text: string): string {
  const source = parseScript(ts, path, text);
  const directives: string[] = [];
  for (const one of source.statements) {
    if (!ts.isExpressionStatement(one) || !ts.isStringLiteral(one.expression)) break;
    directives.push(one.expression.getText(source).slice(1, -1));
  }
  // What becomes of TypeScript is strict, whether it is a module or not.
  const isOfModule = /\.[cm]?tsx?$/i.test(path) || isModule(ts, source, path);
  const words = directives.filter((one) => !isOfModule || one !== 'use strict');
  const factories = text.match(/@jsx\w*\s[^\n*]*/g) ?? [];
  return [isOfModule ? 'module' : 'script', ...words, ...factories.map((one) => one.trim())].join(' ');
}

/** A file at another path in which something asks where it stands. */
function knowsItsNewPlace({ path, from, before }: ChangedText): boolean {
  return before !== undefined && path !== from && knowsItsPlace(before);
}

/** The same is evaluated in the same turn, from whichever of the files one begins; and nobody loads one file more for what it does. */
function isLoadedAsBefore(
  ts: Compiler,
  project: Project,
  scripts: readonly ChangedText[],
  old: NameResolution,
  now: NameResolution,
): boolean {
  const earlier = new LoadOrder(ts, project, old, scripts, 'before');
  const later = new LoadOrder(ts, project, now, scripts, 'after');
  return scripts.every(
    ({ path, from, before, after }) =>
      before === undefined || after === undefined || earlier.of(from).join('\n') === later.of(path).join('\n'),
  );
}

/** What others take from a file by a name is what it was; names may come or go only where nobody looks at all of them at once. */
function keepsExports(
  ts: Compiler,
  project: Project,
  script: ChangedText,
  old: NameResolution,
  now: NameResolution,
): boolean {
  const { path, from, before, after } = script;
  if (before === undefined || after === undefined) return true;
  const [earlier, later] = [old.exportsOf(from), now.exportsOf(path)];
  const stars = (names: ReadonlyMap<string, string>): string =>
    [...names].flatMap(([name, target]) => (name.startsWith('* ') ? [target] : [])).join('\n');
  if (stars(earlier) !== stars(later)) return false;
  for (const [name, meaning] of earlier) if (later.has(name) && later.get(name) !== meaning) return false;
  const areAllThere = earlier.size === later.size && [...earlier.keys()].every((name) => later.has(name));
  if (areAllThere) return true;
  // A name of its own goes before one that is handed on.
  const hasNew = [...later.keys()].some((name) => !earlier.has(name));
  return !(hasNew && stars(later) !== '') && !isTakenWhole(ts, project, from);
}

function mayMove(ts: Compiler, statement: TypeScript.Statement): boolean {
  const isDeclared =
    ts.isFunctionDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
  return isDeclared && !knowsItsPlace(statement.getText());
}

/** Code that asks where it stands means something else in another place. */
function knowsItsPlace(text: string): boolean {
  return /\bimport\.meta\b|\b__dirname\b|\b__filename\b|\brequire\b|\bimport\s*\(/.test(text);
}

/** What is evaluated, file by file: it must neither leave its file nor change its turn. */
function staysInOrder(bodies: readonly Body[]): string {
  const fixed = bodies.filter(({ mayMove: isFree }) => !isFree);
  return [...new Set(fixed.map(({ home }) => home))]
    .sort()
    .map((home) =>
      [home, ...fixed.filter((body) => body.home === home).map(({ fingerprint }) => fingerprint)].join('\n'),
    )
    .join('\n\n');
}

function isSameBag(before: readonly Body[], after: readonly Body[]): boolean {
  const sorted = (bodies: readonly Body[]): string =>
    bodies
      .map(({ fingerprint }) => fingerprint)
      .sort()
      .join('\n');
  return before.length > 0 && sorted(before) === sorted(after);
}

/** Files that moved or kept their place, with the same statements in the same order and imports that lead to the same files. */
function isSameInPlace(
  ts: Compiler,
  scripts: readonly ChangedText[],
  old: NameResolution,
  now: NameResolution,
): boolean {
  const whole = (links: NameResolution, path: string, text: string): string =>
    parseScript(ts, path, text)
      .statements.map((one) => {
        const target = specifierOf(ts, one);
        const words = fingerprintOf(ts, one);
        return target === undefined ? words : words.replace(JSON.stringify(target), links.targetOf(path, target));
      })
      .join('\n');
  return scripts.every(
    ({ path, from, before, after }) =>
      before !== undefined &&
      after !== undefined &&
      (path === from || !knowsItsPlace(before)) &&
      whole(old, from, before) === whole(now, path, after),
  );
}

function specifierOf(ts: Compiler, statement: TypeScript.Statement): string | undefined {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return undefined;
  const { moduleSpecifier } = statement;
  return moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : undefined;
}

/** Old name → new name, when one replacement of names makes all texts after of all texts before; undefined otherwise. */
function renamedNames(
  ts: Compiler,
  scripts: readonly ChangedText[],
  links: NameResolution,
  project: Project,
): ReadonlyMap<string, string> | undefined {
  const [before, after]: [string[], string[]] = [[], []];
  for (const script of scripts) {
    if (script.before === undefined || script.after === undefined) return undefined;
    const [old, now] = [namesIn(ts, script.from, script.before), namesIn(ts, script.path, script.after)];
    if (old.shape !== now.shape) return undefined;
    before.push(...old.names);
    after.push(...now.names);
  }
  const renamed = renamingOf(before, after);
  if (renamed === undefined || renamed.size === 0) return undefined;
  // `this` as a parameter is none once the types are gone.
  if (renamed.has('this') || [...renamed.values()].includes('this')) return undefined;
  // Of what holds a property neither compiler nor text can be sure: it may come from anywhere.
  const keys = scripts.flatMap(({ from, before: text }) => (text === undefined ? [] : keysIn(ts, from, text)));
  if (keys.some((name) => renamed.has(name))) return undefined;
  const old = new Set(renamed.keys());
  const isSafe = scripts.every(({ from, before: text = '' }) => {
    const source = parseScript(ts, from, text);
    return areOwn(ts, source, old, (specifier) => links.has(from, specifier)) && !arePublic(ts, source, from, old);
  });
  const sources = scripts.map(({ from, before: text = '' }) => parseScript(ts, from, text));
  const isRead = sources.some((source) => haveParameters(ts, source, old)) && readsTexts(project);
  if (!isSafe || isRead || areSeen(ts, sources, old, project)) return undefined;
  const isTaken = scripts.some(
    ({ from }) => [...links.exportsOf(from).keys()].some((name) => old.has(name)) && isTakenWhole(ts, project, from),
  );
  return isTaken ? undefined : renamed;
}

function haveParameters(ts: Compiler, source: TypeScript.SourceFile, names: ReadonlySet<string>): boolean {
  let areThere = false;
  const visit = (node: TypeScript.Node): void => {
    if (ts.isParameter(node)) areThere ||= boundNames(ts, node.name).some((name) => names.has(name));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return areThere;
}

/** Names of a classic script's top level are known to all others of the page. */
function arePublic(ts: Compiler, source: TypeScript.SourceFile, path: string, names: ReadonlySet<string>): boolean {
  if (isModule(ts, source, path)) return false;
  let isPublic = false;
  const visit = (node: TypeScript.Node): void => {
    const { parent } = node;
    if (ts.isIdentifier(node) && names.has(node.text) && 'name' in parent && parent.name === node)
      isPublic ||= isPublicPlace(ts, parent);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return isPublic;
}

/** Names by which something is looked up in an object. */
function keysIn(ts: Compiler, path: string, text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: TypeScript.Node): void => {
    if (ts.isIdentifier(node) && isKey(ts, node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parseScript(ts, path, text));
  return found;
}

function isKey(ts: Compiler, node: TypeScript.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isJsxAttribute(parent)) return parent.name === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBindingElement(parent))
    return ts.isObjectBindingPattern(parent.parent) && (parent.propertyName ?? parent.name) === node;
  if (
    ts.isObjectLiteralElement(parent) ||
    ts.isClassElement(parent) ||
    ts.isTypeElement(parent) ||
    ts.isEnumMember(parent)
  )
    return parent.name === node;
  return false;
}

/** The shape of a script without its names, and the names in order. */
export function namesIn(
  ts: Compiler,
  path: string,
  text: string,
): { readonly shape: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const shape = fingerprintOf(ts, parseScript(ts, path, text), (node) => {
    names.push(node.text);
    // A tag whose first letter is another one may be a word of the page, and no name.
    return isIntrinsicTag(ts, node) ? `<${node.text}` : '';
  });
  return { shape, names };
}
