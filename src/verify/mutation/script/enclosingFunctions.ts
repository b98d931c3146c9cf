import { splitLines } from '../../../edits/lines.ts';
import type { LineRange } from '../changes/fileMutant.ts';
import { functionTypes } from './scriptTree.ts';

/** A stretch of a text, half open, in UTF-16 units. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

interface FunctionStretch extends Stretch {
  /** Handed to a call as its argument. */
  readonly isCallback: boolean;
}

/**
 * The functions that the changed lines are in, in order: the innermost ones, where a callback is seen as a part of the function that hands
 * it on. A line outside of every function stands for itself.
 */
export function enclosingFunctions(tree: unknown, text: string, changed: readonly LineRange[]): readonly Stretch[] {
  const functions: FunctionStretch[] = [];
  collectFunctions(tree, false, functions);
  const found = changedLines(text, changed).flatMap((line) => {
    const around = functions.filter((one) => one.start < line.end && one.end > line.start);
    const named = around.filter((one) => !one.isCallback);
    const candidates = named.length > 0 ? named : around;
    const innermost = candidates.filter((one) => !candidates.some((other) => other !== one && contains(one, other)));
    return innermost.length > 0 ? innermost : [line];
  });
  return outermost(found);
}

/** The lines without the blanks around them; empty ones are left out. */
function changedLines(text: string, changed: readonly LineRange[]): readonly Stretch[] {
  return splitLines(text).flatMap(({ body, start }, index) => {
    const isChanged = changed.some((range) => range.start <= index + 1 && index + 1 <= range.end);
    const trimmed = body.trim();
    if (!isChanged || trimmed === '') return [];
    const first = start + body.indexOf(trimmed);
    return [{ start: first, end: first + trimmed.length }];
  });
}

function collectFunctions(node: unknown, isArgument: boolean, found: FunctionStretch[]): void {
  if (Array.isArray(node)) for (const child of node) collectFunctions(child, isArgument, found);
  else if (isNode(node)) {
    if (functionTypes.has(node.type)) found.push({ start: node.start, end: node.end, isCallback: isArgument });
    const isCall = ['CallExpression', 'OptionalCallExpression', 'NewExpression'].includes(node.type);
    for (const [key, child] of Object.entries(node)) collectFunctions(child, isCall && key === 'arguments', found);
  }
}

interface SyntaxNode extends Stretch {
  readonly type: string;
}

function isNode(value: unknown): value is SyntaxNode {
  if (typeof value !== 'object' || value === null || !('type' in value) || !('start' in value) || !('end' in value))
    return false;
  return typeof value.type === 'string' && typeof value.start === 'number' && typeof value.end === 'number';
}

function outermost(stretches: readonly Stretch[]): readonly Stretch[] {
  const distinct = [...new Map(stretches.map((one) => [`${one.start} ${one.end}`, one])).values()];
  return distinct
    .filter((one) => !distinct.some((other) => other !== one && contains(other, one)))
    .sort((a, b) => a.start - b.start);
}

function contains(outer: Stretch, inner: Stretch): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}
