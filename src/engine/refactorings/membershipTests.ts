import ts from 'typescript';
import { bare, methodCall } from '../analysis/syntax.ts';
import { isNeverNaN } from '../analysis/types.ts';
import type { Source } from '../analysis/source.ts';

/** `array.includes(x)`, or a comparison of `array.indexOf(x)` that asks the same. */
export interface MembershipTest {
  readonly node: ts.Expression;
  readonly array: ts.Identifier;
  readonly item: ts.Expression;
  /** True for the forms that ask whether the item is missing. */
  readonly isNegated: boolean;
}

/** The membership test that the node is; only forms that a Set answers alike. */
export function membershipTest(source: Source, node: ts.Node): MembershipTest | undefined {
  const test = likelyMembershipTest(node);
  // indexOf never finds NaN, a Set does.
  const isExact = test !== undefined && (ts.isCallExpression(test.node) || isNeverNaN(source, test.item));
  return isExact ? test : undefined;
}

/** Like `membershipTest`, with those for which a Set might give another answer. */
export function likelyMembershipTest(node: ts.Node): MembershipTest | undefined {
  const call = methodCall(node);
  if (call?.name === 'includes') return testOf(call.call, call.call, call.receiver, false);
  if (!ts.isBinaryExpression(node)) return undefined;
  const search = methodCall(bare(node.left));
  if (search?.name !== 'indexOf') return undefined;
  const isNegated = negationOf(node);
  if (isNegated === undefined) return undefined;
  return testOf(node, search.call, search.receiver, isNegated);
}

function testOf(
  node: ts.Expression,
  call: ts.CallExpression,
  receiver: ts.Expression,
  isNegated: boolean,
): MembershipTest | undefined {
  const [item] = call.arguments;
  const isPlain = call.arguments.length === 1 && item !== undefined && !ts.isSpreadElement(item);
  const isOptional = call.questionDotToken !== undefined || ts.isOptionalChain(call);
  return isPlain && !isOptional && ts.isIdentifier(receiver) ? { node, array: receiver, item, isNegated } : undefined;
}

function negationOf({ operatorToken, right }: ts.BinaryExpression): boolean | undefined {
  const bound = right.getText().replace(/\s/g, '');
  switch (operatorToken.kind) {
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken:
    case ts.SyntaxKind.GreaterThanToken:
      return bound === '-1' ? false : undefined;
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return bound === '0' ? false : undefined;
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsToken:
      return bound === '-1' ? true : undefined;
    case ts.SyntaxKind.LessThanToken:
      return bound === '0' ? true : undefined;
    default:
      return undefined;
  }
}
