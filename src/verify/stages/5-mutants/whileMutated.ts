import type { EncodedText } from '../../../edits/proposal.ts';
import { withMutant } from '../../mutation/changes/mutant.ts';
import { type FileMutant } from '../../mutation/changes/fileMutant.ts';

/** Why no further run would say anything of the change. */
export interface Stopped {
  readonly kind: 'stopped';
  readonly reason: string;
}

/** Does something while a file holds a mutant, and puts the file back however that ends; stopped where the disk refuses either. */
export async function whileMutated<T>(
  mutant: FileMutant,
  original: EncodedText,
  write: (content: EncodedText) => Promise<string | undefined>,
  work: () => Promise<T>,
): Promise<T | Stopped> {
  let refused: string | undefined;
  let result: T;
  try {
    refused = await write({ ...original, text: withMutant(original.text, mutant) });
    if (refused !== undefined) return { kind: 'stopped', reason: refused };
    result = await work();
  } finally {
    refused = await write(original);
  }
  return refused === undefined
    ? result
    : { kind: 'stopped', reason: `${mutant.path} could not be put back: ${refused}` };
}
