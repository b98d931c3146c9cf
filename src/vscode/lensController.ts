import * as vscode from 'vscode';
import { lensLanguages, type OptimizeLensProvider } from './optimizeLens.ts';

const setting = 'whetstone.codeLens.enabled';

/** Registers a lens provider while any folder has lenses switched on, and has the editor ask again when that changes. */
export class LensController implements vscode.Disposable {
  readonly #provider: OptimizeLensProvider;
  readonly #subscriptions: vscode.Disposable;
  readonly #changed = new vscode.EventEmitter<void>();
  #registration: vscode.Disposable | undefined;

  constructor(provider: OptimizeLensProvider) {
    this.#provider = provider;
    this.#subscriptions = vscode.Disposable.from(
      provider.onDidChangeCodeLenses(() => this.#changed.fire()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#follow()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(setting)) this.#follow();
      }),
    );
    this.#follow();
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#provider.dispose();
    this.#registration?.dispose();
    this.#changed.dispose();
  }

  #follow(): void {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const isWanted = folders.some(({ uri }) => isEnabled(uri));
    if (isWanted) this.#registration ??= this.#register();
    else {
      this.#registration?.dispose();
      this.#registration = undefined;
    }
    this.#changed.fire();
  }

  #register(): vscode.Disposable {
    const selector = lensLanguages.map((language) => ({ scheme: 'file', language }));
    return vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: this.#changed.event,
      provideCodeLenses: (document, token) =>
        isEnabled(document.uri) ? this.#provider.provideCodeLenses(document, token) : [],
    });
  }
}

function isEnabled(uri: vscode.Uri): boolean {
  return vscode.workspace.getConfiguration(undefined, uri).get<unknown>(setting) !== false;
}
