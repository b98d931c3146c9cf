import { statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { evidenceJson, evidenceMarkdown, type EvidenceReport } from '../agent/evidenceReport.ts';
import { DiskDocuments } from '../disk/diskDocuments.ts';
import { isEmpty, touchedPaths, type Proposal } from '../edits/proposal.ts';
import { isAbortError } from '../util/abort.ts';
import { overlayOfBefore } from '../verify/copy/overlay.ts';
import { createVerifier } from '../verify/verifier.ts';
import type { Verdict } from '../workspace/verification.ts';
import { writeEvidence } from './evidenceFile.ts';
import { exitCodes } from './exitCodes.ts';
import { changesSince } from './gitChanges.ts';
import type { Host } from './host.ts';
import { followOnLine } from './followOnLine.ts';
import { createRunNotes, createTrialWriter, recover } from './journal.ts';
import { stateFolder } from './stateFolder.ts';
import { TerminalApprovals } from './terminalApprovals.ts';
import type { VerifyArguments } from './verifyArguments.ts';
import { findWorkspaceRoot } from './workspaceRoot.ts';

/** `whetstone verify`: judges what the working tree changes since a commit; resolves with the exit status, as for refactor. */
export async function verify(args: VerifyArguments, host: Host, signal: AbortSignal): Promise<number> {
  const { messages, output } = host.terminal;
  const cwd = resolve(args.cwd ?? '.');
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    messages.write(`whetstone: --cwd ${args.cwd ?? '.'} is not a folder.\n`);
    return exitCodes.usage;
  }
  const root = await realpath(findWorkspaceRoot(cwd) ?? cwd);
  try {
    // What a killed trial left in the workspace is no part of the change.
    await recover(root, host);
    const found = await changesSince(root, args.base, host.env, signal);
    if (found.kind === 'failed') {
      messages.write(`whetstone: ${found.reason}\n`);
      return exitCodes.usage;
    }
    if (isEmpty(found.proposal)) {
      messages.write(`Nothing changed since ${args.base}.\n`);
      return exitCodes.done;
    }
    const report = await examine(root, found.proposal, args, host, signal);
    output.write(args.isJson ? evidenceJson(report) : evidenceMarkdown(report));
    const problem = args.evidence === undefined ? undefined : await writeEvidence(args.evidence, report, cwd);
    if (problem !== undefined) messages.write(`whetstone: ${problem}\n`);
    return exitCodeOf(report.verdict, report);
  } catch (error) {
    if (!isAbortError(error)) throw error;
    messages.write('Stopped; nothing was changed.\n');
    return exitCodes.interrupted;
  }
}

async function examine(
  root: string,
  proposal: Proposal,
  args: VerifyArguments,
  { terminal, env, copyLimits }: Host,
  signal: AbortSignal,
): Promise<EvidenceReport> {
  const approvals = new TerminalApprovals({
    terminal,
    root,
    folder: join(stateFolder(env), 'confirmed'),
    ownCommand: args.test,
    allowsTestEdits: args.allowsTestEdits,
    allowsInPlace: args.isInPlace,
  });
  const verifier = createVerifier({
    root,
    documents: new DiskDocuments({ root }),
    approvals,
    configuredCommand: () => args.test,
    configuredReport: () => args.testReport,
    letThrough: () => args.environment,
    timeLimitMs: args.testTimeLimitMs,
    sensitivityMs: args.sensitivityMs,
    copyLimits,
    trialWriter: createTrialWriter(root, env),
    // The workspace holds the change already: before is what it was without.
    overlay: () => overlayOfBefore(proposal),
  });
  const note = createRunNotes(env).begin(root, args.goal === '' ? `the changes since ${args.base}` : args.goal);
  const following = followOnLine(terminal);
  try {
    note.enter('verifying', touchedPaths(proposal));
    const task = { goal: args.goal, focus: [] };
    const { verdict, evidence } = await verifier.examine(proposal, signal, { task, ...following.call });
    return { goal: args.goal, plan: [], proposal, verdict, ...(evidence === undefined ? {} : { evidence }) };
  } finally {
    following.end();
    note.clear();
    await verifier.dispose();
  }
}

function exitCodeOf({ kind }: Verdict, { evidence }: EvidenceReport): number {
  if (kind === 'preserved') return exitCodes.done;
  if (kind === 'broken') return exitCodes.broken;
  const before = evidence?.tests.before;
  const hasFailed = before?.kind === 'finished' && before.tests.some(({ outcome }) => outcome === 'failed');
  return hasFailed ? exitCodes.testsFailedBefore : exitCodes.unverified;
}
