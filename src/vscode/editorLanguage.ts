import * as vscode from 'vscode';
import { abortable } from '../util/abort.ts';
import type { Diagnostic, LanguageFeatures, OutlineSymbol } from '../workspace/language.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { OutlinedTexts } from './outlinedTexts.ts';
import type { Settling } from './settling.ts';
import { fromDiagnostic, fromRange, openDocument, toUri } from './translate.ts';

/** In ms. */
const answerLimitMs = 10_000;
const quickAnswerMs = 100;

/** What the editor's language extensions know of the files below a folder. */
export class EditorLanguage implements LanguageFeatures {
  readonly #root: vscode.Uri;
  readonly #settling: Settling;
  readonly #texts: OutlinedTexts;

  constructor(root: vscode.Uri, settling: Settling, texts: OutlinedTexts) {
    this.#root = root;
    this.#settling = settling;
    this.#texts = texts;
  }

  /** Of what the editor holds, or of a document in memory when the text is another, such as a staged one. */
  async outline(path: RelativePath, text: string, signal: AbortSignal): Promise<readonly OutlineSymbol[] | undefined> {
    const document = await this.#open(path, signal);
    if (document !== undefined && isSameText(document.getText(), text)) return this.#symbolsOf(document, signal);
    return this.#texts.withDocument(path, text, signal, (virtual) => this.#symbolsOf(virtual, signal));
  }

  async #symbolsOf(document: vscode.TextDocument, signal: AbortSignal): Promise<readonly OutlineSymbol[] | undefined> {
    const asked = vscode.commands.executeCommand<unknown>('vscode.executeDocumentSymbolProvider', document.uri);
    const symbols = await withinLimit(Promise.resolve(asked), signal);
    if (!Array.isArray(symbols)) return undefined;
    return symbols.flatMap(toOutlineSymbol);
  }

  async diagnostics(paths: readonly RelativePath[], signal: AbortSignal): ReturnType<LanguageFeatures['diagnostics']> {
    // A language server looks only at what is open.
    const documents = await Promise.all(paths.map((path) => this.#open(path, signal)));
    const opened = documents.filter((document) => document !== undefined);
    if (opened.length === 0) return { kind: 'unavailable', reason: 'None of these files can be opened as text.' };
    await Promise.all(opened.map((document) => this.#reach(document, signal)));
    await this.#settling.settled(
      opened.map(({ uri }) => uri),
      signal,
    );
    const diagnostics = paths.flatMap((path): Diagnostic[] =>
      vscode.languages.getDiagnostics(this.#uriOf(path)).map((diagnostic) => fromDiagnostic(path, diagnostic)),
    );
    return { kind: 'diagnostics', diagnostics };
  }

  /**
   * Asks the language servers something small: they answer in turn, so with the answer they have at least seen the text. A quick
   * answer comes from a server that had nothing else to do.
   */
  async #reach({ uri }: vscode.TextDocument, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    const asked = vscode.commands.executeCommand<unknown>(
      'vscode.executeHoverProvider',
      uri,
      new vscode.Position(0, 0),
    );
    await withinLimit(Promise.resolve(asked), signal);
    if (performance.now() - startedAt > quickAnswerMs) this.#settling.noteBusy(uri);
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
  const timer = setTimeout(() => limit.abort(), answerLimitMs);
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
