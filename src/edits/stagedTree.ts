import { contentHash, type EncodedText, type FileChange, type Proposal } from './proposal.ts';

interface Staged {
  readonly content: EncodedText;
  /** The original path of a file that was moved here or stands where it was; undefined for one that was created. */
  readonly origin: string | undefined;
}

/** The files that a proposal and new operations touch, as they would be; knows how to say it as changes. */
export class StagedTree {
  /** As it is for the user; a path in neither map is unknown and counts as missing. */
  readonly #originals = new Map<string, EncodedText>();
  readonly #files = new Map<string, Staged>();

  constructor(proposal: Proposal, bases: ReadonlyMap<string, EncodedText | 'missing'>) {
    for (const [path, base] of bases) if (base !== 'missing') this.#addOriginal(path, base);
    // What was previewed binds, not what a caller may have read since.
    for (const change of proposal.changes) {
      if (change.kind === 'create') this.#forget(change.path);
      else if (change.kind === 'move') {
        this.#forget(change.path);
        this.#addOriginal(change.from, change.before);
      } else this.#addOriginal(change.path, change.before);
    }
    for (const change of proposal.changes) {
      if (change.kind === 'delete') this.#files.delete(change.path);
      else if (change.kind === 'move') {
        this.#files.delete(change.from);
        this.#files.set(change.path, { content: change.after, origin: change.from });
      } else {
        const origin = change.kind === 'edit' ? change.path : undefined;
        this.#files.set(change.path, { content: change.after, origin });
      }
    }
  }

  read(path: string): EncodedText | undefined {
    return this.#files.get(path)?.content;
  }

  write(path: string, content: EncodedText): void {
    this.#files.set(path, { content, origin: this.#files.get(path)?.origin });
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  move(from: string, to: string): void {
    const file = this.#files.get(from);
    if (!file) return;
    this.#files.delete(from);
    this.#files.set(to, file);
  }

  /** One sentence when another known file is in the way of a new one at `path`; `except` is about to go. */
  obstacleTo(path: string, except?: string): string | undefined {
    for (const other of new Set([...this.#files.keys(), ...this.#originals.keys()])) {
      if (other === path) continue;
      if (comparable(other) === comparable(path))
        return `${path} differs from ${other} only in case or spelling, which many disks cannot keep apart.`;
      if (other === except || !this.#files.has(other)) continue;
      if (isBelow(path, other)) return `${path} cannot be: ${other} is a file.`;
      if (isBelow(other, path)) return `${path} cannot be a file: ${other} stands below it.`;
    }
    return undefined;
  }

  /** The shortest changes that lead from the originals to the files as staged. */
  changes(): FileChange[] {
    const movedTo = this.#moves();
    const changes: FileChange[] = [];
    for (const [path, before] of this.#originals) {
      const target = movedTo.get(path);
      const staged = this.#files.get(path);
      if (target !== undefined) {
        const after = this.#files.get(target)?.content ?? before;
        changes.push({ kind: 'move', path: target, from: path, before, after });
      } else if (!staged) changes.push({ kind: 'delete', path, before });
      else if (contentHash(staged.content) !== contentHash(before))
        changes.push({ kind: 'edit', path, before, after: staged.content });
    }
    const targets = new Set(movedTo.values());
    for (const [path, { content }] of this.#files)
      if (!this.#originals.has(path) && !targets.has(path)) changes.push({ kind: 'create', path, after: content });
    return changes;
  }

  /** Original path → new path, for files that left an empty place behind and came to one. */
  #moves(): ReadonlyMap<string, string> {
    const moves = new Map<string, string>();
    for (const [path, { origin }] of this.#files)
      if (origin !== undefined && origin !== path && !this.#files.has(origin) && !this.#originals.has(path))
        moves.set(origin, path);
    return moves;
  }

  #addOriginal(path: string, content: EncodedText): void {
    this.#originals.set(path, content);
    this.#files.set(path, { content, origin: path });
  }

  #forget(path: string): void {
    this.#originals.delete(path);
    this.#files.delete(path);
  }
}

/** As case-insensitive and normalising file systems compare. */
function comparable(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function isBelow(path: string, folder: string): boolean {
  return comparable(path).startsWith(`${comparable(folder)}/`);
}
