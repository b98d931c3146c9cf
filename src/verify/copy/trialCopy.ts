import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readFile, realpath, rm, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../../disk/errorCode.ts';
import { isAbortError } from '../../util/abort.ts';
import { contentHash } from '../../edits/proposal.ts';
import type { CopyRefusal } from '../../workspace/approvals.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { copyLink, mendLink, pathBelow, type CopiedFolder } from './symlinks.ts';
import { layOverlay, type OverlayFile } from './overlay.ts';
import { CopyBudget, copyPackageFolder, CopyTooLarge, packageFolderState, type CopyLimits } from './packageFolder.ts';
import { PrivateFolder, removeTree } from './privateFolder.ts';
import { isByteCode } from '../../languages/python/byteCode.ts';
import { readEntry, scanTree, versionControl, type TreeEntry, type TreeScan } from './scanTree.ts';
import { OutwardLinks } from './outwardLinks.ts';
import { copyPath, laySurroundings, linkPackages } from './surroundings.ts';
import { forEachConcurrently } from '../../util/forEachConcurrently.ts';

export const defaultCopyLimits: CopyLimits = { maxFiles: 150_000, maxBytes: 3 * 1024 * 1024 * 1024 };

export type SyncOutcome =
  /** The copy is the workspace with the overlay over it; `contentKey` is equal for equal contents. */
  | { readonly kind: 'ready'; readonly contentKey: string }
  /** With a `refusal` there can be no copy at all. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly refusal?: CopyRefusal | undefined };

/** Larger files are told apart by size and time. */
const maxHashedBytes = 2 * 1024 * 1024;

/** What is known of a path that was copied. */
interface Copied {
  /** State of the original when it was copied. */
  readonly source: string;
  /** State of the copy right after. */
  readonly copy: string;
  readonly content: string;
}

/**
 * A private copy of a workspace folder, kept and brought in step before each trial: what changed in the workspace is copied again, and
 * what the last trial, or its tests, left is undone, so that trials do not see each other. Installed packages are copied once; what
 * tests write there stays until they are installed anew.
 */
export class TrialCopy {
  /** Where the copy stands: absolute, without links. */
  readonly dir: string;
  readonly #folder: CopiedFolder;
  readonly #source: string;
  readonly #holder: string;
  readonly #limits: CopyLimits;
  readonly #copied = new Map<RelativePath, Copied>();
  readonly #packageStates = new Map<RelativePath, string>();
  /** Paths that something was laid over since the copy was made. */
  readonly #laid = new Set<RelativePath>();
  readonly #outward: OutwardLinks;
  #scan: TreeScan | undefined;
  #hasSurroundings = false;

  private constructor(holder: string, root: string, source: string, limits: CopyLimits) {
    this.dir = copyPath(holder, source);
    this.#holder = holder;
    this.#source = source;
    const folder = { sources: [...new Set([source, root])], copy: this.dir };
    this.#outward = new OutwardLinks(folder);
    this.#folder = { ...folder, onLinkOut: (link) => this.#outward.add(link) };
    this.#limits = limits;
  }

  /** Copies nothing yet. Rejects when there is no such folder. */
  static async open(root: string, holder: PrivateFolder, limits: CopyLimits): Promise<TrialCopy> {
    return new TrialCopy(holder.path, root, await realpath(root), limits);
  }

  /** What links of the workspace lead to outside of it, absolute: programs in the copy must see that, too. */
  get linkedPaths(): readonly string[] {
    return this.#outward.paths;
  }

  /** Makes the copy equal to the workspace with the overlay over it. Rejects only by cancellation; after that, dispose of the folder. */
  async sync(overlay: readonly OverlayFile[], signal: AbortSignal): Promise<SyncOutcome> {
    try {
      const budget = new CopyBudget(this.#limits);
      if (!this.#hasSurroundings) await laySurroundings(this.#holder, this.#source, this.#folder);
      this.#hasSurroundings = true;
      await mkdir(this.dir, { recursive: true });
      const source = await this.#withLinkedPackages(await scanTree(this.#source, signal, versionControl));
      takeAll(budget, source);
      const copy = await scanTree(this.dir, signal, []);
      // First of all: tests may have put a link where a folder was, and nothing may be written through it.
      await this.#removeStrangers(source, copy, signal);
      await this.#syncPackages(source, copy, budget, signal);
      await this.#copyChanged(source, copy, signal);
      this.#scan = source;
      const contentKey = this.contentKey(overlay);
      const laid = await this.lay(overlay);
      return laid.kind === 'refused' ? { kind: 'unavailable', reason: laid.reason } : { kind: 'ready', contentKey };
    } catch (error) {
      if (isAbortError(error)) throw error;
      return { kind: 'unavailable', reason: explain(error, this.#limits), refusal: refusalOf(error) };
    }
  }

  /** Lays more over the copy; the next `sync` takes it off. Rejects when the disk refuses. */
  async lay(overlay: readonly OverlayFile[]): ReturnType<typeof layOverlay> {
    const laid = await layOverlay(this.dir, overlay);
    if (laid.kind === 'laid')
      for (const path of laid.realPaths) {
        this.#copied.delete(path);
        this.#laid.add(path);
      }
    return laid;
  }

  /** Files that are there, or are others, since they were copied, without what was laid over them: what tests wrote. */
  async leftovers(signal: AbortSignal): Promise<readonly RelativePath[]> {
    const { entries } = await scanTree(this.dir, signal);
    return [...entries]
      .filter(
        ([path, { kind, state }]) =>
          kind !== 'folder' && !this.#laid.has(path) && this.#copied.get(path)?.copy !== state,
      )
      .map(([path]) => path);
  }

  async #syncPackages(source: TreeScan, copy: TreeScan, budget: CopyBudget, signal: AbortSignal): Promise<void> {
    for (const path of source.packageFolders) {
      const state = await packageFolderState(this.#source, path);
      if (this.#packageStates.get(path) === state && copy.packageFolders.has(path)) continue;
      this.#packageStates.delete(path);
      await removeTree(join(this.dir, path));
      const isLink = (await readEntry(join(this.#source, path)))?.kind === 'link';
      if (isLink) await this.#linkPackages(path);
      else await copyPackageFolder(path, this.#folder, budget, signal);
      this.#packageStates.set(path, state);
    }
  }

  /** Packages behind a link are a folder of the copy's own: runners write beside them, and behind the link is somebody else's place. */
  async #withLinkedPackages({ entries, packageFolders }: TreeScan): Promise<TreeScan> {
    const own = new Map(entries);
    const all = new Set(packageFolders);
    for (const [path, { kind }] of entries) {
      if (kind !== 'link' || basename(path) !== 'node_modules') continue;
      const real = await realpath(join(this.#source, path)).catch(() => undefined);
      if (real === undefined || pathBelow(this.#folder.sources, real) !== undefined) continue;
      if (!(await lstat(real)).isDirectory()) continue;
      own.delete(path);
      all.add(path);
    }
    return { entries: own, packageFolders: all };
  }

  async #linkPackages(path: RelativePath): Promise<void> {
    const from = join(this.#source, path);
    await mkdir(dirname(join(this.dir, path)), { recursive: true });
    await this.#outward.add(from);
    await linkPackages(await realpath(from), join(this.dir, path), this.#folder);
  }

  /** What is in the copy only, or is of another kind there. */
  async #removeStrangers(source: TreeScan, copy: TreeScan, signal: AbortSignal): Promise<void> {
    const strangers = [...copy.entries]
      .filter(([path, entry]) => source.entries.get(path)?.kind !== entry.kind && !source.packageFolders.has(path))
      .map(([path]) => path);
    const packages = [...copy.packageFolders].filter((path) => !source.packageFolders.has(path));
    for (const path of packages) this.#packageStates.delete(path);
    await forEachConcurrently([...strangers, ...packages], (path) => removeTree(join(this.dir, path)), signal);
  }

  async #copyChanged(source: TreeScan, copy: TreeScan, signal: AbortSignal): Promise<void> {
    for (const path of this.#copied.keys()) if (!source.entries.has(path)) this.#copied.delete(path);
    const links: RelativePath[] = [];
    // Folders come before what is in them: their paths are shorter.
    const folders = [...source.entries]
      .filter(([, entry]) => entry.kind === 'folder')
      .sort(([a], [b]) => a.length - b.length);
    for (const [path, { mode }] of folders) {
      await mkdir(join(this.dir, path), { recursive: true });
      const old = copy.entries.get(path);
      if (old?.mode !== (mode | 0o700)) await chmod(join(this.dir, path), mode | 0o700);
    }
    const changed = [...source.entries].filter(
      ([path, entry]) => entry.kind !== 'folder' && !this.#isInStep(path, entry, copy),
    );
    const copyOne = async ([path, entry]: [RelativePath, TreeEntry]): Promise<void> => {
      if (entry.kind === 'link') links.push(path);
      await this.#copyEntry(path, entry, copy.entries.has(path));
    };
    await forEachConcurrently(changed, copyOne, signal);
    await forEachConcurrently(links, (path) => this.#mend(path), signal);
  }

  #isInStep(path: RelativePath, entry: TreeEntry, copy: TreeScan): boolean {
    const known = this.#copied.get(path);
    return known !== undefined && known.source === entry.state && known.copy === copy.entries.get(path)?.state;
  }

  async #copyEntry(path: RelativePath, entry: TreeEntry, isThere: boolean): Promise<void> {
    const from = join(this.#source, path);
    const to = join(this.dir, path);
    this.#copied.delete(path);
    if (isThere) await rm(to, { force: true });
    try {
      if (entry.kind === 'link') await copyLink(from, to, this.#folder);
      else {
        await copyFile(from, to, constants.COPYFILE_FICLONE);
        await this.#setTimes(path, from, to);
      }
    } catch (error) {
      // It went away after the scan; the next one knows.
      if (errorCode(error) === 'ENOENT') return;
      throw error;
    }
    const copied = await readEntry(to);
    if (copied !== undefined)
      this.#copied.set(path, { source: entry.state, copy: copied.state, content: await contentOf(to, entry) });
  }

  /**
   * Builds compare times: the copy must not look newer than what was built from the original. One that takes the place of something else
   * must: what was built meanwhile was built from that.
   */
  async #setTimes(path: RelativePath, from: string, to: string): Promise<void> {
    if (this.#laid.has(path)) return;
    const { atime, mtime } = await lstat(from);
    await utimes(to, atime, mtime);
  }

  async #mend(path: RelativePath): Promise<void> {
    const known = this.#copied.get(path);
    if (known === undefined) return;
    await mendLink(join(this.dir, path), this.#folder);
    const now = await readEntry(join(this.dir, path));
    if (now !== undefined) this.#copied.set(path, { ...known, copy: now.state });
  }

  /** Equal for equal files; of the workspace as it was at the last `sync`, with an overlay over it. */
  contentKey(overlay: readonly OverlayFile[]): string {
    const entries = this.#scan?.entries ?? new Map<RelativePath, TreeEntry>();
    const over = new Map(overlay.map(({ path, content }) => [path, content]));
    const hash = createHash('sha256');
    for (const path of [...new Set([...entries.keys(), ...over.keys()])].sort()) {
      if (isByteCode(path)) continue;
      const entry = entries.get(path);
      const content = over.get(path);
      if (content === 'deleted' || (content === undefined && entry?.kind === 'folder')) continue;
      const text = content === undefined ? (this.#copied.get(path)?.content ?? '') : contentHash(content);
      hash.update(`${path}\0${entry?.mode ?? 0o644}\0${text}\0`);
    }
    for (const [path, state] of this.#packageStates) hash.update(`${path}\0${state}\0`);
    return hash.digest('hex');
  }
}

async function contentOf(path: string, entry: TreeEntry): Promise<string> {
  if (entry.kind === 'link' || entry.bytes > maxHashedBytes) return entry.state;
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 16);
}

/** All at once, so that it is known how large the workspace is. */
function takeAll(budget: CopyBudget, { entries }: TreeScan): void {
  let bytes = 0;
  for (const entry of entries.values()) bytes += entry.bytes;
  budget.take(bytes, entries.size);
}

function refusalOf(error: unknown): CopyRefusal | undefined {
  if (error instanceof CopyTooLarge) return { kind: 'tooLarge', files: error.files, bytes: error.bytes };
  return ['ENOSPC', 'EDQUOT'].includes(errorCode(error)) ? { kind: 'noRoom' } : undefined;
}

function explain(error: unknown, limits: CopyLimits): string {
  const cause = 'so no private copy could be made and no test ran.';
  if (error instanceof CopyTooLarge) {
    if (error.code === 'files') return `The workspace has more than ${limits.maxFiles} files, ${cause}`;
    return `The workspace is larger than ${Math.round(limits.maxBytes / 1024 / 1024)} MB, ${cause}`;
  }
  const code = errorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return `The disk that holds temporary files is full, ${cause}`;
  const detail = error instanceof Error ? error.message : String(error);
  return `The workspace could not be copied (${detail}), ${cause}`;
}
