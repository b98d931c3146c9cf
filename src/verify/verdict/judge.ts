import type { ChangedFile, Check, Checks } from '../../workspace/evidence.ts';
import type { Evidence, Verdict } from '../../workspace/verification.ts';
import { few, plural } from '../../util/wording.ts';
import { executionFiles, isShownWithoutTests } from './demanded.ts';
import { executionGaps } from './executed.ts';
import { leftOutReasons } from './leftOut.ts';
import { notReached, notSensitive, writtenInVain } from './mutantReasons.ts';
import { told } from './findings.ts';
import { supportOf } from './support.ts';
import { asideReasons, brokenReasons, steadyPasses, uselessReasons } from './testReasons.ts';

/** One rule of the verdict: the reasons that it finds, or none. */
interface Rule {
  readonly name: string;
  readonly reasons: (evidence: Evidence) => readonly string[];
}

/** Any of these makes it BROKEN: something that held before does not hold now. */
export const breakingRules: readonly Rule[] = [
  { name: 'a test that passed does not pass', reasons: ({ tests, files }) => brokenReasons(tests, movesOf(files)) },
  { name: 'the tests test less', reasons: failing('integrity', 'The tests were weakened') },
  { name: 'a file does not parse', reasons: failing('syntax', 'It does not parse any more') },
  { name: 'new type errors', reasons: failing('types', 'The compiler finds new errors') },
  // Whoever uses the name fails, and a user outside of the workspace is seen by no test of it.
  { name: 'an exported name is gone', reasons: failing('api', 'What others may use is gone') },
  { name: 'moved code is other code', reasons: failing('bodies', 'Moved code was changed on the way') },
];

/** Without any of the above, any of these makes it UNPROVEN: something is missing that a proof needs. */
export const doubtingRules: readonly Rule[] = [
  { name: 'nothing could show it', reasons: unprovable },
  {
    name: 'the tests prove nothing',
    reasons: (evidence) => (needsTests(evidence) ? uselessReasons(evidence.tests) : []),
  },
  { name: 'the changed files were not seen to be loaded', reasons: notLoaded },
  { name: 'changed lines that no passing test executes', reasons: notExecuted },
  { name: 'tests that reach the change and are left out', reasons: leftOutReasons },
  { name: 'passing tests among failing ones', reasons: notAttributed },
  { name: 'changed code that no test comes to', reasons: notReached },
  { name: 'tests that were written for it and notice no mistake', reasons: writtenInVain },
  { name: 'tests that stand in the way of others', reasons: masking },
  { name: 'tests that write into the workspace', reasons: littering },
  // Whether it matters that the tests changed cannot be told, so they are no witness.
  {
    name: 'the tests changed',
    reasons: doubting('integrity', 'It is not certain that the tests test as much as before'),
  },
  // A narrower type may suit every caller or none; only a person knows.
  {
    name: 'an exported name is declared otherwise',
    reasons: doubting('api', 'What others may use is declared otherwise'),
  },
  // More than was asked for is no breakage by itself, however certain it is.
  {
    name: 'the change goes beyond what was asked for',
    reasons: finding('scope', 'It changes more than was asked for'),
  },
  { name: 'a file that may not parse', reasons: doubting('syntax', 'It is not certain that it parses') },
  { name: 'moved code', reasons: doubting('bodies', 'It is not certain that moved code is the same') },
  { name: 'types', reasons: doubting('types', 'The compiler leaves a doubt') },
];

/** Whether the tests test the change is looked at, and told, where nothing above is in the way. */
export const mutantRule: Rule = { name: 'changed places in which no mutant is killed', reasons: notSensitive };

/**
 * What follows from the evidence. PRESERVED only when no rule above finds anything: evidence that is missing is never read as
 * good news. Pure; the reasons are never empty.
 */
export function judge(evidence: Evidence): Verdict {
  const asides = [
    ...asideReasons(evidence.tests),
    ...measuredAsides(evidence.coverage),
    ...lintAsides(evidence.checks.lint),
    ...sandboxAsides(evidence.sandbox),
  ];
  const breaking = breakingRules.flatMap((rule) => rule.reasons(evidence));
  if (breaking.length > 0) return { kind: 'broken', reasons: [...breaking, ...asides] };
  const others = doubtingRules.flatMap((rule) => rule.reasons(evidence));
  const isTold = others.length === 0 || evidence.sensitivity.kind === 'measured';
  const doubts = isTold ? [...mutantRule.reasons(evidence), ...others] : others;
  if (others.length === 0 && doubts.length > 0 && evidence.sensitivity.kind === 'pending')
    return { kind: 'unproven', isPreliminary: true, reasons: [...doubts, ...supportOf(evidence), ...asides] };
  if (doubts.length > 0) {
    const reasons = [...new Set([...doubts, ...asides])];
    return wantsTests(evidence)
      ? { kind: 'unproven', reasons, offer: 'characterizationTests' }
      : { kind: 'unproven', reasons };
  }
  const { api } = evidence.checks;
  const asked = api.kind === 'passed' ? api.asked : undefined;
  const reasons = [...supportOf(evidence), ...asides];
  if (asked === undefined) return { kind: 'preserved', reasons };
  return { kind: 'preserved', asked, reasons: [`Except as asked: ${few(asked, 5, ', ')}.`, ...reasons] };
}

/** True when some changed file can be shown to behave as before only by tests. */
function needsTests({ files, checks }: Evidence): boolean {
  return files.length === 0 || files.some((file) => file.role === 'test' || !isShownWithoutTests(file, checks));
}

function movesOf(files: readonly ChangedFile[]): ReadonlyMap<string, string> {
  return new Map(files.flatMap(({ path, from }) => (from === undefined ? [] : [[from, path]])));
}

function unprovable({ files }: Evidence): readonly string[] {
  return files.flatMap(({ path, demand, role }) =>
    role === 'code' && demand.kind === 'unprovable' ? [`${path} changed: ${demand.reason}`] : [],
  );
}

/** Where no test proves anything there is nothing to say of what they load and execute. */
function hasWitnesses({ tests }: Evidence): boolean {
  return tests.after.kind === 'finished' && steadyPasses(tests) > 0;
}

/** Files that must be executed and were not seen to be loaded; a deleted file cannot be, that it is gone is seen by those that need it. */
function unloadedFiles(evidence: Evidence): readonly ChangedFile[] {
  const { origin } = evidence;
  if (!hasWitnesses(evidence)) return [];
  const proven = new Set(origin.kind === 'proven' ? origin.files : []);
  return executionFiles(evidence).filter(
    ({ path, change }) =>
      change !== 'delete' &&
      (origin.kind === 'proven' ? !proven.has(path) : origin.files.length === 0 || origin.files.includes(path)),
  );
}

function notLoaded(evidence: Evidence): readonly string[] {
  const missing = unloadedFiles(evidence);
  if (missing.length === 0) return [];
  const names = few(missing.map(({ path }) => path));
  const why = evidence.origin.kind === 'unproven' ? ` ${evidence.origin.reason}` : '';
  return [`The tests were not seen to load ${names} from where they ran.${why}`];
}

function notExecuted(evidence: Evidence): readonly string[] {
  const unloaded = new Set(unloadedFiles(evidence));
  const needed = executionFiles(evidence).filter((file) => !unloaded.has(file));
  const { coverage } = evidence;
  if (needed.length === 0 || !hasWitnesses(evidence)) return [];
  if (coverage.kind === 'unknown')
    return [`Whether the tests execute the changed lines is not known: ${coverage.reason}`];
  return needed.flatMap((file) => executionGaps(file, coverage.files, evidence.reach?.reached));
}

/**
 * What was executed is known of a whole run, not of each test: while some fail it may have been they. A seeded mutant that was noticed
 * was noticed by a test that passes.
 */
function notAttributed(evidence: Evidence): readonly string[] {
  const { tests, sensitivity } = evidence;
  if (executionFiles(evidence).length === 0 || tests.after.kind !== 'finished' || !hasWitnesses(evidence)) return [];
  const failing = tests.after.tests.filter(({ outcome }) => outcome === 'failed').length;
  if (failing === 0 || (sensitivity.kind === 'measured' && sensitivity.noticed > 0)) return [];
  return [
    `${plural(failing, 'test')} of the run ${failing === 1 ? 'fails' : 'fail'}, so it is not known whether a passing one executes the change.`,
  ];
}

/** Whether the verdict depends on what the tests execute: something must be executed, there are tests, and nothing is broken. */
export function dependsOnExecution(evidence: Evidence): boolean {
  if (executionFiles(evidence).length === 0 || !hasWitnesses(evidence)) return false;
  return breakingRules.every((rule) => rule.reasons(evidence).length === 0);
}

/** Whether something that must be executed was not seen to be. */
export function hasIdleChanges(evidence: Evidence): boolean {
  return notLoaded(evidence).length > 0 || notExecuted(evidence).length > 0;
}

/** Whether measuring how much the tests notice could still change the verdict for the better or for the worse. */
export function dependsOnSensitivity(evidence: Evidence): boolean {
  if (executionFiles(evidence).length === 0) return false;
  const assumed: Evidence['sensitivity'] = {
    kind: 'measured',
    seeded: 1,
    noticed: 1,
    places: [],
    survivors: [],
    isPartial: false,
    durationMs: 0,
  };
  const { coverage } = evidence;
  const open = coverage.kind === 'unknown' ? [] : coverage.files.filter(({ side }) => side === 'after');
  const reached = open.flatMap(({ path, unknown }) => unknown.map((line) => ({ path, line })));
  return judge({ ...evidence, sensitivity: assumed, reach: { reached, unreached: [] } }).kind === 'preserved';
}

/** Whoever runs them would find files that nobody wrote, and what they write they may go by the next time. */
function littering({ tests: { left = [] } }: Evidence): readonly string[] {
  return left.length === 0 ? [] : [`The new tests write into the workspace: ${few(left)}.`];
}

/** Where tests that come with a change keep others from passing, those others saw neither the old nor the new code. */
function masking({ tests: { masked = [] } }: Evidence): readonly string[] {
  if (masked.length === 0) return [];
  const verb = masked.length === 1 ? 'does' : 'do';
  return [`${plural(masked.length, 'test')} ${verb} not pass any more next to the new tests: ${few(masked)}.`];
}

function failing(name: keyof Checks, words: string): Rule['reasons'] {
  return ({ checks }) => (checks[name].kind === 'failed' ? [told(words, checks[name].findings)] : []);
}

function doubting(name: keyof Checks, words: string): Rule['reasons'] {
  return ({ checks }) => (checks[name].kind === 'doubtful' ? [told(words, checks[name].findings)] : []);
}

function finding(name: keyof Checks, words: string): Rule['reasons'] {
  return (evidence) => [...failing(name, words)(evidence), ...doubting(name, words)(evidence)];
}

function measuredAsides(coverage: Evidence['coverage']): readonly string[] {
  return coverage.kind === 'measured' ? (coverage.notes ?? []) : [];
}

/** Said of each verdict: code that nobody had reviewed yet ran with all the rights of the user. */
function sandboxAsides(sandbox: Evidence['sandbox']): readonly string[] {
  return sandbox?.kind === 'none' ? [`The tests ran without a sandbox: ${sandbox.reason}.`] : [];
}

function lintAsides(lint: Check): readonly string[] {
  return lint.kind === 'failed' ? [told('The linter of the project finds something new', lint.findings)] : [];
}

/** More tests would help: nothing else than their absence is in the way. */
function wantsTests(evidence: Evidence): boolean {
  const { tests } = evidence;
  if (executionFiles(evidence).length === 0) return false;
  if (tests.before.kind === 'noTests') return true;
  return (
    (tests.before.kind === 'finished' && steadyPasses(tests) === 0) ||
    unloadedFiles(evidence).length > 0 ||
    notExecuted(evidence).length > 0 ||
    notReached(evidence).length > 0 ||
    (evidence.sensitivity.kind === 'measured' && notSensitive(evidence).length > 0) ||
    writtenInVain(evidence).length > 0
  );
}
