import type { Inquiry, StepSummary } from '../analyst/analyst.ts';
import type { Finding } from '../analysis/refactoring.ts';
import { rewrite, type Routine } from './routine.ts';
import type { Texts } from './workbench.ts';

/** A file that was read and looked at. */
export interface SurveyedFile {
  readonly inquiry: Inquiry;
  /** What `read_file` said of the text. */
  readonly hash: string;
  readonly findings: readonly Finding[];
  readonly steps: readonly StepSummary[];
}

/** One step of one file. */
export interface Candidate {
  readonly path: string;
  readonly step: StepSummary;
}

/** The texts of all files with some candidates taken. */
export interface Composition {
  readonly texts: Texts;
  /** Those that had an effect; two compositions with the same ones have the same texts. */
  readonly applied: readonly Candidate[];
}

export function candidatesOf(files: readonly SurveyedFile[]): readonly Candidate[] {
  return files.flatMap(({ inquiry, steps }) => steps.map((step) => ({ path: inquiry.path, step })));
}

/** `src/a.js:12 Use for…of`. */
export function labelOf({ path, step }: Candidate): string {
  return `${path}:${step.startLine} ${step.title}`;
}

/** Rewrites every file by its share of the candidates; a file whose rewriting fails stays as it was. */
export function* compose(files: readonly SurveyedFile[], candidates: readonly Candidate[]): Routine<Composition> {
  const texts = new Map<string, string>();
  const applied: Candidate[] = [];
  for (const { inquiry } of files) {
    const own = candidates.filter(({ path }) => path === inquiry.path);
    texts.set(inquiry.path, inquiry.text);
    if (own.length === 0) continue;
    const outcome = yield* rewrite(
      inquiry,
      own.map(({ step }) => step.id),
    );
    if (outcome.kind === 'failed') continue;
    texts.set(inquiry.path, outcome.text);
    const effective = new Set(outcome.applied);
    applied.push(...own.filter(({ step }) => effective.has(step.id)));
  }
  return { texts, applied };
}

/** The same for equal sets. */
export function keyOf(candidates: readonly Candidate[]): string {
  return JSON.stringify(candidates.map(({ path, step }) => [path, step.id]));
}
