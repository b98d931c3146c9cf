import type { Proposal } from '../../../edits/proposal.ts';
import type { Finding } from '../../../workspace/evidence.ts';
import { isTestFile } from '../../../workspace/pathPolicy.ts';
import type { TestCaseResult, TestRun, WrittenEvidence, WrittenTests } from '../../../workspace/verification.ts';
import { alike } from '../2-run/varyingTitles.ts';
import type { FileMutant } from '../../mutation/changes/fileMutant.ts';

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** Those of the written tests that the proposal brings; undefined when it brings none. */
export function writtenIn(proposal: Proposal, written: WrittenTests | undefined): WrittenTests | undefined {
  const brought = new Set(
    proposal.changes.filter(({ kind, path }) => kind === 'create' && isTestFile(path)).map(({ path }) => path),
  );
  const files = (written?.files ?? []).filter((path) => brought.has(path));
  return written === undefined || files.length === 0 ? undefined : { ...written, files };
}

/** What seeding mutants may cost where the proof hangs on it: enough for some, however slow the tests are. */
export function budgetForWritten(wantedMs: number, { durationMs }: Finished): number {
  return Math.max(wantedMs, Math.min(writtenRuns * durationMs, maxWrittenMs));
}

const writtenRuns = 12;
const maxWrittenMs = 180_000;

/** A run without tests as one in which none ran, so that tests which come can be compared with it. */
export function asEmptyRun(run: TestRun): TestRun {
  return run.kind === 'noTests' ? { kind: 'finished', command: '', tests: [], durationMs: 0 } : run;
}

/**
 * Two runs of the same state as one: what failed in either failed. `flaky` are those that did not do the same twice; a run without
 * results stands for both.
 */
export function joinRuns(
  first: TestRun,
  second: TestRun,
): { readonly run: TestRun; readonly flaky: readonly string[] } {
  if (first.kind !== 'finished') return { run: first, flaky: [] };
  if (second.kind !== 'finished') return { run: second, flaky: [] };
  const later = new Map(second.tests.map((test) => [test.id, test]));
  const earlier = outcomesOf(first);
  const tests = first.tests.map((test): TestCaseResult => {
    const again = later.get(test.id);
    if (test.outcome !== 'passed' || again?.outcome === 'passed') return test;
    return again ?? { id: test.id, outcome: 'failed', message: 'Passed once, did not run the second time.' };
  });
  const added = second.tests.filter(({ id }) => !earlier.has(id));
  const flaky = [...first.tests, ...added]
    .map(({ id }) => id)
    .filter((id) => earlier.get(id) !== later.get(id)?.outcome);
  return { run: { ...first, tests: [...tests, ...added] }, flaky };
}

/** What passes in the first run and does not in the second, which has more tests in it. */
export function maskedIn(plain: TestRun, withMore: TestRun): readonly string[] {
  if (plain.kind !== 'finished' || withMore.kind !== 'finished') return [];
  const now = outcomesOf(withMore);
  return plain.tests.filter(({ id, outcome }) => outcome === 'passed' && now.get(id) !== 'passed').map(({ id }) => id);
}

function outcomesOf({ tests }: Finished): ReadonlyMap<string, TestCaseResult['outcome']> {
  return new Map(tests.map(({ id, outcome }) => [id, outcome]));
}

/** Counts, while mutants are tried, which of them the written tests notice, and the functions in which nothing is noticed. */
export class WrittenTally {
  readonly #ids: ReadonlySet<string>;
  readonly #reference: Finished;
  readonly #functions = new Map<string, { readonly finding: Finding; isKilled: boolean }>();
  #noticed = 0;

  constructor({ tests }: WrittenTests, reference: Finished) {
    this.#ids = new Set(tests);
    this.#reference = reference;
  }

  /** Bound to its object. */
  readonly add = ({ path, functionLine }: FileMutant, run: TestRun, outcome: 'killed' | 'survived'): void => {
    if (outcome === 'killed' && this.#isKilledIn(run)) this.#noticed += 1;
    const key = `${path}:${functionLine}`;
    const message = 'No test notices any of the mutants that were seeded here';
    const known = this.#functions.get(key) ?? { finding: { message, path, line: functionLine }, isKilled: false };
    known.isKilled ||= outcome === 'killed';
    this.#functions.set(key, known);
  };

  evidence(): WrittenEvidence {
    const silent = [...this.#functions.values()].filter(({ isKilled }) => !isKilled).map(({ finding }) => finding);
    const tests = this.#reference.tests.filter(({ id, outcome }) => this.#ids.has(id) && outcome === 'passed').length;
    return { tests, noticed: this.#noticed, silent };
  }

  /** A run that ends without results says nothing of single tests; whatever was run was noticed by all. */
  #isKilledIn(run: TestRun): boolean {
    if (run.kind !== 'finished') return true;
    const now = outcomesOf(alike(run, this.#reference));
    return this.#reference.tests.some(
      ({ id, outcome }) => this.#ids.has(id) && outcome === 'passed' && now.get(id) !== 'passed',
    );
  }
}
