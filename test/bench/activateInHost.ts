import * as vscode from 'vscode';

/** Runs inside an extension host that has just started: activates the extension, which writes its own marks. */
export async function run(): Promise<void> {
  await vscode.extensions.getExtension('whetstone.whetstone')?.activate();
}
