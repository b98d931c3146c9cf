import { compose, labelOf, type Candidate, type SurveyedFile } from './candidates.ts';
import type { Proposed } from './proposing.ts';
import { readFiles } from './reading.ts';
import { say, type Routine } from './routine.ts';
import { bisect, type Bisected, type Trial } from './bisect.ts';
import { stagesOf } from './stages.ts';
import { judge, runTests, type Breakage, type Tested } from './testing.ts';
import type { Toolset } from './toolset.ts';
import type { Review } from './userMessage.ts';
import { count, few } from './wording.ts';
import { Workbench } from './workbench.ts';

/** Fewer than for a new proposal: the user waits with broken tests. */
const maxTrials = 12;

/** Answers what became of a proposal; on a regression it proposes to take back what causes it. Returns what then stands. */
export function* answerReview(
  tools: Toolset,
  review: Review,
  proposed: Proposed | undefined,
): Routine<Proposed | undefined> {
  if (review.verification === 'broken' && review.decision !== 'rejected') return yield* mend(tools, review, proposed);
  yield* say(`${shortAnswer(review)}\n`);
  return review.decision === 'undecided' || review.decision === 'testsNotTaken' ? proposed : undefined;
}

function shortAnswer({ decision, verification }: Review): string {
  switch (decision) {
    case 'rejected':
      return 'Understood: nothing was changed. Tell me what to leave out, or point me at other code.';
    case 'notApplied':
      return 'Nothing was written. Give me the goal again and I start from the files as they are now.';
    case 'testsNotTaken':
      return 'These are the only tests that I can write here, so I leave it at that.';
    case 'undecided':
      return 'The proposal was shown and nothing was written.';
    case 'accepted':
      if (verification === 'preserved') return 'The changes are in place, and the tests pass as they did before.';
      return 'The changes are in place, but no test proves that behaviour was kept. Look them over, or add a test and run it.';
  }
}

function* mend(tools: Toolset, review: Review, proposed: Proposed | undefined): Routine<Proposed | undefined> {
  const tests = review.brokenTests.length > 0 ? ` (${few(review.brokenTests.map(idOf), 3)})` : '';
  if (review.isRolledBack) {
    yield* say(
      `The tests broke once the changes were in place${tests}, and everything was rolled back. They held when the changes were tried, so ` +
        `the difference lies outside these files: look at what the tests need from the workspace, then give me the goal again.\n`,
    );
    return undefined;
  }
  const canTry = tools.has('read_file', 'path') && tools.has('apply_edit', 'changes') && tools.has('run_tests');
  const files = canTry && proposed ? yield* filesInPlace(tools, proposed) : undefined;
  if (!proposed || !files || files.size === 0) {
    yield* say(
      `The tests break with the changes${tests}, and I cannot tell which change it was. Use Undo Last Refactoring to go back, then give me the goal again.\n`,
    );
    return undefined;
  }
  yield* say(`The tests break with the changes${tests}. I look for the one to take back.\n\n`);
  return yield* takeBack(tools, review, proposed, files);
}

/** Hashes of the files that hold what was proposed, by path; changed ones are left alone. */
function* filesInPlace(tools: Toolset, { files, texts }: Proposed): Routine<ReadonlyMap<string, string>> {
  const results = yield* readFiles(
    tools,
    files.map(({ inquiry }) => inquiry.path),
  );
  const found = new Map<string, string>();
  for (const result of results)
    if (result.kind === 'text' && result.text === texts.get(result.path)) found.set(result.path, result.hash);
  return found;
}

function* takeBack(
  tools: Toolset,
  review: Review,
  proposed: Proposed,
  inPlace: ReadonlyMap<string, string>,
): Routine<Proposed | undefined> {
  const files = proposed.files.filter(({ inquiry }) => inPlace.has(inquiry.path));
  const candidates = proposed.kept.filter(({ path }) => inPlace.has(path));
  const bench = new Workbench(tools);
  const isAccepted = review.decision === 'accepted';
  for (const { inquiry } of files) {
    const text = proposed.texts.get(inquiry.path) ?? '';
    bench.note(inquiry.path, text, inPlace.get(inquiry.path) ?? '', isAccepted ? text : inquiry.text);
  }
  const tryOut = (subset: readonly Candidate[]): Routine<Trial<Breakage>> =>
    tryWithout(tools, bench, files, subset, review);
  // What was never applied had the original texts for its baseline: without any change nothing can be broken.
  const bare = isAccepted ? yield* tryOut([]) : undefined;
  if (bare && bare.kind !== 'good') {
    const current = yield* compose(files, candidates);
    yield* bench.stage(current.texts);
    yield* say(
      'The tests break without these changes, too, so the cause is somewhere else. I propose nothing more; look at what else differs in the workspace.\n',
    );
    return undefined;
  }
  const bisected = yield* bisect(candidates, { tests: [], reasons: [] }, maxTrials, tryOut);
  const kept = yield* compose(files, bisected.kept);
  const stages = yield* stagesOf(files, kept);
  const staged =
    isAccepted || stages.length === 0
      ? yield* bench.stage(kept.texts, `Take back ${few(takenBack(bisected), 2)}`)
      : yield* bench.stageAll(stages);
  if (staged.kind !== 'staged') {
    yield* say('The files changed while I tried, so nothing more is proposed. Use Undo Last Refactoring to go back.\n');
    return undefined;
  }
  yield* say(describeTakenBack(bisected));
  return { files, kept: kept.applied, texts: kept.texts };
}

function* tryWithout(
  tools: Toolset,
  bench: Workbench,
  files: readonly SurveyedFile[],
  subset: readonly Candidate[],
  review: Review,
): Routine<Trial<Breakage>> {
  const composed = yield* compose(files, subset);
  const staged = yield* bench.stage(composed.texts);
  if (staged.kind !== 'staged') return { kind: 'stopped', reason: 'the files could not be staged again' };
  const tested = yield* runTests(tools);
  return isMended(tested, review) ? { kind: 'good' } : asBad(judge(tested));
}

/** After an apply the broken state is the baseline, so the broken tests must pass again; before it, the verdict says it. */
function isMended(tested: Tested, { decision, brokenTests }: Review): boolean {
  if (tested.kind !== 'report') return false;
  const { verdict, before, after } = tested.report;
  if (verdict === 'broken' || !after) return false;
  if (decision !== 'accepted') return verdict === 'preserved' || verdict === 'tests pass; mutants not tried yet';
  return before !== undefined && after.failed <= Math.max(0, before.failed - Math.max(1, brokenTests.length));
}

function asBad(trial: Trial<Breakage>): Trial<Breakage> {
  return trial.kind === 'good' ? { kind: 'bad', evidence: { tests: [], reasons: [] } } : trial;
}

function takenBack({ dropped, undecided }: Bisected<Candidate, Breakage>): readonly string[] {
  return [...dropped.map(({ item }) => item), ...undecided].map(labelOf);
}

function describeTakenBack(bisected: Bisected<Candidate, Breakage>): string {
  const names = takenBack(bisected);
  const { kept } = bisected;
  return `I propose to take back ${few(names, 5)}; the tests pass again without ${names.length === 1 ? 'it' : 'them'}. ${
    kept.length === 0 ? 'Nothing else of the proposal is left.' : `${count(kept.length, 'other change')} stay in place.`
  }\n`;
}

function idOf(line: string): string {
  return `"${line.split(': ')[0] ?? line}"`.slice(0, 120);
}
