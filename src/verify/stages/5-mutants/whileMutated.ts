import type { EncodedText } from '../../../edits/proposal.ts';
import { withFault, type Fault } from '../../mutation/changes/fault.ts';

/** Why no further run would say anything of the change. */
export interface Stopped {
  readonly kind: 'stopped';
  readonly reason: string;
}

/** Does something while a file holds a mutant, and puts the file back however that ends; stopped where the disk refuses either. */
export async function whileMutated<T>(
  fault: Fault,
  original: EncodedText,
  write: (content: EncodedText) => Promise<string | undefined>,
  work: () => Promise<T>,
): Promise<T | Stopped> {
  let refused: string | undefined;
  let result: T;
  try {
    refused = await write({ ...original, text: withFault(original.text, fault) });
    if (refused !== undefined) return { kind: 'stopped', reason: refused };
    result = await work();
  } finally {
    refused = await write(original);
  }
  return refused === undefined
    ? result
    : { kind: 'stopped', reason: `${fault.path} could not be put back: ${refused}` };
}
