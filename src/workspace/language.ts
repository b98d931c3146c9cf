import type { RelativePath } from './path.ts';

/** Zero-based line; `character` counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Half-open. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** One symbol of a file's outline, children nested. */
export interface OutlineSymbol {
  readonly name: string;
  /** Lower-case kind in the editor's words: `function`, `class`, `method`, `constant`, … */
  readonly kind: string;
  readonly range: Range;
  readonly children: readonly OutlineSymbol[];
}

export interface Diagnostic {
  readonly path: RelativePath;
  readonly range: Range;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  /** For example `TS2304` or `no-unused-vars`; empty when the source gave none. */
  readonly code: string;
  readonly source: string;
}

/** What an editor's language features, or the TypeScript parser and the project's compiler, know. */
export interface LanguageFeatures {
  /** Undefined when nothing here understands the language. `text` is what to outline (it may be staged, not on disk). */
  outline(path: RelativePath, text: string, signal: AbortSignal): Promise<readonly OutlineSymbol[] | undefined>;
  /**
   * Settled diagnostics of the given files as they are now for the user (not of a staged proposal);
   * `unavailable` names the reason when nothing can tell.
   */
  diagnostics(
    paths: readonly RelativePath[],
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'diagnostics'; readonly diagnostics: readonly Diagnostic[] }
    | { readonly kind: 'unavailable'; readonly reason: string }
  >;
}
