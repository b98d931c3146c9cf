import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ChatView } from './chatView.ts';
import { commandTable } from './commandTable.ts';
import { EmbeddedEngine } from './embeddedEngine.ts';
import { LensController } from './lensController.ts';
import { OptimizeLensProvider } from './optimizeLens.ts';
import { Preview } from './preview.ts';
import { StatusItem } from './statusItem.ts';
import type { Workbench } from './workbench.ts';

/** What integration tests see of a running extension; nobody else gets it. */
export interface TestApi {
  readonly workbench: () => Promise<Workbench>;
  readonly engine: EmbeddedEngine;
}

let end: (() => Promise<void>) | undefined;

/** Registers everything and loads nothing heavy: agents, connections and the journal come with the first need of them. */
export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  const log = vscode.window.createOutputChannel('Whetstone', { log: true });
  const engineModule = vscode.Uri.joinPath(context.extensionUri, 'dist', 'engine.cjs').fsPath;
  const engine = new EmbeddedEngine(engineModule, (message) => log.info(message));
  const preview = new Preview();
  const status = new StatusItem();
  let loading: Promise<Workbench> | undefined;
  const workbench = (): Promise<Workbench> => (loading ??= load());
  const chat = new ChatView(context.extensionUri, async () => (await workbench()).chatSource);
  const load = async (): Promise<Workbench> => {
    const { createWorkbench } = await import('./workbench.ts');
    const created = createWorkbench({ context, engine, preview, log, chat, status });
    await created.arrived;
    return created;
  };
  const lens = new OptimizeLensProvider((path, text, signal) => engine.evidence(path, text, signal));
  void wakeAfterCut(context.globalStorageUri.fsPath, workbench);
  context.subscriptions.push(
    // Nothing is loaded for that: where there was no run yet, the first one opens its connection by itself.
    lens.onDidFind(() => void loading?.then(({ warm }) => warm()).catch(() => undefined)),
    log,
    preview,
    status,
    chat,
    new LensController(lens),
    vscode.window.registerWebviewViewProvider('whetstone.chat', chat),
    ...Object.entries(commandTable).map(([id, run]) =>
      vscode.commands.registerCommand(id, async (argument: unknown) => run((await workbench()).actions, argument)),
    ),
  );
  end = async () => {
    await (await loading)?.dispose();
    await engine.dispose();
  };
  return context.extensionMode === vscode.ExtensionMode.Test ? { workbench, engine } : undefined;
}

/** A run that was cut is put back and told when the window opens, not when it is first worked in; all others load nothing for that. */
async function wakeAfterCut(storage: string, workbench: () => Promise<Workbench>): Promise<void> {
  const folder = join(storage, 'runs');
  if ((await readdir(folder).catch(() => [])).length === 0) return;
  const { RunNotes } = await import('../apply/runNotes.ts');
  for (const one of vscode.workspace.workspaceFolders ?? [])
    if ((await new RunNotes(folder).interrupted(one.uri.fsPath)).length > 0) (await workbench()).agents.threadsOf(one);
}

/** Resolves when no process and no socket of ours is left. */
export async function deactivate(): Promise<void> {
  await end?.();
}
