import { strict as assert } from 'node:assert';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { WorkspaceAgent } from '../../../src/vscode/workspaceAgent.ts';
import {
  freshAgent,
  closeAllEditors,
  configure,
  onDisk,
  tabLabels,
  untilAgent,
  untilTabs,
  uriOf,
} from '../extensionUnderTest.ts';

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

  async function assertNothingLeft(): Promise<void> {
    assert.equal(agent.isRunning, false);
    assert.equal(agent.reviewer.proposal, undefined);
    assert.equal(await onDisk(file), original);
    assert.equal(agent.conversation.status.activity, 'idle');
    // A window that is slow to close it holds up no run.
    await untilTabs(() => !tabLabels().includes('orders.js (Proposed Change)'));
  }

  it('keeps diff and card when it is stopped while its tests run, and is verified and applied once that is asked for', async () => {
    await vscode.window.showTextDocument(uriOf(file));
    const running = vscode.commands.executeCommand('whetstone.optimize');
    await untilAgent(agent, () => agent.reviewer.proposal !== undefined);
    const tests = (): number => agent.conversation.entries.filter(({ kind }) => kind === 'tests').length;
    const stopped = vscode.commands.executeCommand('whetstone.stop');
    await untilAgent(agent, () => agent.conversation.status.activity === 'stopping');
    const before = tests();
    await Promise.all([stopped, untilAgent(agent, () => agent.reviewer.isPending)]);
    assert.equal(tests(), before);
    assert.ok(tabLabels().includes('orders.js (Proposed Change)'), tabLabels().join());
    const card = agent.conversation.entries.at(-1);
    assert.ok(card?.kind === 'proposal' && card.state === 'review', JSON.stringify(card));
    assert.equal(card.verdict?.kind, 'unproven');
    assert.equal(await onDisk(file), original);

    await vscode.commands.executeCommand('whetstone.verify');
    const isVerified = (): boolean => {
      const last = agent.conversation.entries.findLast(({ kind }) => kind === 'proposal');
      return agent.reviewer.isPending && last?.kind === 'proposal' && last.verdict?.offer !== 'verification';
    };
    await untilAgent(agent, isVerified);
    await vscode.commands.executeCommand('whetstone.accept');
    await running;
    assert.notEqual(await onDisk(file), original);
    const ending = agent.conversation.entries.at(-1);
    assert.ok(ending?.kind === 'ending' && ending.action === 'undo', JSON.stringify(ending));
    assert.match(ending.text, /^Stopped by the user\. What was staged by then is applied and verified/);
    await vscode.commands.executeCommand('whetstone.undoLast');
    assert.equal(await onDisk(file), original);
  });

  for (const moment of ['at once', 'while the diff is opened', 'when the diff is there'] as const)
    it(`is given up when it is stopped once more, ${moment}`, async () => {
      await vscode.window.showTextDocument(uriOf(file));
      const running = vscode.commands.executeCommand('whetstone.optimize');
      await untilAgent(agent, () => agent.reviewer.proposal !== undefined);
      const stopped = vscode.commands.executeCommand('whetstone.stop');
      if (moment === 'while the diff is opened')
        await untilAgent(agent, () => agent.conversation.status.activity === 'reviewing');
      if (moment === 'when the diff is there') await untilAgent(agent, () => agent.reviewer.isPending);
      await vscode.commands.executeCommand('whetstone.stop');
      await Promise.all([running, stopped]);
      await assertNothingLeft();
    });

  it('does not begin when it is stopped before its chat is on screen', async () => {
    await vscode.window.showTextDocument(uriOf(file));
    const entries = agent.conversation.entries.length;
    const running = vscode.commands.executeCommand('whetstone.optimize');
    await vscode.commands.executeCommand('whetstone.stop');
    await running;
    assert.equal(agent.conversation.entries.length, entries);
    await assertNothingLeft();
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
