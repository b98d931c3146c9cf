import { readFileSync } from 'node:fs';
import { DiskApplier } from '../../src/apply/diskApplier.ts';
import type { Proposal } from '../../src/edits/proposal.ts';

/**
 * A process that applies, rolls back or recovers, and kills itself the hard way before its n-th step (0: never).
 * Arguments: action, workspace folder, journal folder, file with the proposal as JSON, n. Prints one line a step.
 */
const [action = '', root = '', journalFolder = '', proposalFile = '', killAt = '0'] = process.argv.slice(2);
let steps = 0;
const applier = new DiskApplier({
  root,
  journalFolder,
  onStep: (step) => {
    steps += 1;
    if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
    process.stdout.write(`${step}\n`);
  },
});
// Written by the test itself; nothing to distrust.
const proposal = JSON.parse(readFileSync(proposalFile, 'utf8')) as Proposal;
const signal = new AbortController().signal;

if (action === 'apply') report(await applier.apply(proposal, { label: 'test' }, signal));
else if (action === 'rollBack') report(await applier.rollBack(undefined));
else if (action === 'recover') report({ kind: 'recovered', ...(await applier.recover()) });
else
  for (;;) {
    report(await applier.apply(proposal, { label: 'test' }, signal));
    report(await applier.rollBack(undefined));
  }

function report(outcome: unknown): void {
  process.stdout.write(`outcome ${JSON.stringify(outcome)}\n`);
}
