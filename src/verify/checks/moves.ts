import type TypeScript from 'typescript';
import { isScript, type ChangedText } from './changedText.ts';
import { areOwn, asksForNames } from './ownNames.ts';
import { renamingOf } from './renaming.ts';
import { bareFingerprint, Links } from './links.ts';
import { fingerprintOf, parseScript, type Compiler } from './scripts.ts';

/** Whether the changed scripts together are the same code in other places or under other names. */
export type Relocation = { readonly kind: 'moved' | 'renamed'; readonly reason: string } | { readonly kind: 'none' };

/**
 * Looks at all scripts at once: top-level statements that only changed their file, or one set of names that was replaced by another
 * everywhere. Imports and exports are what has to change for that; whether they lead to the same things is for the compiler to say.
 */
export function findRelocation(ts: Compiler, texts: readonly ChangedText[]): Relocation {
  const scripts = texts.filter(({ path, role }) => role === 'code' && isScript(path));
  if (scripts.length === 0) return { kind: 'none' };
  const [old, now] = [new Links(ts, scripts, 'before'), new Links(ts, scripts, 'after')];
  const before = scripts.flatMap(({ path, from, before: text }) =>
    text === undefined ? [] : bodiesOf(ts, old, { from, path }, text),
  );
  const after = scripts.flatMap(({ path, after: text }) =>
    text === undefined ? [] : bodiesOf(ts, now, { from: path, path }, text),
  );
  const loads = (links: Links, path: string, text = ''): readonly string[] => loadsOf(ts, links, path, text);
  const isLoadingTheSame =
    distinct(scripts.flatMap(({ from, before: text }) => loads(old, from, text))) ===
    distinct(scripts.flatMap(({ path, after: text }) => loads(now, path, text)));
  const isInTurn = scripts.every((script) => keepsTurns(ts, script, old, now));
  if (isInTurn && isLoadingTheSame && isSameBag(before, after) && staysInOrder(before) === staysInOrder(after))
    return { kind: 'moved', reason: 'Its statements are the same as before, in other places.' };
  if (isSameInPlace(ts, scripts, old, now)) return { kind: 'moved', reason: 'It is the same file in another place.' };
  const names = renamedNames(ts, scripts, old);
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
  links: Links,
  { from, path }: { readonly from: string; readonly path: string },
  text: string,
): readonly Body[] {
  return parseScript(ts, from, text)
    .statements.filter((statement) => !isLinkage(ts, statement))
    .map((statement) => ({
      fingerprint: `${bareFingerprint(ts, statement)}\n${links.meaningOf(from, statement)}`,
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

/** Modules outside of the scripts that these load: loading one more, one less or at another time may do something. */
function loadsOf(ts: Compiler, links: Links, path: string, text: string): readonly string[] {
  return valueImports(ts, path, text).flatMap(([specifier, phase]) =>
    links.has(path, specifier) ? [] : [`${phase} ${links.targetOf(path, specifier)}`],
  );
}

/** What a file loads, in its turn, and the phase that is asked for; not what only gives it types. */
function valueImports(ts: Compiler, path: string, text: string): readonly (readonly [string, string])[] {
  return parseScript(ts, path, text).statements.flatMap((statement) => {
    const specifier = specifierOf(ts, statement);
    if (specifier === undefined) return [];
    const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
    const isType = ts.isExportDeclaration(statement)
      ? statement.isTypeOnly
      : clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return isType ? [] : [[specifier, String(clause?.phaseModifier ?? '')] as const];
  });
}

/** Modules that a file loads before and after are loaded in the same turn: the one may rest on what the other does. */
function keepsTurns(ts: Compiler, { path, from, before, after }: ChangedText, old: Links, now: Links): boolean {
  if (before === undefined || after === undefined) return true;
  const turns = (links: Links, file: string, text: string): readonly string[] => [
    ...new Set(valueImports(ts, file, text).map(([specifier]) => links.targetOf(file, specifier))),
  ];
  const [earlier, later] = [turns(old, from, before), turns(now, path, after)];
  const common = (list: readonly string[], other: readonly string[]): string =>
    list.filter((one) => other.includes(one)).join('\n');
  return common(earlier, later) === common(later, earlier);
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

function distinct(words: readonly string[]): string {
  return [...new Set(words)].sort().join('\n');
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
function isSameInPlace(ts: Compiler, scripts: readonly ChangedText[], old: Links, now: Links): boolean {
  const whole = (links: Links, path: string, text: string): string =>
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
  links: Links,
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
  // Of what holds a property neither compiler nor text can be sure: it may come from anywhere.
  const keys = scripts.flatMap(({ from, before: text }) => (text === undefined ? [] : keysIn(ts, from, text)));
  if (keys.some((name) => renamed.has(name))) return undefined;
  const old = new Set(renamed.keys());
  const isSafe = scripts.every(({ from, before: text = '' }) => {
    const source = parseScript(ts, from, text);
    return areOwn(ts, source, old, (specifier) => links.has(from, specifier)) && !asksForNames(ts, source, old);
  });
  return isSafe ? renamed : undefined;
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
    return '';
  });
  return { shape, names };
}
