import type { EncodedText, FileChange } from '../../../edits/proposal.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import { isNamedAsTest } from '../../../workspace/pathPolicy.ts';
import type { ReachEvidence } from '../../../workspace/evidence.ts';
import { throwIfAborted } from '../../../util/abort.ts';
import { changedSides } from '../../../languages/texts/changedSpans.ts';
import type { Fault } from '../../mutation/changes/fault.ts';
import { mutantSourceOf } from '../../mutation/mutantSources.ts';
import type { SensitivityRequest } from './sensitivityRequest.ts';
import { allTests, tryFault, type FaultOutcome } from './tryFault.ts';

/**
 * Sees whether tests come to what changed, where counting cannot tell: as `measureSensitivity` does, with faults that throw. What is not
 * tried within the time is in neither list.
 */
export async function measureReach(request: SensitivityRequest, signal: AbortSignal): Promise<ReachEvidence> {
  const startedAt = Date.now();
  const { proposal, files, reference, budgetMs } = request;
  const code = new Set(files.filter(({ role }) => role === 'code').map(({ path }) => path));
  const texts = textsOf(proposal.changes, code);
  const nothing: ReachEvidence = { reached: [], unreached: [] };
  if (texts.size === 0 || reference.durationMs > budgetMs) return nothing;
  const sides = changedSides(proposal).filter(({ path, side }) => side === 'after' && texts.has(path));
  const seeded = sides.map(async ({ path, text, spans }) => mutantSourceOf(path)?.throwingAt?.(path, text, spans));
  const faults = (await Promise.all(seeded)).flatMap((found) => found ?? []);
  const found = { reached: new Map<string, Fault>(), unreached: new Map<string, Fault>(), open: new Set<string>() };
  for (const [index, fault] of faults.entries()) {
    throwIfAborted(signal);
    const place = `${fault.path}:${fault.line}`;
    const left = budgetMs - (Date.now() - startedAt);
    const original = texts.get(fault.path);
    const isTried = original !== undefined && left >= reference.durationMs;
    if (isTried) request.onNext?.(faults.length - index);
    const outcome = isTried ? (await tried(request, fault, original, { left, signal })).kind : 'stopped';
    if (outcome === 'noticed') found.reached.set(place, fault);
    else if (outcome === 'survived') found.unreached.set(place, fault);
    else found.open.add(place);
  }
  const isKnown = ([place]: readonly [string, Fault]): boolean => !found.unreached.has(place) && !found.open.has(place);
  return {
    reached: [...found.reached].filter(isKnown).map(([, { path, line }]) => ({ path, line })),
    unreached: [...found.unreached.values()].map(({ path, line }) => ({ path, line })),
  };
}

/** By the tests that have to do with it, and then by all. */
async function tried(
  request: SensitivityRequest,
  fault: Fault,
  original: EncodedText,
  { left, signal }: { readonly left: number; readonly signal: AbortSignal },
): Promise<FaultOutcome> {
  const startedAt = Date.now();
  const { related } = request;
  const first = related && (await tryFault(request, related, fault, original, { left, signal }));
  if (first?.kind === 'noticed') return first;
  const rest = Math.max(1, left - (Date.now() - startedAt));
  return tryFault(request, allTests(request), fault, original, { left: rest, signal });
}

/** The new texts of the changed files in which faults can be made that throw. */
function textsOf(
  changes: readonly FileChange[],
  code: ReadonlySet<RelativePath>,
): ReadonlyMap<RelativePath, EncodedText> {
  const texts = new Map<RelativePath, EncodedText>();
  for (const change of changes)
    if (change.kind !== 'delete' && takesFaults(change.path, code)) texts.set(change.path, change.after);
  return texts;
}

function takesFaults(path: RelativePath, code: ReadonlySet<RelativePath>): boolean {
  return mutantSourceOf(path)?.throwingAt !== undefined && (code.has(path) || !isNamedAsTest(path));
}
