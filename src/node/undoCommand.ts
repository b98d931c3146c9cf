import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { exitCodes } from './exitCodes.ts';
import type { Host } from './host.ts';
import { createApplier } from './journal.ts';
import { findWorkspaceRoot } from './workspaceRoot.ts';

/** `whetstone undo`: rolls back the newest change that was applied to the workspace; resolves with the exit status. */
export async function undo({ cwd }: { readonly cwd: string | undefined }, host: Host): Promise<number> {
  const { messages, output } = host.terminal;
  const folder = resolve(cwd ?? '.');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    messages.write(`whetstone: --cwd ${cwd ?? '.'} is not a folder.\n`);
    return exitCodes.usage;
  }
  const root = findWorkspaceRoot(realpathSync(folder)) ?? realpathSync(folder);
  const outcome = await createApplier(root, host.env).rollBack(undefined);
  switch (outcome.kind) {
    case 'restored':
      output.write(`Rolled back: ${outcome.paths.join(', ')}\n`);
      return exitCodes.done;
    case 'nothing':
      output.write(`Nothing to undo in ${root}. ${outcome.reason}\n`);
      return exitCodes.done;
    case 'refused':
      messages.write(`Nothing was undone. ${outcome.reason}\n`);
      return exitCodes.broken;
  }
}
