import ts from 'typescript';
import { closest, isFunctionNode, isInlineFunction, isLoop, methodCall } from './syntax.ts';

const iterations = new Set('forEach map filter some every find findIndex reduce flatMap'.split(' '));

/** In a part of a loop of the same function that runs once per round. */
export function isInLoop(node: ts.Node): boolean {
  for (let current = node; !ts.isSourceFile(current) && !ts.isFunctionLike(current); current = current.parent)
    if (isLoop(current.parent) && isRepeatedPart(current.parent, current)) return true;
  return false;
}

/** What stands in the head of for…of, for…in and the beginning of a for runs once. */
export function isRepeatedPart(loop: ts.Node, part: ts.Node): boolean {
  if (ts.isForOfStatement(loop) || ts.isForInStatement(loop)) return loop.statement === part;
  return !ts.isForStatement(loop) || loop.initializer !== part;
}

/** The nearest loop takes its elements from something asynchronous: waiting is what it is for. */
export function isInForAwait(node: ts.Node): boolean {
  const loop = closest(node, isLoop);
  return loop !== undefined && ts.isForOfStatement(loop) && loop.awaitModifier !== undefined;
}

/** In a loop, or in a callback that an array method calls for each element. */
export function isRepeated(node: ts.Node): boolean {
  if (isInLoop(node)) return true;
  const callback = closest(node, isFunctionNode);
  if (callback === undefined || !isInlineFunction(callback)) return false;
  const call = methodCall(callback.parent);
  return (call !== undefined && iterations.has(call.name)) || (call !== undefined && isRepeated(call.call));
}
