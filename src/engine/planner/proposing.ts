import {
  candidatesOf,
  compose,
  keyOf,
  labelOf,
  type Candidate,
  type Composition,
  type SurveyedFile,
} from './candidates.ts';
import { say, type Routine } from './routine.ts';
import { bisect, type Bisected, type Trial } from './bisect.ts';
import { kindName, stagesOf } from './stages.ts';
import { describeBreakage, describeTests, judge, runTests, type Breakage, type Tested } from './testing.ts';
import type { Toolset } from './toolset.ts';
import { count, few, list, sentence } from './wording.ts';
import { Workbench, type Drift, type Refusal, type StageOutcome, type Texts } from './workbench.ts';

/** What stands in the proposal when a task is over, for what comes after a review. */
export interface Proposed {
  readonly files: readonly SurveyedFile[];
  readonly kept: readonly Candidate[];
  readonly texts: Texts;
}

export type ProposeOutcome =
  | { readonly kind: 'proposed'; readonly proposed: Proposed }
  /** Told already; nothing of it is staged. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'drifted'; readonly files: Drift }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Trials for finding what broke the tests, the first with everything not counted. */
export const maxTrials = 24;

/** Stages all steps, tests them, leaves out what breaks tests, and says what came of it. */
export function* propose(tools: Toolset, files: readonly SurveyedFile[]): Routine<ProposeOutcome> {
  const bench = new Workbench(tools);
  for (const { inquiry, hash } of files) bench.note(inquiry.path, inquiry.text, hash);
  const all = yield* compose(files, candidatesOf(files));
  if (all.applied.length === 0) {
    yield* say('None of these can be changed by a rewrite that I trust, so I propose nothing.\n');
    return { kind: 'nothing' };
  }
  const changed = [...all.texts].filter(([path, text]) =>
    files.some((f) => f.inquiry.path === path && f.inquiry.text !== text),
  );
  yield* say(
    `I stage ${count(all.applied.length, 'change')} in ${count(changed.length, 'file')} and run the tests.\n\n`,
  );
  const staged = yield* bench.stageAll(yield* stagesOf(files, all));
  if (staged.kind !== 'staged') return staged;
  const tested = yield* runTests(tools);
  const trial = judge(tested);
  if (trial.kind === 'bad') return yield* leaveOut({ tools, bench, files, applied: all.applied }, trial.evidence);
  yield* say(
    yes(
      all.applied,
      changed.map(([path]) => path),
      tested,
    ),
  );
  return { kind: 'proposed', proposed: { files, kept: all.applied, texts: all.texts } };
}

interface Situation {
  readonly tools: Toolset;
  readonly bench: Workbench;
  readonly files: readonly SurveyedFile[];
  readonly applied: readonly Candidate[];
}

function* leaveOut(situation: Situation, evidence: Breakage): Routine<ProposeOutcome> {
  const { tools, files, applied } = situation;
  const broken =
    evidence.tests.length > 0
      ? `: ${few(
          evidence.tests.map(({ id }) => `"${id}"`),
          3,
        )}`
      : '';
  yield* say(
    applied.length === 1
      ? `With this change the tests break${broken}.\n\n`
      : `With all ${applied.length} changes the tests break${broken}. I look for what breaks them and try the rest.\n\n`,
  );
  const last: LastRun = { key: '', tested: undefined };
  const bisected = yield* bisect(applied, evidence, maxTrials, (subset) => tryOut(situation, subset, last));
  const kept = yield* compose(files, bisected.kept);
  const restaged = yield* restage(situation, kept);
  if (restaged.kind !== 'staged') {
    yield* say(
      'The files changed or were refused while I tried the changes one by one, so do not accept what is staged.\n',
    );
    return { kind: 'nothing' };
  }
  if (bisected.kept.length === 0) {
    yield* say(`${leftOut(bisected)}Nothing is left that keeps the tests as they were, so I propose nothing.\n`);
    return { kind: 'nothing' };
  }
  // The evidence must belong to exactly what is staged in the end.
  const tested = last.key === keyOf(kept.applied) && last.tested ? last.tested : yield* runTests(tools);
  const paths = files
    .map(({ inquiry }) => inquiry.path)
    .filter((path) => kept.applied.some((one) => one.path === path));
  yield* say(leftOut(bisected) + yes(kept.applied, paths, tested));
  return { kind: 'proposed', proposed: { files, kept: kept.applied, texts: kept.texts } };
}

/** With nothing left, what was tried is taken back. */
function* restage({ bench, files }: Situation, kept: Composition): Routine<StageOutcome> {
  if (kept.applied.length === 0) return yield* bench.stage(kept.texts);
  return yield* bench.stageAll(yield* stagesOf(files, kept));
}

interface LastRun {
  key: string;
  tested: Tested | undefined;
}

function* tryOut(
  { tools, bench, files }: Situation,
  subset: readonly Candidate[],
  last: LastRun,
): Routine<Trial<Breakage>> {
  const composed = yield* compose(files, subset);
  const staged = yield* bench.stage(composed.texts);
  if (staged.kind !== 'staged') return { kind: 'stopped', reason: 'the files could not be staged again' };
  if (composed.applied.length === 0) return { kind: 'good' };
  const tested = yield* runTests(tools);
  last.key = keyOf(composed.applied);
  last.tested = tested;
  return judge(tested);
}

function leftOut({ dropped, undecided, reason }: Bisected<Candidate, Breakage>): string {
  const lines = dropped.slice(0, 30).map(({ item, evidence }) => `- ${labelOf(item)}: ${describeBreakage(evidence)}`);
  if (dropped.length > 30) lines.push(`- and ${dropped.length - 30} more`);
  const told = lines.length === 0 ? '' : `Left out:\n${lines.join('\n')}\n\n`;
  if (undecided.length === 0) return told;
  const names = few(undecided.map(labelOf), 5);
  return `${told}Left out without having been tried on their own${reason === undefined ? '' : ` (${reason})`}: ${names}.\n\n`;
}

/** What stands in the proposal and what is known of it. */
function yes(applied: readonly Candidate[], paths: readonly string[], tested: Tested): string {
  const what = `Proposed: ${count(applied.length, 'change')} in ${few(paths, 5)} (${kinds(applied)}).`;
  const trial = judge(tested);
  if (trial.kind === 'good' && tested.kind === 'report')
    return `${what} ${describeTests(tested)} Nothing is written before you accept it.\n`;
  if (trial.kind === 'bad')
    return `${what} The tests did not give the same answer twice for it, so take it as unproven: ${sentence(trial.evidence.reasons.join(' '))}\n`;
  const reason = trial.kind === 'stopped' ? sentence(trial.reason) : '';
  return `${what} No test proves it: ${reason} Read the diff with care before you accept it.\n`;
}

function kinds(applied: readonly Candidate[]): string {
  const counts = new Map<string, number>();
  for (const { step } of applied) counts.set(step.title, (counts.get(step.title) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const words = sorted.slice(0, 6).map(([title, number]) => kindName(title, number));
  if (sorted.length > 6) words.push(`${sorted.length - 6} other kinds`);
  return list(words);
}
