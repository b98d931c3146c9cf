import * as vscode from 'vscode';
import type { EncodedText, FileChange, Proposal } from '../edits/proposal.ts';

/** The URI schemes of the two sides. */
interface Schemes {
  readonly before: string;
  readonly after: string;
}

/** The manifest's `when` clauses name them too. */
export const previewSchemes: Schemes = { before: 'whetstone-before', after: 'whetstone-after' };

/**
 * Shows proposals as diffs of virtual documents. Opening and closing never touch a file, and what is shown can never change:
 * a document is named by its proposal's hash.
 */
export class Preview implements vscode.Disposable {
  readonly #proposals = new Map<string, Proposal>();
  readonly #titles = new Map<string, string>();
  /** What was closed: the editor may tell of its tab only later. */
  readonly #closed = new Set<string>();
  readonly #schemes: Schemes;
  readonly #registrations: vscode.Disposable;

  constructor(schemes: Schemes = previewSchemes) {
    this.#schemes = schemes;
    const provide = (uri: vscode.Uri): string => this.#textOf(uri);
    this.#registrations = vscode.Disposable.from(
      ...[schemes.before, schemes.after].map((scheme) =>
        vscode.workspace.registerTextDocumentContentProvider(scheme, { provideTextDocumentContent: provide }),
      ),
      vscode.window.tabGroups.onDidChangeTabs(({ opened }) => void this.#closeLate(opened)),
    );
  }

  /**
   * Opens the diff, or the one file of it, beside nothing else: a second call shows the same editor again. At a zero-based line of the new
   * text, if one is given; the focus stays where it is then, since whoever looks at one place after another goes on from there.
   */
  async show(proposal: Proposal, path?: string, line?: number): Promise<void> {
    this.#proposals.set(proposal.hash, proposal);
    this.#closed.delete(proposal.hash);
    const changes = path === undefined ? proposal.changes : proposal.changes.filter((change) => change.path === path);
    const [only] = changes;
    if (only === undefined) return;
    if (changes.length === 1) {
      const [before, after] = this.#sides(proposal.hash, only);
      const at = line === undefined ? {} : { selection: new vscode.Range(line, 0, line, 0), preserveFocus: true };
      await vscode.commands.executeCommand('vscode.diff', before, after, titleOf(only), { preview: false, ...at });
      return;
    }
    const title = this.#titles.get(proposal.hash) ?? freeTitle([...this.#titles.values()]);
    this.#titles.set(proposal.hash, title);
    // The editor opens such a diff anew at each call, so the one that stands makes room, unless the user looks at it already.
    const standing = openTabs().filter((tab) => isMultiDiff(tab, title));
    if (standing.some((tab) => tab.isActive && tab.group.isActive)) return;
    if (standing.length > 0) await vscode.window.tabGroups.close(standing, true);
    const resources = changes.map((change) => [
      vscode.Uri.file(`/${change.path}`),
      ...this.#sides(proposal.hash, change),
    ]);
    await vscode.commands.executeCommand('vscode.changes', title, resources);
    // As the diff of one file: the next one that opens must not take its place.
    await vscode.commands.executeCommand('workbench.action.keepEditor');
  }

  /** Closes every tab that shows the proposal and forgets it. */
  async close(hash: string): Promise<void> {
    const title = this.#titles.get(hash);
    const tabs = openTabs().filter(
      (tab) => showsProposal(tab, hash, this.#schemes) || (title !== undefined && isMultiDiff(tab, title)),
    );
    // Forgotten first: what is shown again meanwhile is known again.
    this.#proposals.delete(hash);
    this.#titles.delete(hash);
    this.#closed.add(hash);
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
  }

  dispose(): void {
    this.#registrations.dispose();
    this.#proposals.clear();
  }

  async #closeLate(opened: readonly vscode.Tab[]): Promise<void> {
    const late = opened.filter((tab) => [...this.#closed].some((hash) => showsProposal(tab, hash, this.#schemes)));
    // Whoever has closed it meanwhile was quicker.
    if (late.length > 0) await vscode.window.tabGroups.close(late, true).then(undefined, () => undefined);
  }

  #sides(hash: string, change: FileChange): [vscode.Uri, vscode.Uri] {
    const uri = (scheme: string): vscode.Uri => vscode.Uri.from({ scheme, path: `/${change.path}`, query: hash });
    return [uri(this.#schemes.before), uri(this.#schemes.after)];
  }

  #textOf(uri: vscode.Uri): string {
    const proposal = this.#proposals.get(uri.query);
    const change = proposal?.changes.find((one) => `/${one.path}` === uri.path);
    if (change === undefined) return '';
    const side = uri.scheme === this.#schemes.before ? beforeOf(change) : afterOf(change);
    return side?.text ?? '';
  }
}

/** The hash of the proposal whose diff has the focus, if one has. */
export function activeProposal(): string | undefined {
  const uris = [
    vscode.window.activeTextEditor?.document.uri,
    ...sidesOf(vscode.window.tabGroups.activeTabGroup.activeTab),
  ];
  const { before, after } = previewSchemes;
  return uris.find((uri) => uri?.scheme === before || uri?.scheme === after)?.query;
}

function sidesOf(tab: vscode.Tab | undefined): readonly vscode.Uri[] {
  if (tab?.input instanceof vscode.TabInputTextDiff) return [tab.input.modified];
  return tab?.input instanceof vscode.TabInputText ? [tab.input.uri] : [];
}

function beforeOf(change: FileChange): EncodedText | undefined {
  return change.kind === 'create' ? undefined : change.before;
}

function afterOf(change: FileChange): EncodedText | undefined {
  return change.kind === 'delete' ? undefined : change.after;
}

function titleOf(change: FileChange): string {
  const name = change.path.split('/').at(-1) ?? change.path;
  switch (change.kind) {
    case 'edit':
      return `${name} (Proposed Change)`;
    case 'create':
      return `${name} (Proposed New File)`;
    case 'delete':
      return `${name} (Proposed Deletion)`;
    case 'move':
      return `${change.from.split('/').at(-1) ?? change.from} → ${name} (Proposed Move)`;
  }
}

function showsProposal({ input }: vscode.Tab, hash: string, { before, after }: Schemes): boolean {
  const isSide = ({ scheme, query }: vscode.Uri): boolean => (scheme === before || scheme === after) && query === hash;
  if (input instanceof vscode.TabInputTextDiff) return isSide(input.modified) || isSide(input.original);
  return input instanceof vscode.TabInputText && isSide(input.uri);
}

/** Such tabs are told apart by their labels alone, so that no two bear the same. */
function freeTitle(taken: readonly string[]): string {
  const isTaken = (title: string): boolean =>
    taken.includes(title) || openTabs().some((tab) => isMultiDiff(tab, title));
  let title = 'Whetstone: Proposed Changes';
  for (let number = 2; isTaken(title); number += 1) title = `Whetstone: Proposed Changes ${number}`;
  return title;
}

function openTabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

/** The editor tells extensions nothing about such a tab but its label, to which it adds the number of files. */
function isMultiDiff(tab: vscode.Tab, title: string): boolean {
  return !(tab.input instanceof vscode.TabInputText) && (tab.label === title || tab.label.startsWith(`${title} (`));
}
