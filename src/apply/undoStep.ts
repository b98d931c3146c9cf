import { takeBack } from '../edits/steps.ts';
import { isEmpty, type Proposal } from '../edits/proposal.ts';
import { proposalBetween, wholeMoves, type FileState, type FileStates } from '../edits/states.ts';
import type { Documents } from '../workspace/documents.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { Applier, TestComparison, Verdict, VerificationCall, Verifier } from '../workspace/verification.ts';
import type { AppliedPlan, AppliedStep } from './journal.ts';

export interface StepUndoPorts {
  /** The same that wrote the change. */
  readonly applier: Applier & { appliedPlan(entry?: string): Promise<AppliedPlan | undefined> };
  readonly documents: Pick<Documents, 'read'>;
  readonly verifier: Pick<Verifier, 'examine' | 'applied'>;
  /** Told how far the verification is. */
  readonly following?: Pick<VerificationCall, 'onProgress' | 'onMutant'>;
  /** Asked once it is known what would be written and what that does. */
  mayApply(proposal: Proposal, verdict: Verdict, signal: AbortSignal): Promise<boolean>;
}

export type StepUndoOutcome =
  /** Written as a change of its own: undoing the last one brings the step back. */
  | {
      readonly kind: 'undone';
      readonly name: string;
      readonly entry: string;
      readonly paths: readonly RelativePath[];
      readonly verdict: Verdict;
    }
  /** Nothing is written, or everything is put back; one or two sentences. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'nothing'; readonly reason: string };

/**
 * Takes one step of an applied change out of the files as they are now, unsaved buffers included: later work elsewhere in them stays,
 * later work on the same lines is a refusal. `step` is an id of `appliedPlan`; without `entry` the newest change is meant. Verified in a
 * private copy before it is written and in place after; what breaks there is put back. Rejects only by cancellation, with all put back.
 */
export async function undoStep(
  ports: StepUndoPorts,
  { entry, step: id }: { readonly entry?: string; readonly step: string },
  signal: AbortSignal,
): Promise<StepUndoOutcome> {
  const plan = await ports.applier.appliedPlan(entry);
  if (plan === undefined) return { kind: 'nothing', reason: 'There is no refactoring to undo.' };
  const step = plan.steps.find((one) => one.id === id);
  if (step === undefined) return { kind: 'nothing', reason: 'This refactoring has no such step.' };
  if (step.isOut) return { kind: 'nothing', reason: `It was undone already: ${nameOf(plan, step)}.` };
  const current = await currentStates(ports.documents, step, signal);
  if (typeof current === 'string') return { kind: 'refused', reason: current };
  const left = takeBack(statesOf(step, 'before'), statesOf(step, 'after'), current);
  if (typeof left === 'string') return { kind: 'refused', reason: describeConflict(plan, step, left) };
  const proposal = proposalBetween(current, left, wholeMoves(current, left));
  if (isEmpty(proposal)) return { kind: 'nothing', reason: `Of ${nameOf(plan, step)} nothing is left in the files.` };
  const call: VerificationCall = { ...ports.following, task: { goal: `Undo: ${step.name}`, focus: [] } };
  const { verdict } = await ports.verifier.examine(proposal, signal, call);
  if (!(await ports.mayApply(proposal, verdict, signal)))
    return {
      kind: 'refused',
      reason: `Without ${nameOf(plan, step)} it is ${verdict.kind.toUpperCase()}: ${verdict.reasons.join(' ')}`,
    };
  return write(ports, { plan, step, proposal, call, tried: verdict }, signal);
}

interface Undoing {
  readonly plan: AppliedPlan;
  readonly step: AppliedStep;
  readonly proposal: Proposal;
  readonly call: VerificationCall;
  /** In the private copy. */
  readonly tried: Verdict;
}

async function write(
  { applier, verifier }: StepUndoPorts,
  { plan, step, proposal, call, tried }: Undoing,
  signal: AbortSignal,
): Promise<StepUndoOutcome> {
  const label = `without ${nameOf(plan, step)} of ${plan.label}`;
  const takesOut = { entry: plan.entry, step: step.id };
  const outcome = await applier.apply(proposal, { label, takesOut }, signal);
  if (outcome.kind === 'stale')
    return {
      kind: 'refused',
      reason: `${outcome.paths.join(', ')} changed meanwhile, so nothing was written. Try again.`,
    };
  if (outcome.kind === 'failed') return { kind: 'refused', reason: outcome.reason };
  let after: TestComparison;
  try {
    after = await verifier.applied(proposal, signal, call);
  } catch (error) {
    await applier.rollBack(outcome.entry);
    throw error;
  }
  const { verdict } = after;
  // What was known to break before it was allowed stays.
  if (verdict.kind !== 'broken' || tried.kind === 'broken')
    return { kind: 'undone', name: step.name, entry: outcome.entry, paths: outcome.paths, verdict };
  const back = await applier.rollBack(outcome.entry);
  const end = back.kind === 'restored' ? 'It is put back.' : `It could not be put back: ${back.reason}`;
  return { kind: 'refused', reason: `In place it is BROKEN: ${verdict.reasons.join(' ')} ${end}` };
}

/** What stands at the paths of a step, or why that cannot be told. */
async function currentStates(
  documents: Pick<Documents, 'read'>,
  { files }: AppliedStep,
  signal: AbortSignal,
): Promise<FileStates | string> {
  const states = new Map<string, FileState>();
  for (const { path } of files) {
    const outcome = await documents.read(path, signal);
    if (outcome.kind === 'text') states.set(path, { text: outcome.file.text, hasBom: outcome.file.hasBom });
    else if (outcome.kind === 'missing') states.set(path, 'missing');
    else return `${path} cannot be read as text now, so nothing was changed.`;
  }
  return states;
}

function statesOf({ files }: AppliedStep, side: 'before' | 'after'): FileStates {
  return new Map(files.map((file) => [file.path, file[side]]));
}

/** Which step builds on it, or that somebody worked there since. */
function describeConflict(plan: AppliedPlan, step: AppliedStep, path: string): string {
  const reached = new Map(statesOf(step, 'after'));
  for (const later of plan.steps.slice(plan.steps.indexOf(step) + 1)) {
    for (const file of later.files) if (reached.has(file.path)) reached.set(file.path, file.after);
    if (later.isOut || typeof takeBack(statesOf(step, 'before'), statesOf(step, 'after'), reached) !== 'string')
      continue;
    return `In ${path} ${nameOf(plan, later)} builds on ${nameOf(plan, step)}; undo the later one first. Nothing was changed.`;
  }
  return `${path} was changed in the same place since; undoing ${nameOf(plan, step)} would lose that. Nothing was changed.`;
}

function nameOf(plan: AppliedPlan, step: AppliedStep): string {
  return `step ${plan.steps.indexOf(step) + 1} “${step.name}”`;
}
