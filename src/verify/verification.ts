import { realpath } from 'node:fs/promises';
import { touchedPaths, type Proposal } from '../edits/proposal.ts';
import type { TestComparison, TestRun, VerificationTask } from '../workspace/verification.ts';
import { planAnew } from '../runners/plans/planAnew.ts';
import { listProjectFiles, readProjectText } from '../runners/scripts/projectFiles.ts';
import type { TestPlan } from '../runners/testPlan.ts';
import { systemSandbox } from '../sandbox/sandbox.ts';
import { inspect, type Inspection } from './checks/inspect.ts';
import { overlayOfBefore, type OverlayFile } from './copy/overlay.ts';
import { newTestsOf, pathsAfter, pathsBefore } from './copy/layProposal.ts';
import type { MutantStages, TriedProposal } from './mutantStages.ts';
import type { KeyedState, StateRequest } from './places/testPlace.ts';
import type { TimedState, TimedStates } from './places/timedStates.ts';
import type { RunCall } from './stages/2-run/runCall.ts';
import { addTimes, type StageClock } from './stages/2-run/stageClock.ts';
import type { StateRun, StateRunner } from './stages/2-run/stateRunner.ts';
import { relatedFirstFromMs, type VerifierOptions } from './stages/2-run/verifierOptions.ts';
import { compareStates } from './stages/3-trial/compareStates.ts';
import { measureStates } from './stages/3-trial/measureStates.ts';
import { relatedRuns } from './stages/3-trial/relatedRuns.ts';
import { asEmptyRun } from './stages/3-trial/writtenTests.ts';
import { hangLimit } from './stages/5-mutants/judgeMutant.ts';
import type { KnownTests } from './suite/knownTests.ts';
import { leftOutOf } from './suite/leftOut.ts';
import { compareRuns } from './verdict/compareRuns.ts';
import { comparisonOf } from './verdict/comparison.ts';
import { judge } from './verdict/judge.ts';

/** What a verifier keeps from call to call. */
export interface VerifierParts {
  readonly options: VerifierOptions;
  /** What lies over the disk before a change. */
  readonly buffers: () => readonly OverlayFile[];
  /** For one run of the tests, in ms; asked before each, since settings change. */
  readonly timeLimitMs: () => number;
  readonly runner: StateRunner;
  readonly states: TimedStates;
  readonly mutants: MutantStages;
  readonly tests: KnownTests;
  /** By plan, content and proposal, so that what was tried needs no new baseline once it is applied. */
  readonly comparisons: Map<string, TestComparison>;
}

/** One call of a verifier. */
export interface OneCall extends RunCall {
  readonly task: VerificationTask;
  /** The tests hung with something that this is a part of. */
  readonly isAfterHang: boolean;
}

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** A comparison with the key of the state before. */
interface KeyedComparison extends Pick<KeyedState, 'key'> {
  readonly comparison: TestComparison;
}

/** One call of a verifier, from the workspace as it is to the verdict. All methods reject by cancellation, and when the disk refuses. */
export class Verification {
  readonly #parts: VerifierParts;
  readonly #call: OneCall;

  constructor(parts: VerifierParts, call: OneCall) {
    this.#parts = parts;
    this.#call = call;
  }

  /** How long its stages take. */
  get clock(): StageClock {
    return this.#call.clock;
  }

  /** The tests of the workspace as it is. */
  async baseline(plan: TestPlan): Promise<TestRun> {
    const { task, signal } = this.#call;
    const { states, tests } = this.#parts;
    const paths = task.focus.map(({ path }) => path).filter((path) => !path.endsWith('/'));
    const { run } = await states.test({ plan, overlay: this.#parts.buffers(), tests: [], paths }, this.#call);
    await tests.learn(run, undefined, signal);
    return run;
  }

  /** The proposal beside what was before it, with what earlier calls found of its mutants. */
  async trial(plan: TestPlan, proposal: Proposal): Promise<TestComparison> {
    return this.#parts.mutants.recalled(proposal, await this.#tryOut(plan, proposal));
  }

  /** As `trial`; with what mutants tell of the tests, where the verdict depends on it. */
  async examine(plan: TestPlan, proposal: Proposal): Promise<TestComparison> {
    const { comparison } = await this.#tryOut(plan, proposal);
    const { mutants, states, comparisons } = this.#parts;
    const tried = this.#tried(plan, proposal, () => states.test(this.#stateBefore(plan, proposal), this.#call));
    const { comparison: sensitive, ...of } = await mutants.withSensitivity(tried, comparison, this.#call);
    const compared = await mutants.withWeakerTests(tried, sensitive, this.#call);
    const before = compared.before ?? of.before;
    if (before !== undefined) comparisons.set(this.#comparisonId(before, proposal), compared.comparison);
    return compared.comparison;
  }

  /** Before is the workspace with the proposal taken back: unsaved buffers are no part of what runs in the workspace itself. */
  async applied(plan: TestPlan, proposal: Proposal): Promise<TestComparison> {
    const { options, states, tests, runner, mutants } = this.#parts;
    const { signal, clock } = this.#call;
    const overlay = overlayOfBefore(proposal);
    const state = { plan, overlay, tests: newTestsOf(proposal, tests.isTest), paths: pathsBefore(proposal) };
    const before = await states.test(state, this.#call);
    if (before.run.kind !== 'finished') return this.withoutTests(before.run, proposal);
    await tests.learn(before.run, proposal, signal);
    const dir = await realpath(options.root);
    const timeLimitMs = this.#limitAfter(before.run);
    const request = {
      stage: 'applied',
      plan: planAnew(plan),
      dir,
      timeLimitMs,
      key: undefined,
      paths: pathsAfter(proposal),
    } as const;
    const compared = await compareStates({
      proposal,
      before,
      attempt: (_isRepeated, meanwhile): Promise<StateRun> => runner.run({ ...request, meanwhile }, this.#call),
      repeatBefore: async () => before,
      repeatForTitles: () => states.test({ ...state, paths: [], isRepeated: true }, this.#call),
      inspect: () => this.#inspect(proposal),
      clock,
      leftOut: (runs) => leftOutOf(options.root, proposal, runs, tests.isTest, signal),
      measure: (earlier, after) =>
        measureStates(
          {
            plans: [plan],
            files: touchedPaths(proposal),
            before: (measure) => states.place.test({ ...state, measure }, this.#call),
            after: (measure) => runner.run({ ...request, measure }, this.#call),
          },
          { before: earlier.run, after: after.run },
        ),
    });
    const comparison = await this.#timed(compared, before);
    const tried = this.#tried(plan, proposal, async () => ({ ...(await states.test(state, this.#call)), overlay }));
    return mutants.ofApplied(tried, comparison, before.key, this.#call);
  }

  /** What the texts alone can tell. */
  async withoutTests(run: TestRun, proposal: Proposal): Promise<TestComparison> {
    const { files, complexity, checks } = await this.#inspect(proposal);
    const notRun = { kind: 'unknown', reason: 'The project was not looked at, since its tests were not run.' } as const;
    return comparisonOf(proposal, compareRuns(run, run), {
      files,
      complexity,
      checks: { ...checks, types: notRun, lint: notRun },
    });
  }

  #inspect(proposal: Proposal): Promise<Inspection> {
    const { options, tests } = this.#parts;
    const { root, approvals } = options;
    const allowsTestEdits = approvals.allowsTestEdits?.() ?? false;
    const readText = (path: string): string | undefined => readProjectText(root, path);
    const { isTest } = tests;
    const { task, signal } = this.#call;
    const listFiles = (): readonly string[] | undefined => listProjectFiles(root);
    return inspect(proposal, task, { allowsTestEdits, readText, listFiles, isTest, root }, signal);
  }

  async #tryOut(plan: TestPlan, proposal: Proposal): Promise<KeyedComparison> {
    const { options, states, tests, comparisons } = this.#parts;
    const { signal, clock, task } = this.#call;
    const named = this.#stateBefore(plan, proposal);
    const plain =
      named.tests.length === 0 ? undefined : await states.test({ ...named, tests: [], paths: [] }, this.#call);
    if (plain !== undefined) await tests.learn(plain.run, undefined, signal);
    // Tests that hang without the new ones hang with them.
    if (plain?.run.kind === 'timedOut')
      return { key: plain.key, comparison: await this.withoutTests(plain.run, proposal) };
    const state = this.#stateBefore(plan, proposal);
    const found = await states.test(state, this.#call);
    const isTwice = task.writesTests === true;
    const before = isTwice ? { ...found, run: asEmptyRun(found.run) } : found;
    const { key } = before;
    if (before.run.kind !== 'finished') return { key, comparison: await this.withoutTests(before.run, proposal) };
    if (plain === undefined) await tests.learn(found.run, undefined, signal);
    const timeLimitMs = this.#limitAfter(before.run);
    const id = this.#comparisonId(before, proposal);
    const known = comparisons.get(id);
    if (known !== undefined) return { key, comparison: known };
    const tried = { plan, proposal, timeLimitMs };
    const fromMs = isTwice ? Infinity : (options.relatedFirstFromMs ?? relatedFirstFromMs);
    const isSlow = before.run.durationMs >= fromMs;
    const related = isSlow ? await relatedRuns(states.place, tried, state, before, this.#call) : undefined;
    // What ran in the copy since leaves it out of step.
    const current = related === undefined ? before : { ...before, isInStep: false };
    const later = { ...before, isInStep: false };
    const compared = await compareStates({
      proposal,
      before,
      related,
      attempt: (isRepeated, meanwhile) =>
        states.place.tryOut({ ...tried, before: current, isRepeated, meanwhile }, this.#call),
      repeatBefore: () => states.test({ ...state, paths: [], isRepeated: true }, this.#call),
      inspect: () => this.#inspect(proposal),
      clock,
      measure: (earlier, after) =>
        measureStates(
          {
            plans: related === undefined ? [plan] : [related.plan, plan],
            files: touchedPaths(proposal),
            before: (measure) => states.place.test({ ...state, measure }, this.#call),
            after: (measure) =>
              states.place.tryOut({ ...tried, before: later, isRepeated: false, measure }, this.#call),
          },
          { before: earlier.run, after: after.run },
        ),
      plain: plain?.run,
      leftOut: (runs) => leftOutOf(options.root, proposal, runs, tests.isTest, signal),
      isTwice,
      leftovers: states.place.leftovers?.bind(states.place, signal),
    });
    const comparison = await this.#timed(compared, before);
    const isCutEarly = this.#call.isAfterHang && comparison.after.kind === 'timedOut';
    if (comparison.after.kind !== 'unavailable' && !isCutEarly) comparisons.set(id, comparison);
    return { key, comparison };
  }

  /** Tests that come with the proposal are there, and looked at, before the rest of it, unless they are what is tried. */
  #stateBefore(plan: TestPlan, proposal: Proposal): StateRequest {
    const tests = this.#call.task.writesTests === true ? [] : newTestsOf(proposal, this.#parts.tests.isTest);
    const paths = [...pathsBefore(proposal), ...tests.map(({ path }) => path)];
    return { plan, overlay: this.#parts.buffers(), tests, paths };
  }

  #tried(plan: TestPlan, proposal: Proposal, stateBefore: TriedProposal['stateBefore']): TriedProposal {
    const [{ isTest }, { isInPlace }] = [this.#parts.tests, this.#parts.states];
    return { plan, proposal, task: this.#call.task, isInPlace, isTest, stateBefore };
  }

  /** The comparison with where and how long it was tried, the state before included wherever that was tested. */
  async #timed(comparison: TestComparison, { earlier }: TimedState): Promise<TestComparison> {
    if (comparison.evidence === undefined) return comparison;
    const { state: sandbox } = this.#parts.options.sandbox ?? (await systemSandbox());
    const place = this.#parts.states.isInPlace ? ({ isInPlace: true } as const) : {};
    const times = addTimes(earlier, this.#call.clock.times);
    const evidence = { ...comparison.evidence, ...place, sandbox, times };
    return { ...comparison, evidence, verdict: judge(evidence) };
  }

  #comparisonId({ key }: KeyedState, { hash }: Proposal): string {
    return JSON.stringify([key, hash, this.#call.task]);
  }

  /** A hang shows long before the full limit when the tests are quick; a slow machine gets its time when they are not. */
  #limitAfter(before: Finished): number {
    const { durationMs } = before;
    if (this.#call.isAfterHang) return Math.min(this.#parts.timeLimitMs(), hangLimit(before));
    return Math.max(2 * durationMs, Math.min(this.#parts.timeLimitMs(), 20_000 + 10 * durationMs));
  }
}
