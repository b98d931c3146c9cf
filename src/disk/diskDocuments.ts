import { decodeBytes } from '../edits/encoding.ts';
import { contentHash } from '../edits/proposal.ts';
import { assertNever } from '../util/exhaustive.ts';
import { throwIfAborted } from '../util/abort.ts';
import { maxFileBytes, type Documents, type FileSnapshot, type ReadOutcome } from '../workspace/documents.ts';
import { normalizePath, type RelativePath } from '../workspace/path.ts';
import { classifyPath } from '../workspace/pathPolicy.ts';
import { listFiles, type Listing } from './listing.ts';
import { readBytes, type DiskRead } from './readBytes.ts';

export interface DiskDocumentsOptions {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** What an editor holds; buffers with `isUnsaved` are read instead of the disk. */
  readonly openBuffers?: () => readonly FileSnapshot[];
}

/** The files of a folder on disk, with an editor's unsaved buffers over them. */
export class DiskDocuments implements Documents {
  readonly #root: string;
  readonly #openBuffers: () => readonly FileSnapshot[];

  constructor({ root, openBuffers }: DiskDocumentsOptions) {
    this.#root = root;
    this.#openBuffers = openBuffers ?? (() => []);
  }

  async read(rawPath: RelativePath, signal: AbortSignal): Promise<ReadOutcome> {
    throwIfAborted(signal);
    const path = normalizePath(rawPath);
    if (path === undefined) return { kind: 'outside' };
    if (classifyPath(path) === 'secret') return { kind: 'secret' };
    const found = await readBytes(this.#root, path, maxFileBytes);
    throwIfAborted(signal);
    const realPath = 'realPath' in found ? found.realPath : path;
    if (classifyPath(realPath) === 'secret') return { kind: 'secret' };
    const alias = realPath === path ? {} : { realPath };
    if (found.kind !== 'outside') {
      const buffer = this.unsaved().find((one) => one.path === path || one.path === realPath);
      if (buffer) return readBuffer({ ...buffer, path, ...alias });
    }
    return readFound(found, path, alias);
  }

  async list(under: RelativePath | undefined, limit: number, signal: AbortSignal): Promise<Listing> {
    if (under === undefined) return listFiles(this.#root, undefined, limit, signal);
    const path = normalizePath(under);
    return path === undefined ? { paths: [], isCut: false } : listFiles(this.#root, path, limit, signal);
  }

  unsaved(): readonly FileSnapshot[] {
    return this.#openBuffers().filter(({ isUnsaved, path }) => isUnsaved && classifyPath(path) !== 'secret');
  }
}

function readBuffer(file: FileSnapshot): ReadOutcome {
  const bytes = Buffer.byteLength(file.text);
  return bytes > maxFileBytes ? { kind: 'tooLarge', bytes, limit: maxFileBytes } : { kind: 'text', file };
}

function readFound(found: DiskRead, path: RelativePath, alias: { readonly realPath?: RelativePath }): ReadOutcome {
  switch (found.kind) {
    case 'file': {
      const decoded = decodeBytes(found.bytes);
      if (decoded.kind !== 'text') return decoded;
      const { text, hasBom } = decoded.content;
      return {
        kind: 'text',
        file: { path, text, hasBom, hash: contentHash(decoded.content), isUnsaved: false, ...alias },
      };
    }
    case 'missing':
      return { kind: 'missing', ...alias };
    case 'directory':
      return { kind: 'directory' };
    case 'special':
      return { kind: 'binary' };
    case 'tooLarge':
      return { kind: 'tooLarge', bytes: found.bytes, limit: maxFileBytes };
    case 'unreadable':
      return { kind: 'unreadable', code: found.code };
    case 'outside':
      return { kind: 'outside' };
    default:
      return assertNever(found);
  }
}
