import type TypeScript from 'typescript';
import type { Compiler } from './scripts.ts';

/*
 * Signatures are texts. Two kinds of them say more than that they are equal or not: a list of members may grow without anybody noticing, and
 * a function of which it is not known whether its result is a promise may be either.
 */

const plainResult = ' → plain';
const promiseResult = ' → promise';
const lists = /^(?:class|object) (\{.*\})$/s;

/** What a list of members says of one that can be read and not be written. */
export const readOnly = 'read';
/** Of one that can be both. */
export const readWrite = 'value';

/** The signature of something with members, name → signature. */
export function membersSignature(kind: 'class' | 'object', members: ReadonlyMap<string, string>): string {
  return `${kind} ${JSON.stringify(Object.fromEntries([...members].sort(([a], [b]) => (a < b ? -1 : 1))))}`;
}

/** Whether everybody who used what was declared in the one way can use what is declared in the other. */
export function suitsTheSame(old: string, now: string): boolean {
  if (old === now) return true;
  const [was, is] = [membersOf(old), membersOf(now)];
  // Members that are told of on one side only: it is made in another way now, and the tests see what is in it.
  if (was === undefined || is === undefined) {
    if (old.startsWith('object ') || now.startsWith('object ')) return [old, now].includes('a value');
    const isOther =
      [old, now].some((one) => one.endsWith(plainResult)) && [old, now].some((one) => one.endsWith(promiseResult));
    return !isOther && withoutResult(old) === withoutResult(now);
  }
  if (old.split(' ', 1)[0] !== now.split(' ', 1)[0]) return false;
  return [...was].every(([name, signature]) => {
    const next = is.get(name);
    return next !== undefined && (suitsTheSame(signature, next) || (signature === readOnly && next === readWrite));
  });
}

/** Names of the members by which two declarations with members differ for whoever uses the first; undefined for all others. */
export function membersThatDiffer(
  old: string,
  now: string,
):
  | { readonly gone: readonly string[]; readonly changed: readonly string[]; readonly added: readonly string[] }
  | undefined {
  const [was, is] = [membersOf(old), membersOf(now)];
  if (was === undefined || is === undefined || old.split(' ', 1)[0] !== now.split(' ', 1)[0]) return undefined;
  const suits = (name: string, signature: string): boolean => {
    const next = is.get(name);
    return next !== undefined && (suitsTheSame(signature, next) || (signature === readOnly && next === readWrite));
  };
  return {
    gone: [...was.keys()].filter((name) => !is.has(name)),
    changed: [...was].filter(([name, signature]) => is.has(name) && !suits(name, signature)).map(([name]) => name),
    added: [...is.keys()].filter((name) => !was.has(name)),
  };
}

function membersOf(signature: string): ReadonlyMap<string, string> | undefined {
  const json = lists.exec(signature)?.[1];
  return json === undefined ? undefined : new Map(Object.entries(JSON.parse(json) as Record<string, string>));
}

function withoutResult(signature: string): string {
  return signature.replace(/ → (?:plain|promise)$/, '');
}

/** Whether a call gives a promise, where that is certain; callers that wait for none see the difference. */
export function resultOf(ts: Compiler, node: TypeScript.SignatureDeclaration): string {
  if (node.type !== undefined || !('body' in node) || node.body === undefined) return '';
  const { body } = node;
  if (('asteriskToken' in node && node.asteriskToken !== undefined) || ts.isConstructorDeclaration(node)) return '';
  const isAsync =
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  if (isAsync) return promiseResult;
  if (!ts.isBlock(body)) return isNoPromise(ts, body) ? plainResult : '';
  let isPlain = true;
  const visit = (child: TypeScript.Node): void => {
    if (ts.isFunctionLike(child) || ts.isClassLike(child)) return;
    if (ts.isReturnStatement(child)) isPlain &&= child.expression === undefined || isNoPromise(ts, child.expression);
    ts.forEachChild(child, visit);
  };
  visit(body);
  return isPlain ? plainResult : '';
}

/** By its form alone; most expressions may give anything. */
function isNoPromise(ts: Compiler, node: TypeScript.Node): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return isNoPromise(ts, node.expression);
  if (ts.isConditionalExpression(node)) return isNoPromise(ts, node.whenTrue) && isNoPromise(ts, node.whenFalse);
  if (ts.isLiteralExpression(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return true;
  if (ts.isTypeOfExpression(node) || ts.isArrayLiteralExpression(node)) return true;
  if (!ts.isBinaryExpression(node))
    return [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind);
  const { kind } = node.operatorToken;
  const { FirstBinaryOperator, LastBinaryOperator, FirstAssignment, LastAssignment } = ts.SyntaxKind;
  const { AmpersandAmpersandToken, BarBarToken, QuestionQuestionToken, CommaToken } = ts.SyntaxKind;
  if ([AmpersandAmpersandToken, BarBarToken, QuestionQuestionToken].includes(kind))
    return isNoPromise(ts, node.left) && isNoPromise(ts, node.right);
  if (kind === CommaToken || (kind >= FirstAssignment && kind <= LastAssignment)) return isNoPromise(ts, node.right);
  return kind >= FirstBinaryOperator && kind <= LastBinaryOperator;
}
