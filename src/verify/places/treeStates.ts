import { createHash } from 'node:crypto';
import { contentHash, type EncodedText } from '../../edits/proposal.ts';
import type { RelativePath } from '../../workspace/path.ts';
import type { OverlayFile } from '../copy/overlay.ts';
import { packageFolderState } from '../copy/packageFolder.ts';
import { scanTree, type TreeScan } from '../copy/scanTree.ts';

/** A look at a tree: by path, a text that changes whenever the file does. */
export type TreeLook = ReadonlyMap<RelativePath, string>;

/** How many states are remembered; each holds a line for every file. */
const maxStates = 4;

interface KnownState {
  readonly id: string;
  readonly plan: string;
  readonly look: TreeLook;
  readonly overlay: readonly OverlayFile[];
}

/**
 * Tells whether a workspace that is not copied is in a state that is known, without reading all of it: files are told apart by size, times
 * and identity. Those that we wrote and put back have new times and identities; of them it is known what they hold.
 */
export class TreeStates {
  readonly #known: KnownState[] = [];
  /** What a file held when it was in a state, of files that we had to do with. */
  readonly #contents = new Map<RelativePath, Map<string, string>>();
  #count = 0;

  /** Equal for equal states over the same plan. */
  idOf(plan: string, look: TreeLook, overlay: readonly OverlayFile[]): string {
    const key = this.#fingerprint(look, overlay);
    const found = this.#known.find((one) => one.plan === plan && this.#fingerprint(one.look, one.overlay) === key);
    if (found !== undefined) return found.id;
    this.#count += 1;
    const added = { id: `state ${this.#count}`, plan, look, overlay };
    this.#known.push(added);
    if (this.#known.length > maxStates) this.#known.shift();
    return added.id;
  }

  /** A file holds this in the state that a look at it gives. */
  note(path: RelativePath, state: string | undefined, content: EncodedText): void {
    if (state === undefined) return;
    const contents = this.#contents.get(path) ?? new Map<string, string>();
    contents.set(state, contentHash(content));
    this.#contents.set(path, contents);
  }

  forget(): void {
    this.#known.length = 0;
    this.#contents.clear();
  }

  #fingerprint(look: TreeLook, overlay: readonly OverlayFile[]): string {
    const over = new Map(overlay.map(({ path, content }) => [path, content]));
    const hash = createHash('sha256');
    for (const path of [...new Set([...look.keys(), ...over.keys()])].sort()) {
      const laid = over.get(path);
      if (laid === 'deleted') continue;
      const state = look.get(path) ?? '';
      const content = laid === undefined ? (this.#contents.get(path)?.get(state) ?? state) : contentHash(laid);
      hash.update(`${path}\0${content}\0`);
    }
    return hash.digest('hex');
  }
}

/** Looks at every file below a folder, installed packages as a whole. Rejects when it cannot be read, and by cancellation. */
export async function lookAt(root: string, signal: AbortSignal): Promise<TreeLook> {
  const { entries, packageFolders }: TreeScan = await scanTree(root, signal);
  const look = new Map<RelativePath, string>();
  for (const [path, { kind, state }] of entries) if (kind !== 'folder') look.set(path, state);
  for (const path of packageFolders) look.set(`${path}/`, await packageFolderState(root, path));
  return look;
}

/** Paths that came, went or changed between two looks, but for the given ones. */
export function changedBetween(
  before: TreeLook,
  after: TreeLook,
  but: ReadonlySet<RelativePath>,
): readonly RelativePath[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => !but.has(path) && before.get(path) !== after.get(path)).sort();
}
