import type { Proposal } from '../../edits/proposal.ts';
import type { RelativePath } from '../../workspace/path.ts';
import type { CopyKeeper } from '../copy/copyKeeper.ts';
import { overlayOfProposal, type OverlayFile } from '../copy/overlay.ts';
import type { TrialCopy, SyncOutcome } from '../copy/trialCopy.ts';
import { planAnew } from '../../runners/plans/planAnew.ts';
import { layProposal, pathsAfter } from '../copy/layProposal.ts';
import type { RunCall } from '../stages/2-run/runCall.ts';
import type { StateRun, StateRunner } from '../stages/2-run/stateRunner.ts';
import type { TestPlan } from '../../runners/testPlan.ts';
import {
  keyOf,
  unavailable,
  type KeyedState,
  type StateRequest,
  type TestPlace,
  type TrialRequest,
} from './testPlace.ts';

export interface CopyPlaceOptions {
  readonly keeper: CopyKeeper;
  readonly runner: StateRunner;
  /** What lies over the disk before a change. */
  readonly buffers: () => readonly OverlayFile[];
  /** For one run of the tests before a change, in ms; asked before each, since settings change. */
  readonly timeLimitMs: () => number;
}

/** The copy with a proposal in it. */
export interface LaidProposal {
  readonly dir: string;
  readonly key: string;
  readonly copy: TrialCopy;
}

/** A state that was tested; `overlay` is what lay over the disk, where that was not what is unsaved now. */
export interface StateToLayOver extends Pick<KeyedState, 'key' | 'isInStep' | 'tests'> {
  readonly overlay?: readonly OverlayFile[] | undefined;
}

/** Tests states of a workspace in its private copy. */
export class CopyPlace implements TestPlace {
  readonly #options: CopyPlaceOptions;

  constructor(options: CopyPlaceOptions) {
    this.#options = options;
  }

  async test(state: StateRequest, call: RunCall): Promise<KeyedState> {
    const { plan, overlay, tests, paths, isRepeated, part, measure } = state;
    const { runner, keeper, timeLimitMs } = this.#options;
    const synced = await this.#sync([...overlay, ...tests], call);
    if (synced.kind === 'unavailable')
      return { ...unavailable(synced.reason), key: '', isInStep: false, tests, refusal: synced.refusal };
    const key = keyOf(plan, synced.contentKey);
    const { copy } = await keeper.open();
    const how = { dir: copy.dir, timeLimitMs: timeLimitMs(), paths, isPart: part !== undefined };
    const ran = part ?? plan;
    const request = { stage: 'baseline', plan: isRepeated === true ? planAnew(ran) : ran, measure, ...how } as const;
    if (isRepeated === true || part !== undefined)
      return { ...(await runner.run({ ...request, key: undefined }, call)), key, isInStep: false, tests };
    const isInStep = runner.knows({ ...request, key });
    return { ...(await runner.run({ ...request, key }, call)), key, isInStep, tests };
  }

  async leftovers(signal: AbortSignal): Promise<readonly RelativePath[]> {
    return (await this.#options.keeper.open()).copy.leftovers(signal);
  }

  async tryOut(trial: TrialRequest, call: RunCall): Promise<StateRun> {
    const { plan, proposal, before, timeLimitMs, isRepeated, part, measure, meanwhile } = trial;
    const { runner } = this.#options;
    const laid = await this.lay(plan, proposal, isRepeated ? { ...before, isInStep: false } : before, call);
    if ('run' in laid) return laid;
    const ran = planAnew(part ?? plan);
    if (part !== undefined)
      return runner.run(
        { stage: 'trial', plan: ran, dir: laid.dir, timeLimitMs, key: undefined, paths: [], isPart: true },
        call,
      );
    const key = isRepeated ? undefined : laid.key;
    const how = { timeLimitMs, key, paths: pathsAfter(proposal), measure, meanwhile };
    return runner.run({ stage: 'trial', plan: ran, dir: laid.dir, ...how }, call);
  }

  async dir(): Promise<string> {
    return (await this.#options.keeper.open()).copy.dir;
  }

  /** Brings the copy to the state with the proposal, which must be made for what is there now. */
  lay(plan: TestPlan, proposal: Proposal, before: StateToLayOver, call: RunCall): Promise<LaidProposal | StateRun> {
    return call.clock.during('copy', () => this.#lay(plan, proposal, before, call));
  }

  async #lay(
    plan: TestPlan,
    proposal: Proposal,
    before: StateToLayOver,
    call: RunCall,
  ): Promise<LaidProposal | StateRun> {
    const buffers = before.overlay ?? this.#options.buffers();
    const { copy } = await this.#options.keeper.open();
    const keyWith = (overlay: readonly OverlayFile[]): string => keyOf(plan, copy.contentKey([...buffers, ...overlay]));
    if (before.isInStep) {
      const takenOff = before.tests.map(({ path }) => ({ path, content: 'deleted' as const }));
      await copy.lay(takenOff);
    } else {
      const synced = await this.#sync(buffers, call);
      if (synced.kind === 'unavailable') return unavailable(synced.reason);
    }
    if (keyWith(before.tests) !== before.key)
      return unavailable('The workspace changed while its tests ran. Run them again.');
    const problem = await layProposal(copy, proposal);
    if (problem !== undefined) return unavailable(problem);
    return { dir: copy.dir, key: keyWith(overlayOfProposal(proposal)), copy };
  }

  #sync(overlay: readonly OverlayFile[], { clock, signal }: RunCall): Promise<SyncOutcome> {
    const { keeper } = this.#options;
    return clock.during('copy', async () => (await keeper.open()).copy.sync(overlay, signal));
  }
}
