/** What a program of the project may see of the disk beside the system and its tools; every path absolute, without links, and there. */
export interface ForeignPlace {
  /** Folders that it may write. */
  readonly writable: readonly string[];
  /** Folders and files that it may read. */
  readonly readable?: readonly string[];
  /** Out of sight, although something around it is seen. */
  readonly hidden?: readonly string[];
  /** Read-only, although something around it is writable. */
  readonly guarded?: readonly string[];
  /** Folders that stand at a second path, so that whoever knows that path finds them: the copy at that of the workspace. */
  readonly aliases?: readonly { readonly folder: string; readonly at: string }[];
}
