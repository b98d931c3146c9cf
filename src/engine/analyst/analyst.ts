import { createHash } from 'node:crypto';
import type { Subjects, SubjectsRequest } from '../characterizing/subject.ts';
import type { Analyze, Finding, Intent, LineRange, Step } from '../analysis/refactoring.ts';

/** What is asked about one file. */
export interface Inquiry {
  readonly path: string;
  readonly text: string;
  /** One-based; empty means the whole file. */
  readonly ranges: readonly LineRange[];
  readonly intents: readonly Intent[];
  /** What these would find or change is left out. */
  readonly excluded: readonly Intent[];
}

/** A step as it is told: everything but the act. */
export type StepSummary = Omit<Step, 'apply'>;

export type Survey =
  | { readonly kind: 'surveyed'; readonly findings: readonly Finding[]; readonly steps: readonly StepSummary[] }
  | { readonly kind: 'failed'; readonly reason: string };

export type Rewrite =
  | {
      readonly kind: 'rewritten';
      readonly text: string;
      /** Ids of the steps that had an effect, in order. */
      readonly applied: readonly string[];
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Knows code. Equal questions have equal answers; rejects only by cancellation. */
export interface Analyst {
  survey(inquiry: Inquiry, signal: AbortSignal): Promise<Survey>;
  /** Takes the steps with these ids, in the order of the survey. */
  rewrite(inquiry: Inquiry, stepIds: readonly string[], signal: AbortSignal): Promise<Rewrite>;
  /** Functions that tests can be written for, with inputs. */
  subjects(request: SubjectsRequest, signal: AbortSignal): Promise<Subjects>;
}

/** Implemented by `findSubjects`. Pure and synchronous. */
export type FindSubjects = (request: SubjectsRequest) => Subjects;

/** Answers that are kept; a task asks about the same texts again and again. */
const maxKept = 128;
/** The texts that they are about, together, in UTF-16 units. */
const maxKeptLength = 16 * 1024 * 1024;

/** Answers in the calling thread, with what it found before kept. */
export class DirectAnalyst implements Analyst {
  readonly #analyze: Analyze;
  readonly #findSubjects: FindSubjects | undefined;
  readonly #kept = new Map<string, Merged>();

  constructor(analyze: Analyze, findSubjects?: FindSubjects) {
    this.#analyze = analyze;
    this.#findSubjects = findSubjects;
  }

  async survey(inquiry: Inquiry, signal: AbortSignal): Promise<Survey> {
    signal.throwIfAborted();
    return this.surveyNow(inquiry);
  }

  async rewrite(inquiry: Inquiry, stepIds: readonly string[], signal: AbortSignal): Promise<Rewrite> {
    signal.throwIfAborted();
    return this.rewriteNow(inquiry, stepIds);
  }

  async subjects(request: SubjectsRequest, signal: AbortSignal): Promise<Subjects> {
    signal.throwIfAborted();
    return this.subjectsNow(request);
  }

  subjectsNow(request: SubjectsRequest): Subjects {
    try {
      return this.#findSubjects?.(request) ?? { kind: 'failed', reason: 'nothing here looks for functions' };
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error) };
    }
  }

  surveyNow(inquiry: Inquiry): Survey {
    try {
      const { findings, steps } = this.#merged(inquiry);
      return { kind: 'surveyed', findings, steps: steps.map(summarize) };
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error) };
    }
  }

  rewriteNow(inquiry: Inquiry, stepIds: readonly string[]): Rewrite {
    try {
      const merged = this.#merged(inquiry);
      const wanted = new Set(stepIds);
      const steps = merged.steps.filter(({ id }) => wanted.has(id));
      // Often one more kind of step is asked for than the time before.
      const { last } = merged;
      const known = last !== undefined && last.tried.every((id, index) => id === steps[index]?.id) ? last : undefined;
      const applied = [...(known?.applied ?? [])];
      let text = known?.text ?? inquiry.text;
      for (const step of steps.slice(known?.tried.length ?? 0)) {
        const next = tryStep(step, text);
        if (next === undefined || next === text) continue;
        text = next;
        applied.push(step.id);
      }
      merged.last = { tried: steps.map(({ id }) => id), applied, text };
      return { kind: 'rewritten', text, applied };
    } catch (error) {
      return { kind: 'failed', reason: reasonOf(error) };
    }
  }

  #merged(inquiry: Inquiry): Merged {
    const key = createHash('sha256').update(JSON.stringify(inquiry)).digest('base64');
    const kept = this.#kept.get(key) ?? mergeAnalyses(inquiry, this.#analyze);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    this.#forgetOldest();
    return kept;
  }

  #forgetOldest(): void {
    let length = 0;
    for (const merged of this.#kept.values()) length += merged.length;
    for (const [key, merged] of this.#kept) {
      if (this.#kept.size <= maxKept && length <= maxKeptLength) return;
      this.#kept.delete(key);
      length -= merged.length;
    }
  }
}

interface Merged {
  /** Of the text, in UTF-16 units. */
  readonly length: number;
  readonly findings: readonly Finding[];
  readonly steps: readonly Step[];
  /** The newest rewrite: the steps that were wanted, those that had an effect, and the text they made. */
  last?: { readonly tried: readonly string[]; readonly applied: readonly string[]; readonly text: string };
}

function mergeAnalyses(inquiry: Inquiry, analyze: Analyze): Merged {
  const unwanted = collect(inquiry, inquiry.excluded, analyze);
  const wanted = collect(inquiry, inquiry.intents, analyze);
  return {
    length: inquiry.text.length,
    findings: [...wanted.findings].flatMap(([key, finding]) => (unwanted.findings.has(key) ? [] : [finding])),
    steps: [...wanted.steps].flatMap(([id, step]) => (unwanted.steps.has(id) ? [] : [step])),
  };
}

function collect(
  { path, text, ranges }: Inquiry,
  intents: readonly Intent[],
  analyze: Analyze,
): { readonly findings: ReadonlyMap<string, Finding>; readonly steps: ReadonlyMap<string, Step> } {
  const findings = new Map<string, Finding>();
  const steps = new Map<string, Step>();
  const places = ranges.length === 0 ? [undefined] : ranges;
  for (const intent of intents) {
    for (const focus of places) {
      const analysis = analyze({ path, text, intent, ...(focus && { focus }) });
      for (const finding of analysis.findings) {
        const key = JSON.stringify([finding.rule, finding.startLine, finding.endLine, finding.message]);
        if (!findings.has(key)) findings.set(key, finding);
      }
      for (const step of analysis.steps) if (!steps.has(step.id)) steps.set(step.id, step);
    }
  }
  return { findings, steps };
}

/** A step that throws has a defect of its own; the others are not to suffer for it. */
function tryStep(step: Step, text: string): string | undefined {
  try {
    return step.apply(text);
  } catch {
    return undefined;
  }
}

function summarize({ id, rule, title, startLine, endLine }: Step): StepSummary {
  return { id, rule, title, startLine, endLine };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
