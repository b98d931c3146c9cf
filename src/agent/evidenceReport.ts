import { byThenText } from '../util/byThenText.ts';
import { contentHash, type Proposal } from '../edits/proposal.ts';
import type { PlannedStep } from '../edits/plannedSteps.ts';
import { statLine, unifiedDiff } from '../edits/unifiedDiff.ts';
import type { Check, ChangedFile, FileCoverage, Finding, StageTime } from '../workspace/evidence.ts';
import type { Evidence, TestRun, Verdict } from '../workspace/verification.ts';
import type { StepVerdict } from './events.ts';
import { verdictWord } from '../workspace/verdictWord.ts';

/** What a change cost to make; absent for a change that somebody else made. */
export interface EvidenceCost {
  readonly endpoint: string;
  readonly turns: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** One step of a plan, with what is known of it together with those before it. */
export interface ReportedStep extends Omit<PlannedStep, 'id' | 'heldBy'> {
  readonly verdict: StepVerdict;
}

/** Everything that a reader needs to judge a change without having been there. */
export interface EvidenceReport {
  readonly goal: string;
  /** The steps that led to it, in order; empty when they are not known. */
  readonly plan: readonly ReportedStep[];
  readonly proposal: Proposal;
  readonly verdict: Verdict;
  /** Absent when nothing could be looked at. */
  readonly evidence?: Evidence;
  readonly cost?: EvidenceCost;
}

/** The report for programs: plain data, texts as hashes and as a diff. */
export function evidenceJson(report: EvidenceReport): string {
  const { goal, plan, proposal, verdict, evidence, cost } = report;
  const { tests, ...others } = evidence ?? {};
  const value = {
    version: 2,
    goal,
    plan,
    verdict,
    proposal: { hash: proposal.hash, inputs: inputsOf(proposal) },
    tests: tests && { ...tests, before: briefRun(tests.before), after: briefRun(tests.after) },
    ...others,
    cost,
    diff: unifiedDiff(proposal),
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The report for a pull request. What comes from the project is shown as text, never as markup. */
export function evidenceMarkdown(report: EvidenceReport): string {
  const { goal, plan, proposal, verdict, evidence, cost } = report;
  const lines = [
    `## ${verdictWord(verdict)}: ${plain(goal === '' ? statLine(proposal) : goal)}`,
    '',
    ...verdict.reasons.map((reason) => `- ${plain(reason)}`),
    ...(verdict.offer === 'characterizationTests'
      ? ['- Tests of the behaviour as it was before the change would help most.']
      : []),
    '',
    ...planLines(plan),
    ...(evidence === undefined ? [] : evidenceLines(evidence)),
    ...inputLines(proposal),
    ...(cost === undefined ? [] : costLines(cost)),
    '<details><summary>Diff</summary>',
    '',
    ...fenced(unifiedDiff(proposal)),
    '',
    '</details>',
  ];
  return `${lines.join('\n')}\n`;
}

function planLines(plan: readonly ReportedStep[]): readonly string[] {
  if (plan.length === 0) return [];
  const rows = plan.map(({ name, added, removed, paths, verdict }, index) => {
    const files = paths.length === 1 ? (paths[0] ?? '') : `${paths.length} files`;
    return `| ${index + 1} | ${plain(name)} | ${plain(files)} | +${added} −${removed} | ${plain(stepVerdictText(verdict))} |`;
  });
  return [
    '### Plan',
    '',
    '| | step | where | lines | with the steps before it |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ];
}

/** The verdict on a step, and the first reason where it is not simply good. */
export function stepVerdictText({ kind, reasons }: StepVerdict): string {
  if (kind === 'preserved') return 'PRESERVED';
  const [reason = ''] = reasons;
  return kind === 'notVerified' ? reason : `${kind.toUpperCase()}: ${reason}`;
}

/** What is known, one line each: the name of what was looked at and how it went. */
export function evidenceRows(evidence: Evidence): readonly (readonly [string, string])[] {
  const { tests, checks } = evidence;
  return [
    ...(evidence.isInPlace === true ? [['Tried', 'in the workspace itself'] as const] : []),
    ...(evidence.sandbox === undefined ? [] : [['Sandbox', sandboxText(evidence)] as const]),
    ['Tests before', runText(tests.before)],
    ['Tests after', runText(tests.after)],
    ...leftOutRows(evidence),
    ['Coverage of the change', coverageText(evidence)],
    ['Loaded from where the tests ran', originText(evidence)],
    ['Mutants of the change', sensitivityText(evidence)],
    ['Syntax', checkText(checks.syntax)],
    ['Types', checkText(checks.types)],
    ['Lint', checkText(checks.lint)],
    ['Exported names', checkText(checks.api)],
    ['Moved code', checkText(checks.bodies)],
    ['Scope', checkText(checks.scope)],
    ['Integrity of the tests', checkText(checks.integrity)],
  ];
}

function sandboxText({ sandbox, isInPlace }: Evidence): string {
  if (sandbox?.kind !== 'bubblewrap') return `none: ${sandbox?.reason ?? 'nothing ran'}`;
  return `bubblewrap: no network; written can be only the ${isInPlace === true ? 'workspace' : 'private copy'}`;
}

function evidenceLines(evidence: Evidence): readonly string[] {
  const { complexity, times } = evidence;
  const rows = evidenceRows(evidence).map(([name, text]) => `| ${name} | ${plain(text)} |`);
  const lines = ['### Evidence', '', '| | |', '|---|---|', ...rows, ''];
  if (complexity.length > 0)
    lines.push(
      '| function | complexity before | after |',
      '|---|---|---|',
      ...complexity.map(
        (one) => `| ${plain(`${one.path} ${one.name}`)} | ${one.before ?? '–'} | ${one.after ?? '–'} |`,
      ),
      '',
    );
  if (times.length > 0) lines.push(`Time: ${times.map(timeText).join(', ')}.`, '');
  return lines;
}

/** How long a stage took, and how much of that the project's own tests. */
function timeText({ stage, durationMs, testsMs }: StageTime): string {
  const inTests = testsMs === undefined ? '' : ` (${inSeconds(testsMs)} in the tests)`;
  return `${stage} ${inSeconds(durationMs)}${inTests}`;
}

/** Passed, failed and skipped, or why there is no result. */
function runText(run: TestRun): string {
  switch (run.kind) {
    case 'finished': {
      const count = (outcome: string): number => run.tests.filter((test) => test.outcome === outcome).length;
      return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped in ${inSeconds(run.durationMs)}`;
    }
    case 'noTests':
    case 'unavailable':
      return run.reason;
    case 'declined':
      return 'not allowed to run';
    case 'timedOut':
      return `stopped after ${inSeconds(run.afterMs)}${byThenText(run)}`;
    case 'crashed':
      return `ended without results (exit code ${run.exitCode ?? 'none'})`;
  }
}

/** Tests of the project that the command leaves out; those that reach the change come first. */
function leftOutRows({ leftOut }: Evidence): readonly (readonly [string, string])[] {
  if (leftOut === undefined || (leftOut.kind === 'known' && leftOut.files.length === 0)) return [];
  if (leftOut.kind === 'unknown') return [['Tests left out', `not known: ${leftOut.reason}`]];
  const shown = leftOut.files.slice(0, 10).map(({ path, tests, reaches }) => {
    const which = tests === undefined ? path : `${path} (${tests.slice(0, 3).join('; ')})`;
    return reaches.length === 0 ? which : `${which}, which reaches ${reaches.slice(0, 3).join(' and ')}`;
  });
  const more = leftOut.files.length - shown.length + leftOut.more;
  return [['Tests left out', `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`]];
}

/** How one check went, with at most three findings. */
function checkText(check: Check): string {
  switch (check.kind) {
    case 'passed':
      return check.note === undefined ? 'passed' : `passed. ${check.note}`;
    case 'failed':
    case 'doubtful': {
      const more = check.findings.length - 3;
      const shown = check.findings.slice(0, 3).map(findingText).join('; ');
      return `${check.kind}: ${shown}${more > 0 ? `; and ${more} more` : ''}`;
    }
    case 'unknown':
      return `not known: ${check.reason}`;
  }
}

function findingText({ message, path, line }: Finding): string {
  const place = path === undefined ? '' : line === undefined ? `${path}: ` : `${path}:${line}: `;
  return `${place}${message}`;
}

/** How many of the changed lines the tests executed. */
function coverageText({ coverage, files }: Pick<Evidence, 'coverage' | 'files'>): string {
  if (coverage.kind === 'unknown') return `not known: ${coverage.reason}`;
  const needed = files.filter(({ demand }) => demand.kind === 'execution' || demand.kind === 'resolution');
  if (needed.length === 0) return 'not needed';
  const count = (state: 'executed' | 'missed' | 'unknown'): number =>
    needed.reduce((sum, file) => sum + linesOf(file, coverage.files, state).size, 0);
  return `${count('executed')} lines executed, ${count('missed')} missed, ${count('unknown')} not known (${coverage.tool})`;
}

function linesOf(
  file: ChangedFile,
  all: readonly FileCoverage[],
  state: 'executed' | 'missed' | 'unknown',
): Set<number> {
  return new Set(all.filter((one) => one.path === file.path && one.side === 'after').flatMap((one) => one[state]));
}

function originText({ origin }: Evidence): string {
  return origin.kind === 'proven'
    ? `proven for ${origin.files.length} of ${origin.files.length} files`
    : `not proven: ${origin.reason}`;
}

/** How many mutants were killed, and which were not. */
function sensitivityText({ sensitivity }: Pick<Evidence, 'sensitivity'>): string {
  if (sensitivity.kind === 'pending') return 'not tried';
  if (sensitivity.kind === 'notAvailable') return `not available: ${sensitivity.reason}`;
  const { noticed, seeded, survivors, isPartial } = sensitivity;
  const part = isPartial ? ', as many as the time allowed' : '';
  const more = survivors.length - mostSurvivors;
  const shown = survivors.slice(0, mostSurvivors).map(findingText).join('; ');
  const told = survivors.length === 0 ? '' : `. Survived: ${shown}${more > 0 ? `; and ${more} more` : ''}`;
  return `${noticed} of ${seeded} killed${part}${told}`;
}

const mostSurvivors = 5;

function inputLines(proposal: Proposal): readonly string[] {
  const rows = inputsOf(proposal).map(
    ({ path, before, after }) => `| ${plain(path)} | ${before ?? '–'} | ${after ?? '–'} |`,
  );
  return [`Proposal \`${proposal.hash}\``, '', '| file | SHA-256 before | after |', '|---|---|---|', ...rows, ''];
}

interface Input {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** First 16 digits of the hashes of what went in and came out. */
function inputsOf({ changes }: Proposal): readonly Input[] {
  return changes.map((change) => ({
    path: change.kind === 'move' ? `${change.from} → ${change.path}` : change.path,
    before: change.kind === 'create' ? null : contentHash(change.before),
    after: change.kind === 'delete' ? null : contentHash(change.after),
  }));
}

function costLines(cost: EvidenceCost): readonly string[] {
  const { endpoint, turns, bytesUp, bytesDown, inputTokens, outputTokens } = cost;
  const wire = `${turns} turns, ${bytesUp} bytes up, ${bytesDown} bytes down`;
  return [`Made with ${plain(endpoint)}: ${wire}, ${inputTokens} tokens in, ${outputTokens} out.`, ''];
}

function briefRun(run: TestRun): unknown {
  return run.kind === 'finished' ? { ...run, tests: run.tests.map(({ id, outcome }) => ({ id, outcome })) } : run;
}

/** One line, with nothing in it that Markdown or HTML would take for markup. */
function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_{}[\]<>()#+!|~@]/g, (mark) => `\\${mark}`)
    .slice(0, 2_000);
}

/** A fence longer than any in the text. */
function fenced(text: string): readonly string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}diff`, text.trimEnd(), fence];
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
