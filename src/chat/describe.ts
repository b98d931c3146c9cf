import type { AgentEvent, RunEnding, TestStage } from '../agent/events.ts';
import { assertNever } from '../util/exhaustive.ts';
import type { ChatEntry } from './messages.ts';

type Ending = Extract<ChatEntry, { kind: 'ending' }>;
type TestsProgress = Omit<Extract<AgentEvent, { kind: 'testsProgress' }>, 'kind' | 'stage'>;
type MutantProgress = Omit<Extract<AgentEvent, { kind: 'mutantsProgress' }>, 'kind' | 'stage'>;

const stepTitles: Readonly<Record<string, string>> = {
  list_files: 'List files',
  read_file: 'Read',
  search_text: 'Search',
  outline: 'Outline',
  get_diagnostics: 'Diagnostics',
  apply_edit: 'Stage edit',
  run_tests: 'Run tests',
  code_interpreter: 'Code interpreter (hosted)',
  web_search: 'Web search (hosted)',
  file_search: 'File search (hosted)',
};

/** A short name for a call of a function tool; the tool's own name when it is not known. */
export function stepTitle(tool: string): string {
  return stepTitles[tool] ?? tool;
}

/** How far a run of the tests is, for example `Running tests… 12 of 17`. */
export function progressText({ done, failed, total }: TestsProgress): string {
  const of = total === undefined || total < done ? `${done}` : `${done} of ${total}`;
  return `Running tests… ${of}${failed === 0 ? '' : `, ${failed} failed`}`;
}

/** Which mutant is tried, for example `Trying mutant 3 of 12…`. */
export function mutantText({ current, total }: MutantProgress): string {
  return `Trying mutant ${current}${total === undefined || total < current ? '' : ` of ${total}`}…`;
}

/** How every text of `silenceText` begins. */
export const silenceStart = 'The model has said nothing for ';

/** That a model says nothing, and for how long. */
export function silenceText({ forMs, showsLife }: Extract<AgentEvent, { kind: 'silent' }>): string {
  const seconds = Math.max(1, Math.round(forMs / 1_000));
  return `${silenceStart}${seconds} s${showsLife ? '; its endpoint shows that it is at work' : ''}.`;
}

/** Heading of a test run. */
export function stageTitle(stage: TestStage): string {
  switch (stage) {
    case 'baseline':
      return 'Tests before the change';
    case 'trial':
      return 'Tests with the change';
    case 'applied':
      return 'Tests after applying';
    default:
      return assertNever(stage);
  }
}

/** Whether a run ended well, badly or neither. */
export function endingTone(ending: RunEnding): Ending['tone'] {
  switch (ending.kind) {
    case 'done':
      return ending.verified ? 'good' : 'neutral';
    case 'nothingToChange':
    case 'rejected':
    case 'rolledBack':
    case 'unverified':
    case 'limitReached':
    case 'cancelled':
    case 'cut':
      return 'neutral';
    case 'broken':
    case 'testsFailedBefore':
    case 'unreachable':
    case 'failed':
    case 'noAnswer':
      return 'bad';
    default:
      return assertNever(ending);
  }
}

/** What the reader can do next, if anything. */
export function endingAction(ending: RunEnding): Ending['action'] {
  switch (ending.kind) {
    case 'done':
    case 'unverified':
      return ending.applied ? 'undo' : null;
    case 'cancelled':
      return ending.settled === undefined ? null : endingAction(ending.settled);
    case 'cut':
      return endingAction(ending.settled) ?? endingAction(ending.cause);
    case 'unreachable':
      return ending.isKeyRefused === true ? 'setKey' : 'showLog';
    case 'failed':
    case 'noAnswer':
      return 'showLog';
    case 'nothingToChange':
    case 'rejected':
    case 'rolledBack':
    case 'limitReached':
    case 'broken':
    case 'testsFailedBefore':
      return null;
    default:
      return assertNever(ending);
  }
}

/** One sentence on why the conversation was sent again. */
export function describeResend({ reason, items }: Extract<AgentEvent, { kind: 'resend' }>): string {
  const what = `${items} ${items === 1 ? 'item was' : 'items were'} sent again`;
  switch (reason) {
    case 'previousResponseNotFound':
      return `${what}: the endpoint had forgotten the conversation.`;
    case 'reconnected':
      return `${what} over a new connection.`;
    case 'afterError':
      return `${what} after an error.`;
    case 'afterAbort':
      return `${what} after the last run was stopped.`;
    case 'continued':
      return `${what}: the conversation goes on after a restart.`;
    case 'settingsChanged':
      return `${what}: model or tools changed.`;
    case 'httpFallback':
      return `${what}, as in every turn over HTTP.`;
    case 'rotated':
      return `${what} over a new connection: the old one had been open, or unused, for long.`;
    case 'compacted':
      return `${what}: the conversation was made shorter.`;
    default:
      return assertNever(reason);
  }
}
