import { strict as assert } from 'node:assert';
import { after, afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { DiskDocuments } from '../../../src/disk/diskDocuments.ts';
import { RipgrepSearch } from '../../../src/disk/ripgrepSearch.ts';
import { unsavedBuffers } from '../../../src/vscode/editorBuffers.ts';
import { EditorLanguage } from '../../../src/vscode/editorLanguage.ts';
import { OutlinedTexts } from '../../../src/vscode/outlinedTexts.ts';
import { findRipgrep } from '../../../src/vscode/ripgrepPath.ts';
import { Settling } from '../../../src/vscode/settling.ts';
import { closeAllEditors, onDisk, uriOf, workspaceFolder } from '../extensionUnderTest.ts';

const never = new AbortController().signal;
const file = 'src/inventory.js';

describe('what the editor knows', function () {
  this.timeout(600_000);
  const root = workspaceFolder().uri;
  const texts = new OutlinedTexts();
  const language = new EditorLanguage(root, new Settling(), texts);
  after(() => texts.dispose());
  afterEach(closeAllEditors);

  it('includes the outline of a file', async () => {
    const symbols = await language.outline(file, await onDisk(file), never);
    assert.ok(
      symbols?.some(({ kind }) => kind === 'function'),
      JSON.stringify(symbols),
    );
  });

  it('includes the outline of a text that is only staged, again after it changed, and of a file that is not there yet', async () => {
    for (const name of ['staged', 'stagedAgain'])
      for (const path of [file, 'src/not/there.ts']) {
        const symbols = await language.outline(path, `function ${name}() {}`, never);
        assert.deepEqual(
          symbols?.map(({ kind, name: found }) => `${kind} ${found}`),
          [`function ${name}`],
        );
      }
  });

  it('does not include the outline of a text in a language that nobody here knows', async () =>
    assert.deepEqual((await language.outline('notes.unknown', 'a b c', never)) ?? [], []));

  it('includes diagnostics of what was just typed, once they have settled', async () => {
    const document = await vscode.workspace.openTextDocument(uriOf(file));
    const editor = await vscode.window.showTextDocument(document);
    assert.deepEqual(errors(await language.diagnostics([file], never)), []);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'const = 1;\n'));
    const found = errors(await language.diagnostics([file], never));
    assert.ok(found.length > 0);
    assert.match(found[0] ?? '', /^src\/inventory\.js:0 TS\d+$/);
  });

  it('says so when there is nothing to tell', async () => {
    const outcome = await language.diagnostics(['not/there.js'], never);
    assert.equal(outcome.kind, 'unavailable');
  });

  it('includes what was typed and not saved', async () => {
    const documents = new DiskDocuments({ root: root.fsPath, openBuffers: () => unsavedBuffers(root) });
    assert.deepEqual(documents.unsaved(), []);
    const editor = await vscode.window.showTextDocument(uriOf(file));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// typed\n'));
    const read = await documents.read(file, never);
    assert.ok(read.kind === 'text' && read.file.isUnsaved && read.file.text.startsWith('// typed\n'));
    assert.deepEqual(
      documents.unsaved().map(({ path }) => path),
      [file],
    );
  });

  it("includes search with the editor's own ripgrep", async () => {
    const program = findRipgrep(vscode.env.appRoot);
    assert.ok(program, vscode.env.appRoot);
    const search = new RipgrepSearch({ root: root.fsPath, program });
    const outcome = await search.search(
      { pattern: 'export function', isRegExp: false, isCaseSensitive: true, include: undefined, limit: 100 },
      never,
    );
    assert.ok(outcome.kind === 'matches' && outcome.matches.some(({ path }) => path === file));
  });
});

function errors(outcome: Awaited<ReturnType<EditorLanguage['diagnostics']>>): string[] {
  assert.ok(outcome.kind === 'diagnostics');
  return outcome.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ path, range, code }) => `${path}:${range.start.line} ${code}`);
}
