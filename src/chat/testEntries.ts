import { byThenText } from '../util/byThenText.ts';
import type { AgentEvent } from '../agent/events.ts';
import { assertNever } from '../util/exhaustive.ts';
import { push, replaceLast, type Conversation } from './conversation.ts';
import { mutantText, progressText, stageTitle } from './describe.ts';
import { maxShownTests, type ChatEntry, type Counts } from './messages.ts';

type TestsEntry = Extract<ChatEntry, { kind: 'tests' }>;
type Started = Extract<AgentEvent, { kind: 'testsStarted' }>;
type Progress = Extract<AgentEvent, { kind: 'testsProgress' }>;
type MutantsProgress = Extract<AgentEvent, { kind: 'mutantsProgress' }>;
type MutantsFinished = Extract<AgentEvent, { kind: 'mutantsFinished' }>;
type Finished = Extract<AgentEvent, { kind: 'testsFinished' }>;
type TestRun = Finished['run'];
type TestComparison = NonNullable<Finished['comparison']>;
type TestCaseResult = TestComparison['broken'][number];

/** Shows that tests run. */
export function reduceTestsStarted(state: Conversation, { stage, command }: Started): Conversation {
  return push(state, {
    kind: 'tests',
    title: stageTitle(stage),
    stage,
    command,
    state: 'running',
    summary: '',
    failures: [],
  });
}

/** Says on the running entry of the same stage how far it is. */
export function reduceTestsProgress(state: Conversation, event: Progress): Conversation {
  return replaceLast(state, (entry) =>
    entry.kind === 'tests' && entry.stage === event.stage && entry.state === 'running'
      ? { ...entry, summary: progressText(event) }
      : undefined,
  );
}

/** Says on the last entry of the same stage which mutant its tests are shown; that entry runs again where it had ended. */
export function reduceMutantsProgress(state: Conversation, event: MutantsProgress): Conversation {
  return replaceLast(state, (entry) =>
    entry.kind === 'tests' && entry.stage === event.stage
      ? { ...entry, state: 'running', summary: mutantText(event) }
      : undefined,
  );
}

/** Ends the entry that ran again, and puts what was found on the proposal's card. */
export function reduceMutantsFinished(state: Conversation, { stage, comparison }: MutantsFinished): Conversation {
  const result = describeRun(comparison.after, comparison);
  const ended = replaceLast(state, (entry) =>
    entry.kind === 'tests' && entry.stage === stage && entry.state === 'running' ? { ...entry, ...result } : undefined,
  );
  return onCard(ended, comparison);
}

/** Ends the running entry of the same stage, or adds one, and puts what was found on the proposal's card. */
export function reduceTestsFinished(state: Conversation, event: Finished): Conversation {
  const { stage, run, comparison } = event;
  const result = describeRun(run, comparison);
  const ended = replaceLast(state, (entry) =>
    entry.kind === 'tests' && entry.stage === stage && entry.state === 'running' ? { ...entry, ...result } : undefined,
  );
  const next =
    ended === state
      ? push(state, { kind: 'tests', title: stageTitle(stage), stage, command: commandOf(run), ...result })
      : ended;
  return comparison === undefined ? next : onCard(next, comparison);
}

/** Passed, failed and skipped of a run; null when it has no results. */
export function countTests(run: TestRun): Counts | null {
  if (run.kind !== 'finished') return null;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { outcome } of run.tests) counts[outcome]++;
  return counts;
}

function onCard(state: Conversation, { before, after, verdict }: TestComparison): Conversation {
  const tests = { before: countTests(before), after: countTests(after) };
  return replaceLast(state, (entry) => (entry.kind === 'proposal' ? { ...entry, tests, verdict } : undefined));
}

function describeRun(
  run: TestRun,
  comparison: TestComparison | undefined,
): Pick<TestsEntry, 'state' | 'summary' | 'failures'> {
  switch (run.kind) {
    case 'finished': {
      const failed = comparison?.broken ?? run.tests.filter(({ outcome }) => outcome === 'failed');
      return {
        state: failed.length > 0 ? 'failed' : 'passed',
        summary: `${countsText(countTests(run))} in ${seconds(run.durationMs)}`,
        failures: failed.slice(0, maxShownTests).map(describeFailure),
      };
    }
    case 'noTests':
    case 'unavailable':
      return { state: 'unknown', summary: run.reason, failures: [] };
    case 'declined':
      return { state: 'unknown', summary: 'The test command was not allowed to run.', failures: [] };
    case 'timedOut':
      return {
        state: 'failed',
        summary: `Stopped after ${seconds(run.afterMs)}: the tests did not end${byThenText(run)}.`,
        failures: tail(run),
      };
    case 'crashed':
      return {
        state: 'failed',
        summary: `Ended without results that can be read (exit code ${run.exitCode ?? 'none'}).`,
        failures: tail(run),
      };
    default:
      return assertNever(run);
  }
}

function describeFailure({ id, message }: TestCaseResult): { id: string; message: string } {
  return { id, message: (message ?? '').slice(0, 2_000) };
}

function tail(run: { readonly outputTail: string }): { id: string; message: string }[] {
  return run.outputTail === '' ? [] : [{ id: 'Output', message: run.outputTail.slice(-2_000) }];
}

function commandOf(run: TestRun): string {
  return 'command' in run ? run.command : '';
}

/** For example `12 passed, 1 failed`. */
export function countsText(counts: Counts | null): string {
  if (counts === null) return 'no results';
  const parts = [`${counts.passed} passed`];
  if (counts.failed > 0) parts.push(`${counts.failed} failed`);
  if (counts.skipped > 0) parts.push(`${counts.skipped} skipped`);
  return parts.join(', ');
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
