import type { ForeignPlace } from '../../sandbox/foreignPlace.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Approvals } from '../../workspace/approvals.ts';
import type { NodeProgram } from './testEnvironment.ts';

/** Where the project's own programs look at it. */
export interface CheckPlace {
  /** The folder that stands for the workspace, absolute, without links. */
  readonly dir: string;
  readonly node: NodeProgram;
  readonly env: NodeJS.ProcessEnv;
  readonly approvals: Pick<Approvals, 'confirmCommand'>;
  /** Where they run, and what they see there. */
  readonly sandbox: Sandbox;
  readonly foreign: ForeignPlace;
}
