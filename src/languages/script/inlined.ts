import type TypeScript from 'typescript';
import type { RelativePath } from '../../workspace/path.ts';
import { isDeclaration } from '../texts/changedText.ts';
import { modifiersOf } from './nameResolution.ts';
import { fingerprintOf, parseScript, type Compiler } from './scripts.ts';

/**
 * The enums of which a compiler puts the values where they are used, while nothing of them runs where they stand: `declare const enum`. A text
 * that is equal for equal ones.
 */
export function inlinedEnums(ts: Compiler, path: RelativePath, text = ''): string {
  if (!/\bconst\s+enum\b/.test(text)) return '';
  const found: string[] = [];
  const visit = (node: TypeScript.Node, isAmbient: boolean): void => {
    const modifiers = modifiersOf(ts, node);
    const isDeclared = isAmbient || modifiers.includes(ts.SyntaxKind.DeclareKeyword);
    if (ts.isEnumDeclaration(node) && isDeclared && modifiers.includes(ts.SyntaxKind.ConstKeyword))
      found.push(fingerprintOf(ts, node));
    ts.forEachChild(node, (child) => visit(child, isDeclared));
  };
  visit(parseScript(ts, path, text), isDeclaration(path));
  return found.join('\n');
}
