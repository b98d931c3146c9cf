import { join } from 'node:path';
import { DiskApplier } from '../apply/diskApplier.ts';
import { JournalledTrial } from '../apply/journalledTrial.ts';
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

/** Puts back what an earlier run left half written, or under trial, when it was killed; tells of it. Never rejects. */
export async function recover(root: string, { terminal, env }: Host): Promise<void> {
  const { restored, left, problems } = await createApplier(root, env).recover();
  if (restored.length > 0)
    terminal.messages.write(`An earlier run was killed while it wrote; put back: ${restored.join(', ')}\n`);
  if (left.length > 0) terminal.messages.write(`Changed since and left as they are: ${left.join(', ')}\n`);
  for (const problem of problems) terminal.messages.write(`${problem}\n`);
}

function journalFolder(env: NodeJS.ProcessEnv): string {
  return join(stateFolder(env), 'journal');
}
