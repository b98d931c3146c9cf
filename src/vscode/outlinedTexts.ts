import * as vscode from 'vscode';
import { abortable } from '../util/abort.ts';
import type { RelativePath } from '../workspace/path.ts';

const scheme = 'whetstone-outline';

/** Documents of texts that are nowhere on disk, so that language extensions can be asked about them. Nothing is shown or saved. */
export class OutlinedTexts implements vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration: vscode.Disposable;
  #count = 0;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ path }) => this.#texts.get(path),
    });
  }

  /** What `use` makes of a document of the text, in the language that its path tells; undefined when none can be opened. */
  async withDocument<T>(
    path: RelativePath,
    text: string,
    signal: AbortSignal,
    use: (document: vscode.TextDocument) => Promise<T>,
  ): Promise<T | undefined> {
    // A path of its own each time: the editor, and language servers even longer, still hold the one before.
    const name = `/${(this.#count += 1)}/${path}`;
    this.#texts.set(name, text);
    try {
      const uri = vscode.Uri.from({ scheme, path: name });
      return await use(await abortable(Promise.resolve(vscode.workspace.openTextDocument(uri)), signal));
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    } finally {
      this.#texts.delete(name);
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#texts.clear();
  }
}
