import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Conversation } from '../chat/conversation.ts';
import { parsePanelMessage, type HostMessage, type PanelMessage, type Surroundings } from '../chat/messages.ts';
import { diffEntries } from '../chat/patch.ts';
import type { Disposable } from '../util/disposable.ts';

/** What the panel draws; it holds no truth of its own. */
export interface ChatSource {
  readonly conversation: Conversation;
  readonly surroundings: Surroundings;
  /** Another id is another conversation. */
  readonly threadId: string;
  /** Fires after every change of either. */
  onDidChange(listener: () => void): Disposable;
  /** The panel came on screen. */
  opened(): void;
  /** A message that the panel sent, parsed. */
  receive(message: PanelMessage): void;
}

/** No panel is drawn more often than this, in ms. */
const frameMs = 33;

/** The sidebar chat. Sends the whole state when the panel is (re)opened and differences after that. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #loadSource: () => Promise<ChatSource>;
  #view: vscode.WebviewView | undefined;
  #disposables: Disposable[] = [];

  /** The source is loaded when the panel is first shown. */
  constructor(extensionUri: vscode.Uri, loadSource: () => Promise<ChatSource>) {
    this.#extensionUri = extensionUri;
    this.#loadSource = loadSource;
  }

  get isVisible(): boolean {
    return this.#view?.visible ?? false;
  }

  async resolveWebviewView(view: vscode.WebviewView): Promise<void> {
    this.#release();
    this.#view = view;
    const { webview } = view;
    const local = ['dist', 'media'].map((folder) => vscode.Uri.joinPath(this.#extensionUri, folder));
    webview.options = { enableScripts: true, localResourceRoots: local };
    const source = await this.#loadSource();
    if (this.#view !== view) return;
    const sender = new StateSender(source, (message) => void webview.postMessage(message));
    this.#disposables = [
      sender,
      webview.onDidReceiveMessage((raw: unknown) => {
        const message = parsePanelMessage(raw);
        if (message === undefined) return;
        if (message.kind === 'ready') sender.sendAll();
        else source.receive(message);
      }),
      view.onDidDispose(() => {
        if (this.#view === view) this.#release();
      }),
    ];
    webview.html = pageOf(webview, this.#extensionUri);
    source.opened();
  }

  /** Shows the panel without taking the caret, opening the sidebar if needed. */
  async reveal(): Promise<void> {
    if (this.#view) this.#view.show(true);
    else {
      await vscode.commands.executeCommand('whetstone.chat.open', { preserveFocus: true });
    }
  }

  /** Shows the panel and puts the caret into the goal. */
  async focusGoal(): Promise<void> {
    await vscode.commands.executeCommand('whetstone.chat.focus');
    const message: HostMessage = { kind: 'focusGoal' };
    await this.#view?.webview.postMessage(message);
  }

  dispose(): void {
    this.#release();
  }

  #release(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    this.#disposables = [];
    this.#view = undefined;
  }
}

/** Sends what changed since the last time, at most once a frame. */
class StateSender implements Disposable {
  readonly #source: ChatSource;
  readonly #send: (message: HostMessage) => void;
  readonly #subscription: Disposable;
  #sent: Pick<ChatSource, 'conversation' | 'surroundings' | 'threadId'> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: ChatSource, send: (message: HostMessage) => void) {
    this.#source = source;
    this.#send = send;
    this.#subscription = source.onDidChange(() => {
      this.#timer ??= setTimeout(() => this.#sendChanges(), frameMs);
    });
  }

  sendAll(): void {
    const { conversation, surroundings, threadId } = this.#source;
    this.#sent = { conversation, surroundings, threadId };
    const { entries, status } = conversation;
    this.#send({ kind: 'state', threadId, entries, status, surroundings });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
  }

  #sendChanges(): void {
    this.#timer = undefined;
    const sent = this.#sent;
    if (sent === undefined) return;
    const { conversation, surroundings, threadId } = this.#source;
    if (threadId !== sent.threadId) return this.sendAll();
    this.#sent = { conversation, surroundings, threadId };
    const { entries, status } = conversation;
    this.#send({
      kind: 'patch',
      operations: diffEntries(sent.conversation.entries, entries),
      ...(status === sent.conversation.status ? {} : { status }),
      ...(surroundings === sent.surroundings ? {} : { surroundings }),
    });
  }
}

/** Nothing but our own script, style and font can be loaded, and nothing can be sent anywhere. */
function pageOf(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const at = (...parts: string[]): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...parts)).toString();
  const nonce = randomBytes(18).toString('base64url');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${at('dist', 'codicon.css')}">
<link rel="stylesheet" href="${at('media', 'chat.css')}">
<title>Whetstone</title>
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}" src="${at('dist', 'webview.js')}"></script>
</body>
</html>`;
}
