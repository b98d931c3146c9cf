import type { EncodedText, FileChange, Proposal } from '../../edits/proposal.ts';
import { throwIfAborted } from '../../util/abort.ts';
import { assertNever } from '../../util/exhaustive.ts';
import type { Finding, LinePlace, SensitivityEvidence } from '../../workspace/evidence.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { classifyPath } from '../../workspace/pathPolicy.ts';
import type { TestRun } from '../../workspace/verification.ts';
import { isDeclaration, isScript } from '../checks/changedText.ts';
import { changedRanges, newRanges } from './changedRanges.ts';
import { describeFault, withFault, type Fault, type FaultSeeder, type LineRange } from './fault.ts';
import { hangLimit, judgeFault, type ReferenceRun } from './judgeFault.ts';
import { spreadFaults } from './spread.ts';

/** A part of the tests. */
export interface RelatedReference {
  /** How they went by themselves without a fault; only of tests that pass among all tests, too. */
  readonly reference: ReferenceRun;
  readonly run: SensitivityRequest['runTests'];
}

export interface SensitivityRequest {
  readonly proposal: Proposal;
  /** The tests of the proposal as it is; what passed there must fail for a fault to be noticed. */
  readonly reference: ReferenceRun;
  /** Whether something is built before the tests, so that a run without results may mean that the fault did not compile. */
  readonly hasBuild: boolean;
  /** Writes one file where the tests run; gives a reason when it cannot. */
  readonly write: (path: RelativePath, content: EncodedText) => Promise<string | undefined>;
  /** Runs the tests there, the ones most likely to notice included; `timeLimitMs` ends a hang. */
  readonly runTests: (timeLimitMs: number, signal: AbortSignal) => Promise<TestRun>;
  /** The tests that have to do with the change, which notice a fault sooner; what they do not notice is shown to all. */
  readonly related?: RelatedReference | undefined;
  readonly budgetMs: number;
  /** The clock that the budget is measured by, in ms; the machine's own when none is given. */
  readonly now?: () => number;
  readonly seedFaults: FaultSeeder;
  /** Told of each fault that was tried, and how the tests ran with it. */
  readonly onTried?: ((fault: Fault, run: TestRun, outcome: 'noticed' | 'survived') => void) | undefined;
}

type NotAvailable = Extract<SensitivityEvidence, { kind: 'notAvailable' }>;

/**
 * Puts mistakes into the changed functions of the new code, one at a time, until the time is over, and counts which of them the tests notice. The files
 * are those of the proposal again afterwards, also after a cancellation, by which alone it rejects.
 */
export async function measureSensitivity(
  request: SensitivityRequest,
  signal: AbortSignal,
): Promise<SensitivityEvidence> {
  const now = request.now ?? Date.now;
  const startedAt = now();
  const { proposal, reference, budgetMs } = request;
  if (!reference.tests.some(({ outcome }) => outcome === 'passed'))
    return notAvailable('No test passes, so none could notice a fault.');
  const texts = scriptTexts(proposal.changes);
  if (texts.size === 0) return notAvailable(whyNoScripts(proposal.changes));
  if (reference.durationMs > budgetMs)
    return notAvailable(`One run of the tests takes longer than the ${inSeconds(budgetMs)} that are allowed for it.`);
  const faults = await faultsOf(proposal.changes, request.seedFaults);
  if (faults.length === 0) return notAvailable('The changed functions hold nothing that a fault could be seeded into.');
  return tryFaults(request, spreadFaults(faults, proposal.hash), texts, { elapsedMs: () => now() - startedAt, signal });
}

interface Tally {
  seeded: number;
  noticed: number;
  readonly inChange: { path: RelativePath; line: number; seeded: number; noticed: number }[];
  readonly survivors: Finding[];
}

interface Clock {
  /** Since the measurement began. */
  readonly elapsedMs: () => number;
  readonly signal: AbortSignal;
}

async function tryFaults(
  request: SensitivityRequest,
  faults: readonly Fault[],
  texts: ReadonlyMap<RelativePath, EncodedText>,
  { elapsedMs, signal }: Clock,
): Promise<SensitivityEvidence> {
  const tally: Tally = { seeded: 0, noticed: 0, inChange: [], survivors: [] };
  const changed = rangesOf(request.proposal.changes, newRanges);
  let problem: string | undefined;
  let isPartial = false;
  for (const fault of faults) {
    throwIfAborted(signal);
    const left = request.budgetMs - elapsedMs();
    if (left < request.reference.durationMs) {
      isPartial = true;
      break;
    }
    const original = texts.get(fault.path);
    if (original === undefined) continue;
    const outcome = await tryFault(request, fault, original, { left, signal });
    if (outcome.kind === 'stopped') {
      problem = outcome.reason;
      isPartial = true;
      break;
    }
    count(tally, outcome.kind, fault, original.text);
    const place = changed.get(fault.path)?.find(({ start, end }) => start <= fault.line && fault.line <= end);
    if (place !== undefined && outcome.kind !== 'invalid')
      countAt(tally.inChange, { path: fault.path, line: place.start }, outcome.kind);
  }
  if (tally.seeded === 0)
    return notAvailable(problem ?? `No fault could be tried within ${inSeconds(request.budgetMs)}.`);
  return { kind: 'measured', ...tally, isPartial, durationMs: elapsedMs() };
}

type FaultOutcome =
  { readonly kind: 'noticed' | 'survived' | 'invalid' } | { readonly kind: 'stopped'; readonly reason: string };

/** Puts one fault there, runs the tests, and takes it away again. */
export async function tryFault(
  request: SensitivityRequest,
  fault: Fault,
  original: EncodedText,
  { left, signal }: { readonly left: number; readonly signal: AbortSignal },
): Promise<FaultOutcome> {
  const { reference, hasBuild, runTests, write } = request;
  const hangMs = hangLimit(reference);
  try {
    const refused = await write(fault.path, { ...original, text: withFault(original.text, fault) });
    if (refused !== undefined) return { kind: 'stopped', reason: refused };
    const startedAt = Date.now();
    if (await isNoticedByRelated(request, Math.min(left, hangMs), signal)) return { kind: 'noticed' };
    const rest = Math.max(1, left - (Date.now() - startedAt));
    const run = await runTests(Math.min(rest, hangMs), signal);
    // Cut short before it could count as a hang.
    if (run.kind === 'timedOut' && rest < hangMs)
      return { kind: 'stopped', reason: `No fault could be tried within ${inSeconds(request.budgetMs)}.` };
    const judged = judgeFault(reference, run, hasBuild);
    if (judged.kind === 'noticed' || judged.kind === 'survived') request.onTried?.(fault, run, judged.kind);
    return judged;
  } finally {
    await write(fault.path, original);
  }
}

async function isNoticedByRelated(
  { related, hasBuild }: SensitivityRequest,
  limitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (related === undefined) return false;
  const run = await related.run(limitMs, signal);
  return run.kind === 'finished' && judgeFault(related.reference, run, hasBuild).kind === 'noticed';
}

function count(tally: Tally, outcome: 'noticed' | 'survived' | 'invalid', fault: Fault, text: string): void {
  switch (outcome) {
    case 'noticed':
      tally.seeded += 1;
      tally.noticed += 1;
      return;
    case 'survived':
      tally.seeded += 1;
      tally.survivors.push({ message: `${describeFault(text, fault)}.`, path: fault.path, line: fault.line });
      return;
    case 'invalid':
      return;
    default:
      assertNever(outcome);
  }
}

function countAt(counts: Tally['inChange'], { path, line }: LinePlace, outcome: 'noticed' | 'survived'): void {
  let own = counts.find((one) => one.path === path && one.line === line);
  if (own === undefined) counts.push((own = { path, line, seeded: 0, noticed: 0 }));
  own.seeded += 1;
  if (outcome === 'noticed') own.noticed += 1;
}

/** The new texts of the changed files that faults can be seeded into. */
export function scriptTexts(changes: readonly FileChange[]): ReadonlyMap<RelativePath, EncodedText> {
  const texts = new Map<RelativePath, EncodedText>();
  for (const change of changes)
    if (change.kind !== 'delete' && takesFaults(change.path)) texts.set(change.path, change.after);
  return texts;
}

function takesFaults(path: RelativePath): boolean {
  return isScript(path) && !isDeclaration(path) && classifyPath(path) !== 'test';
}

async function faultsOf(changes: readonly FileChange[], seedFaults: FaultSeeder): Promise<readonly Fault[]> {
  const found: Fault[] = [];
  const texts = scriptTexts(changes);
  for (const [path, ranges] of rangesOf(changes, changedRanges))
    if (ranges.length > 0) found.push(...(await seedFaults(path, texts.get(path)?.text ?? '', ranges)));
  return found;
}

function rangesOf(
  changes: readonly FileChange[],
  between: typeof changedRanges,
): ReadonlyMap<RelativePath, readonly LineRange[]> {
  const ranges = new Map<RelativePath, readonly LineRange[]>();
  for (const change of changes) {
    if (change.kind === 'delete' || !takesFaults(change.path)) continue;
    const before = change.kind === 'create' ? '' : change.before.text;
    ranges.set(change.path, between(before, change.after.text));
  }
  return ranges;
}

function whyNoScripts(changes: readonly FileChange[]): string {
  const code = changes.filter(({ path }) => classifyPath(path) !== 'test');
  const [first] = code.length > 0 ? code : changes;
  if (first === undefined) return 'Nothing is changed.';
  if (code.length === 0) return 'Only tests are changed.';
  return `Faults can be seeded into JavaScript and TypeScript only, not into ${first.path}.`;
}

function notAvailable(reason: string): NotAvailable {
  return { kind: 'notAvailable', reason };
}

function inSeconds(ms: number): string {
  const seconds = Math.round(ms / 100) / 10;
  return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
}
