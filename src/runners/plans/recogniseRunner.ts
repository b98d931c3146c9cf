import type { CommandPlace, Recognised } from '../runner.ts';
import type { Word } from '../scripts/scriptText.ts';
import { runners } from '../table.ts';

/** Finds a known runner in a simple command and asks it for results that can be read; never starts anything. */
export function recogniseRunner(words: readonly Word[], place: CommandPlace): Recognised {
  for (const runner of runners) {
    const found = runner.recognise?.(words, place);
    if (found !== undefined) return found;
  }
  return { kind: 'unknown' };
}
