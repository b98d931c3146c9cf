import { realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DiskApplier } from '../apply/diskApplier.ts';
import { describeChange } from '../apply/interruptions.ts';
import { undoNewest } from '../apply/undoNewest.ts';
import { undoStep } from '../apply/undoStep.ts';
import { DiskDocuments } from '../disk/diskDocuments.ts';
import { statLine, unifiedDiff } from '../edits/unifiedDiff.ts';
import { isAbortError } from '../util/abort.ts';
import { createVerifier } from '../verify/verifier.ts';
import { exitCodes } from './exitCodes.ts';
import { followOnLine } from './followOnLine.ts';
import type { Host } from './host.ts';
import { createApplier, createRunNotes, recover } from './journal.ts';
import { stateFolder } from './stateFolder.ts';
import { TerminalApprovals } from './terminalApprovals.ts';
import type { UndoArguments } from './undoArguments.ts';
import { findWorkspaceRoot } from './workspaceRoot.ts';
import { verdictWord } from '../workspace/verdictWord.ts';

/** `whetstone undo`: takes back the newest change that was applied to the workspace, or one step of it; resolves with the exit status. */
export async function undo(args: UndoArguments, host: Host, signal: AbortSignal): Promise<number> {
  const { cwd, what } = args;
  const folder = resolve(cwd ?? '.');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    host.terminal.messages.write(`whetstone: --cwd ${cwd ?? '.'} is not a folder.\n`);
    return exitCodes.usage;
  }
  const root = findWorkspaceRoot(realpathSync(folder)) ?? realpathSync(folder);
  const applier = createApplier(root, host.env);
  switch (what.kind) {
    case 'change':
      return undoChange(applier, root, host);
    case 'list':
      return listSteps(applier, root, host);
    case 'step':
      return undoOneStep(applier, { args, root, number: what.number }, host, signal);
  }
}

async function undoChange(applier: DiskApplier, root: string, { terminal, env }: Host): Promise<number> {
  const outcome = await undoNewest({ applier, runs: createRunNotes(env), root });
  for (const sentence of outcome.told) terminal.messages.write(`${sentence}\n`);
  switch (outcome.kind) {
    case 'restored':
      terminal.output.write(
        `Rolled back: ${outcome.change === undefined ? outcome.paths.join(', ') : describeChange(outcome.change)}\n`,
      );
      return exitCodes.done;
    case 'recovered':
      terminal.output.write(`Put back what was interrupted: ${outcome.paths.join(', ')}\n${outcome.reason}\n`);
      return exitCodes.done;
    case 'nothing':
      terminal.output.write(`Nothing to undo in ${root}. ${outcome.reason}\n`);
      return exitCodes.done;
    case 'refused':
      terminal.messages.write(`Nothing was undone. ${outcome.reason}\n`);
      return exitCodes.broken;
  }
}

async function listSteps(applier: DiskApplier, root: string, { terminal }: Host): Promise<number> {
  const plan = await applier.appliedPlan();
  if (plan === undefined) terminal.output.write(`Nothing to undo in ${root}.\n`);
  else if (plan.steps.length === 0) terminal.output.write(`${describeChange(plan.change)}: its steps are not known.\n`);
  else {
    const lines = plan.steps.map(({ name, files, isOut }, index) => {
      const where = files.length === 1 ? (files[0]?.path ?? '') : `${files.length} files`;
      return `  ${index + 1}. ${name} (${where})${isOut ? ', undone' : ''}\n`;
    });
    terminal.output.write(`${describeChange(plan.change)}\n${lines.join('')}`);
  }
  return exitCodes.done;
}

interface StepWish {
  readonly args: UndoArguments;
  readonly root: string;
  readonly number: number;
}

async function undoOneStep(
  applier: DiskApplier,
  { args, root, number }: StepWish,
  host: Host,
  signal: AbortSignal,
): Promise<number> {
  const { terminal, env } = host;
  const { output, messages } = terminal;
  await recover(root, host);
  const step = (await applier.appliedPlan())?.steps[number - 1];
  if (step === undefined) {
    messages.write(`whetstone: there is no step ${number}; undo --list shows those of the newest change.\n`);
    return exitCodes.usage;
  }
  const documents = new DiskDocuments({ root });
  const verifier = createVerifier({
    root,
    documents,
    approvals: new TerminalApprovals({
      terminal,
      root,
      folder: join(stateFolder(env), 'confirmed'),
      ownCommand: args.test,
      allowsTestEdits: true,
      allowsInPlace: false,
    }),
    configuredCommand: () => args.test,
    configuredReport: () => args.testReport,
    letThrough: () => args.environment,
    timeLimitMs: args.testTimeLimitMs,
  });
  const following = followOnLine(terminal);
  const mayApply = async (...[proposal, verdict]: Parameters<Parameters<typeof undoStep>[0]['mayApply']>) => {
    following.end();
    output.write(`${unifiedDiff(proposal)}${statLine(proposal)}\nVerdict: ${verdictWord(verdict)}\n`);
    for (const reason of verdict.reasons) output.write(`  ${reason}\n`);
    const mayWrite = verdict.kind !== 'broken';
    if (mayWrite) note.enter('writing', paths);
    return mayWrite;
  };
  const paths = step.files.map(({ path }) => path);
  const note = createRunNotes(env).begin(root, `undoing step ${number}: ${step.name}`);
  try {
    note.enter('verifying', paths);
    const ports = { applier, documents, verifier, mayApply, following: following.call };
    const outcome = await undoStep(ports, { step: step.id }, signal);
    following.end();
    switch (outcome.kind) {
      case 'undone':
        output.write(`Undone: step ${number} “${outcome.name}” in ${outcome.paths.join(', ')}\n`);
        return outcome.verdict.kind === 'preserved' ? exitCodes.done : exitCodes.unverified;
      case 'nothing':
        output.write(`Nothing to undo. ${outcome.reason}\n`);
        return exitCodes.done;
      case 'refused':
        messages.write(`The step was not undone. ${outcome.reason}\n`);
        return exitCodes.broken;
    }
  } catch (error) {
    if (!isAbortError(error)) throw error;
    messages.write('Stopped; everything is as it was.\n');
    return exitCodes.interrupted;
  } finally {
    following.end();
    note.clear();
    await verifier.dispose();
  }
}
