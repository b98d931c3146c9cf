import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('the host of these tests', () => {
  it('is a real VS Code with a trusted workspace folder', () => {
    assert.equal(vscode.workspace.isTrusted, true);
    assert.equal(vscode.workspace.workspaceFolders?.length, 1);
  });

  it('has auto save off, as on the desktop, so that nothing is saved behind our back', () => {
    assert.equal(vscode.workspace.getConfiguration('files').get('autoSave'), 'off');
  });

  it('knows the extension under test', () => {
    assert.ok(vscode.extensions.getExtension('whetstone.whetstone'));
  });
});
