import { readFileSync } from 'node:fs';
import { DiskApplier } from '../../src/apply/diskApplier.ts';
import { JournalledTrial } from '../../src/apply/journalledTrial.ts';
import { RunNotes } from '../../src/apply/runNotes.ts';
import type { Proposal } from '../../src/edits/proposal.ts';

/**
 * A process that applies a change, or only tries it out in place, as a run does, and kills itself the hard way before its n-th step (0:
 * never). Arguments: `apply`, `trial` or `rollBack`, workspace folder, state folder, file with the proposal as JSON, n. Prints one line a step.
 */
const [action = '', root = '', state = '', proposalFile = '', killAt = '0'] = process.argv.slice(2);
let steps = 0;
const onStep = (step: string): void => {
  steps += 1;
  if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  process.stdout.write(`${step}\n`);
};
// Written by the test itself; nothing to distrust.
const proposal = JSON.parse(readFileSync(proposalFile, 'utf8')) as Proposal;
const signal = new AbortController().signal;
const folder = `${state}/whetstone/journal`;
const paths = proposal.changes.map(({ path }) => path);
const note = new RunNotes(`${state}/whetstone/runs`).begin(root, 'third');

if (action === 'rollBack') await new DiskApplier({ root, journalFolder: folder, onStep }).rollBack(undefined);
else if (action === 'apply') {
  note.enter('verifying', paths);
  onStep('tests run in the copy');
  note.enter('writing', paths);
  const outcome = await new DiskApplier({ root, journalFolder: folder, onStep }).apply(
    proposal,
    { label: 'third' },
    signal,
  );
  if (outcome.kind !== 'applied') throw new Error(JSON.stringify(outcome));
  onStep('commit');
  note.enter('written', paths);
  onStep('tests run in place');
  note.clear();
} else {
  note.enter('verifying', paths);
  const written = await new JournalledTrial({ root, folder, onStep }).write(proposal, signal);
  if (written.kind !== 'written') throw new Error(JSON.stringify(written));
  onStep('tests run');
  await written.trial.takeBack(false);
  note.clear();
}
process.stdout.write('outcome\n');
