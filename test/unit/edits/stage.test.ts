import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  contentHash,
  createProposal,
  emptyProposal,
  type EncodedText,
  type Proposal,
} from '../../../src/edits/proposal.ts';
import { stageOperations, type StageOperation } from '../../../src/edits/stage.ts';

type Bases = ReadonlyMap<string, EncodedText | 'missing'>;

const plain = (text: string): EncodedText => ({ text, hasBom: false });
const basesOf = (files: Readonly<Record<string, string>>): Bases =>
  new Map(Object.entries(files).map(([path, text]) => [path, plain(text)]));

function stage(proposal: Proposal, operations: readonly StageOperation[], bases: Bases): Proposal {
  const outcome = stageOperations(proposal, operations, bases);
  assert.equal(outcome.kind, 'staged', JSON.stringify(outcome));
  return outcome.kind === 'staged' ? outcome.proposal : proposal;
}

function problems(proposal: Proposal, operations: readonly StageOperation[], bases: Bases): readonly string[] {
  const outcome = stageOperations(proposal, operations, bases);
  return outcome.kind === 'refused' ? outcome.problems.map(({ message }) => message) : [];
}

/** The files after a proposal. */
function applied(bases: Bases, proposal: Proposal): ReadonlyMap<string, string> {
  const files = new Map([...bases].flatMap(([path, base]) => (base === 'missing' ? [] : [[path, base] as const])));
  for (const change of proposal.changes) {
    if (change.kind !== 'create') {
      const from = change.kind === 'move' ? change.from : change.path;
      assert.deepEqual(bases.get(from), change.before, 'before is the base');
      files.delete(from);
    } else assert.ok(!files.has(change.path), 'creation of what exists');
  }
  for (const change of proposal.changes) if (change.kind !== 'delete') files.set(change.path, change.after);
  return new Map([...files].map(([path, { text }]) => [path, text]));
}

const summary = (proposal: Proposal): readonly string[] =>
  proposal.changes.map((change) => `${change.kind} ${change.kind === 'move' ? `${change.from}>` : ''}${change.path}`);

/** Every operation on few names, so that they meet. */
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const content = fc.constantFrom('1', '2', '3', '');
const operation: fc.Arbitrary<StageOperation> = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), path: name, content }),
  fc.record({ kind: fc.constant('delete' as const), path: name }),
  fc.record({
    kind: fc.constant('edit' as const),
    path: name,
    edits: fc.array(fc.record({ old: content, new: content }), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('move' as const),
    path: name,
    to: name,
    edits: fc.array(fc.record({ old: content, new: content }), { maxLength: 1 }),
  }),
);
const someBases = fc
  .dictionary(name, content, { maxKeys: 4 })
  .map(
    (files): Bases =>
      new Map(['a', 'b', 'c', 'd', 'e'].map((path) => [path, path in files ? plain(files[path] ?? '') : 'missing'])),
  );

/** What one operation does to plain files, told independently of how it is staged. */
function model(files: ReadonlyMap<string, string>, one: StageOperation): ReadonlyMap<string, string> | undefined {
  const next = new Map(files);
  const current = next.get(one.path);
  if (one.kind === 'create') return current === undefined ? next.set(one.path, one.content) : undefined;
  if (current === undefined) return undefined;
  if (one.kind === 'delete') {
    next.delete(one.path);
    return next;
  }
  let text = current;
  for (const { old, new: replacement } of one.edits) {
    // Contents have one character at most, so a text is found when it is the content.
    if (text !== old) return undefined;
    text = replacement;
  }
  if (one.kind === 'edit') return next.set(one.path, text);
  if (next.has(one.to)) return undefined;
  next.delete(one.path);
  return next.set(one.to, text);
}

describe('stage', () => {
  it('leads to the files that the operations make, in steps or at once, and stages all or nothing', () => {
    fc.assert(
      fc.property(someBases, fc.array(fc.array(operation, { maxLength: 4 }), { maxLength: 5 }), (bases, calls) => {
        let proposal = emptyProposal;
        let files = applied(bases, emptyProposal);
        for (const operations of calls) {
          let expected: ReadonlyMap<string, string> | undefined = files;
          for (const one of operations) expected = expected && model(expected, one);
          const outcome = stageOperations(proposal, operations, bases);
          assert.equal(outcome.kind, expected ? 'staged' : 'refused', JSON.stringify(outcome));
          if (outcome.kind !== 'staged' || !expected) continue;
          proposal = outcome.proposal;
          files = expected;
          assert.deepEqual(new Map([...applied(bases, proposal)].sort()), new Map([...files].sort()));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('says every result in its shortest form', () => {
    fc.assert(
      fc.property(someBases, fc.array(operation, { maxLength: 8 }), (bases, operations) => {
        let proposal = emptyProposal;
        for (const one of operations) {
          const outcome = stageOperations(proposal, [one], bases);
          if (outcome.kind === 'staged') proposal = outcome.proposal;
        }
        const before = applied(bases, emptyProposal);
        const after = applied(bases, proposal);
        const differing = new Set(
          [...before.keys(), ...after.keys()].filter((path) => before.get(path) !== after.get(path)),
        );
        const touched = new Set(
          proposal.changes.flatMap((change) => (change.kind === 'move' ? [change.from, change.path] : [change.path])),
        );
        assert.deepEqual([...touched].sort(), [...differing].sort());
        assert.equal(new Set(proposal.changes.map(({ path }) => path)).size, proposal.changes.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it('folds with what is staged already', () => {
    const bases = basesOf({ 'a.js': 'one\n', 'b.js': 'two\n' });
    const created = stage(emptyProposal, [{ kind: 'create', path: 'c.js', content: 'x\n' }], bases);
    const edited = stage(created, [{ kind: 'edit', path: 'c.js', edits: [{ old: 'x', new: 'y' }] }], bases);
    assert.deepEqual(summary(edited), ['create c.js']);
    assert.deepEqual(summary(stage(edited, [{ kind: 'delete', path: 'c.js' }], bases)), []);
    const moved = stage(
      emptyProposal,
      [{ kind: 'move', path: 'a.js', to: 'x/a.js', edits: [{ old: 'one', new: '1' }] }],
      bases,
    );
    assert.deepEqual(summary(moved), ['move a.js>x/a.js']);
    const again = stage(moved, [{ kind: 'move', path: 'x/a.js', to: 'y/a.js', edits: [] }], bases);
    assert.deepEqual(summary(again), ['move a.js>y/a.js']);
    assert.deepEqual(summary(stage(again, [{ kind: 'move', path: 'y/a.js', to: 'a.js', edits: [] }], bases)), [
      'edit a.js',
    ]);
    const swapped = stage(
      emptyProposal,
      [
        { kind: 'move', path: 'a.js', to: 't.js', edits: [] },
        { kind: 'move', path: 'b.js', to: 'a.js', edits: [] },
        { kind: 'move', path: 't.js', to: 'b.js', edits: [] },
      ],
      bases,
    );
    assert.deepEqual(summary(swapped), ['edit a.js', 'edit b.js']);
    const replacedFile = stage(
      emptyProposal,
      [
        { kind: 'delete', path: 'a.js' },
        { kind: 'create', path: 'a.js', content: 'one\n' },
      ],
      bases,
    );
    assert.equal(replacedFile.hash, emptyProposal.hash);
  });

  it('makes edits one after the other, each in the text that the last one left', () => {
    const bases = basesOf({ a: 'x = 1;\ny = 2;\n' });
    const edits = [
      { old: 'x = 1;', new: 'z = 1;\ny = z;' },
      { old: 'z = 1;', new: 'z = 3;' },
    ];
    const [change] = stage(emptyProposal, [{ kind: 'edit', path: 'a', edits }], bases).changes;
    assert.equal(change?.kind === 'edit' && change.after.text, 'z = 3;\ny = z;\ny = 2;\n');
  });

  it('takes the place that was there when an earlier edit wrote the same text again', () => {
    const bases = basesOf({ a: 'f(1);\ng(2);\n' });
    const edits = [
      { old: 'f(1);', new: 'g(2);' },
      { old: 'g(2);', new: 'h(3);' },
    ];
    const [change] = stage(emptyProposal, [{ kind: 'edit', path: 'a', edits }], bases).changes;
    assert.equal(change?.kind === 'edit' && change.after.text, 'g(2);\nh(3);\n');
  });

  it('binds to what was previewed, not to a base that changed since', () => {
    const first = stage(
      emptyProposal,
      [{ kind: 'edit', path: 'a', edits: [{ old: '1', new: '2' }] }],
      basesOf({ a: '1' }),
    );
    const second = stage(
      first,
      [{ kind: 'edit', path: 'a', edits: [{ old: '2', new: '3' }] }],
      basesOf({ a: 'other' }),
    );
    const [change] = second.changes;
    assert.equal(change?.kind === 'edit' && change.before.text, '1');
  });

  it('keeps a byte order mark apart and as it was', () => {
    const bases: Bases = new Map([['a', { text: 'one', hasBom: true }]]);
    const [change] = stage(
      emptyProposal,
      [{ kind: 'edit', path: 'a', edits: [{ old: 'one', new: 'two' }] }],
      bases,
    ).changes;
    assert.deepEqual(change?.kind === 'edit' && change.after, { text: 'two', hasBom: true });
    const [created] = stage(emptyProposal, [{ kind: 'create', path: 'b', content: '\uFEFFx' }], bases).changes;
    assert.deepEqual(created?.kind === 'create' && created.after, { text: 'x', hasBom: true });
  });

  it('refuses files in the way, and names that differ only in case', () => {
    const bases = basesOf({ 'src/a': '1', 'src/Käse.js': '2' });
    const create = (path: string): readonly string[] =>
      problems(emptyProposal, [{ kind: 'create', path, content: '' }], bases);
    assert.match(create('src/a/b')[0] ?? '', /src\/a is a file/);
    assert.match(create('src')[0] ?? '', /stands below it/);
    assert.match(create('SRC/A')[0] ?? '', /only in case/);
    assert.match(create('src/Ka\u0308se.js')[0] ?? '', /only in case or spelling/);
    assert.deepEqual(create('src/b'), []);
    const aside: StageOperation = { kind: 'move', path: 'src/a', to: 'src/a/index', edits: [] };
    assert.deepEqual(problems(emptyProposal, [aside], bases), []);
  });

  it('refuses text that no file can hold', () => {
    const bases = basesOf({ a: '1' });
    const edit = (next: string): readonly string[] =>
      problems(emptyProposal, [{ kind: 'edit', path: 'a', edits: [{ old: '1', new: next }] }], bases);
    assert.match(edit('\0')[0] ?? '', /NUL/);
    assert.match(edit('\uD800')[0] ?? '', /surrogate/);
    assert.match(edit('x'.repeat(2 * 1024 * 1024 + 1))[0] ?? '', /2 MB/);
    assert.deepEqual(edit('😀'), []);
  });

  it('tells all that is wrong with candidates, and where matching forgave something', () => {
    const bases = basesOf({ a: '  one\n  two\n  two\n', b: 'x' });
    const found = problems(
      emptyProposal,
      [
        {
          kind: 'edit',
          path: 'a',
          edits: [
            { old: 'two', new: '2' },
            { old: 'one\n  too', new: '' },
          ],
        },
        { kind: 'delete', path: 'gone' },
        { kind: 'create', path: 'b', content: '' },
      ],
      bases,
    );
    assert.equal(found.length, 4);
    assert.match(found[0] ?? '', /a, edit 1 of 2: the old text stands on lines 2, 3/);
    assert.match(found[1] ?? '', /not found.*nearest is lines 1-2:\n {2}one\n {2}two/);
    assert.match(found[2] ?? '', /gone does not exist/);
    assert.match(found[3] ?? '', /b exists already/);
    const outcome = stageOperations(
      emptyProposal,
      [{ kind: 'edit', path: 'a', edits: [{ old: 'one\ntwo', new: '1' }] }],
      bases,
    );
    assert.deepEqual(outcome.kind === 'staged' && outcome.tolerated, [{ path: 'a', tolerance: 'indentation' }]);
  });

  it('gives equal proposals equal hashes, whatever the way', () => {
    const bases = basesOf({ a: '1' });
    const direct = stage(emptyProposal, [{ kind: 'edit', path: 'a', edits: [{ old: '1', new: '3' }] }], bases);
    const twice = stage(
      stage(emptyProposal, [{ kind: 'edit', path: 'a', edits: [{ old: '1', new: '2' }] }], bases),
      [{ kind: 'edit', path: 'a', edits: [{ old: '2', new: '3' }] }],
      bases,
    );
    assert.equal(direct.hash, twice.hash);
    assert.equal(direct.hash, createProposal(direct.changes).hash);
    assert.notEqual(contentHash(plain('x')), contentHash({ text: 'x', hasBom: true }));
  });
});
