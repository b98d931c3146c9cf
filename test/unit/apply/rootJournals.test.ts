import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readdirSync, realpathSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { DiskApplier } from '../../../src/apply/diskApplier.ts';
import { acquireLock } from '../../../src/apply/folderLock.ts';
import { Journal } from '../../../src/apply/journal.ts';
import { JournalledTrial } from '../../../src/apply/journalledTrial.ts';
import { rootFolder } from '../../../src/apply/rootFolder.ts';
import type { StepHook } from '../../../src/apply/steps.ts';
import { createProposal, type EncodedText, type Proposal } from '../../../src/edits/proposal.ts';
import { writeOldEntry, type OldStage } from '../../support/oldJournal.ts';
import { TempTree } from '../../support/tempTree.ts';

const { signal } = new AbortController();
const plain = (text: string): EncodedText => ({ text, hasBom: false });
const edit = (before: string, after: string): Proposal =>
  createProposal([{ kind: 'edit', path: 'a.js', before: plain(before), after: plain(after) }]);

/** Two workspace folders of one user. */
class Scene {
  readonly journal = new TempTree();
  readonly a = new TempTree({ 'a.js': '0' });
  readonly b = new TempTree({ 'a.js': '0' });

  applier(tree: TempTree, onStep?: StepHook): DiskApplier {
    return new DiskApplier({ root: tree.root, journalFolder: this.journal.root, ...(onStep ? { onStep } : {}) });
  }

  async apply(tree: TempTree, after: string): Promise<string> {
    const outcome = await this.applier(tree).apply(edit(tree.read('a.js'), after), { label: `to ${after}` }, signal);
    assert.equal(outcome.kind, 'applied', JSON.stringify(outcome));
    return outcome.kind === 'applied' ? outcome.entry : '';
  }

  /** As an earlier version left it. */
  old(tree: TempTree, after: string, stage: OldStage = 'committed'): Promise<string> {
    return writeOldEntry(this.journal.root, tree.root, edit(tree.read('a.js'), after), { label: `to ${after}` }, stage);
  }

  folderOf(tree: TempTree): string {
    return rootFolder(this.journal.root, tree.root);
  }

  dispose(): void {
    for (const tree of [this.journal, this.a, this.b]) tree.dispose();
  }
}

const scenes: Scene[] = [];
const scene = (): Scene => {
  const made = new Scene();
  scenes.push(made);
  return made;
};
afterEach(() => {
  for (const made of scenes.splice(0)) made.dispose();
});

describe('a journal for each workspace folder', () => {
  it('stands in a folder named after it, which says whose it is, and another name of the folder is the same', async () => {
    const { a, b, journal } = scene();
    await scenes[0]?.apply(a, '1');
    const link = b.path('link');
    symlinkSync(a.root, link);
    const again = await new DiskApplier({ root: link, journalFolder: journal.root }).rollBack(undefined);
    assert.equal(again.kind, 'restored');
    const [name = '', ...more] = readdirSync(journal.root);
    assert.match(name, /^[0-9a-f]{16}$/);
    assert.deepEqual(more, []);
    assert.ok(journal.read(`${name}/root.json`).includes(JSON.stringify(realpathSync(a.root))));
  });

  it('names its entries as no other folder does', async () => {
    const one = scene();
    const ids = [await one.apply(one.a, '1'), await one.apply(one.b, '1'), await one.old(one.b, '2')];
    assert.equal(new Set(ids).size, 3, ids.join());
    assert.ok(ids.slice(0, 2).every((id) => id.startsWith('000000001-')));
  });

  it('lets one folder be written while another is, or is tried out in place', async () => {
    const { a, b, journal } = scene();
    const trial = new JournalledTrial({ root: a.root, folder: journal.root });
    const written = await trial.write(edit('0', 'tried'), signal);
    assert.ok(written.kind === 'written');
    await scenes[0]?.apply(b, '1');
    assert.equal((await scenes[0]?.applier(b).rollBack(undefined))?.kind, 'restored');
    assert.ok((await scenes[0]?.applier(a).recover())?.isBusy);
    assert.equal((await written.trial.takeBack(false)).kind, 'restored');
    assert.equal(a.read('a.js'), '0');
  });

  it('of another one that is damaged does not stand in the way', async () => {
    const one = scene();
    await one.apply(one.b, '1');
    const id = await one.apply(one.a, '1');
    writeFileSync(join(one.folderOf(one.a), id, 'plan.json'), '{');
    assert.deepEqual((await one.applier(one.b).recover()).problems, []);
    assert.equal((await one.applier(one.b).rollBack(undefined)).kind, 'restored');
    assert.equal((await one.applier(one.a).rollBack(undefined)).kind, 'refused');
  });

  it('is not made by looking, and gone again where nothing is recorded', async () => {
    const one = scene();
    await one.applier(one.a).recover();
    assert.equal((await one.applier(one.a).rollBack(undefined)).kind, 'nothing');
    assert.equal((await one.applier(one.a).apply(edit('other', '1'), { label: '' }, signal)).kind, 'stale');
    assert.deepEqual(readdirSync(one.journal.root), []);
  });

  it('puts back nothing of another folder, wherever its entry stands', async () => {
    const one = scene();
    await one.old(one.a, 'half', 'written');
    assert.deepEqual(await one.applier(one.b).recover(), {
      restored: [],
      left: [],
      changes: [],
      problems: [],
      isBusy: false,
    });
    assert.equal(one.a.read('a.js'), 'half');
    // Put there by hand: it names another folder.
    await one.apply(one.b, '1');
    const id = await one.old(one.a, 'more', 'written');
    one.journal.move(id, `${rootFolder('', one.b.root)}/000000009-0123456789abcdef`);
    const found = await one.applier(one.b).recover();
    assert.match(found.problems.join(), /000000009-0123456789abcdef is damaged: it is about another folder/);
    assert.equal(one.a.read('a.js'), 'more');
  });
});

describe('entries of the place that all folders shared', () => {
  it('are undone in their own folder only, newest first, after the new ones', async () => {
    const one = scene();
    const first = await one.old(one.a, '1');
    await one.old(one.b, '1');
    await one.old(one.a, '2');
    await one.apply(one.a, '3');
    assert.equal((await one.applier(one.a).undoable())?.label, 'to 3');
    assert.equal((await one.applier(one.b).undoable())?.label, 'to 1');
    for (const expected of ['2', '1', '0']) {
      assert.equal((await one.applier(one.a).rollBack(undefined)).kind, 'restored');
      assert.equal(one.a.read('a.js'), expected);
    }
    assert.equal((await one.applier(one.a).rollBack(undefined)).kind, 'nothing');
    assert.equal((await one.applier(one.a).rollBack(first)).kind, 'nothing');
    assert.equal(one.b.read('a.js'), '1');
    assert.equal((await one.applier(one.b).rollBack(first)).kind, 'refused');
    assert.equal((await one.applier(one.b).appliedPlan())?.label, 'to 1');
    assert.equal((await one.applier(one.b).rollBack(undefined)).kind, 'restored');
    assert.equal(one.b.read('a.js'), '0');
  });

  it('that were interrupted are put back, or their undoing is finished, in their own folder only', async () => {
    const one = scene();
    await one.old(one.a, '1', 'written');
    await one.old(one.b, '1');
    await one.old(one.b, '2', 'rollingBack');
    const inB = await one.applier(one.b).recover();
    assert.deepEqual([inB.restored, inB.changes.map(({ during }) => during)], [['a.js'], ['undoing']]);
    assert.deepEqual([one.a.read('a.js'), one.b.read('a.js')], ['1', '1']);
    const inA = await one.applier(one.a).recover();
    assert.deepEqual([inA.restored, inA.changes.map(({ during }) => during)], [['a.js'], ['writing']]);
    assert.equal(one.a.read('a.js'), '0');
    assert.equal((await one.applier(one.b).rollBack(undefined)).kind, 'restored');
    assert.equal(one.b.read('a.js'), '0');
  });

  for (const [what, damage] of [
    ['what was written', (id: string) => [`${id}/committed.json`, '{']],
    ['a plan that still names its folder', (id: string, plan: string) => [`${id}/plan.json`, plan.slice(0, -9)]],
    ['a plan of a later version', (id: string, plan: string) => [`${id}/plan.json`, plan.replace('1', '2')]],
  ] as const)
    it(`that are damaged (${what}) block their own folder only`, async () => {
      const one = scene();
      await one.old(one.b, '1');
      await one.old(one.a, '1');
      const id = await one.old(one.a, '2');
      const [path = '', text = ''] = damage(id, one.journal.read(`${id}/plan.json`));
      one.journal.write(path, text);
      assert.deepEqual((await one.applier(one.b).recover()).problems, []);
      assert.equal((await one.applier(one.b).rollBack(undefined)).kind, 'restored');
      assert.match((await one.applier(one.a).recover()).problems.join(), /is damaged/);
      const refused = await one.applier(one.a).rollBack(undefined);
      assert.match(refused.kind === 'refused' ? refused.reason : '', /damaged/);
      assert.equal(one.a.read('a.js'), '2');
    });

  it('of which nobody can tell whose they are block nobody, and are told with what to do', async () => {
    const one = scene();
    await one.old(one.b, '1');
    // A folder that is not there may be a name that was damaged, too.
    const [empty, odd] = [await one.old(one.a, '1'), await one.old(one.a, '2')];
    one.journal.write(`${empty}/plan.json`, '');
    one.journal.write(`${odd}/plan.json`, '{"version":1,"root":"/not/there","label"');
    const { problems } = await one.applier(one.b).recover();
    assert.equal(problems.length, 2);
    for (const [index, id] of [empty, odd].entries())
      assert.ok(problems[index]?.includes(`remove ${one.journal.path(id)}`), problems[index]);
    assert.equal((await one.applier(one.b).rollBack(undefined)).kind, 'restored');
    assert.equal(one.b.read('a.js'), '0');
  });

  it('are left alone while an earlier version writes there, and nothing else waits for that', async () => {
    const one = scene();
    const left = await one.old(one.a, '1', 'written');
    await one.old(one.b, '1');
    const lock = await acquireLock(one.journal.root);
    assert.ok(lock);
    assert.ok((await one.applier(one.a).recover()).isBusy);
    const refused = await one.applier(one.a).apply(edit('1', '2'), { label: '' }, signal);
    assert.match(refused.kind === 'failed' ? refused.reason : '', /Another window/);
    assert.equal((await one.applier(one.a).rollBack(left)).kind, 'refused');
    assert.equal((await one.applier(one.b).rollBack(undefined)).kind, 'refused');
    assert.deepEqual([one.a.read('a.js'), one.b.read('a.js')], ['1', '1']);
    await one.apply(one.b, '2');
    assert.equal((await one.applier(one.b).rollBack(undefined)).kind, 'restored');
    await lock.release();
    assert.equal((await one.applier(one.b).rollBack(undefined)).kind, 'restored');
    assert.deepEqual((await one.applier(one.a).recover()).restored, ['a.js']);
  }).timeout(30_000);

  it('that an earlier version did not finish to write are cleared away', async () => {
    const one = scene();
    one.journal.write('000000001-0123456789abcdef.new/0.blob', 'x');
    await one.apply(one.a, '1');
    assert.deepEqual(readdirSync(one.journal.root), [rootFolder('', one.a.root)]);
  });
});

describe('what a journal keeps', () => {
  const entryName = /^\d{9}-[0-9a-f]{16}$/;
  const entriesOf = (one: Scene, tree: TempTree): readonly string[] =>
    readdirSync(one.folderOf(tree)).filter((name) => entryName.test(name));

  it('is bounded in bytes, newest first', async () => {
    const one = scene();
    const ids: string[] = [];
    for (const text of ['1', '2', '3']) {
      ids.push(await one.apply(one.a, text));
      // As large as if it held files of that size.
      const blob = join(one.folderOf(one.a), ids.at(-1) ?? '', 'more.blob');
      writeFileSync(blob, '');
      truncateSync(blob, 30 * 1024 * 1024);
    }
    ids.push(await one.apply(one.a, '4'));
    assert.deepEqual(entriesOf(one, one.a), ids.slice(1));
    await one.apply(one.b, '1');
    assert.equal(entriesOf(one, one.b).length, 1);
    const blob = join(one.folderOf(one.a), ids.at(-1) ?? '', 'more.blob');
    writeFileSync(blob, '');
    truncateSync(blob, 65 * 1024 * 1024);
    const newest = await one.apply(one.a, '5');
    assert.deepEqual(entriesOf(one, one.a), [newest]);
  });

  it('counts entries of the shared place as older ones of their folder, and leaves those of others', async () => {
    const one = scene();
    const other = await one.old(one.b, '1');
    const own = await one.old(one.a, '1');
    const id = await one.apply(one.a, '2');
    const blob = join(one.folderOf(one.a), id, 'more.blob');
    writeFileSync(blob, '');
    truncateSync(blob, 65 * 1024 * 1024);
    await one.apply(one.a, '3');
    const left = readdirSync(one.journal.root);
    assert.deepEqual([left.includes(other), left.includes(own)], [true, false]);
  });

  it('never loses what is still to be undone, however old it is', async () => {
    const one = scene();
    const stuck: string[] = [];
    for (const stage of ['rollingBack', 'open'] as const) {
      const id = await one.apply(one.a, `${stage}`);
      stuck.push(id);
      // It cannot be finished: what stood there before is not readable.
      one.journal.write(`${rootFolder('', one.a.root)}/${id}/0.blob`, 'damaged');
      if (stage === 'rollingBack') one.journal.write(`${rootFolder('', one.a.root)}/${id}/rolling-back`, '');
      else one.journal.remove(`${rootFolder('', one.a.root)}/${id}/committed.json`);
    }
    for (let count = 0; count < 51; count += 1) await one.apply(one.a, String(count));
    const entries = entriesOf(one, one.a);
    assert.deepEqual(entries.slice(0, 2), stuck);
    assert.equal(entries.length, 52);
  }).timeout(60_000);

  it('is the journals of fifty folders, those written to last', async () => {
    const one = scene();
    const names = Array.from({ length: 52 }, (_, index) => index.toString(16).padStart(16, '0'));
    const longAgo = (index: number): Date => new Date(Date.now() - (100 - index) * 3_600_000);
    for (const [index, name] of names.entries()) {
      one.journal.write(`${name}/root.json`, '{"version":1,"root":"/r"}');
      one.journal.write(`${name}/000000001-0123456789abcdef/plan.json`, '{}');
      utimesSync(one.journal.path(name), longAgo(index), longAgo(index));
    }
    const [unfinished = '', held = '', gone = '', next = ''] = names;
    const plan = { version: 1, root: '/r', label: '', proposal: '', createdAt: '', folders: [], files: [] };
    one.journal.write(`${unfinished}/000000001-0123456789abcdef/plan.json`, JSON.stringify(plan));
    one.journal.write(`${held}/lock`, JSON.stringify({ pid: process.ppid, token: '', start: '', nonce: 'x' }));
    utimesSync(one.journal.path(held), longAgo(1), longAgo(1));
    await one.apply(one.a, '1');
    const left = readdirSync(one.journal.root);
    const isLeft = [unfinished, held, gone, next].map((name) => left.includes(name));
    assert.deepEqual(isLeft, [true, true, false, true]);
    for (const name of [unfinished, held]) assert.ok(readdirSync(one.journal.path(name)).length > 1, name);
    // What was left for now does not stay for ever.
    one.journal.remove(`${held}/lock`);
    utimesSync(one.journal.path(held), longAgo(1), longAgo(1));
    await one.apply(one.a, '2');
    assert.ok(!readdirSync(one.journal.root).includes(held));
  });

  it('is bounded in bytes over all folders', async () => {
    const one = scene();
    for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      const entry = `${name.repeat(16)}/000000001-0123456789abcdef`;
      one.journal.write(`${entry}/0.blob`, '');
      truncateSync(one.journal.path(`${entry}/0.blob`), 60 * 1024 * 1024);
      const time = new Date(Date.now() - (100 - index) * 3_600_000);
      utimesSync(one.journal.path(name.repeat(16)), time, time);
    }
    await one.apply(one.a, '1');
    const left = readdirSync(one.journal.root).filter((name) => /^(.)\1{15}$/.test(name));
    assert.deepEqual(
      left,
      ['b', 'c', 'd', 'e'].map((name) => name.repeat(16)),
    );
  });

  it('is found by a process that comes while an empty journal is removed', async () => {
    const one = scene();
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    one.journal.write(
      `${rootFolder('', one.a.root)}/lock`,
      JSON.stringify({ pid: gone, token: '', start: '', nonce: '' }),
    );
    await Promise.all([
      one.applier(one.a).recover(),
      new Journal({ root: one.a.root, folder: one.journal.root }).rollBack(undefined),
    ]);
    await one.apply(one.a, '1');
  });
});
