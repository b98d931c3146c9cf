import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import { Journal, type OpenEntry } from '../../../src/apply/journal.ts';
import { parsePlan } from '../../../src/apply/plan.ts';
import { rootFolder } from '../../../src/apply/rootFolder.ts';
import { createProposal, type EncodedText, type Proposal } from '../../../src/edits/proposal.ts';
import { TempTree } from '../../support/tempTree.ts';

const trees: TempTree[] = [];
const tree = (files: Readonly<Record<string, string>> = {}): TempTree => {
  const made = new TempTree(files);
  trees.push(made);
  return made;
};
afterEach(() => {
  for (const made of trees.splice(0)) made.dispose();
});

const plain = (text: string): EncodedText => ({ text, hasBom: false });
const editOf = (before: string, after: string): Proposal =>
  createProposal([{ kind: 'edit', path: 'a.js', before: plain(before), after: plain(after) }]);
const entryName = /^\d{9}-[0-9a-f]{16}$/;

class Scene {
  readonly tree = tree({ 'a.js': 'a' });
  readonly folder = tree();
  /** Where its entries stand. */
  readonly own = rootFolder(this.folder.root, this.tree.root);
  readonly journal = new Journal({ root: this.tree.root, folder: this.folder.root });

  async record(proposal = editOf('a', 'b'), unsaved: readonly string[] = []): Promise<OpenEntry> {
    const recorded = await this.journal.record(proposal, { label: 'a label' }, new Set(unsaved));
    assert.equal(recorded.kind, 'recorded', JSON.stringify(recorded));
    if (recorded.kind !== 'recorded') throw new Error('not recorded');
    return recorded.entry;
  }

  /** As an editor does it: recorded, written by someone else, committed. */
  async applied(): Promise<string> {
    const entry = await this.record();
    this.tree.write('a.js', 'b');
    await this.journal.commit(entry);
    return entry.id;
  }

  entries(): readonly string[] {
    return readdirSync(this.own).filter((name) => entryName.test(name));
  }
}

describe('journal', () => {
  it('takes what really stands on disk as what was applied, names the difference, and undoes that', async () => {
    const scene = new Scene();
    const entry = await scene.record();
    scene.tree.write('a.js', 'b, formatted on save');
    assert.deepEqual(await scene.journal.commit(entry), ['a.js']);
    const undoable = await scene.journal.undoable();
    assert.deepEqual([undoable?.id, undoable?.label], [entry.id, 'a label']);
    assert.deepEqual(
      undoable?.files.map(({ path }) => path),
      entry.plan.files.map(({ path }) => path),
    );
    assert.equal((await scene.journal.rollBack(undefined)).kind, 'restored');
    assert.equal(scene.tree.read('a.js'), 'a');
    assert.equal(await scene.journal.undoable(), undefined);
  });

  it('does not compare files that differ in the editor, and restores their bytes on disk', async () => {
    const scene = new Scene();
    const typed = editOf('typed, not saved', 'b');
    assert.equal((await scene.journal.record(typed, { label: '' })).kind, 'stale');
    const entry = await scene.record(typed, ['a.js']);
    scene.tree.write('a.js', 'b');
    await scene.journal.commit(entry);
    assert.equal((await scene.journal.rollBack(entry.id)).kind, 'restored');
    assert.equal(scene.tree.read('a.js'), 'a');
  });

  it('puts back what an editor wrote of an entry that is not committed', async () => {
    const scene = new Scene();
    const entry = await scene.record();
    scene.tree.write('a.js', 'b');
    assert.deepEqual(await scene.journal.putBack(entry), []);
    assert.equal(scene.tree.read('a.js'), 'a');
    assert.equal((await scene.journal.rollBack(undefined)).kind, 'nothing');
  });

  it('keeps pre-images from other users', async () => {
    const scene = new Scene();
    await scene.applied();
    const [id = ''] = scene.entries();
    for (const path of ['', ...readdirSync(scene.own, { recursive: true, encoding: 'utf8' })])
      assert.equal(statSync(join(scene.own, path)).mode & 0o077, 0, path);
    assert.ok(readdirSync(join(scene.own, id)).length > 0);
  });

  it('keeps the newest fifty entries', async () => {
    const scene = new Scene();
    for (let count = 0; count < 53; count += 1) {
      const entry = await scene.record(editOf(count === 0 ? 'a' : String(count), String(count + 1)));
      scene.tree.write('a.js', String(count + 1));
      await scene.journal.commit(entry);
    }
    assert.equal(scene.entries().length, 50);
    assert.equal((await scene.journal.rollBack(undefined)).kind, 'restored');
    assert.equal(scene.tree.read('a.js'), '52');
  }).timeout(30_000);

  it('refuses a damaged entry, whatever is damaged in it, and changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('plan.json', 'committed.json', '0.blob'),
        fc.nat(),
        fc.constantFrom('cut', 'flip', 'empty', 'other'),
        async (name, at, how) => {
          const scene = new Scene();
          const id = await scene.applied();
          const file = join(scene.own, id, name);
          const bytes = readFileSync(file);
          const place = at % bytes.length;
          if (how === 'cut') writeFileSync(file, bytes.subarray(0, place));
          else if (how === 'flip') writeFileSync(file, bytes.fill((bytes[place] ?? 0) ^ 0x80, place, place + 1));
          else writeFileSync(file, how === 'empty' ? '' : '{"version":2}');
          const outcome = await scene.journal.rollBack(undefined);
          if (outcome.kind === 'restored') {
            // Only where the damage cannot matter: in a text for people.
            assert.equal(scene.tree.read('a.js'), 'a');
            assert.equal(name, 'plan.json');
          } else assert.deepEqual(scene.tree.snapshot(), tree({ 'a.js': 'b' }).snapshot());
        },
      ),
      { numRuns: 80 },
    );
  }).timeout(30_000);

  it('says what is wrong with a damaged entry', async () => {
    const scene = new Scene();
    const id = await scene.applied();
    writeFileSync(join(scene.own, id, '0.blob'), 'c');
    const outcome = await scene.journal.rollBack(id);
    assert.match(outcome.kind === 'refused' ? outcome.reason : '', /damaged: a pre-image/);
    writeFileSync(join(scene.own, id, 'plan.json'), '{');
    const worse = await scene.journal.rollBack(undefined);
    assert.match(worse.kind === 'refused' ? worse.reason : '', /damaged: its plan/);
    assert.match((await scene.journal.recover()).problems.join(), /damaged/);
  });

  it('takes no plan that leads out of the workspace', () => {
    const file = (path: string): object => ({ path, before: null, after: null });
    const plan = (path: string, folders: readonly string[] = []): string =>
      JSON.stringify({ version: 1, root: '/r', label: '', proposal: '', createdAt: '', folders, files: [file(path)] });
    assert.ok(parsePlan(plan('a/b.js')));
    for (const path of ['../a', '/etc/passwd', 'a/../b', './a', 'a//b', '', 'a\0', 'C:/x', 'a\\b'])
      assert.equal(parsePlan(plan(path)), undefined, path);
    assert.equal(parsePlan(plan('a', ['../b'])), undefined);
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.equal(parsePlan(JSON.stringify(value)), undefined)));
  });

  it('does not know entries by other names', async () => {
    const scene = new Scene();
    await scene.applied();
    for (const id of ['..', '../..', '', 'x', '000000009-0123456789abcdef'])
      assert.equal((await scene.journal.rollBack(id)).kind, 'nothing', id);
    assert.equal(scene.tree.read('a.js'), 'b');
  });

  it('lets one write at a time', async () => {
    const scene = new Scene();
    const second = new Journal({ root: scene.tree.root, folder: scene.folder.root });
    const entry = await scene.record();
    const busy = await second.record(editOf('a', 'c'), { label: '' });
    assert.match(busy.kind === 'failed' ? busy.reason : '', /Another window/);
    assert.equal((await second.rollBack(undefined)).kind, 'refused');
    const blocked = await second.recover();
    assert.match(blocked.problems.join(), /Another window/);
    assert.ok(blocked.isBusy);
    await scene.journal.putBack(entry);
    assert.equal((await second.recover()).isBusy, false);
    const free = await second.record(editOf('a', 'c'), { label: '' });
    assert.equal(free.kind, 'recorded');
  });

  it('says so when the journal cannot be written, and nothing is', async () => {
    const scene = new Scene();
    const blocked = new Journal({ root: scene.tree.root, folder: join(scene.tree.root, 'a.js', 'journal') });
    const outcome = await blocked.record(editOf('a', 'b'), { label: '' });
    assert.match(outcome.kind === 'failed' ? outcome.reason : '', /journal cannot be written \(ENOTDIR\)/);
    const gone = new Journal({ root: join(scene.tree.root, 'gone'), folder: scene.folder.root });
    assert.equal((await gone.record(editOf('a', 'b'), { label: '' })).kind, 'failed');
    assert.equal((await gone.rollBack(undefined)).kind, 'refused');
    assert.equal(scene.tree.read('a.js'), 'a');
    assert.deepEqual(readdirSync(scene.folder.root), []);
  });
});
