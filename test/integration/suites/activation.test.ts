import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandTable } from '../../../src/vscode/commandTable.ts';
import { extensionUnderTest } from '../extensionUnderTest.ts';

describe('activation', () => {
  it('registers every command of the table', async () => {
    await extensionUnderTest();
    const registered = await vscode.commands.getCommands(true);
    assert.deepEqual(
      Object.keys(commandTable).filter((id) => !registered.includes(id)),
      [],
    );
  });

  it('takes a test command from the user and from a workspace, and endpoints from the user alone', () => {
    const settings = vscode.workspace.getConfiguration('whetstone');
    assert.deepEqual(settings.get('testCommand'), []);
    assert.equal(settings.get('endpoint'), '');
    return assert.rejects(
      Promise.resolve(settings.update('endpoint', 'https://example.com/v1', vscode.ConfigurationTarget.Workspace)),
    );
  });
});
