import { join } from 'node:path';
import { CallLedger } from '../../src/agent/callLedger.ts';
import type { AgentEvent, ReviewOutcome, RunEnding } from '../../src/agent/events.ts';
import { defaultLimits, type Reviewer } from '../../src/agent/run.ts';
import { Session } from '../../src/agent/session.ts';
import type { SessionPorts } from '../../src/agent/sessionPorts.ts';
import { DiskApplier } from '../../src/apply/diskApplier.ts';
import { DiskDocuments } from '../../src/disk/diskDocuments.ts';
import { RipgrepSearch } from '../../src/disk/ripgrepSearch.ts';
import type { Proposal } from '../../src/edits/proposal.ts';
import { ripgrepProgram } from '../../src/node/ripgrepProgram.ts';
import type { ResponsesClient } from '../../src/responses/turn.ts';
import { allTools } from '../../src/tools/allTools.ts';
import { ReadLedger } from '../../src/tools/readLedger.ts';
import { Deferred } from '../../src/util/deferred.ts';
import { Mutex } from '../../src/util/mutex.ts';
import { createVerifier } from '../../src/verify/verifier.ts';
import { TempTree } from './tempTree.ts';

/** A workspace folder with real documents, applier and verifier that several conversations share, as in a window. */
export class SharedFolder {
  readonly tree: TempTree;
  readonly writing = new Mutex();
  readonly #state = new TempTree();
  readonly #ports: Omit<SessionPorts, 'current' | 'reviewer' | 'createTools'>;
  readonly #close: () => Promise<void>;
  readonly #createTools: SessionPorts['createTools'];

  private constructor(files: Readonly<Record<string, string>>, program: string) {
    this.tree = new TempTree(files);
    const { root } = this.tree;
    const documents = new DiskDocuments({ root });
    const approvals = { confirmCommand: () => Promise.resolve(true), allowsTestEdits: () => false };
    const verifier = createVerifier({ root, documents, approvals });
    const language = {
      outline: () => Promise.resolve(undefined),
      diagnostics: () => Promise.resolve({ kind: 'unavailable' as const, reason: 'No compiler here.' }),
    };
    const search = new RipgrepSearch({ root, program });
    this.#createTools = (own) => allTools({ documents, search, language, approvals, ledger: new ReadLedger(), ...own });
    this.#ports = {
      model: 'test-model',
      endpointName: 'the test server',
      verifier,
      applier: new DiskApplier({ root, journalFolder: join(this.#state.root, 'journal') }),
      language,
      exclusive: (work, onWait, signal) => {
        if (this.writing.isBusy) onWait();
        return this.writing.runExclusive(work, signal);
      },
    };
    this.#close = () => verifier.dispose();
  }

  static async create(files: Readonly<Record<string, string>>): Promise<SharedFolder> {
    return new SharedFolder(files, await ripgrepProgram());
  }

  /** A conversation over the client; what is proposed waits for `decide`. */
  talk(client: ResponsesClient, more: Partial<SessionPorts> = {}): Talk {
    return new Talk({
      ...this.#ports,
      current: () => ({ client, limits: defaultLimits }),
      createTools: this.#createTools,
      ...more,
    });
  }

  async dispose(): Promise<void> {
    await this.#close();
    this.tree.dispose();
    this.#state.dispose();
  }
}

/** One conversation and what it reported. */
export class Talk {
  readonly events: AgentEvent[] = [];
  /** When each of the events came, in ms. */
  readonly times: number[] = [];
  readonly session: Session;
  readonly ledger: CallLedger;
  readonly #stop = new AbortController();
  /** What waits for a decision, once something does. */
  proposed = new Deferred<Proposal>();
  #decision = new Deferred<boolean>();
  onEvent: (event: AgentEvent) => void = () => {};

  constructor(ports: Omit<SessionPorts, 'reviewer'>) {
    this.ledger = ports.ledger ?? new CallLedger();
    this.session = new Session({ ...ports, ledger: this.ledger, reviewer: this.#reviewer() });
  }

  run(goal: string, path: string): Promise<RunEnding> {
    const record = (event: AgentEvent): void => {
      this.events.push(event);
      this.times.push(performance.now());
      this.onEvent(event);
    };
    return this.session.run({ goal, focus: [{ path }] }, record, this.#stop.signal);
  }

  decide(isAccepted: boolean): void {
    this.#decision.resolve(isAccepted);
  }

  stop(): void {
    this.#stop.abort();
  }

  #reviewer(): Reviewer {
    return {
      review: async ({ proposal }): Promise<ReviewOutcome> => {
        this.proposed.resolve(proposal);
        const isAccepted = await this.#decision.promise;
        this.#decision = new Deferred();
        this.proposed = new Deferred();
        if (!isAccepted) return { kind: 'rejected', reason: 'No.' };
        return { kind: 'accepted', proposal, paths: proposal.changes.map(({ path }) => path) };
      },
      continueDespiteFailures: () => Promise.resolve(false),
      rollBack: () => Promise.resolve(true),
    };
  }
}
