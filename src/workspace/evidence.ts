/** What is known of a proposal before it is written, in plain data. The verdict is derived from this and from nothing else. */
import type { RelativePath } from './path.ts';

/** One thing that was found, for people. */
export interface Finding {
  /** One sentence. */
  readonly message: string;
  readonly path?: RelativePath;
  /** One-based, in the text after the change unless the message says otherwise. */
  readonly line?: number;
}

/** How one check went: it ran and found nothing, it ran and found what it looks for, or it could not tell. */
export type Check =
  | { readonly kind: 'passed'; readonly note?: string }
  | { readonly kind: 'failed'; readonly findings: readonly Finding[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Which changed lines the passing tests executed. Line numbers are one-based. */
export interface FileCoverage {
  readonly path: RelativePath;
  /** Whether the lines are those of the text after the change, or of the text before it (for lines that are gone). */
  readonly side: 'before' | 'after';
  readonly executed: readonly number[];
  readonly missed: readonly number[];
  /** Lines that could not be mapped; never counted as executed. Lines without code are in none of the three. */
  readonly unknown: readonly number[];
}

export type CoverageEvidence =
  | { readonly kind: 'measured'; readonly tool: string; readonly files: readonly FileCoverage[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Whether the tests loaded each changed file from the private copy, and not from somewhere else. */
export type OriginEvidence =
  | { readonly kind: 'proven'; readonly files: readonly RelativePath[] }
  /** `files` are those that were not seen to be loaded from the copy. */
  | { readonly kind: 'unproven'; readonly files: readonly RelativePath[]; readonly reason: string };

/** Would the tests have noticed a mistake? Faults are seeded into the changed functions of the new code, one at a time. */
export type SensitivityEvidence =
  | {
      readonly kind: 'measured';
      readonly seeded: number;
      readonly noticed: number;
      /** Faults that no test noticed. */
      readonly survivors: readonly Finding[];
      /** True when the time ran out before every fault was tried. */
      readonly isPartial: boolean;
      readonly durationMs: number;
    }
  | { readonly kind: 'notAvailable'; readonly reason: string };
