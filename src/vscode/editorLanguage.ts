import * as vscode from 'vscode';
import { abortable, delay, isAbortError } from '../util/abort.ts';
import type { Diagnostic, LanguageFeatures, OutlineSymbol } from '../workspace/language.ts';
import type { RelativePath } from '../workspace/path.ts';
import { fromDiagnostic, fromRange, openDocument, toUri } from './translate.ts';

/** Times in ms: nothing heard at all, nothing new heard, and the end of all waiting. */
const firstNewsMs = 1_500;
const quietMs = 500;
const longestWaitMs = 10_000;
const outlineLimitMs = 10_000;

/** What the editor's language extensions know of the files below a folder. */
export class EditorLanguage implements LanguageFeatures {
  readonly #root: vscode.Uri;
  readonly #outlineOf: (path: RelativePath, text: string) => Promise<readonly OutlineSymbol[] | undefined>;

  /** `outlineOf` parses a text that no editor holds, such as a staged one. */
  constructor(
    root: vscode.Uri,
    outlineOf: (path: RelativePath, text: string) => Promise<readonly OutlineSymbol[] | undefined>,
  ) {
    this.#root = root;
    this.#outlineOf = outlineOf;
  }

  async outline(path: RelativePath, text: string, signal: AbortSignal): Promise<readonly OutlineSymbol[] | undefined> {
    const document = await this.#open(path, signal);
    if (document === undefined || !isSameText(document.getText(), text)) return this.#outlineOf(path, text);
    const asked = vscode.commands.executeCommand<unknown>('vscode.executeDocumentSymbolProvider', document.uri);
    const symbols = await withinLimit(Promise.resolve(asked), signal);
    if (!Array.isArray(symbols)) return this.#outlineOf(path, text);
    return symbols.flatMap(toOutlineSymbol);
  }

  async diagnostics(paths: readonly RelativePath[], signal: AbortSignal): ReturnType<LanguageFeatures['diagnostics']> {
    const settled = this.#settled(paths, signal);
    // A language server looks only at what is open.
    const opened = await Promise.all(paths.map((path) => this.#open(path, signal)));
    if (paths.length > 0 && opened.every((document) => document === undefined)) {
      settled.catch(() => {});
      return { kind: 'unavailable', reason: 'None of these files can be opened as text.' };
    }
    await settled;
    const diagnostics = paths.flatMap((path): Diagnostic[] =>
      vscode.languages.getDiagnostics(this.#uriOf(path)).map((diagnostic) => fromDiagnostic(path, diagnostic)),
    );
    return { kind: 'diagnostics', diagnostics };
  }

  /** Waits until diagnostics of these files have come and come no more; bounded. */
  async #settled(paths: readonly RelativePath[], signal: AbortSignal): Promise<void> {
    const watched = new Set(paths.map((path) => this.#uriOf(path).toString()));
    const quiet = new AbortController();
    let timer = setTimeout(() => quiet.abort(), firstNewsMs);
    const news = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (!uris.some((uri) => watched.has(uri.toString()))) return;
      clearTimeout(timer);
      timer = setTimeout(() => quiet.abort(), quietMs);
    });
    try {
      await delay(longestWaitMs, AbortSignal.any([signal, quiet.signal]));
    } catch (error) {
      if (!isAbortError(error) || signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
      news.dispose();
    }
  }

  #uriOf(path: RelativePath): vscode.Uri {
    return openDocument(this.#root, path)?.uri ?? toUri(this.#root, path);
  }

  async #open(path: RelativePath, signal: AbortSignal): Promise<vscode.TextDocument | undefined> {
    try {
      return await abortable(Promise.resolve(vscode.workspace.openTextDocument(this.#uriOf(path))), signal);
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    }
  }
}

async function withinLimit(promise: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), outlineLimitMs);
  try {
    return await abortable(promise, AbortSignal.any([signal, limit.signal]));
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** An editor holds every line end of a file in one form. */
function isSameText(shown: string, text: string): boolean {
  return shown === text || shown.replaceAll('\r\n', '\n') === text.replaceAll('\r\n', '\n');
}

function toOutlineSymbol(symbol: unknown): OutlineSymbol[] {
  if (symbol instanceof vscode.DocumentSymbol) return [fromDocumentSymbol(symbol)];
  if (!(symbol instanceof vscode.SymbolInformation)) return [];
  return [{ name: symbol.name, kind: kindName(symbol.kind), range: fromRange(symbol.location.range), children: [] }];
}

function fromDocumentSymbol({ name, kind, range, children }: vscode.DocumentSymbol): OutlineSymbol {
  return { name, kind: kindName(kind), range: fromRange(range), children: children.map(fromDocumentSymbol) };
}

function kindName(kind: vscode.SymbolKind): string {
  const name: string | undefined = vscode.SymbolKind[kind];
  return (name ?? 'symbol').replace(/^./, (first) => first.toLowerCase());
}
