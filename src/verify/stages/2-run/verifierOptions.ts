import type { Sandbox } from '../../../sandbox/sandbox.ts';
import type { SecretSource } from '../../../disk/secretSource.ts';
import type { Approvals } from '../../../workspace/approvals.ts';
import type { Documents } from '../../../workspace/documents.ts';
import type { TrialWriter } from '../../../workspace/trialWriter.ts';
import type { TestRun } from '../../../workspace/verification.ts';
import type { OverlayFile } from '../../copy/overlay.ts';
import type { CopyLimits } from '../../copy/packageFolder.ts';
import type { Host } from '../../programs/testEnvironment.ts';
import type { ConfiguredReport } from '../../../runners/reports/configuredReport.ts';

/** Where a run takes place; the same words as `TestStage` of the agent. */
export type VerifierStage = 'baseline' | 'trial' | 'applied';

/** For one run of the tests where nothing else is set, in ms; the manifest's default says the same. */
export const defaultTimeLimitMs = 300_000;

/** Tests that take less, in ms, are all run at once. */
export const relatedFirstFromMs = 4_000;

export interface VerifierOptions {
  /** The workspace folder, absolute. */
  readonly root: string;
  readonly documents: Pick<Documents, 'unsaved'>;
  /** Where several questions cannot be asked as one, they are asked one after another. */
  readonly approvals: Pick<Approvals, 'confirmCommand'> &
    Partial<Pick<Approvals, 'confirmCommands' | 'allowsTestEdits' | 'confirmInPlace'>>;
  /** What lies over the disk before the change, in place of unsaved buffers. */
  readonly overlay?: (() => readonly OverlayFile[]) | undefined;
  /** Asked before each run, since settings change; undefined when the project's own command is to be found. */
  readonly configuredCommand?: (() => readonly [string, ...string[]] | undefined) | undefined;
  /** What that command leaves its results in, asked likewise; undefined when only its exit code, or a runner that is known, speaks. */
  readonly configuredReport?: (() => ConfiguredReport | undefined) | undefined;
  /** For one run of the tests, in ms; `defaultTimeLimitMs` when not given. */
  readonly timeLimitMs?: number | undefined;
  /**
   * For showing mutants to the tests, in ms; zero keeps it from being done, which is a doubt. When it is not given, it is a minute, and only
   * where the verdict depends on it.
   */
  readonly sensitivityMs?: number | undefined;
  /** Tests that take longer than this, in ms, are not all run before those that have to do with a change; a few seconds when not given. */
  readonly relatedFirstFromMs?: number | undefined;
  /** Told when tests really start, not when a cached result is given. */
  readonly onRunStarted?: ((stage: VerifierStage, command: string) => void) | undefined;
  readonly onRunFinished?: ((stage: VerifierStage, run: TestRun) => void) | undefined;
  /** Sees what the tests print, as it comes. */
  readonly onOutput?: ((text: string) => void) | undefined;
  readonly copyLimits?: CopyLimits | undefined;
  /** How a change is tried out where there can be no copy; without it, it is not. */
  readonly trialWriter?: TrialWriter | undefined;
  /** Where private copies are made; by default where the system keeps temporary files. */
  readonly temporaryFolder?: string | undefined;
  readonly host?: Host | undefined;
  /** Names of variables of the environment that the user lets through to programs of the project; asked before each run. */
  readonly letThrough?: (() => readonly string[]) | undefined;
  /** Where programs of the project run; by default the one of this system. */
  readonly sandbox?: Sandbox | undefined;
  /** Knows what no text of a run may show; by default what the environment and files of the workspace hold. */
  readonly secrets?: Pick<SecretSource, 'redactor'> | undefined;
}
