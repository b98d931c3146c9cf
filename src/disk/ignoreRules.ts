import { lstat, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { RelativePath } from '../workspace/path.ts';

/** Larger files of rules are not read, in bytes. */
const maxRulesBytes = 256 * 1024;

interface Rules {
  /** What stands before a path of the workspace to make it one of the folder that the rules are in. */
  readonly prefix: string;
  /** The folder below the workspace folder whose paths they judge; '' for all. */
  readonly base: string;
  readonly matcher: Ignore;
}

/** What git would leave out below one folder: nested `.gitignore`, those of the folders above up to the repository, `info/exclude`. */
export class IgnoreRules {
  readonly #root: string;
  readonly #above: readonly Rules[];
  readonly #entered = new Map<RelativePath, Rules | undefined>();

  private constructor(root: string, above: readonly Rules[]) {
    this.#root = root;
    this.#above = above;
  }

  /** Reads the rules that stand above `root`; never rejects. */
  static async open(root: string): Promise<IgnoreRules> {
    const above: Rules[] = [];
    const top = await repositoryOf(root);
    if (top !== undefined) {
      const exclude = await readRules(join(top, '.git', 'info', 'exclude'));
      const prefix = prefixOf(top, root);
      if (exclude) above.push({ prefix, base: '', matcher: exclude });
      for (const folder of foldersBetween(top, root)) {
        const matcher = await readRules(join(folder, '.gitignore'));
        if (matcher) above.push({ prefix: prefixOf(folder, root), base: '', matcher });
      }
    }
    return new IgnoreRules(root, above);
  }

  /** Reads the rules of a folder, once; to be called for every folder above a path that is asked for. */
  async enter(folder: RelativePath): Promise<void> {
    if (this.#entered.has(folder)) return;
    const matcher = await readRules(join(this.#root, folder, '.gitignore'));
    this.#entered.set(folder, matcher && { prefix: '', base: folder, matcher });
  }

  /** Says in advance that a folder has no rules. */
  enterEmpty(folder: RelativePath): void {
    if (!this.#entered.has(folder)) this.#entered.set(folder, undefined);
  }

  /** Judges one entry whose folders were entered and are not ignored themselves; the nearest rules win. */
  isIgnored(path: RelativePath, isFolder: boolean): boolean {
    for (let folder = parentOf(path); ; folder = parentOf(folder)) {
      const rules = this.#entered.get(folder);
      const judged = rules && judge(rules, path, isFolder);
      if (judged !== undefined) return judged;
      if (folder === '') break;
    }
    for (const rules of this.#above.toReversed()) {
      const judged = judge(rules, path, isFolder);
      if (judged !== undefined) return judged;
    }
    return false;
  }

  /** Judges a file by itself: every folder above it, then the file. */
  async isFileIgnored(path: RelativePath): Promise<boolean> {
    const segments = path.split('/');
    for (let count = 0; count < segments.length; count += 1) {
      await this.enter(segments.slice(0, count).join('/'));
      const isFolder = count + 1 < segments.length;
      if (this.isIgnored(segments.slice(0, count + 1).join('/'), isFolder)) return true;
    }
    return false;
  }
}

function judge({ prefix, base, matcher }: Rules, path: RelativePath, isFolder: boolean): boolean | undefined {
  const own = prefix + (base === '' ? path : path.slice(base.length + 1)) + (isFolder ? '/' : '');
  if (!ignore.isPathValid(own)) return undefined;
  keepFolders(matcher, own);
  const { ignored, unignored } = matcher.test(own);
  return ignored ? true : unignored ? false : undefined;
}

/** These rules alone may ignore a folder above that nearer rules brought back; they are told, as they judge by the folders too. */
function keepFolders(matcher: Ignore, own: string): void {
  for (let end = own.indexOf('/'); end !== -1 && end + 1 < own.length; end = own.indexOf('/', end + 1)) {
    const folder = own.slice(0, end + 1);
    if (matcher.ignores(folder)) matcher.add(`!/${folder.replaceAll(/[\\*?[\]]/g, String.raw`\$&`)}`);
  }
}

async function readRules(file: string): Promise<Ignore | undefined> {
  try {
    const stat = await lstat(file);
    if (!stat.isFile() || stat.size > maxRulesBytes) return undefined;
    return ignore().add(await readFile(file, 'utf8'));
  } catch {
    // No rules, or none that can be read: nothing is ignored by them.
    return undefined;
  }
}

/** The folder at or above that holds `.git`. */
async function repositoryOf(root: string): Promise<string | undefined> {
  for (let folder = root; ; folder = dirname(folder)) {
    const found = await lstat(join(folder, '.git')).catch(() => undefined);
    if (found) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** From `top` down to the folder above `root`. */
function foldersBetween(top: string, root: string): string[] {
  const folders: string[] = [];
  for (let folder = root; folder !== top;) {
    folder = dirname(folder);
    folders.unshift(folder);
  }
  return folders;
}

function prefixOf(folder: string, root: string): string {
  const below = relative(folder, root).split(sep).join('/');
  return below === '' ? '' : `${below}/`;
}

function parentOf(path: RelativePath): RelativePath {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
