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

/** How one check went: it ran and found nothing, it found what it looks for, it found what may or may not matter, or it could not tell. */
export type Check =
  | {
      readonly kind: 'passed';
      readonly note?: string;
      /** What differs as the goal asks for it, one sentence without its end each; never empty. */
      readonly asked?: readonly string[];
    }
  | { readonly kind: 'failed'; readonly findings: readonly Finding[] }
  | { readonly kind: 'doubtful'; readonly findings: readonly Finding[] }
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
  | {
      readonly kind: 'measured';
      readonly tool: string;
      readonly files: readonly FileCoverage[];
      /** Which tests do otherwise while they are measured, one sentence each; what they execute is not in the lists. */
      readonly notes?: readonly string[];
      /** Test files that execute changed lines which others do not, most of them first; absent where that is not known. */
      readonly reachedBy?: readonly RelativePath[];
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Whether the tests loaded each changed file from where they ran, and not from somewhere else. */
export type OriginEvidence =
  | { readonly kind: 'proven'; readonly files: readonly RelativePath[] }
  /** `files` are those that were not seen to be loaded from the copy. */
  | { readonly kind: 'unproven'; readonly files: readonly RelativePath[]; readonly reason: string };

/** Would the tests have noticed a mistake? Mutants of the new code are shown to them, one at a time, at each place that changed. */
export type SensitivityEvidence =
  | {
      readonly kind: 'measured';
      /** Mutants that were tried, and those of them that a test killed. */
      readonly seeded: number;
      readonly noticed: number;
      /** Each place of the change that tests must speak for. */
      readonly places: readonly MutatedPlace[];
      /** Changed files in which no mutant can be seeded, each with why. */
      readonly unmutated?: readonly Finding[];
      /** Mutants that no test killed. */
      readonly survivors: readonly Finding[];
      /** True when the time ran out before every place was decided. */
      readonly isPartial: boolean;
      readonly durationMs: number;
    }
  | { readonly kind: 'notAvailable'; readonly reason: string }
  /** The change was tried on the way, and the verdict on it is a preliminary one: no mutant of it was tried so far. */
  | { readonly kind: 'pending' };

/** What the tests said of the mutants at one place of a change; the line is one of the text after it. */
export interface MutatedPlace extends LinePlace {
  readonly killed: number;
  /** Mutants that all tests let pass. */
  readonly survived: number;
  /** Mutants that would have been tried if there had been time, as far as the place is not decided. */
  readonly untried: number;
  /** The change is here what a mutator could have made of the old text, and no test tells the two apart: in words. */
  readonly unnoticed?: string;
}

/** Whether tests come to changed code where counting cannot tell: lines of the text after the change at which it was made to throw. */
export interface ReachEvidence {
  /** A test that passes otherwise noticed what threw there, or killed a mutant that differs there alone. */
  readonly reached: readonly LinePlace[];
  /** No test did. */
  readonly unreached: readonly LinePlace[];
}

/** A file of tests that did not run, or not all of it. */
export interface LeftOutTests {
  readonly path: RelativePath;
  /** Of a file of which others ran, as far as the text tells; without it nothing in the file did. */
  readonly tests?: readonly string[];
  /** What it reaches, by imports or by name, of the code that changed. */
  readonly reaches: readonly RelativePath[];
}

/** Which tests of the project are no part of the command that ran. */
export type LeftOutEvidence =
  | {
      readonly kind: 'known';
      /** Those that reach the change come first. */
      readonly files: readonly LeftOutTests[];
      /** How many more there are, none of which reaches the change. */
      readonly more: number;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One-based. */
export interface LinePlace {
  readonly path: RelativePath;
  readonly line: number;
}

/** Lines of one place of a change that hold something that runs, one-based; without any after it, the place only took code away. */
export interface ChangedLines {
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** The lines did not change but use a name that stands for something else now; that all or that some must be executed. */
  readonly uses?: 'all' | 'some';
}

/** What must be shown of a changed file before its behaviour counts as kept; decided from the texts alone. */
export type ProofObligation =
  /** The program is the same: comments, white space, types, names of local variables. */
  | { readonly kind: 'none'; readonly reason: string }
  /** Code that was moved or renamed as it is: types and equal bodies show it, or else execution. */
  | {
      readonly kind: 'resolution';
      readonly reason: string;
      readonly places: readonly ChangedLines[];
      /** It runs and has another path now: who loads it by a name, a pattern or a folder is not seen by a compiler. */
      readonly isMoved?: boolean;
    }
  /** Every changed line with code must have been executed by a test that passes. */
  | { readonly kind: 'execution'; readonly places: readonly ChangedLines[] }
  /** Nothing that is looked at here could show it, for example of a file of data. */
  | { readonly kind: 'unprovable'; readonly reason: string };

export interface ChangedFile {
  readonly path: RelativePath;
  /** Where a moved file came from. */
  readonly from?: RelativePath;
  readonly change: 'edit' | 'create' | 'delete' | 'move';
  /** Tests and what belongs to them are watched by the integrity check and need not be executed by themselves. */
  readonly role: 'code' | 'test';
  readonly demand: ProofObligation;
}

/** The checks beside the tests. */
export interface Checks {
  /** What parsed before parses now. */
  readonly syntax: Check;
  /** Errors of the project's own compiler that are new. */
  readonly types: Check;
  /** Errors of the project's own linter that are new; they are told and decide nothing. */
  readonly lint: Check;
  /** Exported names that are gone (failed) or declared otherwise (doubtful), unless the goal asks for it. */
  readonly api: Check;
  /** Whether code that was moved or renamed is the same code. */
  readonly bodies: Check;
  /** Whether the change stays within what was asked for. */
  readonly scope: Check;
  /** Whether the tests still test what they did. */
  readonly integrity: Check;
}

/** Cyclomatic complexity of one function before and after; null where it is not there. */
export interface ComplexityChange {
  readonly path: RelativePath;
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** How long one stage of a verification took; all stages together are its whole time. */
export interface StageTime {
  readonly stage: 'copy' | 'baseline' | 'trial' | 'checks' | 'coverage' | 'sensitivity';
  readonly durationMs: number;
  /** Of that, how long programs of the project's own tests ran; what is left is ours. */
  readonly testsMs?: number;
}

/** What stood between the programs of the project and everything else while they ran. */
export type SandboxState =
  | { readonly kind: 'bubblewrap' }
  /** Nothing did; why, as the end of a sentence. */
  | { readonly kind: 'none'; readonly reason: string };
