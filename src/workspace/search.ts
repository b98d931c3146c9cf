import type { RelativePath } from './path.ts';

export interface SearchQuery {
  readonly pattern: string;
  readonly isRegExp: boolean;
  readonly isCaseSensitive: boolean;
  /** A glob such as `src/**` + `/*.ts`; undefined for everything. */
  readonly include: string | undefined;
  readonly limit: number;
}

export interface SearchMatch {
  readonly path: RelativePath;
  /** One-based, as people and ripgrep count. */
  readonly line: number;
  /** The matching line, cut at 300 characters. */
  readonly text: string;
}

export type SearchOutcome =
  | { readonly kind: 'matches'; readonly matches: readonly SearchMatch[]; readonly isCut: boolean }
  | { readonly kind: 'invalidPattern'; readonly detail: string }
  | { readonly kind: 'unavailable'; readonly detail: string };

/** Text search over the workspace as it is on disk; ignored files and secrets are left out. */
export interface TextSearch {
  search(query: SearchQuery, signal: AbortSignal): Promise<SearchOutcome>;
}
