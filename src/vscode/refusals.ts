import type { StartRefusal } from './modelConnection.ts';

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
  reason: 'A run is under way in this folder. Stop it or wait for its end.',
};
