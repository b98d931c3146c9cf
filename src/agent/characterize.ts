import type { Draft } from '../edits/draft.ts';
import { createProposal, emptyProposal, isEmpty, type Proposal } from '../edits/proposal.ts';
import type { Step } from '../edits/steps.ts';
import type { InputMessage } from '../responses/items.ts';
import { isTestFile } from '../workspace/pathPolicy.ts';
import type {
  TestCaseResult,
  TestComparison,
  VerificationAim,
  Verifier,
  WrittenTests,
} from '../workspace/verification.ts';
import { testsGoalMessage, testsNotTakenMessage } from './instructions.ts';
import { lastParagraph } from './lastParagraph.ts';
import type { LoopEnding } from './loop.ts';
import type { VerifiedProposal } from './review.ts';
import { countUnproven, unprovenPlaces } from './unprovenPlaces.ts';

export interface CharacterizePorts {
  readonly verifier: Pick<Verifier, 'trial' | 'examine' | 'describeCommand'> & {
    readonly about: (aim: VerificationAim) => void;
  };
  readonly draft: Draft;
  /** Lets the model work on what it is told, until it answers or the run comes to an end. */
  readonly tell: (message: InputMessage) => Promise<LoopEnding['ending']>;
}

export type Characterized =
  /** With the proposal; what is verified next is about both. */
  | { readonly kind: 'staged' }
  /** The proposal is as it was; one sentence. */
  | { readonly kind: 'none'; readonly reason: string };

/** How often tests that cannot be used are handed back to be mended. */
const maxMends = 2;

/**
 * Sets a proposal aside, has tests written of the code as it is, and verifies the proposal once more with them on both sides. What fails
 * on the old code, does not do the same twice or executes nothing that was missing is not taken. Rejects only by cancellation; the draft
 * then holds whatever was staged last.
 */
export async function characterize(
  verified: VerifiedProposal,
  ports: CharacterizePorts,
  signal: AbortSignal,
): Promise<Characterized> {
  const { verifier, draft } = ports;
  const { refactoring, tests: earlier } = split(verified.proposal);
  draft.set(earlier);
  draft.admits = 'newTests';
  verifier.about({ writesTests: true });
  const written = await write(verified, ports, signal).finally(() => {
    draft.admits = 'changes';
    verifier.about({});
  });
  if (written.kind === 'none') {
    draft.restore(verified.proposal, verified.steps);
    return written;
  }
  const { tests, ids } = written;
  const files = tests.changes.map(({ path }) => path);
  verifier.about({ written: { files, tests: ids } });
  const proposal = createProposal([...refactoring.changes, ...tests.changes]);
  const comparison = await verifier.examine(proposal, signal);
  const problem = uselessness(verified.comparison, comparison);
  if (problem === undefined) draft.restore(proposal, testedSteps(verified.steps, draft.steps, tests));
  else draft.restore(verified.proposal, verified.steps);
  return problem === undefined ? { kind: 'staged' } : { kind: 'none', reason: problem };
}

type Written =
  | { readonly kind: 'tests'; readonly tests: Proposal; readonly ids: WrittenTests['tests'] }
  | { readonly kind: 'none'; readonly reason: string };

async function write(
  { proposal, comparison }: VerifiedProposal,
  { verifier, draft, tell }: CharacterizePorts,
  signal: AbortSignal,
): Promise<Written> {
  const places = comparison.evidence === undefined ? [] : unprovenPlaces(proposal, comparison.evidence);
  let message = testsGoalMessage(places, await verifier.describeCommand(signal));
  for (let mends = 0; ; mends++) {
    const ending = await tell(message);
    if (ending.kind !== 'answered') return { kind: 'none', reason: ending.reason };
    const tests = draft.proposal;
    if (isEmpty(tests)) return { kind: 'none', reason: lastParagraph(ending.text) ?? 'No test was written.' };
    const tried = await verifier.trial(tests, signal);
    const problem = problemOf(tried);
    if (problem === undefined) return { kind: 'tests', tests, ids: newPasses(tried) };
    if (mends >= maxMends) return { kind: 'none', reason: problem };
    message = testsNotTakenMessage(problem, tried.broken);
  }
}

/** What a proposal does to the code, and the tests that it brings. */
function split({ changes }: Proposal): { readonly refactoring: Proposal; readonly tests: Proposal } {
  const isTest = ({ kind, path }: Proposal['changes'][number]): boolean => kind === 'create' && isTestFile(path);
  const tests = changes.filter(isTest);
  return {
    refactoring: createProposal(changes.filter((change) => !isTest(change))),
    tests: tests.length === 0 ? emptyProposal : createProposal(tests),
  };
}

/** The steps of the refactoring on top of those that wrote the tests. */
function testedSteps(refactoring: readonly Step[], written: readonly Step[], tests: Proposal): readonly Step[] {
  const steps: Step[] = [...written];
  for (const step of refactoring) {
    const before = steps.at(-1)?.after ?? emptyProposal;
    const after = createProposal([...split(step.after).refactoring.changes, ...tests.changes]);
    if (after.hash !== before.hash) steps.push({ ...step, before, after });
  }
  return steps;
}

/** Why tests cannot be taken for what the code does now; undefined when they can. */
function problemOf({ after, broken, verdict, evidence }: TestComparison): string | undefined {
  const reasons = verdict.reasons.join(' ');
  if (after.kind !== 'finished') return `The tests that were written gave no results on the code as it is. ${reasons}`;
  if (broken.length > 0)
    return `${counted(broken)} of those that were written, or with them, on the code as it is: ${broken[0]?.id ?? ''}.`;
  const [left] = evidence?.tests.left ?? [];
  if (left !== undefined) return `The tests that were written write into the workspace: ${left}.`;
  const [flaky] = evidence?.tests.flaky ?? [];
  if (flaky !== undefined) return `A test that was written did not do the same twice on the same code: ${flaky}.`;
  if (evidence?.checks.integrity.kind === 'failed') return `The tests that were written cannot be taken. ${reasons}`;
  if (newPasses({ after, before: evidence?.tests.before ?? after }).length > 0) return undefined;
  return 'No test that was written ran. Perhaps the test command does not look where they are.';
}

function counted(broken: readonly TestCaseResult[]): string {
  return broken.length === 1 ? 'One test fails' : `${broken.length} tests fail`;
}

function newPasses({ before, after }: Pick<TestComparison, 'before' | 'after'>): readonly string[] {
  if (after.kind !== 'finished') return [];
  const known = new Set(before.kind === 'finished' ? before.tests.map(({ id }) => id) : []);
  return after.tests.filter(({ id, outcome }) => outcome === 'passed' && !known.has(id)).map(({ id }) => id);
}

/** Why the tests change nothing of what is known. What they break is no reason: that is what they are for. */
function uselessness(before: TestComparison, now: TestComparison): string | undefined {
  if (now.verdict.kind !== 'unproven' || before.evidence === undefined || now.evidence === undefined) return undefined;
  if (now.evidence.tests.before.kind !== 'finished') return now.verdict.reasons.join(' ');
  const [then, left] = [countUnproven(before.evidence), countUnproven(now.evidence)];
  if (then === 0 || left < then) return undefined;
  return 'The tests that were written pass, but execute nothing of what no test executed before, so they were dropped.';
}
