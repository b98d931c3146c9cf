import type { CopyLimits } from './packageFolder.ts';
import { PrivateFolder, sweepPrivateFolders } from './privateFolder.ts';
import { defaultCopyLimits, TrialCopy } from './trialCopy.ts';

/** Owns the private folder of one workspace and the copy in it: made on first need, gone after `discard`, made again on the next. */
export class CopyKeeper {
  readonly #root: string;
  readonly #limits: CopyLimits;
  readonly #base: string | undefined;
  #open: { readonly folder: PrivateFolder; readonly copy: TrialCopy } | undefined;
  #hasSwept = false;

  constructor(root: string, limits: CopyLimits = defaultCopyLimits, base?: string) {
    this.#root = root;
    this.#limits = limits;
    this.#base = base;
  }

  /** Rejects when the system refuses to make a folder. */
  async open(): Promise<{ readonly copy: TrialCopy; readonly scratch: string }> {
    if (!this.#hasSwept) await sweepPrivateFolders(this.#base);
    this.#hasSwept = true;
    if (this.#open === undefined) {
      const folder = await PrivateFolder.create(this.#base);
      try {
        this.#open = { folder, copy: await TrialCopy.open(this.#root, folder, this.#limits) };
      } catch (error) {
        await folder.dispose();
        throw error;
      }
    }
    return { copy: this.#open.copy, scratch: this.#open.folder.path };
  }

  /** Makes the copy when there is none; what cannot be made is removed again and tried anew by whoever needs it. Never rejects. */
  async prepare(signal: AbortSignal): Promise<void> {
    if (this.#open !== undefined) return;
    try {
      const { copy } = await this.open();
      if ((await copy.sync([], signal)).kind === 'ready') return;
    } catch {
      // Cancelled, or there is no room: the run that needs it says so.
    }
    await this.discard();
  }

  /** Removes the copy; never rejects. */
  async discard(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.folder.dispose();
  }
}
