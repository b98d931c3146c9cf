import { byThenText } from '../util/byThenText.ts';
import * as z from 'zod/mini';
import { toolResult, type Tool, type ToolResult } from '../agent/tool.ts';
import type { Draft } from '../edits/draft.ts';
import { isEmpty } from '../edits/proposal.ts';
import type { TestCaseResult, TestComparison, TestRun, Verdict, Verifier } from '../workspace/verification.ts';
import { strictObject } from './arguments.ts';
import { cutToBytes } from './bounds.ts';
import { defineTool } from './defineTool.ts';

/** No output of this tool is larger, in UTF-8 bytes. */
const maxOutputBytes = 16 * 1024;
const maxMessageBytes = 800;
const maxIdBytes = 400;
const maxReasonBytes = 1_000;
const maxReasons = 8;
const maxListed = 100;

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** In the place of a verdict, where nothing else than mutants is left to be tried: that is done once for all that is proposed. */
const mutantsLeft = 'tests pass; mutants not tried yet';

/** What the model reads, as JSON. */
interface Report {
  readonly proposal: string | null;
  readonly verdict: Verdict['kind'] | typeof mutantsLeft;
  readonly reasons: readonly string[];
  readonly before: Counts | null;
  readonly after: Counts | null;
  readonly broken: readonly { readonly id: string; readonly message: string }[];
  readonly notes: readonly string[];
}

/** `run_tests`: the project's tests on what is staged, in a private copy, compared with how they were before. */
export function createRunTests(verifier: Verifier, draft: Draft): Tool {
  return defineTool({
    name: 'run_tests',
    description: 'Test the staged changes in a private copy; JSON: verdict, broken tests.',
    parameters: strictObject({}),
    isReadOnly: false,
    schema: z.object({}),
    check: () => ({ ok: true, value: {} }),
    summarize: () => (isEmpty(draft.proposal) ? 'before any change' : `proposal ${draft.proposal.hash}`),
    execute: (_none, signal) => runTests(verifier, draft, signal),
  });
}

async function runTests(verifier: Verifier, draft: Draft, signal: AbortSignal): Promise<ToolResult> {
  const { proposal } = draft;
  if (isEmpty(proposal)) return show(reportBaseline(await verifier.baseline(signal)));
  return show(reportComparison(proposal.hash, await verifier.trial(proposal, signal)));
}

function reportBaseline(run: TestRun): Report {
  const before = countsOf(run);
  const reason = 'Nothing is staged: this is how the tests are before any change.';
  const reasons = [reason, ...(before === null ? [reasonOf(run)] : [])];
  return { proposal: null, verdict: 'unproven', reasons, before, after: null, broken: [], notes: notesOf(run) };
}

function reportComparison(hash: string, { before, after, broken, verdict, ...rest }: TestComparison): Report {
  const failing = rest.stillFailing.slice(0, maxReasons).map((id) => `Failed before and still fails: ${id}`);
  return {
    proposal: hash,
    verdict: verdict.isPreliminary === true ? mutantsLeft : verdict.kind,
    reasons: verdict.reasons,
    before: countsOf(before),
    after: countsOf(after),
    broken: broken.map(brokenOf),
    notes: [...new Set([...notesOf(before), ...notesOf(after), ...failing])],
  };
}

function brokenOf({ id, outcome, message }: TestCaseResult): Report['broken'][number] {
  return { id: cutToBytes(id, maxIdBytes), message: cutToBytes(message ?? outcome, maxMessageBytes) };
}

function countsOf(run: TestRun): Counts | null {
  if (run.kind !== 'finished') return null;
  const count = (outcome: TestCaseResult['outcome']): number =>
    run.tests.filter((test) => test.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

function notesOf(run: TestRun): readonly string[] {
  if (run.kind === 'finished') return run.notes ?? [];
  if (run.kind !== 'timedOut' && run.kind !== 'crashed') return [];
  return run.outputTail === '' ? [] : [`End of the output: ${cutToBytes(run.outputTail.slice(-1_500), 2_000)}`];
}

function reasonOf(run: TestRun): string {
  switch (run.kind) {
    case 'finished':
      return 'The tests ran.';
    case 'noTests':
    case 'unavailable':
      return run.reason;
    case 'declined':
      return `The test command \`${run.command}\` was not allowed to run.`;
    case 'timedOut':
      return `The tests did not end within ${Math.round(run.afterMs / 1_000)} s${byThenText(run)}.`;
    case 'crashed':
      return `The tests ended without results, exit code ${run.exitCode ?? 'none'}.`;
  }
}

function show(report: Report): ToolResult {
  const { before, after, verdict } = report;
  const tests = after ?? before;
  const counts = tests === null ? 'no results' : `${tests.passed} passed, ${tests.failed} failed`;
  const summary = report.proposal === null ? `before any change: ${counts}` : `${verdict}: ${counts}`;
  return toolResult(fit(report), summary);
}

/** Leaves out broken tests from the end, and says how many, until the JSON fits. */
function fit(report: Report): string {
  const bounded = {
    ...report,
    reasons: report.reasons.slice(0, maxReasons).map((reason) => cutToBytes(reason, maxReasonBytes)),
    notes: report.notes.slice(0, maxReasons).map((note) => cutToBytes(note, maxReasonBytes)),
  };
  for (let listed = Math.min(report.broken.length, maxListed); ; listed = Math.floor(listed * 0.8)) {
    const left = report.broken.length - listed;
    const notes = left === 0 ? bounded.notes : [...bounded.notes, `${left} more broken tests are left out here.`];
    const text = JSON.stringify({ ...bounded, broken: report.broken.slice(0, listed), notes });
    if (Buffer.byteLength(text) <= maxOutputBytes) return text;
    // Without any test it is the control characters in reasons and notes that JSON writes six times as long.
    if (listed === 0) return JSON.stringify({ ...bounded, reasons: [], broken: [], notes: ['Cut: too long.'] });
  }
}
