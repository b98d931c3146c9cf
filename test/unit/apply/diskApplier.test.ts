import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import { DiskApplier } from '../../../src/apply/diskApplier.ts';
import type { StepHook } from '../../../src/apply/steps.ts';
import {
  createProposal,
  emptyProposal,
  type EncodedText,
  type FileChange,
  type Proposal,
} from '../../../src/edits/proposal.ts';
import { isAbortError } from '../../../src/util/abort.ts';
import { actualFiles, expectedFiles, workspaceAndProposal, writeWorkspace } from '../../support/proposals.ts';
import { TempTree } from '../../support/tempTree.ts';

const signal = new AbortController().signal;
const trees: TempTree[] = [];
const keep = (made: TempTree): TempTree => {
  trees.push(made);
  return made;
};
const tree = (files: Readonly<Record<string, string>> = {}): TempTree => keep(new TempTree(files));
const plain = (text: string): EncodedText => ({ text, hasBom: false });
const edit = (path: string, before: string, after: string): FileChange => {
  return { kind: 'edit', path, before: plain(before), after: plain(after) };
};
const create = (path: string, after: string): FileChange => ({ kind: 'create', path, after: plain(after) });
const remove = (path: string, before: string): FileChange => ({ kind: 'delete', path, before: plain(before) });

interface Fixture {
  readonly tree: TempTree;
  readonly journal: TempTree;
  readonly applier: DiskApplier;
}
const fixture = (files: Readonly<Record<string, string>>, onStep?: StepHook): Fixture => {
  const [made, journal] = [tree(files), tree()];
  return { tree: made, journal, applier: applierOf(made, journal, onStep) };
};
const applierOf = (made: TempTree, journal: TempTree, onStep?: StepHook): DiskApplier =>
  new DiskApplier({ root: made.root, journalFolder: journal.root, ...(onStep ? { onStep } : {}) });
const failingAt = (wanted: number, code: string): { readonly hook: StepHook; steps(): number } => {
  let count = 0;
  return {
    hook: () => {
      count += 1;
      if (count === wanted) throw Object.assign(new Error(code), { code });
    },
    steps: () => count,
  };
};

afterEach(() => {
  for (const made of trees.splice(0)) made.dispose();
});

describe('disk applier', () => {
  it('writes what was previewed, and rolling back restores every byte, mode, file and folder', async () => {
    await fc.assert(
      fc.asyncProperty(workspaceAndProposal, async ({ files, proposal }) => {
        const [made, journal] = [writeWorkspace(files), new TempTree()];
        try {
          const before = made.snapshot();
          const applier = applierOf(made, journal);
          const outcome = await applier.apply(proposal, { label: 'test' }, signal);
          assert.equal(outcome.kind, 'applied', JSON.stringify(outcome));
          assert.deepEqual(outcome.kind === 'applied' && outcome.differences, []);
          assert.deepEqual(new Map([...actualFiles(made)].sort()), new Map([...expectedFiles(files, proposal)].sort()));
          // A later process undoes it as well as this one.
          const undone = await applierOf(made, journal).rollBack(undefined);
          assert.equal(undone.kind, 'restored', JSON.stringify(undone));
          assert.deepEqual(made.snapshot(), before);
        } finally {
          made.dispose();
          journal.dispose();
        }
      }),
      { numRuns: 60 },
    );
  }).timeout(60_000);

  it('puts everything back when any step fails, and says so in one sentence', async () => {
    await fc.assert(
      fc.asyncProperty(
        workspaceAndProposal,
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom('ENOSPC', 'EACCES', 'EXDEV', 'EIO', 'EROFS'),
        async ({ files, proposal }, at, code) => {
          const [made, journal] = [writeWorkspace(files), new TempTree()];
          try {
            const before = made.snapshot();
            const failing = failingAt(at, code);
            const outcome = await applierOf(made, journal, failing.hook).apply(proposal, { label: 'test' }, signal);
            if (failing.steps() < at) return void assert.equal(outcome.kind, 'applied');
            assert.equal(outcome.kind, 'failed');
            assert.match(outcome.kind === 'failed' ? outcome.reason : '', new RegExp(`^[^.]*${code}[^.]*\\.$`));
            assert.deepEqual(made.snapshot(), before);
            assert.equal((await applierOf(made, journal).rollBack(undefined)).kind, 'nothing');
          } finally {
            made.dispose();
            journal.dispose();
          }
        },
      ),
      { numRuns: 60 },
    );
  }).timeout(60_000);

  it('leaves everything as it was, or as applied, when any step of rolling back fails; trying again helps', async () => {
    const proposal = createProposal([edit('a.js', 'a', 'A'), create('n/b.js', 'b'), remove('c.js', 'c')]);
    for (let at = 1; ; at += 1) {
      const one = fixture({ 'a.js': 'a', 'c.js': 'c' });
      const before = one.tree.snapshot();
      assert.equal((await one.applier.apply(proposal, { label: 'test' }, signal)).kind, 'applied');
      const failing = failingAt(at, 'ENOSPC');
      const outcome = await applierOf(one.tree, one.journal, failing.hook).rollBack(undefined);
      if (failing.steps() < at) break;
      assert.equal(outcome.kind, 'refused');
      const again = await one.applier.rollBack(undefined);
      assert.ok(['restored', 'recovered', 'nothing'].includes(again.kind), JSON.stringify(again));
      assert.deepEqual(one.tree.snapshot(), before, `step ${at}`);
    }
  });

  it('finishes at the next start an undo that came half way, and keeps one that had not begun as applied', async () => {
    const proposal = createProposal([edit('a.js', 'a', 'A'), edit('b.js', 'b', 'B'), edit('c.js', 'c', 'C')]);
    const [before, after] = [
      { 'a.js': 'a', 'b.js': 'b', 'c.js': 'c' },
      { 'a.js': 'A', 'b.js': 'B', 'c.js': 'C' },
    ];
    for (const [path, isBegun] of [
      ['a.js', false],
      ['b.js', true],
      ['c.js', true],
    ] as const) {
      const one = fixture(before);
      assert.equal((await one.applier.apply(proposal, { label: 'test' }, signal)).kind, 'applied');
      const failing = applierOf(one.tree, one.journal, (step) => {
        if (step === `restore place ${path}`) throw Object.assign(new Error('full'), { code: 'EIO' });
      });
      const refused = await failing.rollBack(undefined);
      assert.match(refused.kind === 'refused' ? refused.reason : '', /^Not all could be written back \(EIO\): /);
      assert.equal(one.tree.read('a.js'), isBegun ? 'a' : 'A');
      const report = await applierOf(one.tree, one.journal).recover();
      assert.deepEqual(
        report.changes.map(({ during }) => during),
        isBegun ? ['undoing'] : [],
        path,
      );
      assert.deepEqual(one.tree.snapshot(), tree(isBegun ? before : after).snapshot(), path);
      assert.equal((await one.applier.rollBack(undefined)).kind, isBegun ? 'nothing' : 'restored');
      assert.deepEqual(one.tree.snapshot(), tree(before).snapshot());
    }
  });

  it('writes nothing when a file is not what was previewed', async () => {
    const proposal = createProposal([edit('a.js', 'a', 'A'), create('b.js', 'b'), remove('c.js', 'c')]);
    const good = { 'a.js': 'a', 'c.js': 'c' };
    for (const [files, path] of [
      [{ ...good, 'a.js': 'changed' }, 'a.js'],
      [{ ...good, 'a.js': '\uFEFFa' }, 'a.js'],
      [{ 'c.js': 'c' }, 'a.js'],
      [{ ...good, 'b.js': 'came' }, 'b.js'],
      [{ 'a.js': 'a' }, 'c.js'],
      [{ ...good, 'b.js/x': 'folder' }, 'b.js'],
    ] as const) {
      const one = fixture(files);
      const before = one.tree.snapshot();
      assert.deepEqual(await one.applier.apply(proposal, { label: 'test' }, signal), { kind: 'stale', paths: [path] });
      assert.deepEqual(one.tree.snapshot(), before);
      assert.deepEqual(readdirSync(one.journal.root), []);
    }
  });

  it('sees a change that comes at the last moment, and loses neither that nor the rest', async () => {
    const proposal = createProposal([edit('a.js', 'a', 'A'), edit('b.js', 'b', 'B'), create('c.js', 'C')]);
    for (const path of ['a.js', 'b.js', 'c.js']) {
      const one = fixture({ 'a.js': 'a', 'b.js': 'b' }, (step) => {
        if (step === `place ${path}`) one.tree.write(path, 'typed');
      });
      const before = { 'a.js': 'a', 'b.js': 'b', [path]: 'typed' };
      assert.deepEqual(await one.applier.apply(proposal, { label: 'test' }, signal), { kind: 'stale', paths: [path] });
      assert.deepEqual(one.tree.snapshot(), tree(before).snapshot());
    }
  });

  it('does not follow a folder that was turned into a link on the way', async () => {
    const outside = tree({ 'a.js': 'a' });
    const one = fixture({ 'sub/a.js': 'a' }, (step) => {
      if (step !== 'place sub/a.js') return;
      rmSync(one.tree.path('sub'), { recursive: true });
      symlinkSync(outside.root, one.tree.path('sub'));
    });
    const before = outside.snapshot();
    const outcome = await one.applier.apply(createProposal([edit('sub/a.js', 'a', 'A')]), { label: 'test' }, signal);
    assert.equal(outcome.kind, 'stale');
    assert.deepEqual(outside.snapshot(), before);
  });

  it('refuses what leads out, secrets, protected files, and removal of links; writes through a link inside', async () => {
    const outside = tree({ 'x.js': 'x' });
    const one = fixture({ 'real.js': 'x', '.env': 'x', 'package.json': 'x', '.vscode/a.json': 'x' });
    symlinkSync(outside.path('x.js'), one.tree.path('out.js'));
    symlinkSync(outside.root, one.tree.path('outdir'));
    symlinkSync('real.js', one.tree.path('link.js'));
    symlinkSync('.vscode', one.tree.path('folder'));
    symlinkSync('.env', one.tree.path('notes.js'));
    const before = [...one.tree.snapshot(), ...outside.snapshot()];
    for (const change of [
      edit('out.js', 'x', 'y'),
      edit('outdir/x.js', 'x', 'y'),
      create('outdir/new.js', 'y'),
      create('../new.js', 'y'),
      edit('.env', 'x', 'y'),
      edit('notes.js', 'x', 'y'),
      edit('package.json', 'x', 'y'),
      create('.git/hooks/post-checkout', 'y'),
      create('.VSCODE/settings.json', 'y'),
      create('folder/settings.json', 'y'),
      remove('link.js', 'x'),
      { kind: 'move', path: 'b.js', from: 'link.js', before: plain('x'), after: plain('x') } as const,
    ])
      assert.equal(
        (await one.applier.apply(createProposal([change]), { label: 'test' }, signal)).kind,
        'failed',
        change.path,
      );
    const twice = createProposal([edit('link.js', 'x', 'y'), edit('real.js', 'x', 'z')]);
    assert.equal((await one.applier.apply(twice, { label: 'test' }, signal)).kind, 'failed');
    assert.deepEqual([...one.tree.snapshot(), ...outside.snapshot()], before);
    assert.equal(
      (await one.applier.apply(createProposal([edit('link.js', 'x', 'y')]), { label: 'test' }, signal)).kind,
      'applied',
    );
    assert.equal(one.tree.read('real.js'), 'y');
    assert.equal((await one.applier.rollBack(undefined)).kind, 'restored');
    assert.deepEqual([...one.tree.snapshot(), ...outside.snapshot()], before);
  });

  it('does not write into the other name of a file with two names', async () => {
    const other = tree({ 'kept.js': 'x' });
    const one = fixture({});
    linkSync(other.path('kept.js'), one.tree.path('a.js'));
    await one.applier.apply(createProposal([edit('a.js', 'x', 'y')]), { label: 'test' }, signal);
    assert.equal(other.read('kept.js'), 'x');
    assert.equal(one.tree.read('a.js'), 'y');
  });

  it('leaves nothing half done when cancelled at any step', async () => {
    const proposal = createProposal([edit('a.js', 'a', 'A'), create('n/b.js', 'b'), remove('c.js', 'c')]);
    for (let at = 1; ; at += 1) {
      const controller = new AbortController();
      let count = 0;
      const one = fixture({ 'a.js': 'a', 'c.js': 'c' }, () => {
        count += 1;
        if (count === at) controller.abort();
      });
      const before = one.tree.snapshot();
      const applied = await one.applier
        .apply(proposal, { label: 'test' }, controller.signal)
        .catch((error: unknown) => {
          assert.ok(isAbortError(error));
          return undefined;
        });
      if (count < at) break;
      // Cancelled after the last write it is whole, and says so.
      if (applied === undefined) assert.deepEqual(one.tree.snapshot(), before, `step ${at}`);
      else assert.equal(applied.kind, 'applied');
    }
    await assert.rejects(fixture({}).applier.apply(proposal, { label: 'test' }, AbortSignal.abort()), isAbortError);
  });

  it('refuses to roll back over later work, and names it', async () => {
    const one = fixture({ 'a.js': 'a', 'b.js': 'b' });
    const proposal = createProposal([edit('a.js', 'a', 'A'), edit('b.js', 'b', 'B'), create('c.js', 'C')]);
    const outcome = await one.applier.apply(proposal, { label: 'test' }, signal);
    const entry = outcome.kind === 'applied' ? outcome.entry : '';
    one.tree.write('b.js', 'B and more');
    rmSync(one.tree.path('c.js'));
    const before = one.tree.snapshot();
    const refused = await one.applier.rollBack(entry);
    // A creation that is gone already is as it was before; only the edit would be lost.
    assert.ok(refused.kind === 'refused' && refused.paths.join() === 'b.js', JSON.stringify(refused));
    assert.match(refused.kind === 'refused' ? refused.reason : '', /b\.js.*lose/);
    assert.deepEqual(one.tree.snapshot(), before);
    one.tree.write('b.js', 'B');
    assert.equal((await one.applier.rollBack(entry)).kind, 'restored');
    assert.deepEqual(one.tree.snapshot(), tree({ 'a.js': 'a', 'b.js': 'b' }).snapshot());
    assert.equal((await one.applier.rollBack(entry)).kind, 'nothing');
  });

  it('undoes one refactoring after the other, newest first, and an old one only when no later one stands on it', async () => {
    const one = fixture({ 'a.js': '0', 'b.js': '0' });
    const entries: string[] = [];
    for (const proposal of [
      createProposal([edit('a.js', '0', '1')]),
      createProposal([edit('a.js', '1', '2')]),
      createProposal([edit('b.js', '0', '1')]),
    ]) {
      const outcome = await one.applier.apply(proposal, { label: 'test' }, signal);
      entries.push(outcome.kind === 'applied' ? outcome.entry : '');
    }
    assert.equal((await one.applier.rollBack(entries[0])).kind, 'refused');
    assert.equal((await one.applier.rollBack(undefined)).kind, 'restored');
    assert.equal(one.tree.read('b.js'), '0');
    assert.equal((await one.applier.rollBack(undefined)).kind, 'restored');
    assert.equal(one.tree.read('a.js'), '1');
    assert.equal((await one.applier.rollBack(undefined)).kind, 'restored');
    assert.equal(one.tree.read('a.js'), '0');
    assert.equal((await one.applier.rollBack(undefined)).kind, 'nothing');
  });

  it('keeps the folder that it made when something of the user stands in it', async () => {
    const one = fixture({});
    await one.applier.apply(createProposal([create('n/m/a.js', 'a')]), { label: 'test' }, signal);
    one.tree.write('n/mine.js', 'mine');
    assert.equal((await one.applier.rollBack(undefined)).kind, 'restored');
    assert.deepEqual(one.tree.snapshot(), tree({ 'n/mine.js': 'mine' }).snapshot());
  });

  it('really has no permission, really has no room: everything is as before', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const nobody = 65_534;
    const one = fixture({ 'a.js': 'a', 'locked/b.js': 'b' });
    for (const path of [one.tree.root, one.journal.root, one.tree.path('a.js')]) chownSync(path, nobody, nobody);
    const proposal = createProposal([edit('a.js', 'a', 'A'), edit('locked/b.js', 'b', 'B')]);
    const before = one.tree.snapshot();
    process.seteuid?.(nobody);
    try {
      const outcome = await one.applier.apply(proposal, { label: 'test' }, signal);
      assert.match(outcome.kind === 'failed' ? outcome.reason : '', /EACCES/);
    } finally {
      process.seteuid?.(0);
    }
    assert.deepEqual(one.tree.snapshot(), before);

    const full = tree();
    mkdirSync(full.path('disk'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', full.path('disk')], { stdio: 'ignore' });
    } catch {
      return;
    }
    try {
      const big = 'x'.repeat(9_000);
      full.write('disk/a.js', 'a');
      full.write('disk/b.js', 'b');
      const start = full.snapshot();
      const applier = new DiskApplier({ root: full.path('disk'), journalFolder: tree().root });
      const outcome = await applier.apply(
        createProposal([edit('a.js', 'a', big), edit('b.js', 'b', big)]),
        { label: 'test' },
        signal,
      );
      assert.match(outcome.kind === 'failed' ? outcome.reason : '', /ENOSPC/);
      assert.deepEqual(full.snapshot(), start);
    } finally {
      execFileSync('umount', [full.path('disk')]);
    }
  });

  it('keeps owner and mode of a file that it replaces', async function () {
    if (process.getuid?.() !== 0) this.skip();
    const one = fixture({ 'a.sh': 'a' });
    chownSync(one.tree.path('a.sh'), 12, 34);
    chmodSync(one.tree.path('a.sh'), 0o4755);
    await one.applier.apply(createProposal([edit('a.sh', 'a', 'b')]), { label: 'test' }, signal);
    const { uid, gid, mode } = statSync(one.tree.path('a.sh'));
    assert.deepEqual([uid, gid, mode & 0o7777], [12, 34, 0o4755]);
  });

  it('does nothing with nothing, and serves two folders whose journals stand side by side', async () => {
    const one = fixture({ 'a.js': 'a' });
    assert.equal((await one.applier.apply(emptyProposal, { label: 'test' }, signal)).kind, 'failed');
    const other = tree({ 'a.js': 'a' });
    const proposal: Proposal = createProposal([edit('a.js', 'a', 'A')]);
    await one.applier.apply(proposal, { label: 'first' }, signal);
    assert.equal((await applierOf(other, one.journal).rollBack(undefined)).kind, 'nothing');
    await applierOf(other, one.journal).apply(proposal, { label: 'second' }, signal);
    assert.equal((await one.applier.rollBack(undefined)).kind, 'restored');
    assert.equal(one.tree.read('a.js'), 'a');
    assert.equal(other.read('a.js'), 'A');
    writeFileSync(join(other.root, 'b.js'), 'b');
    assert.equal((await applierOf(other, one.journal).rollBack(undefined)).kind, 'restored');
  });
});
