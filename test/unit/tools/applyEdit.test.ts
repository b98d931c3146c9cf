import { strict as assert } from 'node:assert';
import { rmSync, symlinkSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import type { Tool, ToolResult } from '../../../src/agent/tool.ts';
import { DiskDocuments } from '../../../src/disk/diskDocuments.ts';
import { Draft } from '../../../src/edits/draft.ts';
import { contentHash, emptyProposal } from '../../../src/edits/proposal.ts';
import { createApplyEdit } from '../../../src/tools/applyEdit.ts';
import { createReadFile } from '../../../src/tools/readFile.ts';
import { ReadLedger } from '../../../src/tools/readLedger.ts';
import { isAbortError } from '../../../src/util/abort.ts';
import type { FileSnapshot } from '../../../src/workspace/documents.ts';
import { TempTree } from '../../support/tempTree.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

/** The tool over real files; counts what reaches the disk by comparing it at the end. */
class Bench {
  readonly tree: TempTree;
  readonly draft = new Draft();
  readonly ledger = new ReadLedger();
  readonly buffers: FileSnapshot[] = [];
  allowsTests = false;
  readonly #edit: Tool;
  readonly #read: Tool;

  constructor(files: Files) {
    this.tree = new TempTree(files);
    const documents = new DiskDocuments({ root: this.tree.root, openBuffers: () => this.buffers });
    const ports = { documents, draft: this.draft, ledger: this.ledger };
    this.#edit = createApplyEdit({ ...ports, approvals: { allowsTestEdits: () => this.allowsTests } });
    this.#read = createReadFile(ports);
  }

  async call(tool: Tool, value: unknown, signal = new AbortController().signal): Promise<ToolResult> {
    const prepared = tool.prepare(value);
    return prepared.ok ? prepared.execute(signal) : { isError: true, output: prepared.message, summary: '' };
  }

  async read(...paths: string[]): Promise<void> {
    for (const path of paths) {
      const { isError, output } = await this.call(this.#read, { path });
      assert.equal(isError, false, output);
    }
  }

  async edit(...changes: unknown[]): Promise<string> {
    const { output } = await this.call(this.#edit, { changes });
    return output;
  }

  async step(step: unknown, ...changes: unknown[]): Promise<ToolResult> {
    return this.call(this.#edit, { step, changes });
  }

  get steps(): readonly string[] {
    return this.draft.steps.map(({ name }) => name);
  }

  async cancelled(changes: unknown[]): Promise<ToolResult> {
    return this.call(this.#edit, { changes }, AbortSignal.abort());
  }

  /** Expects a refusal that stages nothing. */
  async refuses(pattern: RegExp, ...changes: unknown[]): Promise<void> {
    const before = this.draft.proposal.hash;
    const { isError, output } = await this.call(this.#edit, { changes });
    assert.ok(isError, output);
    assert.match(output, pattern);
    assert.equal(this.draft.proposal.hash, before, 'something was staged');
  }
}

const benches: Bench[] = [];
const bench = (files: Files): Bench => {
  const made = new Bench(files);
  benches.push(made);
  return made;
};
afterEach(() => {
  for (const { tree } of benches.splice(0)) tree.dispose();
});

const edit = (path: string, old: string, next: string, hash?: string): object => {
  return { action: 'edit', path, edits: [{ old, new: next }], ...(hash === undefined ? {} : { hash }) };
};

describe('apply_edit', () => {
  it('is small enough beside six others, and strict', () => {
    const { name, description, parameters } = createApplyEdit({
      documents: new DiskDocuments({ root: '/' }),
      draft: new Draft(),
      ledger: new ReadLedger(),
      approvals: { allowsTestEdits: () => false },
    });
    const sent = JSON.stringify({ type: 'function', name, description, parameters, strict: true });
    assert.ok(Buffer.byteLength(sent) <= 860, String(Buffer.byteLength(sent)));
  });

  it('makes each call a step by the name it gives, or by what it changes', async () => {
    const one = bench({ 'a.js': 'one\ntwo\n', 'b.js': 'three\n' });
    await one.read('a.js', 'b.js');
    await one.step('Rename one', edit('a.js', 'one', '1'));
    await one.step('Rename one', edit('a.js', 'two', '2'));
    await one.step(null, edit('b.js', 'three', '3'));
    assert.deepEqual(one.steps, ['Rename one', 'edit b.js']);
    assert.ok((await one.step('Refused', edit('a.js', 'nowhere', 'x'))).isError);
    await one.step('Nothing', edit('a.js', '2', '2'));
    assert.deepEqual(one.steps, ['Rename one', 'edit b.js']);
    await one.step('Back again', edit('b.js', '3', 'three'));
    assert.deepEqual(one.steps, ['Rename one']);
    await one.step('All back', edit('a.js', '1\n2', 'one\ntwo'));
    assert.deepEqual(one.steps, []);
    assert.ok((await one.step(7, edit('b.js', 'three', '3'))).isError);
  });

  it('takes of a name one short line of what can be seen', async () => {
    const given = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({
        unit: fc.constantFrom('a', '\n', '\u202E', '\u0000', '😀', '\uD83D', '\u2028', ' '),
        maxLength: 200,
      }),
    );
    await fc.assert(
      fc.asyncProperty(given, async (name) => {
        const one = bench({ 'a.js': 'one\n' });
        await one.read('a.js');
        await one.step(name, edit('a.js', 'one', '1'));
        const [shown = ''] = one.steps;
        assert.ok(shown !== '' && shown.length <= 80 && shown === shown.trim() && !/\p{Surrogate}/u.test(shown));
        assert.doesNotMatch(shown, /[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202E\u200B\uFEFF]/u);
        one.tree.dispose();
      }),
      { numRuns: 60 },
    );
  });

  it('drops files that changed meanwhile from every step', async () => {
    const one = bench({ 'a.js': 'one\n', 'b.js': 'two\n' });
    await one.read('a.js', 'b.js');
    await one.step('First', edit('a.js', 'one', '1'));
    await one.step('Second', edit('b.js', 'two', '2'));
    one.tree.write('a.js', 'changed by hand\n');
    assert.ok((await one.step('Third', edit('a.js', '1', '!'))).isError);
    assert.deepEqual(one.steps, ['Second']);
    assert.equal(one.draft.steps.at(-1)?.after.hash, one.draft.proposal.hash);
  });

  it('stages edits, creations, deletions and moves of several files, and leaves the disk as it was', async () => {
    const one = bench({ 'a.js': 'one\n', 'b.js': 'two\n', 'c.js': 'three\n' });
    const before = one.tree.snapshot();
    await one.read('a.js', 'b.js', 'c.js');
    const output = await one.edit(
      edit('./a.js', 'one', '1'),
      { action: 'create', path: 'new/d.js', content: 'four\n', to: null, hash: null, edits: null },
      { action: 'delete', path: 'b.js' },
      { action: 'move', path: 'c.js', to: 'e.js', edits: [{ old: 'three', new: '3' }] },
    );
    assert.equal(
      output,
      `Staged as proposal ${one.draft.proposal.hash}: a.js (edit), b.js (delete), e.js (move from c.js), new/d.js (create)`,
    );
    assert.deepEqual(one.tree.snapshot(), before);
  });

  it('shows staged text to later edits, and folds them', async () => {
    const one = bench({ 'a.js': 'one\n' });
    await one.read('a.js');
    await one.edit(edit('a.js', 'one', 'two'));
    await one.refuses(/not found/, edit('a.js', 'one', 'three'));
    await one.edit(edit('a.js', 'two', 'three'), { action: 'create', path: 'b.js', content: 'x' });
    await one.edit(edit('b.js', 'x', 'y'));
    assert.deepEqual(one.draft.staged('a.js'), { text: 'three\n', hasBom: false });
    assert.deepEqual(one.draft.staged('b.js'), { text: 'y', hasBom: false });
    assert.match(
      await one.edit(edit('a.js', 'three', 'one'), { action: 'delete', path: 'b.js' }),
      /^Staged as proposal [0-9a-f]{16}: nothing/,
    );
    assert.equal(one.draft.proposal.hash, emptyProposal.hash);
  });

  it('refuses a file that was not read, or is not the one that was read, or has another hash', async () => {
    const one = bench({ 'a.js': 'one\n', 'b.js': 'one\n' });
    await one.refuses(/b\.js was not read yet; read it/, edit('b.js', 'one', 'two'));
    await one.refuses(/not read yet/, { action: 'delete', path: 'b.js' });
    await one.refuses(/not read yet/, { action: 'move', path: 'b.js', to: 'c.js' });
    await one.read('a.js');
    await one.refuses(
      /has the hash [0-9a-f]{16}, not 0123456789abcdef/,
      edit('a.js', 'one', 'two', '0123456789abcdef'),
    );
    one.tree.write('a.js', 'one\nmore\n');
    await one.refuses(/changed since it was read/, edit('a.js', 'one', 'two'));
    await one.read('a.js');
    const hash = contentHash({ text: 'one\nmore\n', hasBom: false });
    assert.match(await one.edit(edit('a.js', 'one', 'two', `hash=${hash}`)), /^Staged/);
    // The hash from before staging stays good, and so does that of what is staged; any other does not.
    assert.match(await one.edit(edit('a.js', 'two', 'three', hash)), /^Staged/);
    const staged = contentHash({ text: 'three\nmore\n', hasBom: false });
    assert.match(await one.edit(edit('a.js', 'three', 'four', staged)), /^Staged/);
    await one.refuses(/never had the hash/, edit('a.js', 'four', 'five', '0123456789abcdef'));
  });

  it('sees unsaved typing as the file, and typing after the read as a change', async () => {
    const one = bench({ 'a.js': 'disk\n' });
    const buffer = (text: string): FileSnapshot => {
      return { path: 'a.js', text, hasBom: false, hash: contentHash({ text, hasBom: false }), isUnsaved: true };
    };
    one.buffers.push(buffer('typed\n'));
    await one.read('a.js');
    assert.match(await one.edit(edit('a.js', 'typed', 'new')), /^Staged/);
    one.draft.set(emptyProposal);
    one.buffers.splice(0, 1, buffer('typed more\n'));
    await one.refuses(/changed since it was read/, edit('a.js', 'typed', 'new'));
  });

  it('drops what was staged for a file that changed meanwhile, says so, and goes on after a new read', async () => {
    const one = bench({ 'a.js': 'one\n', 'b.js': 'b\n', 'm.js': 'm\n' });
    await one.read('a.js', 'b.js', 'm.js');
    await one.edit(edit('a.js', 'one', 'two'), edit('b.js', 'b', 'c'), {
      action: 'create',
      path: 'n.js',
      content: 'n',
    });
    await one.edit({ action: 'move', path: 'm.js', to: 'o.js' });
    one.tree.write('a.js', 'user\n');
    const output = await one.edit(edit('a.js', 'two', 'three'));
    assert.match(output, /a\.js changed outside since it was staged.*dropped/);
    assert.deepEqual(
      one.draft.proposal.changes.map(({ path }) => path),
      ['b.js', 'n.js', 'o.js'],
    );
    await one.read('a.js');
    assert.match(await one.edit(edit('a.js', 'user', 'ours')), /^Staged/);
    one.tree.write('n.js', 'user');
    assert.match(await one.edit(edit('n.js', 'n', 'x')), /n\.js changed outside/);
    one.tree.write('m.js', 'user');
    assert.match(await one.edit(edit('o.js', 'm', 'x')), /o\.js changed outside/);
    assert.deepEqual(
      one.draft.proposal.changes.map(({ path }) => path),
      ['a.js', 'b.js'],
    );
  });

  it('never touches secrets, protected files, tests or anything outside, by whatever way', async () => {
    const outside = new TempTree({ 'x.js': 'x\n' });
    const one = bench({
      '.env': 'KEY=1\n',
      'package.json': '{}\n',
      '.vscode/settings.json': '{}\n',
      'a.test.js': 'x\n',
      'a.js': 'x\n',
      'real/.vscode/x.json': '{}',
    });
    try {
      symlinkSync(outside.path('x.js'), one.tree.path('out.js'));
      symlinkSync('.vscode', one.tree.path('folder'));
      symlinkSync('.env', one.tree.path('notes.js'));
      symlinkSync('a.test.js', one.tree.path('plain.js'));
      await one.read('a.js', 'a.test.js', 'package.json', 'plain.js');
      const everyWay = (path: string): object[] => [
        edit(path, 'x', 'y'),
        { action: 'create', path, content: 'x' },
        { action: 'delete', path },
        { action: 'move', path: 'a.js', to: path },
        { action: 'move', path, to: 'b.js' },
      ];
      const forbidden: readonly (readonly [RegExp, readonly string[]])[] = [
        [/secrets/, ['.env', '.ENV', 'sub/.env.local', 'notes.js', 'id_rsa', 'folder/../.env']],
        [
          /protected/,
          [
            'package.json',
            'Package.JSON',
            '.vscode/settings.json',
            '.VSCODE/tasks.json',
            '.git/hooks/x',
            'a.code-workspace',
            '.github/workflows/x.yml',
            'AGENTS.md',
            '.envrc/../.husky/x',
            'folder/settings.json',
          ],
        ],
        [/read-only unless the user allows/, ['a.test.js', 'A.TEST.js', 'test/new.js', 'vitest.config.ts', 'plain.js']],
        [/workspace/, ['out.js', '../x.js', '/etc/passwd', 'C:\\x.js', 'a/../../x.js']],
      ];
      for (const [pattern, paths] of forbidden)
        for (const path of paths) for (const change of everyWay(path)) await one.refuses(pattern, change);
      one.allowsTests = true;
      assert.match(await one.edit(edit('a.test.js', 'x', 'y')), /^Staged/);
      await one.refuses(/protected/, { action: 'create', path: 'test/.vscode/x.json', content: '' });
    } finally {
      outside.dispose();
    }
  });

  it('stages an edit through a link for the file that it leads to, and moves or deletes no link', async () => {
    const one = bench({ 'real/a.js': 'one\n' });
    symlinkSync('real', one.tree.path('link'));
    await one.read('link/a.js');
    await one.refuses(/link to real\/a\.js; name that file/, { action: 'delete', path: 'link/a.js' });
    await one.refuses(/name that file/, { action: 'move', path: 'link/a.js', to: 'b.js' });
    assert.match(await one.edit(edit('link/a.js', 'one', 'two')), /: real\/a\.js \(edit\)$/);
    assert.match(await one.edit({ action: 'create', path: 'link/b.js', content: 'x' }), /real\/b\.js \(create\)/);
  });

  it('refuses files that are no text, gone, folders, or in the way', async () => {
    const one = bench({
      'binary.js': Uint8Array.from([0, 1]),
      'latin.js': Uint8Array.from([0xe4]),
      'huge.js': Buffer.alloc(2 * 1024 * 1024 + 1, 'a'),
      'sub/x.js': '',
      'a.js': 'a\n',
    });
    await one.refuses(/binary/, edit('binary.js', 'a', 'b'));
    await one.refuses(/UTF-8/, { action: 'delete', path: 'latin.js' });
    await one.refuses(/too large/, edit('huge.js', 'a', 'b'));
    await one.refuses(/folder/, { action: 'delete', path: 'sub' });
    await one.refuses(/does not exist/, edit('gone.js', 'a', 'b'));
    await one.refuses(/exists already/, { action: 'create', path: 'a.js', content: '' });
    await one.refuses(/a\.js is a file/, { action: 'create', path: 'a.js/b/c.js', content: '' });
    await one.read('a.js');
    await one.refuses(/only in case/, edit('a.js', 'a', 'b'), { action: 'create', path: 'A.js', content: '' });
    rmSync(one.tree.path('a.js'));
    await one.refuses(/does not exist/, edit('a.js', 'a', 'b'));
  });

  it('stages all or nothing, and names every problem with its candidates', async () => {
    const one = bench({ 'a.js': 'x();\ny();\ny();\n', 'b.js': 'b\n' });
    await one.read('a.js', 'b.js');
    await one.refuses(
      /2 problems:\n- a\.js: the old text stands on lines 2, 3.*\n- b\.js: the old text was not found/,
      edit('a.js', 'y();', 'z();'),
      edit('b.js', 'nothing like it', ''),
      { action: 'create', path: 'c.js', content: '' },
    );
    const many = Array.from({ length: 100 }, (_, index) => edit('b.js', `${'long '.repeat(400)}${index}`, ''));
    const output = await one.edit(...many);
    assert.ok(Buffer.byteLength(output) <= 8 * 1024);
  });

  it('says where matching forgave something, and when nothing changed', async () => {
    const one = bench({ 'a.js': '  one;\r\n  two;\r\n' });
    await one.read('a.js');
    assert.match(
      await one.edit(edit('a.js', 'one;\ntwo;', 'three;\nfour;')),
      /\n\[matched but for indentation: a\.js\]$/,
    );
    assert.deepEqual(one.draft.staged('a.js'), { text: '  three;\r\n  four;\r\n', hasBom: false });
    assert.match(await one.edit(edit('a.js', 'three', 'three')), /\[this call changed nothing\]$/);
  });

  it('reads untrusted arguments: a missing nullable is null, everything wrong is named', async () => {
    const one = bench({ 'a.js': 'a\n' });
    await one.read('a.js');
    await one.refuses(/changes/);
    await one.refuses(/changes\.0\.action must be one of/, { action: 'patch', path: 'a.js' });
    await one.refuses(/changes\.0\.path/, { action: 'delete' });
    await one.refuses(/changes\.0: a\.js: action "edit" needs "edits"/, { action: 'edit', path: 'a.js' });
    await one.refuses(/needs "content"/, { action: 'create', path: 'b.js' });
    await one.refuses(/needs "to"/, { action: 'move', path: 'a.js' });
    await one.refuses(/"content" is for action "create"/, { action: 'edit', path: 'a.js', content: 'x' });
    await one.refuses(/"edits" do not go/, { ...edit('b.js', 'a', 'b'), action: 'create', content: 'x' });
    await one.refuses(/"to" is for action "move"/, { ...edit('a.js', 'a', 'b'), to: 'b.js' });
    await one.refuses(/at most 100/, ...Array.from({ length: 101 }, () => edit('a.js', 'a', 'b')));
    await one.refuses(/old text is empty/, edit('a.js', '', 'b'));
    assert.match(await one.edit({ ...edit('a.js', 'a', 'b'), to: '', content: '', hash: '' }), /^Staged/);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const hash = one.draft.proposal.hash;
        await one.edit(value);
        assert.equal(one.draft.proposal.hash, hash);
      }),
    );
  });

  it('stages nothing when cancelled', async () => {
    const one = bench({ 'a.js': 'a\n' });
    await one.read('a.js');
    await assert.rejects(one.cancelled([edit('a.js', 'a', 'b')]), isAbortError);
    assert.equal(one.draft.proposal.hash, emptyProposal.hash);
  });
});
