import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('the host without a folder', () => {
  it('has no workspace folder', () => assert.equal(vscode.workspace.workspaceFolders, undefined));
});
