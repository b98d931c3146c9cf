import type { EncodedText } from '../../../edits/proposal.ts';
import { throwIfAborted } from '../../../util/abort.ts';
import type { Finding } from '../../../workspace/evidence.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import type { OnMutant, TestRun } from '../../../workspace/verification.ts';
import { describeMutant, type FileMutant } from '../../mutation/changes/fileMutant.ts';
import { hangLimit, judgeMutant, type MutantJudgement, type ReferenceRun } from '../5-mutants/judgeMutant.ts';
import { whileMutated } from '../5-mutants/whileMutated.ts';

/** The tests as they were before a change, and as they are with it. */
export type Version = 'old' | 'new';

export interface KillsRequest {
  /** The code with the change, which both versions of the tests accept, by path. */
  readonly code: ReadonlyMap<RelativePath, EncodedText>;
  /** In an order of which every beginning is a fair sample. */
  readonly mutants: readonly FileMutant[];
  /** How each version goes over that code. */
  readonly references: Readonly<Record<Version, ReferenceRun>>;
  /** Whether something is built before the tests, so that a run without results may mean that a mutant did not compile. */
  readonly hasBuild: boolean;
  /** Puts a version of the tests and one file of code where the tests run; gives a reason when it cannot. */
  readonly lay: (version: Version, path: RelativePath, content: EncodedText) => Promise<string | undefined>;
  readonly runTests: (timeLimitMs: number, signal: AbortSignal) => Promise<TestRun>;
  readonly budgetMs: number;
  readonly onMutant?: OnMutant | undefined;
}

export interface Noticing {
  /** Mutants that were tried. */
  readonly seeded: number;
  /** Those of them that the tests as they are notice. */
  readonly noticed: number;
  /** Mutants that the tests as they were notice each time, and those as they are never. */
  readonly lost: readonly Finding[];
}

/** One loss proves it; a few more help to understand it. */
const mostLost = 3;

/** How often a loss must show, so that tests that fail by chance do not make one. */
const confirmations = 2;

/**
 * Whether changed tests notice less than they did: mutants are seeded into the code, one at a time, until the time is over, and each one
 * that the new tests let pass is shown to the old ones. The code is as it was afterwards. Rejects only by cancellation.
 */
export async function compareKills(request: KillsRequest, signal: AbortSignal): Promise<Noticing> {
  const startedAt = Date.now();
  const longest = Math.max(request.references.old.durationMs, request.references.new.durationMs);
  const lost: Finding[] = [];
  let [seeded, noticed] = [0, 0];
  for (const [index, mutant] of request.mutants.entries()) {
    throwIfAborted(signal);
    if (request.budgetMs - (Date.now() - startedAt) < longest || lost.length >= mostLost) break;
    request.onMutant?.({ current: index + 1 });
    const { kind } = await attempt(request, 'new', mutant, signal);
    if (kind === 'stopped') break;
    if (kind === 'invalid') continue;
    seeded += 1;
    if (kind === 'killed') noticed += 1;
    else if (await isLost(request, mutant, signal)) lost.push(findingOf(request, mutant));
  }
  return { seeded, noticed, lost };
}

/** The new tests let it pass; do the old ones not, and is it no chance? */
async function isLost(request: KillsRequest, mutant: FileMutant, signal: AbortSignal): Promise<boolean> {
  if ((await attempt(request, 'old', mutant, signal)).kind !== 'killed') return false;
  for (let round = 0; round < confirmations; round += 1) {
    if ((await attempt(request, 'new', mutant, signal)).kind !== 'survived') return false;
    if ((await attempt(request, 'old', mutant, signal)).kind !== 'killed') return false;
  }
  return true;
}

async function attempt(
  { code, references, hasBuild, lay, runTests }: KillsRequest,
  version: Version,
  mutant: FileMutant,
  signal: AbortSignal,
): Promise<MutantJudgement> {
  const original = code.get(mutant.path);
  if (original === undefined) return { kind: 'invalid' };
  const reference = references[version];
  const put = (content: EncodedText): Promise<string | undefined> => lay(version, mutant.path, content);
  return whileMutated(mutant, original, put, async () =>
    judgeMutant(reference, await runTests(hangLimit(reference), signal), hasBuild),
  );
}

function findingOf({ code }: KillsRequest, mutant: FileMutant): Finding {
  const text = code.get(mutant.path)?.text ?? '';
  const message = `They kill less than before: the mutant in which ${describeMutant(text, mutant)} survives now`;
  return { message, path: mutant.path, line: mutant.line };
}
