import type { RelativePath } from '../../workspace/path.ts';
import type { ChangedSide } from '../../languages/texts/changedSpans.ts';
import type { LineState } from '../../languages/texts/pieces.ts';
import type { RunView } from './reachingFiles.ts';

/** What one run is known to have loaded and executed. */
export interface RunCoverage {
  /** What measured it, for people. */
  readonly tool: string;
  /** By zero-based line, for every line that the spans of the text touch. The text is the one that was there when the tests ran. */
  statesOf(changed: ChangedSide): ReadonlyMap<number, LineState>;
  /** What of the changed lines single processes executed, as far as that is known. */
  viewsOf?(changed: readonly ChangedSide[]): readonly RunView[];
  /** Whether the file with this text was loaded from the folder that the tests ran in. */
  hasLoaded(path: RelativePath, text: string): boolean;
}

export type MeasuredRun =
  | {
      readonly kind: 'measured';
      readonly coverage: RunCoverage;
      /** Which tests do otherwise while they are measured, one sentence. */
      readonly note?: string;
    }
  /** `hasHung` when the tests did not come to an end. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly hasHung?: true };

/** Of two findings about one line the one that counts: executed once is executed; what was surely missed outweighs doubt. */
export function stronger(first: LineState | undefined, second: LineState): LineState {
  const order: readonly LineState[] = ['executed', 'missed', 'unknown', 'none'];
  return order.find((state) => state === first || state === second) ?? second;
}

/** Several steps of one run taken together; unknown when not one was measured. */
export function together(runs: readonly MeasuredRun[]): MeasuredRun {
  const measured = runs.flatMap((run) => (run.kind === 'measured' ? [run.coverage] : []));
  const [first, ...more] = measured;
  if (first === undefined) return runs[0] ?? { kind: 'unknown', reason: 'No test ran, so none executed anything.' };
  if (more.length === 0) return { kind: 'measured', coverage: first };
  const coverage: RunCoverage = {
    tool: [...new Set(measured.map(({ tool }) => tool))].join(' and '),
    statesOf(changed) {
      const states = new Map<number, LineState>();
      for (const one of measured)
        for (const [line, state] of one.statesOf(changed)) states.set(line, stronger(states.get(line), state));
      return states;
    },
    viewsOf: (changed) => measured.flatMap((one) => one.viewsOf?.(changed) ?? []),
    hasLoaded: (path, text) => measured.some((one) => one.hasLoaded(path, text)),
  };
  return { kind: 'measured', coverage };
}
