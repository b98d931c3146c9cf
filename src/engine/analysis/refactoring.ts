/** The contract between the planner, which talks, and the analyses and rewrites, which know code. */

/** What a person asked for; `optimize` is the widest and contains every rewrite of the curated set. */
export type Intent =
  | 'optimize'
  | 'modernize'
  | 'simplify'
  | 'removeDeadCode'
  | 'organizeImports'
  | 'asyncAwait'
  | 'forOf'
  | 'useSet'
  | 'arrayMethods'
  | 'templateStrings';

/** Something worth telling about the code. Lines are one-based and inclusive. */
export interface Finding {
  /** The catalogue's or the rule's name, for people. */
  readonly rule: string;
  /** What would be done, or what is wrong, in a few words: `Use for…of`. */
  readonly title: string;
  /** Why, in one sentence. */
  readonly message: string;
  readonly startLine: number;
  readonly endLine: number;
  /** False when it is only reported: no step changes it. */
  readonly isFixable: boolean;
}

/** One small rewrite that can be taken or left on its own. Lines are those of the analysed text. */
export interface Step {
  /** The same for the same text, rule and place, whatever the intent; unique within an analysis. */
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Pure; undefined when it no longer applies to this text. */
  apply(text: string): string | undefined;
}

/** What is known of one file. Applying any subset of the steps, in order, yields text that parses. */
export interface Analysis {
  readonly findings: readonly Finding[];
  readonly steps: readonly Step[];
}

/** One-based and inclusive. */
export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** `path` names the file for its language only; nothing is read but `text`. Without `focus` the whole file is meant. */
export interface AnalysisRequest {
  readonly path: string;
  readonly text: string;
  readonly focus?: LineRange;
  readonly intent: Intent;
}

/** Implemented by `analyze` in `analyze.ts`. Pure and synchronous; text that cannot be parsed gives nothing, or a finding that says so. */
export type Analyze = (request: AnalysisRequest) => Analysis;
