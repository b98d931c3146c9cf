import { createProposal, emptyProposal } from './proposal.ts';
import { movesOf } from './states.ts';
import type { Step } from './steps.ts';

/** A plan without what it does to some files and to those that were moved from or to there; steps that do nothing else are gone. */
export function stepsWithoutPaths(steps: readonly Step[], paths: ReadonlySet<string>): readonly Step[] {
  const gone = linkedPaths(steps, paths);
  const left: Step[] = [];
  for (const step of steps) {
    const before = left.at(-1)?.after ?? emptyProposal;
    const after = createProposal(step.after.changes.filter(({ path }) => !gone.has(path)));
    if (after.hash !== before.hash) left.push({ ...step, before, after });
  }
  return left;
}

/** These paths and those that some step moves a file between. */
function linkedPaths(steps: readonly Step[], paths: ReadonlySet<string>): ReadonlySet<string> {
  const linked = new Set(paths);
  const moves = steps.flatMap(({ after }) => movesOf(after));
  for (let size = 0; size < linked.size;) {
    size = linked.size;
    for (const move of moves) if (move.some((path) => linked.has(path))) for (const path of move) linked.add(path);
  }
  return linked;
}
