import { strict as assert } from 'node:assert';
import { after, afterEach, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Workbench } from '../../../src/vscode/workbench.ts';
import {
  agentUnderTest,
  closeAllEditors,
  configure,
  onDisk,
  untilAgent,
  uriOf,
  workspaceFolder,
} from '../extensionUnderTest.ts';

const file = 'src/orders.js';

describe('conversations of one folder', function () {
  this.timeout(600_000);
  let workbench: Workbench;
  let original = '';

  before(async () => {
    ({ workbench } = await agentUnderTest());
    original = await onDisk(file);
    await configure('testCommand', ['node', '--test']);
  });
  after(async () => {
    await configure('testCommand', undefined);
    assert.equal(await onDisk(file), original);
  });
  afterEach(closeAllEditors);

  it('run at the same time; a press without a diff in focus decides on none of two; closing one stops it', async () => {
    const threads = workbench.agents.threadsOf(workspaceFolder());
    for (const agent of [...threads.all]) await threads.close(agent.id);
    const first = threads.current;
    const running = first.run({ goal: 'use find and some', focus: [{ path: file }] });
    const second = workbench.agents.useIdle(workspaceFolder());
    assert.ok(second && second !== first);
    const other = second.run({ goal: 'modernize the syntax', focus: [{ path: file }] });
    await Promise.all([first, second].map((agent) => untilAgent(agent, () => agent.reviewer.isPending)));
    assert.equal(workbench.agents.all.filter(({ isRunning }) => isRunning).length, 2);

    await vscode.window.showTextDocument(uriOf(file));
    const third = workbench.agents.useIdle(workspaceFolder());
    assert.ok(third?.isEmpty === true);
    await vscode.commands.executeCommand('whetstone.accept');
    assert.deepEqual(
      [first, second].map(({ reviewer }) => reviewer.isPending),
      [true, true],
    );
    assert.equal(await onDisk(file), original);

    const fourth = third.run({ goal: 'use find and some', focus: [{ path: file }] });
    await vscode.commands.executeCommand('whetstone.stop');
    assert.deepEqual(
      [first, second].map(({ reviewer }) => reviewer.isPending),
      [true, true],
      'what waits elsewhere for a decision is not given up while there is something to be stopped',
    );
    const stopped = await fourth;
    assert.ok(stopped.kind === 'ended' && stopped.ending.kind === 'cancelled');

    await threads.close(second.id);
    const ended = await other;
    assert.ok(ended.kind === 'ended' && ended.ending.kind === 'cancelled');
    assert.ok(!workbench.agents.all.includes(second));
    await first.reviewer.showDiff(undefined);
    await vscode.commands.executeCommand('whetstone.reject');
    const outcome = await running;
    assert.ok(outcome.kind === 'ended' && outcome.ending.kind === 'rejected');
  });

  it('export their wire meter as a document', async () => {
    const agent = workbench.agents.all.find(({ turns }) => turns.length > 0);
    assert.ok(agent?.origin);
    const [turn] = agent.turns;
    assert.ok(turn && turn.meter.bytesUp > 0 && turn.handshakes <= 1);
    assert.ok(agent.turns.some(({ toolMs }) => toolMs > 0));
  });
});
