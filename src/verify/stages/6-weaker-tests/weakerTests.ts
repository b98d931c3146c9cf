import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createProposal, type EncodedText, type FileChange, type Proposal } from '../../../edits/proposal.ts';
import type { Check } from '../../../workspace/evidence.ts';
import type { RelativePath } from '../../../workspace/path.ts';
import type { IsTest } from '../../../workspace/pathPolicy.ts';
import type { TestRun } from '../../../workspace/verification.ts';
import { overlayOfBefore, overlayOfProposal, type OverlayFile } from '../../copy/overlay.ts';
import { scanTree } from '../../copy/scanTree.ts';
import type { LaidProposal } from '../../places/copyPlace.ts';
import type { FileMutant } from '../../mutation/changes/fileMutant.ts';
import { mutantSourceOf } from '../../mutation/mutantSources.ts';
import { hangLimit, type ReferenceRun } from '../5-mutants/judgeMutant.ts';
import { spreadMutants } from '../5-mutants/spread.ts';
import type { RunCall } from '../2-run/runCall.ts';
import type { StateRunner } from '../2-run/stateRunner.ts';
import { preparing, type TestPlan } from '../../../runners/testPlan.ts';
import { plural } from '../../../util/wording.ts';
import { compareKills, type Version } from './compareKills.ts';
import { testedCode } from './testedCode.ts';
import { tokenMutants } from './tokenMutants.ts';

export interface WeakerTestsRequest {
  readonly plan: TestPlan;
  readonly proposal: Proposal;
  /** The tests without the proposal and with it, as they went. */
  readonly before: ReferenceRun;
  readonly after: ReferenceRun;
  /** The copy with the proposal in it. */
  readonly laid: LaidProposal;
  readonly budgetMs: number;
  readonly isTest: IsTest;
}

/** Larger files are left alone. */
const mostCharacters = 200_000;

/**
 * Whether tests that a proposal changes notice less than they did: a failure of the integrity check when they do, what was tried as a
 * further remark on the doubt otherwise. The doubt stays as it is where nothing can be compared. Rejects only by cancellation.
 */
export async function doubtOrLoss(
  doubt: Extract<Check, { kind: 'doubtful' }>,
  request: WeakerTestsRequest,
  runner: StateRunner,
  { signal, clock, onMutant }: RunCall,
): Promise<Check> {
  const { plan, proposal, after, laid, budgetMs, isTest } = request;
  const { copy } = laid;
  // A doubt about settings has nothing to do with what tests notice.
  if (!proposal.changes.some((change) => isOfTests(change, isTest) && change.kind !== 'create')) return doubt;
  const startedAt = Date.now();
  const runTests = (timeLimitMs: number, stop: AbortSignal): Promise<TestRun> =>
    runner.runQuietly(plan, { dir: copy.dir, timeLimitMs }, { signal: stop, clock });
  const old = await oldTestsOverNewCode(request, runTests, signal);
  if (old === undefined) return doubt;
  const code = await codeOf(request, signal);
  const mutants = spreadMutants(await mutantsOf(code), proposal.hash);
  const { seeded, lost } = await compareKills(
    {
      code,
      mutants,
      references: { old, new: after },
      hasBuild: plan.steps.some((step) => step.runner === preparing),
      lay: async (version, path, content) => {
        const written = await copy.lay([...testsOf(request, version), { path, content }]);
        return written.kind === 'refused' ? written.reason : undefined;
      },
      runTests,
      budgetMs: budgetMs - (Date.now() - startedAt),
      onMutant,
    },
    signal,
  );
  if (lost.length > 0) return { kind: 'failed', findings: lost };
  if (seeded === 0) return doubt;
  const remark = `They kill as many of ${plural(seeded, 'mutant')} as before`;
  return { kind: 'doubtful', findings: [...doubt.findings, { message: remark }] };
}

/** Undefined when the old tests do not accept the new code, for then a mutant in it would say nothing of them. */
async function oldTestsOverNewCode(
  request: WeakerTestsRequest,
  runTests: (timeLimitMs: number, signal: AbortSignal) => Promise<TestRun>,
  signal: AbortSignal,
): Promise<ReferenceRun | undefined> {
  const { proposal, before, isTest } = request;
  const { copy } = request.laid;
  const onlyTestsChange = proposal.changes.every((change) => isOfTests(change, isTest) && change.kind !== 'create');
  if (onlyTestsChange) return before;
  const laid = await copy.lay(testsOf(request, 'old'));
  if (laid.kind === 'refused') return undefined;
  const run = await runTests(hangLimit(before), signal);
  if (run.kind !== 'finished') return undefined;
  const created = new Set(proposal.changes.flatMap((one) => (one.kind === 'create' ? [one.path] : [])));
  const outcomes = new Map(run.tests.map(({ id, outcome }) => [id, outcome]));
  const isKept = before.tests.every(
    ({ id, outcome }) =>
      outcome !== 'passed' || created.has(id.split(' › ', 1)[0] ?? '') || outcomes.get(id) === 'passed',
  );
  return isKept ? run : undefined;
}

function testsOf({ proposal, isTest }: WeakerTestsRequest, version: Version): readonly OverlayFile[] {
  const tests = createProposal(proposal.changes.filter((change) => isOfTests(change, isTest)));
  return version === 'old' ? overlayOfBefore(tests) : overlayOfProposal(tests);
}

function isOfTests(change: FileChange, isTest: IsTest): boolean {
  return isTest(change.path) || (change.kind === 'move' && isTest(change.from));
}

/** What the changed tests are about, as it stands in the copy. */
async function codeOf(
  { proposal, isTest, laid }: WeakerTestsRequest,
  signal: AbortSignal,
): Promise<ReadonlyMap<RelativePath, EncodedText>> {
  const { dir } = laid.copy;
  const tests = new Map(
    proposal.changes
      .filter((change) => isOfTests(change, isTest))
      .flatMap((change) =>
        change.kind === 'create'
          ? []
          : [[change.kind === 'move' ? change.from : change.path, change.before.text] as const],
      ),
  );
  const changed = new Set(proposal.changes.filter((change) => !isOfTests(change, isTest)).map(({ path }) => path));
  const { entries } = await scanTree(dir, signal);
  const files = [...entries].filter(([, { kind, bytes }]) => kind === 'file' && bytes <= mostCharacters);
  const code = new Map<RelativePath, EncodedText>();
  for (const path of testedCode(
    tests,
    files.map(([name]) => name),
    changed,
    isTest,
  )) {
    const text = await readFile(join(dir, path), 'utf8');
    const hasBom = text.startsWith('\uFEFF');
    code.set(path, { text: hasBom ? text.slice(1) : text, hasBom });
  }
  return code;
}

async function mutantsOf(code: ReadonlyMap<RelativePath, EncodedText>): Promise<readonly FileMutant[]> {
  const found: FileMutant[] = [];
  for (const [path, { text }] of code) {
    const whole = [{ start: 1, end: text.split('\n').length }];
    const seeds = await mutantSourceOf(path)?.seedsOf?.(path, text, whole);
    found.push(...(seeds ?? tokenMutants(path, text)));
  }
  return found;
}
