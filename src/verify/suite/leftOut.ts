import { posix as paths } from 'node:path';
import { listFiles } from '../../disk/listing.ts';
import type { Proposal } from '../../edits/proposal.ts';
import type { LeftOutEvidence, LeftOutTests } from '../../workspace/evidence.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { isNamedAsTest, type IsTest } from '../../workspace/pathPolicy.ts';
import type { TestRun } from '../../workspace/verification.ts';
import { ownParsers, type Parsers } from '../../languages/facts.ts';
import { languageOf } from '../../languages/table.ts';
import type { PlainTest, TestPrograms } from '../../languages/texts/tests.ts';
import { ReportedSuite } from './reportedSuite.ts';
import { SuiteGraph } from './suiteGraph.ts';
import { mayHoldTests } from './testFiles.ts';

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** More files than this are not looked through. */
const maxListed = 20_000;

/** So many of those that do not reach the change are named, and so many tests of a file. */
const maxNamed = 50;
const maxTests = 20;

/**
 * Which tests of a project took no part in the given runs, whatever the cause: found from what was reported and what is on the disk, not from
 * the options of a runner. Runs nothing. Rejects only by cancellation.
 */
export async function leftOutOf(
  root: string,
  proposal: Proposal,
  runs: readonly TestRun[],
  isTest: IsTest,
  signal: AbortSignal,
): Promise<LeftOutEvidence | undefined> {
  const finished = runs.filter((run): run is Finished => run.kind === 'finished');
  if (finished.length === 0) return undefined;
  const { paths: files, isCut } = await listFiles(root, undefined, maxListed, signal);
  if (isCut) return { kind: 'unknown', reason: 'there are too many files to look through.' };
  const changed = proposal.changes.flatMap((change) =>
    change.kind === 'move' ? [change.from, change.path] : [change.path],
  );
  const gone = new Set(
    proposal.changes.flatMap((change) => {
      if (change.kind === 'move') return [change.from];
      return change.kind === 'delete' ? [change.path] : [];
    }),
  );
  const graph = new SuiteGraph(root, [...new Set([...files, ...changed])].sort());
  const suite = new Map<RelativePath, string>();
  for (const path of files.filter(mayHoldTests)) {
    const text = await graph.text(path);
    const language = languageOf(path);
    const isOfSuite = language?.holdsTests?.(path, text) === true && language.isForeign?.(path, text) !== true;
    if (isOwnTest(path, isTest) && isOfSuite) suite.set(path, text);
  }
  const reported = new ReportedSuite(finished, new Set(files), graph.languageOfProgram);
  const found = await new Search(await ownParsers(), graph, suite, reported).leftOut();
  if (found === undefined)
    return { kind: 'unknown', reason: 'the test command does not tell which files its tests are in.' };
  // Tests that the change takes away are compared by other checks.
  const left = found.filter(({ path }) => !gone.has(path));
  if (left.length === 0) return { kind: 'known', files: [], more: 0 };
  const code = changed.filter((path) => !isTest(path));
  const reaching = await graph.reaching(code, signal);
  if (reaching === undefined) return { kind: 'unknown', reason: 'there are too many files to look through.' };
  const told = left.map((one): LeftOutTests => ({ ...one, reaches: reaching.get(one.path) ?? [] }));
  const near = told.filter(({ reaches }) => reaches.length > 0);
  const far = told.filter(({ reaches }) => reaches.length === 0);
  return { kind: 'known', files: [...near, ...far.slice(0, maxNamed)], more: Math.max(0, far.length - maxNamed) };
}

/** Code that is merely called as a test holds none. */
function isOwnTest(path: RelativePath, isTest: IsTest): boolean {
  return isTest(path) || !isNamedAsTest(path);
}

type LeftOut = Omit<LeftOutTests, 'reaches'>;

class Search {
  readonly #parsers: Parsers;
  readonly #graph: SuiteGraph;
  readonly #suite: ReadonlyMap<RelativePath, string>;
  readonly #reported: ReportedSuite;

  constructor(parsers: Parsers, graph: SuiteGraph, suite: ReadonlyMap<RelativePath, string>, reported: ReportedSuite) {
    this.#parsers = parsers;
    this.#graph = graph;
    this.#suite = suite;
    this.#reported = reported;
  }

  /** Undefined when it cannot be told which files ran. */
  async leftOut(): Promise<readonly LeftOut[] | undefined> {
    const all = [...this.#suite.keys()];
    const named = all.filter((path) => this.#graph.programsOf(path) === undefined && this.#reported.ranFile(path));
    const started = named.length > 0 ? named : all.filter((path) => this.#reported.isInCommand(path));
    const isAttributed = named.length > 0 || this.#reported.built.size > 0;
    const isElsewhere = (test: PlainTest): boolean => this.#reported.hasElsewhere(test.path, this.#suite);
    if (!isAttributed && started.length === 0) {
      const isKnown = all.some((path) => this.#plainTests(path).some(isElsewhere));
      if (!isKnown) return undefined;
    }
    const ran = await this.#graph.runWith(started, new Set(all));
    return all.flatMap((path) => {
      const text = this.#suite.get(path) ?? '';
      const tests = this.#plainTests(path);
      const programs = this.#graph.programsOf(path);
      if (programs !== undefined) return this.#leftOutOf(programs, path, tests);
      if (named.includes(path)) return this.#partOf(path, text, tests);
      if (ran.has(path)) return [];
      // A test may be reported as one of the file that loaded its own, or of what was built of it.
      if (tests.some(isElsewhere)) return [];
      const isTold = isAttributed || started.length > 0 || tests.length > 0;
      return isTold ? [{ path }] : [];
    });
  }

  /**
   * The tests that a file declares in plain sight: with a title that stands there, in no condition and no loop. What is made in another way is
   * not looked for, since it could be absent for a reason of its own.
   */
  #plainTests(path: RelativePath): readonly PlainTest[] {
    return languageOf(path)?.plainTests?.(path, this.#suite.get(path) ?? '', this.#parsers) ?? [];
  }

  #leftOutOf(programs: TestPrograms, path: RelativePath, tests: readonly PlainTest[]): readonly LeftOut[] {
    const missing = programs.missing(path, tests, this.#reported.tests, [...this.#suite.keys()]);
    if (missing.length === 0) return [];
    return [programs.isWhole(path) && missing.length === tests.length ? { path } : part(path, missing)];
  }

  /** A filter by name leaves tests out of the report, or has them reported as skipped though nothing in the file says so. */
  #partOf(path: RelativePath, text: string, tests: readonly PlainTest[]): readonly LeftOut[] {
    const isSkippable = mentionsSkipping(text);
    const missing = tests.filter((test) => {
      if (test.isLooseFunction === true && !this.#reported.takesFunctions) return false;
      const outcome = this.#reported.outcomeOf(path, test.path);
      return outcome === undefined || (outcome === 'passedOver' && !isSkippable);
    });
    const isWhole = missing.length === tests.length;
    if (missing.length === 0 || (isWhole && this.#reported.hasNotLoaded(path))) return [];
    return [isWhole && !this.#reported.hasRun(path) ? { path } : part(path, missing)];
  }
}

/** Whether the text itself may tell a runner to pass over some of its tests. */
function mentionsSkipping(text: string): boolean {
  return /skip|todo|pending|runIf|fails|failing|\bx(?:it|test|describe|context|specify)\b/i.test(text);
}

function part(path: RelativePath, missing: readonly PlainTest[]): LeftOut {
  const names = missing.map((test) => test.path.join(languageOf(path)?.testJoint ?? ' › '));
  return { path: paths.normalize(path), tests: names.slice(0, maxTests) };
}
