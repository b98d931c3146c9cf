import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { createProposal } from '../../../src/edits/proposal.ts';
import { Preview } from '../../../src/vscode/preview.ts';
import { closeAllEditors, onDisk, tabLabels } from '../extensionUnderTest.ts';

/** Schemes of its own, since the extension under test holds the real ones. */
const preview = new Preview({ before: 'test-before', after: 'test-after' });
const content = (text: string) => ({ text, hasBom: false });

describe('the preview', function () {
  this.timeout(600_000);
  afterEach(closeAllEditors);

  it('shows one file as a diff of two documents that can never change', async () => {
    const proposal = createProposal([
      { kind: 'edit', path: 'src/main.js', before: content('before\n'), after: content('after\n') },
    ]);
    await preview.show(proposal);
    assert.ok(tabLabels().includes('main.js (Proposed Change)'), tabLabels().join());
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.equal((await vscode.workspace.openTextDocument(input.original)).getText(), 'before\n');
    assert.equal((await vscode.workspace.openTextDocument(input.modified)).getText(), 'after\n');
    assert.equal(input.modified.query, proposal.hash);
    await preview.close(proposal.hash);
    assert.ok(!tabLabels().includes('main.js (Proposed Change)'));
  });

  it('shows many files at once, created and deleted ones too, and touches none', async () => {
    const main = await onDisk('src/main.js');
    const proposal = createProposal([
      { kind: 'edit', path: 'src/main.js', before: content(main), after: content('') },
      { kind: 'create', path: 'src/new.js', after: content('new\n') },
      { kind: 'delete', path: 'src/store.js', before: content('old\n') },
    ]);
    await preview.show(proposal);
    assert.deepEqual(tabLabels(), ['Whetstone: Proposed Changes (3 files)']);
    assert.equal(await onDisk('src/main.js'), main);
    await preview.close(proposal.hash);
    assert.deepEqual(tabLabels(), []);
  });

  it('closes the one of two that was decided, and leaves the other open', async () => {
    const [first, second] = ['one', 'two'].map((text) =>
      createProposal([
        { kind: 'create', path: 'src/a.js', after: content(text) },
        { kind: 'create', path: 'src/b.js', after: content(text) },
      ]),
    );
    assert.ok(first !== undefined && second !== undefined);
    await preview.show(first);
    await preview.show(second);
    const both = ['Whetstone: Proposed Changes (2 files)', 'Whetstone: Proposed Changes 2 (2 files)'];
    assert.deepEqual(tabLabels(), both);
    await preview.show(second);
    assert.deepEqual(tabLabels(), both);
    await preview.show(first);
    assert.deepEqual([...tabLabels()].sort(), both);
    await preview.close(first.hash);
    assert.deepEqual(tabLabels(), both.slice(1));
    await preview.close(second.hash);
    assert.deepEqual(tabLabels(), []);
  });
});
