import { CallLedger } from '../agent/callLedger.ts';
import { resumeItems } from '../agent/continuation.ts';
import { turnOptions } from '../agent/modelOptions.ts';
import { Session } from '../agent/session.ts';
import type { SessionPorts } from '../agent/sessionPorts.ts';
import type { InputItem } from '../responses/items.ts';
import { allTools } from '../tools/allTools.ts';
import { ReadLedger } from '../tools/readLedger.ts';
import type { AgentParts } from './agentParts.ts';
import type { OpenConnection } from './modelConnection.ts';
import type { Settings } from './settings.ts';
import type { ContinuedThread } from './threadKeeper.ts';

/** The session of one conversation, which goes on as long as the connections hold what was said. */
export class ThreadSession {
  readonly #parts: AgentParts;
  #ledger: CallLedger;
  #settings: Settings | undefined;
  #held: { readonly connection: OpenConnection; readonly session: Session } | undefined;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    this.#ledger = new CallLedger(parts.files?.calls);
  }

  /** The connection that was used last; undefined before the first. */
  get connection(): OpenConnection | undefined {
    return this.#held?.connection;
  }

  /** What the endpoint has not seen. */
  get unsent(): readonly InputItem[] {
    return this.#held?.session.unsent ?? [];
  }

  /** The session goes on over a connection that holds its conversation; over any other one it begins anew. */
  async over(connection: OpenConnection, settings: Settings, continued: ContinuedThread | undefined): Promise<Session> {
    this.#settings = settings;
    const known = this.#held;
    if (known?.connection === connection) return known.session;
    if (known !== undefined && connection.isContinued) {
      this.#held = { connection, session: known.session };
      return known.session;
    }
    if (!connection.isContinued) await this.#forgetCalls();
    const isOfEarlierWindow = connection.isContinued && continued?.endpoint === connection.identity;
    const resume = isOfEarlierWindow ? await resumeItems(continued, this.#ledger) : undefined;
    const session = new Session(this.#portsOver(connection, settings, resume));
    this.#held = { connection, session };
    return session;
  }

  /** What may change between two runs is asked for by each of them. */
  #portsOver(at: OpenConnection, first: Settings, resume: readonly InputItem[] | undefined): SessionPorts {
    const { documents, search, language, approvals, verifier, applier, reviewer } = this.#parts;
    const reads = new ReadLedger();
    const connection = (): OpenConnection => this.#held?.connection ?? at;
    const latest = (): Settings => this.#settings ?? first;
    const { id } = this.#parts;
    return {
      current: () => {
        const { limits, applyPolicy, prices, options } = latest();
        return {
          client: connection().client,
          limits,
          isVerifiedOnRequest: applyPolicy === 'onRequest',
          options: at.takesOptions ? turnOptions(options, id) : undefined,
          prices,
        };
      },
      model: at.model,
      endpointName: at.name,
      createTools: (own) => allTools({ documents, search, language, approvals, ledger: reads, ...own }),
      verifier,
      applier,
      reviewer,
      language,
      resume,
      tap: this.#parts.recorder,
      ledger: this.#ledger,
      exclusive: (work, onWait, signal) => this.#writeAlone(work, onWait, signal),
    };
  }

  /** Ids of calls mean nothing in another conversation. */
  async #forgetCalls(): Promise<void> {
    const { files } = this.#parts;
    await files?.calls.remove().catch(() => undefined);
    this.#ledger = new CallLedger(files?.calls);
  }

  #writeAlone<T>(work: () => Promise<T>, onWait: () => void, signal: AbortSignal): Promise<T> {
    const { writing } = this.#parts;
    if (writing.isBusy) onWait();
    return writing.runExclusive(work, signal);
  }
}
