import type { ResponsesClientOptions } from '../../../../src/responses/client.ts';
import type { RunLimits } from '../../../../src/agent/run.ts';
import type { RunPorts } from '../../../../src/agent/sessionPorts.ts';
import type { FakePace } from '../../fakePace.ts';
import type { Exchange, ScriptedServerOptions } from '../../scriptedServer.ts';
import type { Random } from '../random.ts';
import type { IdStyle } from './effectModel.ts';
import type { SessionRig } from './sessionRig.ts';

/**
 * How a run has to end: everything `done` and applied; `cut`, with what was staged applied and the cause named beside it; ended by
 * `name`, with nothing staged that could be settled; or `stopped` by the user, with what was staged offered and nothing written.
 */
export type Expected = 'done' | 'cut' | 'named' | 'stopped';

/** One run of a session that something happens to. */
export interface SessionPlan {
  readonly expected: Expected;
  /** What the reason of the ending must say. */
  readonly says?: RegExp;
  readonly ids?: IdStyle;
  /** In place of the model's answer to request `count`, counted from 1; `play` gives that answer. */
  readonly answer?: (exchange: Exchange, count: number, play: () => void, rig: SessionRig) => void;
  readonly server?: Omit<Partial<ScriptedServerOptions>, 'script'>;
  readonly client?: Partial<ResponsesClientOptions>;
  readonly limits?: Partial<RunLimits>;
  readonly options?: RunPorts['options'];
  /** The endpoint is called by a name, which has to be looked up. */
  readonly isNamed?: true;
  /** Called once all is ready and nothing was asked yet. */
  readonly prepare?: (rig: SessionRig) => void;
  /** What else must hold once the run has ended, in words where it does not. */
  readonly check?: (rig: SessionRig) => readonly string[];
  /** Starts an endpoint in front of which nothing is scripted but the server behind it. */
  readonly endpoint?: (signal: AbortSignal) => Promise<RunningEndpoint>;
}

export interface RunningEndpoint {
  readonly baseUrl: string;
  readonly token: string;
  close(): Promise<void>;
}

/** Something that happens to runs, in a class of its own kind. */
export interface SessionFault {
  readonly name: string;
  plan(random: Random): SessionPlan;
}

export interface SessionClass {
  readonly name: string;
  readonly faults: readonly SessionFault[];
}

/** Requests of a run that nothing disturbs: it reads, edits in two steps, tests, says that it is done, and is told what was decided. */
export const turns = { read: 1, edit: 2, test: 3, close: 4, told: 5 } as const;

/** How a run ends whose model is gone for good from request `at` on; what was decided by then stays so. */
export function goneFrom(at: number, says: RegExp): Pick<SessionPlan, 'expected' | 'says'> {
  return at === turns.told ? { expected: 'done' } : { expected: at > turns.edit ? 'cut' : 'named', says };
}

/** True when no more time passed on the clock of the client than `ms`. */
export function waitedAtMost(pace: FakePace, ms: number): readonly string[] {
  return pace.total <= ms ? [] : [`it waited ${Math.round(pace.total)} ms instead of ${ms} at most`];
}

/** True when as much time passed on the clock of the client. */
export function waitedAtLeast(pace: FakePace, ms: number): readonly string[] {
  return pace.total >= ms ? [] : [`it waited ${Math.round(pace.total)} ms instead of ${ms} at least`];
}
