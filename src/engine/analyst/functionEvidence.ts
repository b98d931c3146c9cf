import ts from 'typescript';
import { languageOf } from '../analysis/language.ts';
import { isFunctionNode, lineAt, nameGivenTo, pathAt, type FunctionNode } from '../analysis/syntax.ts';
import { complexityOf } from '../refactorings/complexity.ts';
import type { EvidenceAnswer, EvidenceRequest, FunctionEvidence } from './evidence.ts';
import type { Finding } from '../analysis/refactoring.ts';

/** Functions and methods of a text that have findings which a step can act on, by line. `findings` are those of this text. */
export function functionEvidence({ path, text }: EvidenceRequest, findings: readonly Finding[]): EvidenceAnswer {
  if (languageOf(path) === undefined) return { functions: [] };
  const fixable = findings.filter(({ isFixable }) => isFixable);
  if (fixable.length === 0) return { functions: [] };
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const places = namedFunctions(file);
  const owned = new Map<Place, Finding[]>();
  for (const finding of fixable) {
    const owner = innermost(places, finding);
    if (owner) owned.set(owner, [...(owned.get(owner) ?? []), finding]);
  }
  return { functions: places.flatMap((place) => evidenceOf(place, owned.get(place) ?? [])) };
}

interface Place {
  readonly node: FunctionNode;
  readonly symbol: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** Functions that a person can point at; the others belong to the one around them. */
function namedFunctions(file: ts.SourceFile): readonly Place[] {
  const places: Place[] = [];
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node) && node.body && isNamed(node)) {
      const isMethod = ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node) || ts.isAccessor(node);
      places.push({
        node,
        symbol: `${isMethod ? 'method' : 'function'} ${pathAt(file, node.body.getStart(file))}`,
        startLine: lineAt(file, node.getStart(file)),
        endLine: lineAt(file, node.end),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return places;
}

function isNamed(node: FunctionNode): boolean {
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return nameGivenTo(node) !== undefined;
  return ts.isConstructorDeclaration(node) || node.name !== undefined;
}

/** Places are in order of text, so that of those around a finding the last one is the innermost. */
function innermost(places: readonly Place[], finding: Finding): Place | undefined {
  return places.findLast(({ startLine, endLine }) => startLine <= finding.startLine && finding.endLine <= endLine);
}

function evidenceOf(
  { node, symbol, startLine, endLine }: Place,
  findings: readonly Finding[],
): readonly FunctionEvidence[] {
  if (findings.length === 0) return [];
  return [
    {
      symbol,
      startLine,
      endLine,
      complexity: complexityOf(node),
      findings: findings.map(({ rule, message, startLine: line }) => ({ rule, message, line })),
    },
  ];
}
