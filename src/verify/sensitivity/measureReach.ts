import type { ReachEvidence } from '../../workspace/evidence.ts';
import { throwIfAborted } from '../../util/abort.ts';
import { loadCompiler } from '../checks/scripts.ts';
import { changedSides } from '../coverage/changedSpans.ts';
import type { Fault } from './fault.ts';
import { scriptTexts, tryFault, type SensitivityRequest } from './measureSensitivity.ts';
import { reachFaults } from './reachFaults.ts';

/**
 * Sees whether tests come to what changed, where counting cannot tell: as `measureSensitivity` does, with faults that throw. What is not
 * tried within the time is in neither list.
 */
export async function measureReach(request: SensitivityRequest, signal: AbortSignal): Promise<ReachEvidence> {
  const startedAt = Date.now();
  const { proposal, reference, budgetMs } = request;
  const texts = scriptTexts(proposal.changes);
  const nothing: ReachEvidence = { reached: [], unreached: [] };
  if (texts.size === 0 || reference.durationMs > budgetMs) return nothing;
  const ts = await loadCompiler();
  const faults = changedSides(proposal).flatMap(({ path, side, text, spans }) =>
    side === 'after' && texts.has(path) ? reachFaults(ts, path, text, spans) : [],
  );
  const found = { reached: new Map<string, Fault>(), unreached: new Map<string, Fault>(), open: new Set<string>() };
  for (const fault of faults) {
    throwIfAborted(signal);
    const place = `${fault.path}:${fault.line}`;
    const left = budgetMs - (Date.now() - startedAt);
    const original = texts.get(fault.path);
    const outcome =
      original === undefined || left < reference.durationMs
        ? 'stopped'
        : (await tryFault(request, fault, original, { left, signal })).kind;
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
