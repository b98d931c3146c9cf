import { readFileSync } from 'node:fs';
import { JournalledTrial } from '../../src/apply/journalledTrial.ts';
import type { Proposal } from '../../src/edits/proposal.ts';
import { createVerifier } from '../../src/verify/verifier.ts';

/**
 * A process that verifies a proposal in the workspace itself and kills itself the hard way: before the n-th step that writes, or with `run` as
 * soon as the tests of the trial speak. Arguments: workspace folder, journal folder, folder for private files, file with the proposal as JSON, n.
 * Prints one line a step.
 */
const [root = '', journal = '', temporaryFolder = '', proposalFile = '', killAt = '0'] = process.argv.slice(2);
let steps = 0;
let stage = '';
const verifier = createVerifier({
  root,
  documents: { unsaved: () => [] },
  approvals: { confirmCommand: async () => true, confirmInPlace: async () => true },
  temporaryFolder,
  sensitivityMs: 0,
  copyLimits: { maxFiles: 1, maxBytes: 1_000_000 },
  trialWriter: new JournalledTrial({
    root,
    folder: journal,
    onStep: (step) => {
      steps += 1;
      if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
      process.stdout.write(`${step}\n`);
    },
  }),
  onRunStarted: (started) => (stage = started),
  onOutput: () => {
    if (killAt === 'run' && stage === 'trial') process.kill(process.pid, 'SIGKILL');
  },
});
// Written by the test itself; nothing to distrust.
const proposal = JSON.parse(readFileSync(proposalFile, 'utf8')) as Proposal;
const { verdict } = await verifier.trial(proposal, new AbortController().signal);
await verifier.dispose();
process.stdout.write(`outcome ${verdict.kind}\n`);
