import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { CallLedger } from '../agent/callLedger.ts';
import { turnOptions } from '../agent/modelOptions.ts';
import type { SessionTap } from '../agent/recorder.ts';
import { defaultLimits } from '../agent/run.ts';
import type { RunPorts } from '../agent/sessionPorts.ts';
import { Session } from '../agent/session.ts';
import { JsonFile } from '../apply/jsonFile.ts';
import { DiskDocuments } from '../disk/diskDocuments.ts';
import { redactedLanguage } from '../disk/redactedLanguage.ts';
import { RipgrepSearch } from '../disk/ripgrepSearch.ts';
import { SecretSource } from '../disk/secretSource.ts';
import { allTools } from '../tools/allTools.ts';
import { ReadLedger } from '../tools/readLedger.ts';
import { allowedEnvironment } from '../util/allowedEnvironment.ts';
import { createVerifier } from '../verify/verifier.ts';
import type { RefactorArguments } from './cliArguments.ts';
import { HeadlessReviewer } from './headlessReviewer.ts';
import type { Host } from './host.ts';
import { createApplier, createTrialWriter } from './journal.ts';
import type { ModelConnection } from './modelConnection.ts';
import { ProjectCompiler } from '../verify/programs/projectCompiler.ts';
import { ripgrepProgram } from './ripgrepProgram.ts';
import { stateFolder } from './stateFolder.ts';
import { TerminalApprovals } from './terminalApprovals.ts';
import { TrackedApplier } from './trackedApplier.ts';
import { TsLanguage } from './tsLanguage.ts';

export interface Composition {
  readonly session: Session;
  readonly applier: TrackedApplier;
  /** Resolves when private copies are gone. */
  readonly close: () => Promise<void>;
}

/** Wires everything that works on one workspace folder without an editor. */
export async function compose(
  root: string,
  args: RefactorArguments,
  host: Host,
  connection: ModelConnection & { readonly kind: 'ready' },
  tap: SessionTap | undefined,
): Promise<Composition> {
  const { terminal, env, copyLimits } = host;
  const state = stateFolder(env);
  const approvals = new TerminalApprovals({
    terminal,
    root,
    folder: join(state, 'confirmed'),
    ownCommand: args.test,
    allowsTestEdits: args.allowsTestEdits,
    allowsInPlace: args.isInPlace,
  });
  const documents = new DiskDocuments({ root });
  const search = new RipgrepSearch({ root, program: await ripgrepProgram() });
  const seen = allowedEnvironment(env, args.environment);
  const held = [...connection.secrets, ...(host.apiKey === undefined ? [] : [host.apiKey])];
  const secrets = new SecretSource({ root, env, held: async () => held });
  const language = redactedLanguage(new TsLanguage(new ProjectCompiler({ root, env: seen, approvals })), secrets);
  const verifier = createVerifier({
    root,
    documents,
    approvals,
    configuredCommand: () => args.test,
    configuredReport: () => args.testReport,
    letThrough: () => args.environment,
    timeLimitMs: args.testTimeLimitMs,
    sensitivityMs: args.sensitivityMs,
    copyLimits,
    trialWriter: createTrialWriter(root, env),
    secrets,
  });
  const applier = new TrackedApplier(createApplier(root, env));
  const reads = new ReadLedger();
  const conversation = randomUUID();
  const calls = new JsonFile(join(state, 'calls', `${conversation}.json`));
  const current: RunPorts = {
    client: connection.client,
    limits: { ...defaultLimits, ...(args.maxTurns === undefined ? {} : { maxTurns: args.maxTurns }) },
    options: connection.takesOptions ? turnOptions(args.options, conversation) : undefined,
    prices: args.prices,
  };
  const session = new Session({
    current: () => current,
    model: connection.model,
    endpointName: connection.name,
    createTools: (own) => allTools({ documents, search, language, approvals, ledger: reads, ...own }),
    verifier,
    applier,
    reviewer: new HeadlessReviewer(args.apply, args.characterizes, args.stepBudgetMs),
    language,
    tap,
    ledger: new CallLedger(calls),
  });
  const close = async (): Promise<void> => {
    // Nobody continues this conversation: its calls need not be known any longer.
    await calls.remove().catch(() => undefined);
    await verifier.dispose();
  };
  return { session, applier, close };
}
