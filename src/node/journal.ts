import { join } from 'node:path';
import { DiskApplier } from '../apply/diskApplier.ts';
import { describeChange } from '../apply/interruptions.ts';
import { JournalledTrial } from '../apply/journalledTrial.ts';
import { RunNotes } from '../apply/runNotes.ts';
import { takeLeftovers } from '../apply/undoNewest.ts';
import type { TrialWriter } from '../workspace/trialWriter.ts';
import type { Host } from './host.ts';
import { stateFolder } from './stateFolder.ts';

/** Writes to a workspace folder, with its journal in the user's own state folder. */
export function createApplier(root: string, env: NodeJS.ProcessEnv): DiskApplier {
  return new DiskApplier({ root, journalFolder: journalFolder(env) });
}

/** Tries changes out in a workspace folder itself, by way of the same journal. */
export function createTrialWriter(root: string, env: NodeJS.ProcessEnv): TrialWriter {
  return new JournalledTrial({ root, folder: journalFolder(env) });
}

/** What runs are about, so that one that is killed can be told of. */
export function createRunNotes(env: NodeJS.ProcessEnv): RunNotes {
  return new RunNotes(join(stateFolder(env), 'runs'));
}

/** Puts back what an earlier run left half written, or under trial, when it was killed, and tells what was cut. Never rejects. */
export async function recover(root: string, { terminal, env }: Host): Promise<void> {
  const ports = { applier: createApplier(root, env), runs: createRunNotes(env), root };
  const { told, isAnotherNext, next, isBusy } = await takeLeftovers(ports);
  for (const sentence of told) terminal.messages.write(`${sentence}\n`);
  if (isBusy || told.length === 0 || isAnotherNext || next === undefined) return;
  terminal.messages.write(`"whetstone undo" takes back ${describeChange(next)}.\n`);
}

function journalFolder(env: NodeJS.ProcessEnv): string {
  return join(stateFolder(env), 'journal');
}
