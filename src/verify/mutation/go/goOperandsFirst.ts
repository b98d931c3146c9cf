import { openOperands } from '../../../languages/go/goGuards.ts';
import type { Mutant, MutantPlace } from '../changes/mutant.ts';

/**
 * The place with a mutant of its last operand behind `&&` or `||` before all others: one that is killed shows besides that the operand was
 * evaluated, which no block that is counted tells.
 */
export function operandsFirst(place: MutantPlace, text: string): MutantPlace {
  const operands = openOperands(place.path, text, []);
  const startOf = ({ start, end }: Mutant): number =>
    Math.max(
      -1,
      ...operands.filter((one) => one.start <= start && end <= one.end && start < end).map((one) => one.start),
    );
  const inside = place.mutants.filter((one) => one.isFallback !== true && startOf(one) >= 0);
  const first = [...inside].sort((a, b) => startOf(b) - startOf(a))[0];
  if (first === undefined) return place;
  return { ...place, mutants: [first, ...place.mutants.filter((one) => one !== first)] };
}
