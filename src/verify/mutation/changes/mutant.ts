import type { Span } from '../../../languages/texts/changedSpans.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import type { FileMutant, LineRange } from './fileMutant.ts';

/** One mistake at a place of a change: a range of the new text that is replaced by something else. */
export interface Mutant {
  /** Offsets in the new text, in UTF-16 units; equal where something is put in. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** Which kind of mistake it is, in one word. */
  readonly mutator: string;
  /** The text with it is the text before the change, token by token: whether tests notice it says nothing of them, so it is never tried. */
  readonly isOldText: boolean;
  /** Of what is around the place: tried only where none of the place itself ran to an end, as where none of them builds. */
  readonly isFallback?: boolean;
}

/** A part of a change that needs a killed mutant of its own, as each language finds it from the tokens; see `tokenPlaces`. */
export interface MutantPlace {
  readonly path: RelativePath;
  /** One-based, in the new text. */
  readonly line: number;
  /** From the first changed token to the last, offsets in the new text; equal where something only went away. */
  readonly start: number;
  readonly end: number;
  /** What stood there and what stands there now, as it is written. */
  readonly before: string;
  readonly after: string;
  /**
   * The change is here what a mutator could have made of the old text, such as another constant or another comparator. Tests that pass
   * before and after let this mutant survive, unless they kill `reverted`.
   */
  readonly isMutant: boolean;
  /** This place as it was and the rest of the change as it is; undefined where that would be the old text. */
  readonly reverted?: Mutant;
  /** In the order in which they are tried: those first that change the least and are likeliest to run to an end. */
  readonly mutants: readonly Mutant[];
}

/** Where a change may be mutated, and how, in one language. */
export interface MutantSource {
  /**
   * The places of one changed file, in order; `before` is undefined where the file is new. Empty for texts that do not parse. Equal for
   * equal texts, and never rejects.
   */
  readonly placesOf: (path: RelativePath, before: string | undefined, after: string) => Promise<readonly MutantPlace[]>;
  /** Whether a text with a mutant in it is a program; asked only of what is tried. Without it, all that `placesOf` gives is one. */
  readonly parses?: (path: RelativePath, text: string) => boolean;
  /** Mistakes in whole lines of a text, which still parses. Without it they are made by words that many languages have in common. */
  readonly seedsOf?: (path: RelativePath, text: string, lines: readonly LineRange[]) => Promise<readonly FileMutant[]>;
  /** Mutants that throw where something changed and counting is blind. Without it no mutant shows whether tests come there. */
  readonly throwingAt?: (path: RelativePath, text: string, changed: readonly Span[]) => Promise<readonly FileMutant[]>;
}

/** The text with a mutant in it. */
export function withMutant(
  text: string,
  { start, end, replacement }: Pick<Mutant, 'start' | 'end' | 'replacement'>,
): string {
  return text.slice(0, start) + replacement + text.slice(end);
}
