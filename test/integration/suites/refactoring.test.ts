import { strict as assert } from 'node:assert';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { WorkspaceAgent } from '../../../src/vscode/workspaceAgent.ts';
import { freshAgent, closeAllEditors, configure, onDisk, tabLabels, untilAgent, uriOf } from '../extensionUnderTest.ts';

const file = 'src/orders.js';

describe('a refactoring in the editor', function () {
  this.timeout(600_000);
  let agent: WorkspaceAgent;
  let original = '';

  before(async () => {
    agent = await freshAgent();
    original = await onDisk(file);
    // What the user wrote into the user's own settings needs no second confirmation.
    await configure('testCommand', ['node', '--test']);
  });
  after(() => configure('testCommand', undefined));
  afterEach(closeAllEditors);

  it('stands above functions with findings', async () => {
    await vscode.window.showTextDocument(uriOf(file));
    const lenses = await lensesOf(file);
    assert.ok(lenses.length >= 3, `${lenses.length} lenses`);
    for (const { command } of lenses) assert.match(command?.title ?? '', /^Optimize this · \d+ findings?$/);
  });

  it('does not, once its lenses are switched off, and never above documents that are no files', async () => {
    await configure('codeLens.enabled', false);
    assert.deepEqual(await lensesOf(file), []);
    await configure('codeLens.enabled', undefined);
    assert.ok((await lensesOf(file)).length >= 3);
    const untitled = await vscode.workspace.openTextDocument({ language: 'javascript', content: original });
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      untitled.uri,
    );
    assert.deepEqual(
      lenses.filter(({ command }) => command?.command === 'whetstone.optimize'),
      [],
    );
  });

  it('is shown as a diff, leaves the disk alone, is applied on Accept, and can be taken back twice over', async () => {
    const document = await vscode.workspace.openTextDocument(uriOf(file));
    await vscode.window.showTextDocument(document);
    const [lens] = await lensesOf(file);
    assert.ok(lens?.command);
    const running = vscode.commands.executeCommand(lens.command.command, lens.command.arguments?.[0]);
    await untilAgent(agent, () => agent.reviewer.isPending);
    assert.ok(tabLabels().includes('orders.js (Proposed Change)'), tabLabels().join());
    assert.equal(await onDisk(file), original);
    assert.equal(document.getText(), original);

    await vscode.commands.executeCommand('whetstone.accept');
    await running;
    const refactored = await onDisk(file);
    assert.notEqual(refactored, original);
    assert.equal(document.getText(), refactored);
    assert.equal(document.isDirty, false);
    assert.ok(!tabLabels().includes('orders.js (Proposed Change)'));
    const ending = agent.conversation.entries.at(-1);
    assert.ok(ending?.kind === 'ending' && ending.tone === 'good', JSON.stringify(ending));
    const tests = agent.conversation.entries.filter((entry) => entry.kind === 'tests');
    assert.deepEqual(
      tests.map(({ stage, state }) => `${stage} ${state}`),
      ['baseline passed', 'trial passed', 'applied passed'],
    );

    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), original, 'one Undo restores the buffer');
    assert.equal(await onDisk(file), refactored, 'and leaves the disk');

    await vscode.commands.executeCommand('whetstone.undoLast');
    assert.equal(await onDisk(file), original);
    assert.equal(document.getText(), original);
    assert.equal(document.isDirty, false);
  });

  it('is forgotten on Reject', async () => {
    await vscode.window.showTextDocument(uriOf(file));
    const running = vscode.commands.executeCommand('whetstone.optimize');
    await untilAgent(agent, () => agent.reviewer.isPending);
    await vscode.commands.executeCommand('whetstone.reject');
    await running;
    assert.equal(await onDisk(file), original);
    const ending = agent.conversation.entries.at(-1);
    assert.ok(ending?.kind === 'ending' && ending.tone === 'neutral');
  });

  it('cannot be accepted while its tests run', async () => {
    await vscode.window.showTextDocument(uriOf(file));
    const running = vscode.commands.executeCommand('whetstone.optimize');
    await untilAgent(agent, () => agent.reviewer.proposal !== undefined);
    assert.equal(agent.reviewer.isPending, false, 'staged, and not yet up for review');
    const outcome = await agent.reviewer.accept();
    assert.ok(outcome.kind === 'refused');
    assert.match(outcome.reason, /still being verified/);
    await untilAgent(agent, () => agent.reviewer.isPending);
    assert.equal(await onDisk(file), original);
    await vscode.commands.executeCommand('whetstone.reject');
    await running;
  });

  it('can be stopped while its tests run, and leaves nothing', async () => {
    await vscode.window.showTextDocument(uriOf(file));
    const running = vscode.commands.executeCommand('whetstone.optimize');
    await untilAgent(agent, () => agent.reviewer.proposal !== undefined);
    await vscode.commands.executeCommand('whetstone.stop');
    await running;
    assert.equal(agent.isRunning, false);
    assert.equal(agent.reviewer.proposal, undefined);
    assert.equal(await onDisk(file), original);
    assert.equal(agent.conversation.status.activity, 'idle');
  });

  it('works on what was typed and not saved, and gives it back', async () => {
    const document = await vscode.workspace.openTextDocument(uriOf(file));
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// typed, not saved\n'));
    const typed = document.getText();
    const running = vscode.commands.executeCommand('whetstone.optimize');
    await untilAgent(agent, () => agent.reviewer.isPending);
    assert.equal(await onDisk(file), original);
    await vscode.commands.executeCommand('whetstone.accept');
    await running;
    assert.match(await onDisk(file), /^\/\/ typed, not saved\n/);

    await vscode.commands.executeCommand('whetstone.undoLast');
    assert.equal(await onDisk(file), original, 'the disk is as it was');
    assert.equal(document.getText(), typed, 'and so is the buffer');
    assert.equal(document.isDirty, true);
  });

  it('says what is wrong with a setting and starts nothing', async () => {
    await configure('endpoint', 'http://example.com/v1');
    const outcome = await agent.run({ goal: 'Optimize this', focus: [{ path: file }] });
    await configure('endpoint', undefined);
    assert.ok(outcome.kind === 'refused');
    assert.match(outcome.reason, /whetstone\.endpoint.*https/);
  });
});

async function lensesOf(path: string): Promise<vscode.CodeLens[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uriOf(path));
  return lenses.filter(({ command }) => command?.command === 'whetstone.optimize');
}
