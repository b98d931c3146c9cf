import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { AgentEvent, RunEnding } from '../../../../src/agent/events.ts';
import { defaultLimits } from '../../../../src/agent/run.ts';
import { Session } from '../../../../src/agent/session.ts';
import { DiskApplier } from '../../../../src/apply/diskApplier.ts';
import { DiskDocuments } from '../../../../src/disk/diskDocuments.ts';
import { RipgrepSearch } from '../../../../src/disk/ripgrepSearch.ts';
import { HeadlessReviewer } from '../../../../src/node/headlessReviewer.ts';
import { WebSocketResponsesClient } from '../../../../src/responses/client.ts';
import { allTools } from '../../../../src/tools/allTools.ts';
import { ReadLedger } from '../../../../src/tools/readLedger.ts';
import type { LanguageFeatures } from '../../../../src/workspace/language.ts';
import type { TestComparison, TestRun, Verifier } from '../../../../src/workspace/verification.ts';
import { FakePace } from '../../fakePace.ts';
import { ScriptedServer, type Exchange } from '../../scriptedServer.ts';
import { TemporaryFolder } from '../../temporaryFolder.ts';
import { before, file, outputOf } from './effectModel.ts';
import type { RunningEndpoint, SessionPlan } from './sessionPlan.ts';

/** Short where a run has to wait for them by the machine's own clock; long enough for a busy machine where it has not. */
const clientOptions = {
  handshakeTimeoutMs: 5_000,
  closeTimeoutMs: 200,
  noEventTimeoutMs: 5_000,
  maxResponseBytes: 4 * 1024 * 1024,
} as const;

/**
 * A session over a real connection to a scripted endpoint, with the real tools on a real folder: what is PRESERVED is written, as with
 * `--apply verified`. Only the tests are not run: they pass, always.
 */
export class SessionRig {
  readonly pace = new FakePace();
  readonly events: AgentEvent[] = [];
  readonly stop = new AbortController();
  server: ScriptedServer;
  readonly client: WebSocketResponsesClient;
  readonly #plan: SessionPlan;
  readonly #folder: TemporaryFolder;
  readonly #journal = new TemporaryFolder();
  readonly #session: Session;
  readonly #endpoint: RunningEndpoint | undefined;
  readonly #port: number;
  #requests = 0;
  #moving: Promise<unknown> = Promise.resolve();

  private constructor(
    plan: SessionPlan,
    folder: TemporaryFolder,
    server: ScriptedServer,
    endpoint: RunningEndpoint | undefined,
  ) {
    this.#plan = plan;
    this.#folder = folder;
    this.server = server;
    this.#port = server.port;
    this.#endpoint = endpoint;
    this.client = new WebSocketResponsesClient({
      ...clientOptions,
      endpoint: endpoint?.baseUrl ?? (plan.isNamed ? `http://localhost:${server.port}/v1` : server.baseUrl),
      bearer: async () => endpoint?.token ?? 'key',
      pace: this.pace,
      ...plan.client,
    });
    const root = folder.path;
    const documents = new DiskDocuments({ root });
    const search = new RipgrepSearch({ root, program: 'rg' });
    const ledger = new ReadLedger();
    const approvals = { allowsTestEdits: () => false };
    this.#session = new Session({
      current: () => ({ client: this.client, limits: { ...defaultLimits, ...plan.limits }, options: plan.options }),
      model: 'm',
      endpointName: 'script',
      createTools: (own) => allTools({ documents, search, language, approvals, ledger, ...own }),
      verifier: greenVerifier,
      applier: new DiskApplier({ root, journalFolder: this.#journal.path }),
      reviewer: new HeadlessReviewer('verified'),
      language,
    });
  }

  static async start(plan: SessionPlan): Promise<SessionRig> {
    const folder = new TemporaryFolder();
    folder.write(file, before);
    const endpoint = await plan.endpoint?.(new AbortController().signal);
    const holder: { rig?: SessionRig } = {};
    const server = await ScriptedServer.start({ ...plan.server, script: (exchange) => holder.rig?.answer(exchange) });
    const rig = new SessionRig(plan, folder, server, endpoint);
    holder.rig = rig;
    plan.prepare?.(rig);
    return rig;
  }

  /** Responses that were asked for. */
  get requests(): number {
    return this.#requests;
  }

  run(): Promise<RunEnding> {
    const request = { goal: 'Fill it', focus: [{ path: file }] };
    return this.#session.run(request, (event) => this.events.push(event), this.stop.signal);
  }

  answer(exchange: Exchange): void {
    const play = (): void => exchange.answer(outputOf(exchange, this.#plan.ids ?? 'fixed'));
    const { answer } = this.#plan;
    this.#requests += 1;
    if (answer === undefined) play();
    else answer(exchange, this.#requests, play, this);
  }

  /** The endpoint ends, and nothing listens there any more. */
  leave(): void {
    const { server } = this;
    this.#moving = this.#moving.then(() => server.stop());
  }

  /** The endpoint listens again where it did, and knows nothing of what was. */
  comeBack(): void {
    this.#moving = this.#moving.then(async () => {
      const script = (exchange: Exchange): void => this.answer(exchange);
      this.server = await ScriptedServer.start({ ...this.#plan.server, script }, this.#port);
    });
  }

  /** As it is on disk. */
  get text(): string {
    return readFileSync(join(this.#folder.path, file), 'utf8');
  }

  async dispose(): Promise<void> {
    await this.client.close();
    await this.#moving;
    // One that has left is stopped already.
    await this.server.stop().catch(() => undefined);
    await this.#endpoint?.close();
    await nextTick();
    this.#folder.dispose();
    this.#journal.dispose();
  }
}

const language: LanguageFeatures = {
  outline: async () => undefined,
  diagnostics: async () => ({ kind: 'diagnostics', diagnostics: [] }),
};

const green: TestRun = {
  kind: 'finished',
  command: 'node --test',
  tests: [{ id: 't', outcome: 'passed' }],
  durationMs: 1,
};
const kept: TestComparison = {
  before: green,
  after: green,
  broken: [],
  fixed: [],
  stillFailing: [],
  verdict: { kind: 'preserved', reasons: ['The tests pass.'] },
};
const greenVerifier: Verifier = {
  describeCommand: async () => 'node --test',
  prepare: async () => {},
  baseline: async () => green,
  trial: async () => kept,
  examine: async () => kept,
  applied: async () => kept,
  invalidate: () => {},
};
