import type TypeScript from 'typescript';
import type { Compiler } from './scripts.ts';

/** The keys of an object as far as its file shows them. */
export interface ObjectKeys {
  /** Key → what is put there; `described` where a descriptor says how, and not that it is a plain value that everybody sees. */
  readonly keys: ReadonlyMap<string, TypeScript.Node | 'described'>;
  /** More may come from elsewhere: what is spread or assigned is not written out here, or a key is computed. */
  readonly isOpen: boolean;
}

const opaque: ObjectKeys = { keys: new Map(), isOpen: true };
const maxDepth = 8;

/**
 * The keys that an expression gives its object, whichever way it is written: a literal, spread, `Object.assign`, `Object.freeze` and its like,
 * `Object.defineProperties`, a name of the file's top level with what is put onto it later. Undefined for what is no such object.
 */
export function objectKeys(ts: Compiler, node: TypeScript.Expression, depth = 0): ObjectKeys | undefined {
  if (depth > maxDepth) return undefined;
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return objectKeys(ts, node.expression, depth + 1);
  if (ts.isObjectLiteralExpression(node)) return keysOfLiteral(ts, node, depth);
  if (ts.isIdentifier(node)) return keysOfName(ts, node, depth);
  return ts.isCallExpression(node) ? keysOfCall(ts, node, depth) : undefined;
}

function keysOfLiteral(ts: Compiler, { properties }: TypeScript.ObjectLiteralExpression, depth: number): ObjectKeys {
  return joined(
    properties.map((one) => {
      if (ts.isSpreadAssignment(one)) return objectKeys(ts, one.expression, depth + 1) ?? opaque;
      const key = keyOf(ts, one.name);
      // What changes the prototype is no key, and brings the keys of another object.
      if (key === undefined || key === '__proto__') return opaque;
      return single(key, ts.isPropertyAssignment(one) ? one.initializer : one);
    }),
  );
}

function keysOfCall(ts: Compiler, call: TypeScript.CallExpression, depth: number): ObjectKeys | undefined {
  const [first, ...rest] = call.arguments;
  if (first === undefined) return undefined;
  const base = (): ObjectKeys | undefined => objectKeys(ts, first, depth + 1);
  switch (/^Object\.(\w+)$/.exec(call.expression.getText())?.[1]) {
    case 'freeze':
    case 'seal':
    case 'preventExtensions':
      return rest.length === 0 ? base() : undefined;
    case 'assign': {
      const target = base();
      return target && joined([target, ...rest.map((one) => objectKeys(ts, one, depth + 1) ?? opaque)]);
    }
    case 'defineProperties': {
      const [target, described] = [base(), rest[0] && objectKeys(ts, rest[0], depth + 1)];
      return target && joined([target, described === undefined ? opaque : byDescriptors(ts, described)]);
    }
    case 'defineProperty': {
      const target = base();
      return target && joined([target, defined(ts, rest)]);
    }
    case 'create':
      return first.kind === ts.SyntaxKind.NullKeyword && rest.length === 0
        ? { keys: new Map(), isOpen: false }
        : undefined;
    default:
      return undefined;
  }
}

/** What a constant of the top level is made as, and what statements of the top level put onto it. */
function keysOfName(ts: Compiler, name: TypeScript.Identifier, depth: number): ObjectKeys | undefined {
  const { statements } = name.getSourceFile();
  const declared = statements
    .flatMap((one) => (ts.isVariableStatement(one) ? one.declarationList.declarations : []))
    .find((one) => ts.isIdentifier(one.name) && one.name.text === name.text);
  const made = declared?.initializer === undefined ? undefined : objectKeys(ts, declared.initializer, depth + 1);
  if (made === undefined) return undefined;
  const later = statements.flatMap((one) =>
    ts.isExpressionStatement(one) ? (putOnto(ts, name.text, one.expression, depth) ?? []) : [],
  );
  return joined([made, ...later, ...(mayLoseKeys(ts, name) ? [opaque] : [])]);
}

function putOnto(ts: Compiler, name: string, node: TypeScript.Expression, depth: number): ObjectKeys | undefined {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const { left, right } = node;
    const isOwn = ts.isPropertyAccessExpression(left) && ts.isIdentifier(left.expression);
    if (isOwn && left.expression.getText() === name) return single(left.name.text, right);
    const isAt = ts.isElementAccessExpression(left) && left.expression.getText() === name;
    if (!isAt) return undefined;
    const { argumentExpression: key } = left;
    return ts.isStringLiteralLike(key) ? single(key.text, right) : opaque;
  }
  if (!ts.isCallExpression(node) || node.arguments[0]?.getText() !== name) return undefined;
  const [, ...rest] = node.arguments;
  switch (/^Object\.(\w+)$/.exec(node.expression.getText())?.[1]) {
    case 'assign':
      return joined(rest.map((one) => objectKeys(ts, one, depth + 1) ?? opaque));
    case 'defineProperties':
      return byDescriptors(ts, (rest[0] && objectKeys(ts, rest[0], depth + 1)) ?? opaque);
    case 'defineProperty':
      return defined(ts, rest);
    default:
      return undefined;
  }
}

/** Somewhere keys are taken from it, or it is made anew. */
function mayLoseKeys(ts: Compiler, name: TypeScript.Identifier): boolean {
  const own = name.text;
  const visit = (node: TypeScript.Node): boolean => {
    if (ts.isDeleteExpression(node) && node.expression.getText().startsWith(own)) return true;
    const isMadeAnew =
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isIdentifier(node.left) &&
      node.left.text === own;
    return isMadeAnew || ts.forEachChild(node, (child) => visit(child) || undefined) === true;
  };
  return visit(name.getSourceFile());
}

function keyOf(ts: Compiler, name: TypeScript.PropertyName | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  const isText = ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression);
  return isText ? name.expression.getText().slice(1, -1) : undefined;
}

function single(key: string, value: TypeScript.Node | 'described'): ObjectKeys {
  return { keys: new Map([[key, value]]), isOpen: false };
}

/** What follows the object in a call of `Object.defineProperty`. */
function defined(ts: Compiler, [key, descriptor]: readonly TypeScript.Expression[]): ObjectKeys {
  if (key === undefined || !ts.isStringLiteralLike(key)) return opaque;
  return single(key.text, valueOf(ts, descriptor));
}

function byDescriptors(ts: Compiler, { keys, isOpen }: ObjectKeys): ObjectKeys {
  return { keys: new Map([...keys].map(([key, descriptor]) => [key, valueOf(ts, descriptor)])), isOpen };
}

/** The value of a property that is described as one that is listed with the others. */
function valueOf(ts: Compiler, descriptor: TypeScript.Node | 'described' | undefined): TypeScript.Node | 'described' {
  if (descriptor === undefined || descriptor === 'described' || !ts.isObjectLiteralExpression(descriptor))
    return 'described';
  const parts = new Map(
    descriptor.properties.flatMap((one) =>
      ts.isPropertyAssignment(one) ? [[one.name.getText(), one.initializer] as const] : [],
    ),
  );
  const isListed = parts.get('enumerable')?.kind === ts.SyntaxKind.TrueKeyword;
  return (isListed ? parts.get('value') : undefined) ?? 'described';
}

function joined(parts: readonly ObjectKeys[]): ObjectKeys {
  return { keys: new Map(parts.flatMap(({ keys }) => [...keys])), isOpen: parts.some(({ isOpen }) => isOpen) };
}
