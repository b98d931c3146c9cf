import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { DiskApplier } from '../../../src/apply/diskApplier.ts';
import { JournalledTrial } from '../../../src/apply/journalledTrial.ts';
import { createProposal } from '../../../src/edits/proposal.ts';
import { TempTree } from '../../support/tempTree.ts';

const { signal } = new AbortController();
const plain = (text: string) => ({ text, hasBom: false });
const proposal = createProposal([
  { kind: 'edit', path: 'a.js', before: plain('1\n'), after: plain('2\n') },
  { kind: 'create', path: 'new/b.js', after: plain('3\n') },
  { kind: 'delete', path: 'c.js', before: plain('4\n') },
]);

describe('a trial in the workspace itself', () => {
  /** Takes a trial back while the disk refuses the steps with these numbers, counted from the taking back on. */
  async function takenBack(refused: (step: number) => boolean): Promise<{ steps: number; kind: string }> {
    const [tree, state] = [new TempTree({ 'a.js': '1\n', 'c.js': '4\n' }), new TempTree()];
    const folder = state.path('journal');
    let step = -Infinity;
    const onStep = (): void => {
      step += 1;
      if (refused(step)) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
    };
    try {
      const before = tree.snapshot();
      const written = await new JournalledTrial({ root: tree.root, folder, onStep }).write(proposal, signal);
      assert.ok(written.kind === 'written');
      assert.equal(tree.read('a.js'), '2\n');
      step = 0;
      const { kind } = await written.trial.takeBack(false);
      if (kind === 'restored') assert.deepEqual(tree.snapshot(), before);
      // Whatever happened, nothing is locked, and the next start finds everything back or puts it back.
      const report = await new DiskApplier({ root: tree.root, journalFolder: folder }).recover();
      assert.deepEqual([report.left, report.problems], [[], []]);
      assert.deepEqual(tree.snapshot(), before);
      return { steps: step, kind };
    } finally {
      tree.dispose();
      state.dispose();
    }
  }

  it('is taken back although the disk refuses any one step of that', async () => {
    const { steps } = await takenBack(() => false);
    assert.ok(steps > 2, `only ${steps} steps`);
    for (let refused = 1; refused <= steps; refused += 1)
      assert.equal((await takenBack((step) => step === refused)).kind, 'restored', `step ${refused} of ${steps}`);
  });

  it('says so when the disk goes on refusing, and is put back at the next start', async () => {
    assert.equal((await takenBack((step) => step > 0)).kind, 'failed');
  });
});
