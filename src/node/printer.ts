import { byThenText } from '../util/byThenText.ts';
import { styleText } from 'node:util';
import type { AgentEvent, Phase, ReviewOutcome, RunEnding, StepVerdict, TestStage } from '../agent/events.ts';
import { stepVerdictText } from '../agent/evidenceReport.ts';
import { addToMeter, type MeteredTurn } from '../agent/wireMeter.ts';
import { describeResend, mutantText, progressText, silenceText, stageTitle } from '../chat/describe.ts';
import { previewWarnings } from '../edits/previewWarnings.ts';
import type { PlannedStep } from '../edits/plannedSteps.ts';
import type { Proposal } from '../edits/proposal.ts';
import { statLine, unifiedDiff } from '../edits/unifiedDiff.ts';
import { visibleText } from '../edits/visibleText.ts';
import { assertNever } from '../util/exhaustive.ts';
import type { TestComparison, TestRun } from '../workspace/verification.ts';
import { meterTable } from './meterTable.ts';
import { ProgressLine } from './progressLine.ts';
import type { Terminal } from './terminal.ts';
import type { Verdict } from '../workspace/verification.ts';
import { verdictWord } from '../workspace/verdictWord.ts';

type Style = Parameters<typeof styleText>[0];

const phaseTitles: Readonly<Record<Phase, string>> = {
  analyze: 'Analyze',
  propose: 'Propose',
  apply: 'Apply',
  verify: 'Verify',
};

/** The most broken tests that are named. */
const maxNamedTests = 10;

/**
 * Turns the events of a run into text for a person; `write` gets whole pieces, styled only when `hasColours`. How far the tests are is one
 * line that is written over, and told nowhere else.
 */
export class Printer {
  readonly #write: (text: string) => void;
  readonly #can: Pick<Terminal, 'hasColours' | 'isRewritable'>;
  #turns: readonly MeteredTurn[] = [];
  /** Of the proposal under review. */
  #steps: readonly PlannedStep[] = [];
  readonly #progressLine: ProgressLine;
  #isLineOpen = false;

  constructor(write: (text: string) => void, can: Pick<Terminal, 'hasColours' | 'isRewritable'>) {
    this.#write = write;
    this.#can = can;
    this.#progressLine = new ProgressLine(write);
  }

  show(event: AgentEvent): void {
    if (event.kind === 'testsProgress') return this.#progress(progressText(event));
    if (event.kind === 'mutantsProgress') return this.#progress(mutantText(event));
    this.#progressLine.end();
    switch (event.kind) {
      case 'runStarted':
        this.#line(`Goal: ${event.goal}`, 'bold');
        return this.#line(`Files: ${event.paths.join(', ')}\nModel at: ${event.endpoint}`);
      case 'phase':
        return this.#line(`\n${phaseTitles[event.phase]}`, ['bold', 'cyan']);
      case 'text':
        return this.#stream(event.delta);
      case 'silent':
        return this.#line(`  ${silenceText(event)}`, 'dim');
      case 'callFinished':
        return this.#line(`  ${event.name}: ${event.summary}`, event.isError ? 'yellow' : 'dim');
      case 'hostedCall':
        return this.#line(`  ${event.name} (at the endpoint): ${event.summary}`, event.isError ? 'yellow' : 'dim');
      case 'testsStarted':
        return this.#line(`  Running: ${event.command}`, 'dim');
      case 'testsFinished':
        return this.#tests(event.stage, event.run, event.comparison);
      case 'reviewStarted':
        this.#proposal(event.proposal, event.verdict);
        return this.#plan(event.steps ?? []);
      case 'stepVerified':
        return this.#step(event.id, event.verdict);
      case 'reviewed':
        return this.#line(describeReview(event.outcome));
      case 'applied':
        this.#line(`Applied: ${event.paths.join(', ')}`);
        for (const { path, reason } of event.differences) this.#line(`  ${path}: ${reason}`, 'yellow');
        return;
      case 'rolledBack':
        return this.#line(`Rolled back: ${event.paths.join(', ')}`, 'yellow');
      case 'wire':
      case 'callsAnswered':
        this.#turns = addToMeter(this.#turns, event);
        return;
      case 'resend':
        return this.#line(`  ${describeResend(event)}`, 'yellow');
      case 'warning':
        return this.#line(`Warning: ${event.message}`, 'yellow');
      case 'runEnded':
        return this.#ending(event.ending);
      case 'proposal':
      case 'turnStarted':
      case 'reasoning':
      case 'callStarted':
      case 'mutantsFinished':
        return;
      default:
        return assertNever(event);
    }
  }

  #progress(text: string): void {
    if (!this.#can.isRewritable) return;
    if (this.#isLineOpen && !this.#progressLine.isShown) this.#write('\n');
    this.#isLineOpen = false;
    this.#progressLine.show(text);
  }

  #tests(stage: TestStage, run: TestRun, comparison: TestComparison | undefined): void {
    this.#line(`  ${stageTitle(stage)}: ${describeTests(run)}`);
    if (run.kind === 'finished') for (const note of run.notes ?? []) this.#line(`    ${note}`, 'dim');
    const broken = comparison?.broken ?? [];
    for (const { id, message } of broken.slice(0, maxNamedTests)) {
      this.#line(`    broken: ${id}`, 'red');
      if (message !== undefined) this.#line(`      ${firstLine(message)}`, 'dim');
    }
    if (broken.length > maxNamedTests) this.#line(`    and ${broken.length - maxNamedTests} more`, 'red');
  }

  #proposal(proposal: Proposal, verdict: Verdict): void {
    this.#line(`\n${statLine(proposal)}`, 'bold');
    for (const line of unifiedDiff(proposal).trimEnd().split('\n')) this.#line(line, diffStyle(line));
    for (const warning of previewWarnings(proposal)) this.#line(`Warning: ${warning}`, 'yellow');
    this.#line(`\nVerdict: ${verdictWord(verdict)}`, ['bold', verdictStyle(verdict.kind)]);
    for (const reason of verdict.reasons) this.#line(`  ${reason}`);
  }

  #plan(steps: readonly PlannedStep[]): void {
    this.#steps = steps;
    if (steps.length < 2) return;
    this.#line(`\n${steps.length} steps`, 'bold');
    for (const [index, { name, added, removed }] of steps.entries())
      this.#line(`  ${index + 1}. ${name} (+${added} -${removed})`);
  }

  #step(id: string, verdict: StepVerdict): void {
    const number = this.#steps.findIndex((step) => step.id === id) + 1;
    const isKnown = verdict.kind !== 'notVerified';
    this.#line(`  step ${number}: ${stepVerdictText(verdict)}`, isKnown ? verdictStyle(verdict.kind) : 'dim');
  }

  #ending(ending: RunEnding): void {
    this.#line('');
    for (const line of meterTable(this.#turns)) this.#line(line, 'dim');
    this.#turns = [];
    this.#line(`\n${describeEnding(ending)}`, 'bold');
  }

  #stream(delta: string): void {
    if (delta === '') return;
    this.#write(printable(delta));
    this.#isLineOpen = !delta.endsWith('\n');
  }

  #line(text: string, style?: Style): void {
    if (this.#isLineOpen) this.#write('\n');
    this.#isLineOpen = false;
    const safe = printable(text);
    const isStyled = style !== undefined && this.#can.hasColours && safe !== '';
    this.#write(`${isStyled ? styleText(style, safe, { validateStream: false }) : safe}\n`);
  }
}

/** Counts, or why there are none. */
export function describeTests(run: TestRun): string {
  switch (run.kind) {
    case 'finished': {
      const of = (outcome: string): number => run.tests.filter((test) => test.outcome === outcome).length;
      const skipped = of('skipped') === 0 ? '' : `, ${of('skipped')} skipped`;
      return `${of('passed')} passed, ${of('failed')} failed${skipped} (${(run.durationMs / 1000).toFixed(1)} s)`;
    }
    case 'noTests':
      return `none (${run.reason})`;
    case 'declined':
      return `not run: ${run.command} was declined`;
    case 'timedOut':
      return `stopped after ${Math.round(run.afterMs / 1000)} s${byThenText(run)}: ${run.command}`;
    case 'crashed':
      return `ended without results (exit status ${run.exitCode ?? 'none'}): ${run.command}\n${tail(run.outputTail)}`;
    case 'unavailable':
      return `could not be run: ${run.reason}`;
    default:
      return assertNever(run);
  }
}

/** What came of the run, in one or two sentences. */
export function describeEnding(ending: RunEnding): string {
  switch (ending.kind) {
    case 'done':
      return `Done, ${ending.applied ? 'applied and verified' : 'verified; your files are as they were'}. ${ending.reason}`;
    case 'nothingToChange':
      return `Nothing to change. ${ending.reason}`;
    case 'rejected':
      return `Not applied. ${ending.reason}`;
    case 'rolledBack':
      return `Rolled back: it broke behaviour. ${ending.reason}`;
    case 'broken':
      return `Broken. ${ending.reason}`;
    case 'unverified':
      return `Not verified${ending.applied ? ', but applied' : '; nothing was written'}. ${ending.reason}`;
    case 'cut':
    case 'testsFailedBefore':
    case 'limitReached':
    case 'unreachable':
    case 'failed':
    case 'noAnswer':
    case 'cancelled':
      return ending.reason;
    default:
      return assertNever(ending);
  }
}

function describeReview(outcome: ReviewOutcome): string {
  switch (outcome.kind) {
    case 'accepted':
      return `Accepted: ${outcome.paths.join(', ')}`;
    case 'rejected':
      return `Not accepted. ${outcome.reason}`;
    case 'verify':
      return `To be verified: ${outcome.paths.join(', ')}`;
    case 'testsFirst':
      return 'Set aside: tests of the code as it is are written first.';
    case 'shownOnly':
      return 'Shown only; nothing was written.';
    default:
      return assertNever(outcome);
  }
}

function diffStyle(line: string): Style | undefined {
  if (line.startsWith('diff --git') || line.startsWith('+++') || line.startsWith('---')) return 'bold';
  if (line.startsWith('@@')) return 'cyan';
  return line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : undefined;
}

function verdictStyle(verdict: string): 'green' | 'red' | 'yellow' {
  return verdict === 'preserved' ? 'green' : verdict === 'broken' ? 'red' : 'yellow';
}

function printable(text: string): string {
  return visibleText(text.replaceAll('\r\n', '\n'));
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 200) ?? '';
}

function tail(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .slice(-10)
    .map((line) => `    ${line}`)
    .join('\n');
}
