import type { Mutation } from './scriptMutators.ts';
import type { Script } from './scriptText.ts';
import type { ScriptNode } from './scriptTree.ts';

/** What the library of mutators makes of some parts of a script. */
export async function strykerMutations(script: Script, parts: readonly ScriptNode[]): Promise<readonly Mutation[]> {
  const stretches = parts.map((part) => homeOf(part)).filter(({ end, start }) => end > start);
  if (stretches.length === 0) return [];
  // The library is large and stands in a file of its own.
  const { libraryMutants } = await import('./mutantSeeder.ts');
  const found = await libraryMutants(script.path, script.text, stretches);
  return found.flatMap((one): readonly Mutation[] => {
    const rank = ranks[one.mutator];
    return rank === undefined ? [] : [{ ...one, rank, node: smallestAround(script.root, one.start, one.end) }];
  });
}

/** Of what it finds: the nearer to the text the lower. What is not named here is found otherwise. */
const ranks: Readonly<Record<string, number>> = {
  Regex: 0,
  MethodExpression: 0,
  OptionalChaining: 1,
  ArrayDeclaration: 3,
  ObjectLiteral: 3,
  ConditionalExpression: 2,
  BlockStatement: 3,
};

/** The statement around it, so that mutants of all of it are there when few are in the part. */
function homeOf(part: ScriptNode): ScriptNode {
  let node = part;
  while (node.parent !== undefined && node.parent.type !== 'Program' && !/Statement$|Declaration$/.test(node.type))
    node = node.parent;
  return node;
}

function smallestAround(node: ScriptNode, start: number, end: number): ScriptNode {
  const inner = node.children.find((child) => child.start <= start && end <= child.end);
  return inner === undefined ? node : smallestAround(inner, start, end);
}
