import type { Approvals } from '../../workspace/approvals.ts';
import type { NodeProgram } from '../testEnvironment.ts';

/** Where the project's own programs look at it. */
export interface CheckPlace {
  /** The folder that stands for the workspace, absolute, without links. */
  readonly dir: string;
  readonly node: NodeProgram;
  readonly env: NodeJS.ProcessEnv;
  readonly approvals: Pick<Approvals, 'confirmCommand'>;
}
