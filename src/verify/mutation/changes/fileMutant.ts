import type { RelativePath } from '../../../workspace/path.ts';

/** One mistake that could be made in a text: a range replaced by something else that still parses. */
export interface FileMutant {
  readonly path: RelativePath;
  /** One-based. */
  readonly line: number;
  /** Offsets in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** Which kind of mistake it is, and the first line of the function that it is in: samples are spread over both. */
  readonly mutator: string;
  readonly functionLine: number;
}

/** One-based lines, both inclusive. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** What was changed, for people, on one line and not endless. */
export function describeMutant(text: string, mutant: FileMutant): string {
  return `\`${shortened(text.slice(mutant.start, mutant.end))}\` became \`${shortened(mutant.replacement)}\``;
}

function shortened(code: string): string {
  const line = code.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 28)} … ${line.slice(-28)}`;
}
