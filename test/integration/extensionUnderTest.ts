import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TestApi } from '../../src/vscode/extension.ts';
import type { Workbench } from '../../src/vscode/workbench.ts';
import type { WorkspaceAgent } from '../../src/vscode/workspaceAgent.ts';

/** The extension as the host loaded it, activated. */
export async function extensionUnderTest(): Promise<TestApi> {
  const extension = vscode.extensions.getExtension<TestApi | undefined>('whetstone.whetstone');
  const api = await extension?.activate();
  assert.ok(api, 'the extension gives its inside to tests only');
  return api;
}

/** The agent of the one workspace folder. */
export async function agentUnderTest(): Promise<{ readonly workbench: Workbench; readonly agent: WorkspaceAgent }> {
  const { workbench: load } = await extensionUnderTest();
  const workbench = await load();
  return { workbench, agent: workbench.agents.for(workspaceFolder()) };
}

export function workspaceFolder(): vscode.WorkspaceFolder {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return folder;
}

export function uriOf(path: string): vscode.Uri {
  return vscode.Uri.joinPath(workspaceFolder().uri, path);
}

/** As it is on disk, whatever the editor shows. */
export function onDisk(path: string): Promise<string> {
  return readFile(join(workspaceFolder().uri.fsPath, path), 'utf8');
}

/** As a person gets it by New Conversation. */
export async function freshAgent(): Promise<WorkspaceAgent> {
  const { workbench } = await agentUnderTest();
  await workbench.actions.newConversation();
  return workbench.agents.for(workspaceFolder());
}

/** Resolves once the condition holds; looked at now and after each change of the agent. */
export function untilAgent(agent: WorkspaceAgent, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!condition()) return;
      subscriptions.forEach((one) => one.dispose());
      resolve();
    };
    const subscriptions = [agent.onDidChange(look), agent.reviewer.onDidChange(look)];
    look();
  });
}

/** Resolves once the condition holds; looked at now and after each change of the tabs. */
export function untilTabs(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!condition()) return;
      subscription.dispose();
      resolve();
    };
    const subscription = vscode.window.tabGroups.onDidChangeTabs(look);
    look();
  });
}

/** Labels of all open tabs. */
export function tabLabels(): string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
}

export async function closeAllEditors(): Promise<void> {
  for (const document of vscode.workspace.textDocuments)
    if (document.isDirty && document.uri.scheme === 'file') {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** A setting of Whetstone in the user's own settings; undefined takes it back. */
export async function configure(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('whetstone').update(name, value, vscode.ConfigurationTarget.Global);
}
