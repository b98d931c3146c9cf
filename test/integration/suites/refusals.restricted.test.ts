import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { agentUnderTest, extensionUnderTest, onDisk, uriOf } from '../extensionUnderTest.ts';

const file = 'src/orders.js';

describe('Restricted Mode', function () {
  this.timeout(600_000);

  it('shows findings', async () => {
    await extensionUnderTest();
    await vscode.window.showTextDocument(uriOf(file));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      uriOf(file),
    );
    assert.ok(lenses.some(({ command }) => command?.command === 'whetstone.optimize'));
  });

  it('runs nothing and says why', async () => {
    const { agent, workbench } = await agentUnderTest();
    const original = await onDisk(file);
    const outcome = await agent.run({ goal: 'Optimize this', focus: [{ path: file }] });
    assert.ok(outcome.kind === 'refused');
    assert.match(outcome.reason, /Restricted Mode/);
    assert.equal(agent.isRunning, false);
    assert.equal(workbench.chatSource.surroundings.blocker?.action, 'manageTrust');
    const notice = agent.conversation.entries.at(-1);
    assert.ok(notice?.kind === 'notice' && notice.text === outcome.reason);
    assert.equal(await onDisk(file), original);
  });
});
