import { Draft } from '../edits/draft.ts';
import { emptyProposal } from '../edits/proposal.ts';
import type { InputItem } from '../responses/items.ts';
import type { AgentEvent, RunEnding } from './events.ts';
import { GatedVerifier } from './gatedVerifier.ts';
import { goalMessage, standingInstructions } from './instructions.ts';
import { tapTools } from './recorder.ts';
import type { RunRequest } from './run.ts';
import type { SessionPorts } from './sessionPorts.ts';
import { SessionRun } from './sessionRun.ts';
import { ToolTable } from './toolCall.ts';

/**
 * One conversation about one workspace folder: runs go on the same chain over the same connection.
 * One run at a time; a second call of `run` before the first settled throws.
 */
export class Session {
  readonly #ports: SessionPorts;
  readonly #verifier: GatedVerifier;
  readonly #tools: ToolTable;
  /** What is staged; nothing of it is on disk. */
  readonly draft = new Draft();
  #unsent: readonly InputItem[];
  #run: SessionRun | undefined;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#unsent = ports.resume ?? [standingInstructions];
    const isOnRequest = (): boolean => ports.current().isVerifiedOnRequest ?? false;
    this.#verifier = new GatedVerifier(ports.verifier, ports.reviewer, { isOnRequest });
    const tools = ports.createTools({ draft: this.draft, verifier: this.#verifier });
    this.#tools = new ToolTable(ports.tap ? tapTools(tools, ports.tap) : tools, ports.ledger);
  }

  /** What the endpoint has not seen; during a run, as far as the run has come. */
  get unsent(): readonly InputItem[] {
    return this.#run?.unsent ?? this.#unsent;
  }

  /**
   * Works on one goal until it is applied and verified, rejected, or ends for a named reason. Never rejects.
   * When it settles nothing is staged any more, and no process that it started is alive. `stop` ends the work; what was staged is shown
   * all the same, for as long as the reviewer looks at it and `end` has not fired.
   */
  async run(
    request: RunRequest,
    onEvent: (event: AgentEvent) => void,
    stop: AbortSignal,
    end = new AbortController().signal,
  ): Promise<RunEnding> {
    if (this.#run) throw new Error('A run is under way in this session.');
    const own = { verifier: this.#verifier, tools: this.#tools, draft: this.draft };
    const run = new SessionRun(this.#ports, own, onEvent, stop, end);
    this.#run = run;
    try {
      const { endpointName } = this.#ports;
      onEvent({
        kind: 'runStarted',
        goal: request.goal,
        paths: request.focus.map(({ path }) => path),
        endpoint: endpointName,
      });
      const ending = await run.work(request, [...this.#unsent, goalMessage(request)]);
      onEvent({ kind: 'runEnded', ending });
      return ending;
    } finally {
      this.#unsent = run.unsent;
      this.draft.set(emptyProposal);
      this.draft.admits = 'changes';
      this.#run = undefined;
    }
  }
}
