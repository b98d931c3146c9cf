import { realpath } from 'node:fs/promises';
import { isEmpty, touchedPaths, type Proposal } from '../../edits/proposal.ts';
import type { Documents } from '../../workspace/documents.ts';
import type { TrialWriter, WrittenTrial } from '../../workspace/trialWriter.ts';
import type { TestRun } from '../../workspace/verification.ts';
import { planAnew } from '../../runners/plans/planAnew.ts';
import { overlayOfProposal, type OverlayFile } from '../copy/overlay.ts';
import { pathsAfter } from '../copy/layProposal.ts';
import type { RunCall } from '../stages/2-run/runCall.ts';
import type { RunRequest, StateRun, StateRunner } from '../stages/2-run/stateRunner.ts';
import { few } from '../../util/wording.ts';
import { differenceTo, staleOnDisk } from './diskOverlay.ts';
import { unavailable, type KeyedState, type StateRequest, type TestPlace, type TrialRequest } from './testPlace.ts';
import { changedBetween, lookAt, TreeStates, type TreeLook } from './treeStates.ts';

export interface WorkspacePlaceOptions {
  /** The workspace folder, absolute. */
  readonly root: string;
  readonly documents: Pick<Documents, 'unsaved'>;
  readonly runner: StateRunner;
  readonly writer: TrialWriter;
  /** What lies over the disk before a change, unsaved buffers left aside. */
  readonly overlay: () => readonly OverlayFile[];
  readonly timeLimitMs: () => number;
}

/**
 * Tests states of a workspace where it stands: what a state needs is written, journalled, for as long as it is tested, and taken back however
 * that ends. What the tests themselves write stays, as when a person runs them, and is told.
 */
export class WorkspacePlace implements TestPlace {
  readonly #options: WorkspacePlaceOptions;
  readonly #states = new TreeStates();

  constructor(options: WorkspacePlaceOptions) {
    this.#options = options;
  }

  async test(state: StateRequest, call: RunCall): Promise<KeyedState> {
    const { plan, overlay: under, tests, paths, part, measure } = state;
    const isAnew = state.isRepeated === true || part !== undefined;
    const { runner, timeLimitMs } = this.#options;
    const nowhere = { key: '', isInStep: false, tests } as const;
    const overlay = [...under, ...tests];
    const unsaved = this.#unsavedReason();
    if (unsaved !== undefined) return { ...unavailable(unsaved), ...nowhere };
    const dir = await this.dir();
    const look = await this.#look(dir, call);
    const key = this.#states.idOf(JSON.stringify(plan), look, overlay);
    const how = { dir, timeLimitMs: timeLimitMs(), paths, isPart: part !== undefined };
    const ran = part ?? plan;
    const request = {
      stage: 'baseline',
      plan: state.isRepeated === true ? planAnew(ran) : ran,
      measure,
      ...how,
    } as const;
    const isKnown = !isAnew && runner.knows({ ...request, key });
    if (isKnown) return { ...(await runner.run({ ...request, key }, call)), key, isInStep: true, tests };
    const wanted = isAnew ? undefined : key;
    const tested = await this.#during({ ...request, key: wanted }, { look, overlay }, call);
    return { ...tested, key, isInStep: false, tests };
  }

  async tryOut(trial: TrialRequest, call: RunCall): Promise<StateRun> {
    const { proposal, timeLimitMs, part, measure, meanwhile } = trial;
    const plan = planAnew(part ?? trial.plan);
    const isPart = part !== undefined;
    const unsaved = this.#unsavedReason();
    if (unsaved !== undefined) return unavailable(unsaved);
    const dir = await this.dir();
    const under = this.#options.overlay();
    const stale = await staleOnDisk(dir, under, proposal);
    if (stale.length > 0)
      return unavailable(`${stale.join(', ')} changed since the proposal was made, so it was not tried.`);
    const overlay = [...under, ...overlayOfProposal(proposal)];
    const look = await this.#look(dir, call);
    const how = { timeLimitMs, key: undefined, paths: isPart ? [] : pathsAfter(proposal), isPart, measure, meanwhile };
    return this.#during({ stage: 'trial', plan, dir, ...how }, { look, overlay }, call);
  }

  dir(): Promise<string> {
    return realpath(this.#options.root);
  }

  forget(): void {
    this.#states.forget();
  }

  /** Tests the workspace with something written into it for that long. */
  async #during(
    request: RunRequest,
    { look, overlay }: { readonly look: TreeLook; readonly overlay: readonly OverlayFile[] },
    call: RunCall,
  ): Promise<StateRun> {
    const { runner } = this.#options;
    const needed = await differenceTo(request.dir, overlay);
    if (needed.kind === 'refused') return unavailable(needed.reason);
    const { proposal } = needed;
    const written = isEmpty(proposal) ? undefined : await this.#write(proposal, call);
    if (typeof written === 'string') return unavailable(written);
    let state: StateRun | undefined;
    let ended: Ended | undefined;
    try {
      state = await runner.run(request, call);
    } finally {
      ended = await call.clock.during('copy', () => this.#takeBack(request.dir, proposal, look, written));
    }
    if (ended.problem !== undefined) {
      // What it showed is not about what was to be tested, and must not be remembered as if it were.
      if (request.key !== undefined) runner.forget();
      return unavailable(ended.problem);
    }
    return ended.note === undefined ? state : { ...state, run: noted(state.run, ended.note) };
  }

  async #write(proposal: Proposal, { clock, signal }: RunCall): Promise<WrittenTrial | string> {
    const { writer } = this.#options;
    const outcome = await clock.during('copy', () => writer.write(proposal, signal));
    switch (outcome.kind) {
      case 'written':
        return outcome.trial;
      case 'stale':
        return `${few(outcome.paths)} changed just now, so nothing was tried.`;
      case 'failed':
        return outcome.reason;
    }
  }

  /** Puts everything back, whatever was cancelled, and looks what else changed meanwhile. */
  async #takeBack(dir: string, proposal: Proposal, look: TreeLook, written: WrittenTrial | undefined): Promise<Ended> {
    const { signal } = new AbortController();
    const own = new Set(touchedPaths(proposal));
    const seen = await lookAt(dir, signal).catch(() => undefined);
    const others = seen === undefined ? [] : changedBetween(look, seen, own);
    // What was built of the trial's text must not pass for being built of the old one.
    const taken = await written?.takeBack(seen !== undefined && others.length === 0);
    await this.#learn(dir, proposal, look);
    if (taken?.kind === 'failed') return { problem: taken.reason };
    if (taken !== undefined && taken.left.length > 0)
      return {
        problem: `${few(taken.left)} was edited while the tests ran; it is left as it is, and nothing is proven.`,
      };
    if (others.length === 0) return {};
    return { note: `While the tests ran in the workspace itself, these files of it changed: ${few(others)}.` };
  }

  /** What the files that were written held before, and hold again. */
  async #learn(dir: string, { changes }: Proposal, before: TreeLook): Promise<void> {
    const { signal } = new AbortController();
    const now = changes.length === 0 ? undefined : await lookAt(dir, signal).catch(() => undefined);
    for (const change of changes) {
      if (change.kind === 'create') continue;
      const path = change.kind === 'move' ? change.from : change.path;
      for (const look of [before, now]) this.#states.note(path, look?.get(path), change.before);
    }
  }

  #look(dir: string, { clock, signal }: RunCall): Promise<TreeLook> {
    return clock.during('copy', () => lookAt(dir, signal));
  }

  #unsavedReason(): string | undefined {
    const unsaved = this.#options.documents.unsaved().map(({ path }) => path);
    if (unsaved.length === 0) return undefined;
    return `${few(unsaved)} has unsaved changes, which tests in the workspace itself do not see. Save or revert them and try again.`;
  }
}

/** What was found once a state was taken off again. */
interface Ended {
  /** Why what the tests said is of no use. */
  readonly problem?: string;
  readonly note?: string;
}

function noted(run: TestRun, note: string): TestRun {
  return run.kind === 'finished' ? { ...run, notes: [...(run.notes ?? []), note] } : run;
}
