import type TypeScript from 'typescript';
import { boundNames, isNamedDeclaration, modifiersOf } from './nameResolution.ts';
import { reExportText, type ExportedNames } from '../texts/reExports.ts';
import { importsOf, requiredModule, requiredName } from './importStatements.ts';
import { attachedNames } from './attachedNames.ts';
import { objectKeys, type ObjectKeys } from './objectKeys.ts';
import { fingerprintOf, parseScript, type Compiler } from './scripts.ts';
import { membersSignature, readOnly, readWrite, resultOf } from './signatures.ts';

/** Reads `export` of every form, `module.exports` and `exports.name`. What cannot be listed stands as one entry that begins with `*`. */
export function exportedNames(ts: Compiler, path: string, text: string): ExportedNames {
  const source = parseScript(ts, path, text);
  const names = new Map<string, string>();
  const locals = localSignatures(ts, source);
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) readExportClause(ts, statement, locals, names);
    else if (ts.isExportAssignment(statement))
      names.set(
        statement.isExportEquals === true ? 'export =' : 'default',
        signatureOf(ts, statement.expression, locals),
      );
    else if (modifiersOf(ts, statement).includes(ts.SyntaxKind.ExportKeyword)) {
      const isDefault = modifiersOf(ts, statement).includes(ts.SyntaxKind.DefaultKeyword);
      const declared = declarationsOf(ts, statement);
      if (isDefault) names.set('default', declared[0]?.[1] ?? signatureOf(ts, statement, locals));
      else for (const [name, signature] of declared) names.set(name, signature);
    }
  }
  readCommonJs(ts, source, locals, names);
  // What is put onto an object that is all there is of the exports is one of them.
  const isListed = (name: string): boolean =>
    !names.has('module.exports') && names.has(name.replace(/^module\.exports\./, ''));
  for (const name of attachedNames(ts, source)) if (!isListed(name)) names.set(name, 'a value');
  return names;
}

type Signatures = ReadonlyMap<string, string>;

function localSignatures(ts: Compiler, source: TypeScript.SourceFile): Signatures {
  return new Map(source.statements.flatMap((statement) => declarationsOf(ts, statement)));
}

function readExportClause(
  ts: Compiler,
  { exportClause, moduleSpecifier }: TypeScript.ExportDeclaration,
  locals: Signatures,
  names: Map<string, string>,
): void {
  const from = moduleSpecifier === undefined ? '' : ` from ${moduleSpecifier.getText()}`;
  if (exportClause === undefined) names.set(`*${from}`, 'everything');
  else if (ts.isNamespaceExport(exportClause)) names.set(exportClause.name.text, `everything${from}`);
  else
    for (const { name, propertyName } of exportClause.elements) {
      const own = (propertyName ?? name).text;
      const target =
        moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier)
          ? reExportText({ specifier: moduleSpecifier.text, name: own })
          : undefined;
      names.set(name.text, target ?? locals.get(own) ?? 'a name');
    }
}

/** Names and signatures of one statement. */
function declarationsOf(ts: Compiler, statement: TypeScript.Statement): [string, string][] {
  if (ts.isImportDeclaration(statement)) return importsOf(ts, statement);
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap((one): [string, string][] =>
      boundNames(ts, one.name).map((name) => [
        name,
        one.type !== undefined
          ? `value of ${fingerprintOf(ts, one.type)}`
          : (requiredName(ts, one, name) ?? signatureOf(ts, one.initializer, new Map())),
      ]),
    );
  if (!isNamedDeclaration(ts, statement)) return [];
  return [[statement.name?.text ?? 'default', signatureOf(ts, statement, new Map())]];
}

/** How something is called or read; of values without a type, only that they are values. */
function signatureOf(ts: Compiler, node: TypeScript.Node | undefined, locals: Signatures): string {
  if (node === undefined) return 'a value';
  if (ts.isIdentifier(node)) return locals.get(node.text) ?? 'a value';
  if (ts.isPropertyAccessExpression(node)) {
    const specifier = requiredModule(ts, node.expression);
    return specifier === undefined ? 'a value' : reExportText({ specifier, name: node.name.text });
  }
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return signatureOf(ts, node.expression, locals);
  if (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node))
    return callOf(ts, node);
  if (ts.isClassDeclaration(node) || ts.isClassExpression(node)) return classOf(ts, node);
  const kept = ts.isCallExpression(node) ? keptBy(node) : undefined;
  if (kept !== undefined && objectKeys(ts, kept) === undefined) return signatureOf(ts, kept, locals);
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node))
    return fingerprintOf(ts, node);
  return ts.isExpression(node) ? objectOf(objectKeys(ts, node)) : 'a value';
}

/** What `Object.freeze(…)` and its like give back. */
function keptBy({ expression, arguments: given }: TypeScript.CallExpression): TypeScript.Expression | undefined {
  return /^Object\.(?:freeze|seal|preventExtensions)$/.test(expression.getText()) && given.length === 1
    ? given[0]
    : undefined;
}

/** The names in an object, where all of them are known; of what they stand for nothing is said. */
function objectOf(keys: ObjectKeys | undefined): string {
  if (keys === undefined || keys.isOpen) return 'a value';
  return membersSignature(
    'object',
    new Map([...keys.keys].map(([name, value]) => [name, value === 'described' ? 'described' : readWrite])),
  );
}

/** Parameters by place, since callers do not see their names; the result only where it is written. */
function callOf(ts: Compiler, node: TypeScript.SignatureDeclaration): string {
  const parameters = node.parameters.map((one) => {
    const kind =
      one.dotDotDotToken !== undefined
        ? '...'
        : one.questionToken !== undefined || one.initializer !== undefined
          ? '?'
          : '';
    return `${kind}${one.type === undefined ? '_' : fingerprintOf(ts, one.type)}`;
  });
  const result = node.type === undefined ? '' : ` ${fingerprintOf(ts, node.type)}`;
  const isGenerator = 'asteriskToken' in node && node.asteriskToken !== undefined;
  return `${isGenerator ? 'generator' : 'function'}(${parameters.join(', ')})${result}${resultOf(ts, node)}`;
}

function classOf(ts: Compiler, node: TypeScript.ClassLikeDeclaration): string {
  const members = new Map<string, string>();
  const hasParent = node.heritageClauses?.some(({ token }) => token === ts.SyntaxKind.ExtendsKeyword) === true;
  if (hasParent) members.set('extends', 'a class');
  // Without one of its own, that of the class above is called, or one that does nothing.
  if (!node.members.some((member) => ts.isConstructorDeclaration(member)))
    members.set('constructor', hasParent ? 'inherited' : 'function()');
  for (const member of node.members) {
    const modifiers = modifiersOf(ts, member);
    const isHidden = member.name !== undefined && ts.isPrivateIdentifier(member.name);
    if (isHidden || modifiers.includes(ts.SyntaxKind.PrivateKeyword)) continue;
    const own = member.name?.getText() ?? 'constructor';
    const name = modifiers.includes(ts.SyntaxKind.StaticKeyword) ? `static ${own}` : own;
    const known = members.get(name);
    if (ts.isMethodDeclaration(member) || ts.isConstructorDeclaration(member))
      members.set(name, [...(known === undefined ? [] : [known]), callOf(ts, member)].join(' & '));
    else if (ts.isPropertyDeclaration(member))
      members.set(name, modifiers.includes(ts.SyntaxKind.ReadonlyKeyword) ? readOnly : readWrite);
    // An accessor is read, and with a setter written, as a property is.
    else if (ts.isAccessor(member))
      members.set(name, ts.isSetAccessor(member) || known === readWrite ? readWrite : readOnly);
  }
  return membersSignature('class', members);
}

function readCommonJs(
  ts: Compiler,
  source: TypeScript.SourceFile,
  locals: Signatures,
  names: Map<string, string>,
): void {
  const visit = (node: TypeScript.Node): void => {
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const target = node.left.getText(source).replaceAll(/\s/g, '');
      const own = /^(?:module\.)?exports\.([\w$]+)$/.exec(target)?.[1];
      if (own !== undefined) names.set(own, signatureOf(ts, node.right, locals));
      else if (/^(?:module\.)?exports\[/.test(target)) names.set('*', 'computed');
      else if (target === 'module.exports') readExported(ts, node.right, locals, names);
    }
    if (ts.isCallExpression(node) && node.expression.getText(source) === 'Object.assign') {
      const [target, ...values] = node.arguments;
      if (target !== undefined && /^(?:module\.)?exports$/.test(target.getText(source)))
        for (const value of values)
          readKeys(ts, objectKeys(ts, value) ?? { keys: new Map(), isOpen: true }, locals, names);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function readExported(
  ts: Compiler,
  value: TypeScript.Expression,
  locals: Signatures,
  names: Map<string, string>,
): void {
  const found = objectKeys(ts, value);
  if (found === undefined) names.set('module.exports', signatureOf(ts, value, locals));
  else readKeys(ts, found, locals, names);
}

function readKeys(ts: Compiler, { keys, isOpen }: ObjectKeys, locals: Signatures, names: Map<string, string>): void {
  for (const [name, value] of keys)
    if (value === 'described') names.set(name, 'a described value');
    else if (ts.isShorthandPropertyAssignment(value)) names.set(name, locals.get(value.name.text) ?? 'a value');
    else if (ts.isMethodDeclaration(value)) names.set(name, callOf(ts, value));
    else names.set(name, ts.isAccessor(value) ? 'a value' : signatureOf(ts, value, locals));
  if (isOpen) names.set('*', 'spread');
}
