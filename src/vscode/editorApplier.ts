import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { AppliedPlan, Journal, OpenEntry, RecoveryReport, UndoableEntry } from '../apply/journal.ts';
import { hashBytes } from '../apply/plan.ts';
import { decodeBytes, encodeText } from '../edits/encoding.ts';
import type { EncodedText, FileChange, Proposal } from '../edits/proposal.ts';
import { throwIfAborted } from '../util/abort.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { Applier, ApplyDifference, ApplyOutcome, ChangeNote, RollBackOutcome } from '../workspace/verification.ts';
import { describeDifference } from './applyDifference.ts';
import { editsTo, holds, openAsUtf8, takeFromDisk, typeInto } from './documentText.ts';
import { openDocument, toUri } from './translate.ts';
import type { TypedText, TypedTexts } from './typedTexts.ts';

/** A document that is edited, as it was before. */
interface Edited {
  readonly document: vscode.TextDocument;
  readonly path: RelativePath;
  readonly before: EncodedText;
  readonly after: EncodedText;
  readonly wasUnsaved: boolean;
}

type Opened =
  | { readonly kind: 'open'; readonly edited: readonly Edited[] }
  | { readonly kind: 'stale'; readonly paths: readonly RelativePath[] };

/** Writes proposals through the editor: journalled, one edit that one Undo takes back, saved, and compared with the preview. */
export class EditorApplier implements Applier {
  readonly #root: vscode.Uri;
  readonly #journal: Journal;
  readonly #typed: TypedTexts;

  /** `typed` keeps what was not saved; the journal itself keeps what was on disk. */
  constructor(root: vscode.Uri, journal: Journal, typed: TypedTexts) {
    this.#root = root;
    this.#journal = journal;
    this.#typed = typed;
  }

  /** Rejects only by cancellation, before anything is written. */
  async apply(proposal: Proposal, note: ChangeNote, signal: AbortSignal): Promise<ApplyOutcome> {
    throwIfAborted(signal);
    const opened = await this.#open(proposal);
    if (opened.kind === 'stale') return opened;
    const unsaved = opened.edited.filter(({ wasUnsaved }) => wasUnsaved);
    const recorded = await this.#journal.record(proposal, note, new Set(unsaved.map(({ path }) => path)));
    if (recorded.kind !== 'recorded') return recorded;
    const { entry } = recorded;
    try {
      throwIfAborted(signal);
      await this.#typed.keep(
        entry.id,
        unsaved.map(({ path, before }) => ({ path, ...before })),
      );
      await this.#write(proposal, opened.edited);
      const differing = await this.#journal.commit(entry);
      const differences = await Promise.all(differing.map((path) => this.#difference(proposal, path)));
      return { kind: 'applied', entry: entry.id, paths: entry.plan.files.map(({ path }) => path), differences };
    } catch (error) {
      const left = await this.#putBack(entry, opened.edited);
      throwIfAborted(signal);
      const why = error instanceof Error ? error.message : String(error);
      return { kind: 'failed', reason: `The change could not be written (${why}); ${left}.` };
    }
  }

  async rollBack(id: string | undefined): Promise<RollBackOutcome> {
    const entry = await this.#journal.undoable(id);
    const typed = entry ? await this.#typed.read(entry.id) : [];
    const busy = (entry?.files ?? []).filter(({ path, before }) => this.#holdsOtherWork(path, before?.sha256, typed));
    if (busy.length > 0) {
      const paths = busy.map(({ path }) => path);
      const reason = `${paths.join(', ')} has unsaved changes. Save or revert them, then undo; nothing was changed.`;
      return { kind: 'refused', paths, reason };
    }
    const outcome = await this.#journal.rollBack(entry?.id ?? id);
    if (outcome.kind === 'restored' && entry !== undefined) {
      await this.#showDisk(outcome.paths, typed);
      await this.#typed.forget(entry.id);
    }
    return outcome;
  }

  /** See `Journal.appliedPlan`. */
  appliedPlan(entry?: string): Promise<AppliedPlan | undefined> {
    return this.#journal.appliedPlan(entry);
  }

  /** See `Journal.undoable`. */
  undoable(): Promise<UndoableEntry | undefined> {
    return this.#journal.undoable();
  }

  /** To be called once, at start: puts back what a killed editor left half written. Never rejects. */
  recover(): Promise<RecoveryReport> {
    return this.#journal.recover();
  }

  /** Opens what is edited and compares it with what was previewed. */
  async #open(proposal: Proposal): Promise<Opened> {
    const edited: Edited[] = [];
    const stale = new Set<RelativePath>();
    for (const change of proposal.changes) {
      if (change.kind === 'create') continue;
      const path = change.kind === 'move' ? change.from : change.path;
      const known = openDocument(this.#root, path);
      // What is deleted or moved must be as it is on disk; the journal compares that.
      if (change.kind !== 'edit') {
        if (known !== undefined && (known.isDirty || !holds(known, change.before))) stale.add(path);
        continue;
      }
      const { before, after } = change;
      const document = known ?? (await openAsUtf8(toUri(this.#root, path)));
      if (document) await this.#catchUp(document, path, before);
      if (document === undefined || !holds(document, before)) stale.add(path);
      else edited.push({ document, path, before, after, wasUnsaved: document.isDirty });
    }
    return stale.size > 0 ? { kind: 'stale', paths: [...stale] } : { kind: 'open', edited };
  }

  /** The editor may not have noticed yet that a file changed; when the disk is as previewed, that is waited for. */
  async #catchUp(document: vscode.TextDocument, path: RelativePath, before: EncodedText): Promise<void> {
    if (document.isDirty || holds(document, before)) return;
    const bytes = await readFile(join(this.#root.fsPath, path)).catch(() => undefined);
    if (bytes?.equals(encodeText(before)) === true) await takeFromDisk(document, before);
  }

  /** One edit for everything, then a save of just these documents. Throws with the reason when one of it fails. */
  async #write(proposal: Proposal, edited: readonly Edited[]): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    for (const change of proposal.changes) this.#addFileOperations(edit, change);
    for (const { document, after } of edited) edit.set(document.uri, editsTo(document, after.text));
    if (!(await vscode.workspace.applyEdit(edit))) throw new Error('the editor refused the edit');
    // At once: the editor opens a tab for what stays unsaved a while.
    const isSaved = await Promise.all(edited.map(async ({ document }) => !document.isDirty || (await document.save())));
    const unsaved = edited.filter((_, index) => isSaved[index] !== true).map(({ path }) => path);
    if (unsaved.length > 0) throw new Error(`${unsaved.join(', ')} could not be saved`);
  }

  /** A move is written as a new file and a deleted one: the editor would otherwise ask to change imports that are changed already. */
  #addFileOperations(edit: vscode.WorkspaceEdit, change: FileChange): void {
    if (change.kind === 'create' || change.kind === 'move')
      edit.createFile(toUri(this.#root, change.path), { contents: encodeText(change.after), overwrite: false });
    if (change.kind === 'delete') edit.deleteFile(toUri(this.#root, change.path), { ignoreIfNotExists: false });
    if (change.kind === 'move') edit.deleteFile(toUri(this.#root, change.from), { ignoreIfNotExists: false });
  }

  /** Says how far that went. */
  async #putBack(entry: OpenEntry, edited: readonly Edited[]): Promise<string> {
    try {
      const left = await this.#journal.putBack(entry);
      const typed = edited.filter(({ wasUnsaved }) => wasUnsaved).map(({ path, before }) => ({ path, ...before }));
      await this.#showDisk(
        edited.map(({ path }) => path),
        typed,
      );
      await this.#typed.forget(entry.id);
      return left.length === 0 ? 'everything is as it was' : `all is as it was but ${left.join(', ')}`;
    } catch (error) {
      return `it is put back at the next start, because that failed too (${String(error)})`;
    }
  }

  /** Open documents show what is on disk again, and over it what had been typed and not saved. */
  async #showDisk(paths: readonly RelativePath[], typed: readonly TypedText[]): Promise<void> {
    for (const path of paths) {
      const kept = typed.find((one) => one.path === path);
      const known = openDocument(this.#root, path);
      const document = known ?? (kept && (await openAsUtf8(toUri(this.#root, path))));
      if (document === undefined) continue;
      const bytes = await readFile(join(this.#root.fsPath, path)).catch(() => undefined);
      const onDisk = bytes && decodeBytes(bytes);
      if (onDisk?.kind === 'text') await takeFromDisk(document, onDisk.content);
      if (kept) await typeInto(document, kept);
    }
  }

  /** Unsaved changes that undoing on disk would contradict; a buffer that an editor's Undo brought back is none. */
  #holdsOtherWork(path: RelativePath, beforeHash: string | undefined, typed: readonly TypedText[]): boolean {
    const document = openDocument(this.#root, path);
    if (document?.isDirty !== true) return false;
    const hasBom = document.encoding === 'utf8bom';
    if (hashBytes(encodeText({ text: document.getText(), hasBom })) === beforeHash) return false;
    return !typed.some((one) => one.path === path && holds(document, one));
  }

  async #difference(proposal: Proposal, path: RelativePath): Promise<ApplyDifference> {
    const change = proposal.changes.find((one) => one.path === path);
    const wanted = change === undefined || change.kind === 'delete' ? undefined : encodeText(change.after);
    const found = await readFile(join(this.#root.fsPath, path)).catch(() => undefined);
    return { path, reason: describeDifference(wanted, found) };
  }
}
