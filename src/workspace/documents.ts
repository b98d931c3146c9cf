import type { RelativePath } from './path.ts';

/** A text file as the user sees it: the editor's buffer when it is open there, the disk otherwise. */
export interface FileSnapshot {
  readonly path: RelativePath;
  /** Decoded text with its own line ends, without byte order mark. */
  readonly text: string;
  readonly hasBom: boolean;
  /** Hex SHA-256, first 16 digits, of the bytes that this text encodes to (BOM included). See `contentHash`. */
  readonly hash: string;
  /** True when the editor holds changes that the disk does not. */
  readonly isUnsaved: boolean;
  /** Where the file really is, when a link leads there from `path`; changes belong to this path. */
  readonly realPath?: RelativePath;
}

/** Why a file could not be read as text. */
export type ReadRefusal =
  /** `realPath` is where it would be created, when a link leads there from the path that was asked for. */
  | { readonly kind: 'missing'; readonly realPath?: RelativePath }
  | { readonly kind: 'directory' }
  | { readonly kind: 'binary' }
  | { readonly kind: 'tooLarge'; readonly bytes: number; readonly limit: number }
  | { readonly kind: 'undecodable' }
  /** The system did not allow it; `code` is its name for the reason, such as `EACCES`. */
  | { readonly kind: 'unreadable'; readonly code: string }
  | { readonly kind: 'outside' }
  | { readonly kind: 'secret' };

export type ReadOutcome = { readonly kind: 'text'; readonly file: FileSnapshot } | ReadRefusal;

/** The largest file that is read, in bytes. */
export const maxFileBytes = 2 * 1024 * 1024;

/** The files of one workspace folder. Never follows a link out of it; secrets are refused here, for every caller. */
export interface Documents {
  /** Never rejects but by cancellation. */
  read(path: RelativePath, signal: AbortSignal): Promise<ReadOutcome>;
  /**
   * Files below `under` (or all), sorted, without ignored ones (`.gitignore`, `.git`, `node_modules`) and secrets.
   * At most `limit`; `isCut` says that there were more.
   */
  list(
    under: RelativePath | undefined,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly paths: readonly RelativePath[]; readonly isCut: boolean }>;
  /** Editor buffers with unsaved changes, as snapshots; empty without an editor. */
  unsaved(): readonly FileSnapshot[];
}
