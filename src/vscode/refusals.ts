import { defaultSocketBounds } from '../agent/socketBudget.ts';
import type { StartRefusal } from './modelConnection.ts';
import { maxThreads } from './threadStore.ts';

/** No run starts without a folder, or in Restricted Mode. */
export const noFolder: StartRefusal = {
  kind: 'refused',
  reason: 'Open a folder first: Whetstone works on the files of a workspace folder and runs its tests.',
  action: 'openFolder',
};

export const notTrusted: StartRefusal = {
  kind: 'refused',
  reason: 'Whetstone runs nothing in Restricted Mode. Trust this folder to refactor it; nothing was changed.',
  action: 'manageTrust',
};

export const alreadyRunning: StartRefusal = {
  kind: 'refused',
  reason: 'A run is under way in this conversation. Stop it, wait for its end, or begin another conversation.',
};

export const othersWrite: StartRefusal = {
  kind: 'refused',
  reason:
    'Another conversation in this folder is writing or verifying a change. Wait for its end; nothing was changed.',
};

export const tooManyRuns: StartRefusal = {
  kind: 'refused',
  reason: `${defaultSocketBounds.maxOpen} runs are under way in this window. Stop one or wait for its end.`,
};

export const tooManyThreads: StartRefusal = {
  kind: 'refused',
  reason: `There are ${maxThreads} conversations in this folder. Close one in the list above the chat.`,
};
