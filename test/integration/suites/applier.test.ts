import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { Journal } from '../../../src/apply/journal.ts';
import { realRoot, rootFolder } from '../../../src/apply/rootFolder.ts';
import { encodeText } from '../../../src/edits/encoding.ts';
import { createProposal, type EncodedText } from '../../../src/edits/proposal.ts';
import { EditorApplier } from '../../../src/vscode/editorApplier.ts';
import { TypedTexts } from '../../../src/vscode/typedTexts.ts';
import { closeAllEditors, uriOf, workspaceFolder } from '../extensionUnderTest.ts';

const never = new AbortController().signal;
/** New for each test: an editor may remember a file that was there before. */
let folder = '';

describe('applying through the editor', function () {
  this.timeout(600_000);
  let storage: string;
  let applier: EditorApplier;

  before(async () => {
    storage = await mkdtemp(join(tmpdir(), 'whetstone-applier-'));
  });
  after(() => rm(storage, { recursive: true, force: true }));
  let count = 0;
  beforeEach(async () => {
    folder = `applier-${++count}`;
    await vscode.workspace.fs.createDirectory(uriOf(folder));
    applier = newApplier();
  });
  afterEach(async () => {
    await closeAllEditors();
    await vscode.workspace.fs.delete(uriOf(folder), { recursive: true });
  });

  /** As after a restart of the editor: nothing is remembered but what is on disk. */
  const newApplier = (): EditorApplier => {
    const root = workspaceFolder().uri;
    const journal = new Journal({ root: root.fsPath, folder: join(storage, 'journal') });
    const typed = join(rootFolder(join(storage, 'journal'), realRoot(root.fsPath)), 'typed');
    return new EditorApplier(root, journal, new TypedTexts(typed));
  };

  it('edits, creates, deletes and moves at once, byte for byte, and takes all of it back', async () => {
    const crlf = text('one\r\ntwo\r\n', true);
    await Promise.all([write('edit.txt', crlf), write('gone.txt', text('gone')), write('old.txt', text('moved\n'))]);
    const proposal = createProposal([
      { kind: 'edit', path: at('edit.txt'), before: crlf, after: text('one\r\n2\r\n', true) },
      { kind: 'create', path: at('deep/new.txt'), after: text('\u00e4\r\nno end') },
      { kind: 'delete', path: at('gone.txt'), before: text('gone') },
      { kind: 'move', path: at('new.txt'), from: at('old.txt'), before: text('moved\n'), after: text('moved!\n') },
    ]);
    const applied = await applier.apply(proposal, { label: 'all kinds' }, never);
    assert.ok(applied.kind === 'applied', JSON.stringify(applied));
    assert.deepEqual(applied.differences, []);
    assert.deepEqual(await bytes('edit.txt'), encodeText(text('one\r\n2\r\n', true)));
    assert.deepEqual(await bytes('deep/new.txt'), encodeText(text('\u00e4\r\nno end')));
    assert.deepEqual(await bytes('new.txt'), encodeText(text('moved!\n')));
    assert.equal(await isThere('gone.txt'), false);
    assert.equal(await isThere('old.txt'), false);

    assert.equal((await newApplier().rollBack(undefined)).kind, 'restored');
    assert.deepEqual(await bytes('edit.txt'), encodeText(crlf));
    assert.deepEqual(await bytes('gone.txt'), encodeText(text('gone')));
    assert.deepEqual(await bytes('old.txt'), encodeText(text('moved\n')));
    assert.equal(await isThere('deep'), false);
    assert.equal(await isThere('new.txt'), false);
  });

  it('refuses what changed on disk since the preview, and writes nothing', async () => {
    await write('a.txt', text('a'));
    await write('b.txt', text('b'));
    const proposal = edits(['a.txt', 'a', 'A'], ['b.txt', 'b', 'B']);
    await write('b.txt', text('changed'));
    assert.deepEqual(await applier.apply(proposal, { label: 'stale' }, never), { kind: 'stale', paths: [at('b.txt')] });
    assert.equal((await bytes('a.txt')).toString(), 'a');
  });

  it('refuses what was typed since the preview, and keeps the typing', async () => {
    await write('a.txt', text('a'));
    const document = await type('a.txt', 'typed ');
    const outcome = await applier.apply(edits(['a.txt', 'a', 'A']), { label: 'stale' }, never);
    assert.deepEqual(outcome, { kind: 'stale', paths: [at('a.txt')] });
    assert.deepEqual([document.getText(), document.isDirty], ['typed a', true]);
  });

  it('refuses to create over a file and to delete what has unsaved changes', async () => {
    await write('a.txt', text('mine'));
    const creation = createProposal([{ kind: 'create', path: at('a.txt'), after: text('theirs') }]);
    assert.equal((await applier.apply(creation, { label: 'create' }, never)).kind, 'stale');
    await type('a.txt', 'typed ');
    const deletion = createProposal([{ kind: 'delete', path: at('a.txt'), before: text('mine') }]);
    assert.equal((await applier.apply(deletion, { label: 'delete' }, never)).kind, 'stale');
    assert.equal((await bytes('a.txt')).toString(), 'mine');
  });

  it('saves no document but its own', async () => {
    await write('a.txt', text('a'));
    await write('other.txt', text('other'));
    const other = await type('other.txt', 'typed ');
    assert.equal((await applier.apply(edits(['a.txt', 'a', 'A']), { label: 'one' }, never)).kind, 'applied');
    assert.equal(other.isDirty, true);
    assert.equal((await bytes('other.txt')).toString(), 'other');
  });

  it('says what was changed on save beyond the preview', async () => {
    await write('a.txt', text('a\n'));
    await setting('files.trimTrailingWhitespace', true);
    const outcome = await applier.apply(edits(['a.txt', 'a\n', 'A  \n']), { label: 'trimmed' }, never);
    await setting('files.trimTrailingWhitespace', undefined);
    assert.ok(outcome.kind === 'applied');
    assert.deepEqual(
      outcome.differences.map(({ path }) => path),
      [at('a.txt')],
    );
    assert.match(outcome.differences[0]?.reason ?? '', /on save/);
    assert.equal((await applier.rollBack(outcome.entry)).kind, 'restored');
    assert.equal((await bytes('a.txt')).toString(), 'a\n');
  });

  it('makes mixed line ends uniform, says so, and restores them exactly', async () => {
    const mixed = 'one\r\ntwo\nthree\r\nfour\r\n';
    await write('a.txt', text(mixed));
    const outcome = await applier.apply(
      edits(['a.txt', mixed, mixed.replace('three', '3')]),
      { label: 'mixed' },
      never,
    );
    assert.ok(outcome.kind === 'applied', JSON.stringify(outcome));
    assert.match(outcome.differences[0]?.reason ?? '', /Line ends/);
    assert.equal((await applier.rollBack(outcome.entry)).kind, 'restored');
    assert.equal((await bytes('a.txt')).toString(), mixed);
  });

  it('gives unsaved typing back after a restart, over the bytes that were on disk', async () => {
    await write('a.txt', text('a'));
    const document = await type('a.txt', 'typed ');
    const outcome = await applier.apply(edits(['a.txt', 'typed a', 'typed A']), { label: 'unsaved' }, never);
    assert.ok(outcome.kind === 'applied', JSON.stringify(outcome));
    assert.equal((await bytes('a.txt')).toString(), 'typed A');
    assert.equal((await newApplier().rollBack(outcome.entry)).kind, 'restored');
    assert.equal((await bytes('a.txt')).toString(), 'a');
    assert.deepEqual([document.getText(), document.isDirty], ['typed a', true]);
  });

  it('refuses to undo over later work, saved or not', async () => {
    await write('a.txt', text('a'));
    const outcome = await applier.apply(edits(['a.txt', 'a', 'A']), { label: 'later' }, never);
    assert.ok(outcome.kind === 'applied');
    const document = await type('a.txt', 'later ');
    assert.equal((await applier.rollBack(outcome.entry)).kind, 'refused');
    await document.save();
    assert.equal((await applier.rollBack(outcome.entry)).kind, 'refused');
    assert.equal((await bytes('a.txt')).toString(), 'later A');
  });

  it('writes nothing when it is cancelled before it begins', async () => {
    await write('a.txt', text('a'));
    await assert.rejects(applier.apply(edits(['a.txt', 'a', 'A']), { label: 'cancelled' }, AbortSignal.abort()), {
      name: 'AbortError',
    });
    assert.equal((await bytes('a.txt')).toString(), 'a');
  });
});

function at(path: string): string {
  return `${folder}/${path}`;
}

function text(value: string, hasBom = false): EncodedText {
  return { text: value, hasBom };
}

function edits(...files: readonly (readonly [string, string, string])[]) {
  return createProposal(
    files.map(([path, before, after]) => ({
      kind: 'edit' as const,
      path: at(path),
      before: text(before),
      after: text(after),
    })),
  );
}

async function write(path: string, content: EncodedText): Promise<void> {
  await writeFile(uriOf(at(path)).fsPath, encodeText(content));
}

function bytes(path: string): Promise<Buffer> {
  return readFile(uriOf(at(path)).fsPath);
}

function isThere(path: string): Promise<boolean> {
  return stat(uriOf(at(path)).fsPath).then(
    () => true,
    () => false,
  );
}

async function type(path: string, typed: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uriOf(at(path)));
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), typed));
  return document;
}

async function setting(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
}
