import type { EncodedText, FileChange } from '../../../edits/proposal.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import { isNamedAsTest } from '../../../workspace/pathPolicy.ts';
import type { ReachEvidence } from '../../../workspace/evidence.ts';
import { throwIfAborted } from '../../../util/abort.ts';
import { changedSides } from '../../../languages/texts/changedSpans.ts';
import type { FileMutant } from '../../mutation/changes/fileMutant.ts';
import { mutantSourceOf } from '../../mutation/mutantSources.ts';
import type { SensitivityRequest } from './sensitivityRequest.ts';
import { allTests, tryMutant, type MutantOutcome } from './tryMutant.ts';

/**
 * Sees whether tests come to what changed, where counting cannot tell: as `measureSensitivity` does, with mutants that throw. What is not
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
  const mutants = (await Promise.all(seeded)).flatMap((found) => found ?? []);
  const found = {
    reached: new Map<string, FileMutant>(),
    unreached: new Map<string, FileMutant>(),
    open: new Set<string>(),
  };
  for (const [index, mutant] of mutants.entries()) {
    throwIfAborted(signal);
    const place = `${mutant.path}:${mutant.line}`;
    const left = budgetMs - (Date.now() - startedAt);
    const original = texts.get(mutant.path);
    const isTried = original !== undefined && left >= reference.durationMs;
    if (isTried) request.onNext?.(mutants.length - index);
    const outcome = isTried ? (await tried(request, mutant, original, { left, signal })).kind : 'stopped';
    if (outcome === 'killed') found.reached.set(place, mutant);
    else if (outcome === 'survived') found.unreached.set(place, mutant);
    else found.open.add(place);
  }
  const isKnown = ([place]: readonly [string, FileMutant]): boolean =>
    !found.unreached.has(place) && !found.open.has(place);
  return {
    reached: [...found.reached].filter(isKnown).map(([, { path, line }]) => ({ path, line })),
    unreached: [...found.unreached.values()].map(({ path, line }) => ({ path, line })),
  };
}

/** By the tests that have to do with it, and then by all. */
async function tried(
  request: SensitivityRequest,
  mutant: FileMutant,
  original: EncodedText,
  { left, signal }: { readonly left: number; readonly signal: AbortSignal },
): Promise<MutantOutcome> {
  const startedAt = Date.now();
  const { related } = request;
  const first = related && (await tryMutant(request, related, mutant, original, { left, signal }));
  if (first?.kind === 'killed') return first;
  const rest = Math.max(1, left - (Date.now() - startedAt));
  return tryMutant(request, allTests(request), mutant, original, { left: rest, signal });
}

/** The new texts of the changed files in which mutants can be made that throw. */
function textsOf(
  changes: readonly FileChange[],
  code: ReadonlySet<RelativePath>,
): ReadonlyMap<RelativePath, EncodedText> {
  const texts = new Map<RelativePath, EncodedText>();
  for (const change of changes)
    if (change.kind !== 'delete' && takesMutants(change.path, code)) texts.set(change.path, change.after);
  return texts;
}

function takesMutants(path: RelativePath, code: ReadonlySet<RelativePath>): boolean {
  return mutantSourceOf(path)?.throwingAt !== undefined && (code.has(path) || !isNamedAsTest(path));
}
