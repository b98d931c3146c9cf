import type { CopyLimits } from '../verify/copy/packageFolder.ts';
import type { Terminal } from './terminal.ts';

/** What a command gets from the process that it runs in. */
export interface Host {
  readonly terminal: Terminal;
  /** Without the key. */
  readonly env: NodeJS.ProcessEnv;
  /** From WHETSTONE_API_KEY; goes to the endpoint of the command line and nowhere else. */
  readonly apiKey: string | undefined;
  /** How large a private copy may become; what is usual when not given. */
  readonly copyLimits?: CopyLimits | undefined;
}
