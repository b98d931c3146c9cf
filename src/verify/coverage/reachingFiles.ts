import type { RelativePath } from '../../workspace/path.ts';

/** What one process executed of a change, or one process while some test files had their turn. */
export interface RunView {
  /** Files of the workspace that had a part in it, test files among them. */
  readonly files: readonly RelativePath[];
  /** Changed lines, each named by its path and number. */
  readonly lines: ReadonlySet<string>;
}

/**
 * The test files that execute more of a change than any that merely loads it, those that execute most of it first; undefined where all of
 * them execute the same, or it is not known. A guess of what to run first, and no more than that.
 */
export function reachingFiles(
  views: readonly RunView[],
  testFiles: ReadonlySet<RelativePath>,
): readonly RelativePath[] | undefined {
  const byFile = new Map<RelativePath, Set<string>>();
  for (const { files, lines } of views)
    for (const file of files) {
      if (!testFiles.has(file)) continue;
      const known = byFile.get(file) ?? new Set<string>();
      byFile.set(file, new Set([...known, ...lines]));
    }
  const everywhere = [...byFile.values()].reduce<ReadonlySet<string> | undefined>(
    (common, lines) => new Set([...(common ?? lines)].filter((line) => lines.has(line))),
    undefined,
  );
  const counts = [...byFile].map(([file, lines]) => {
    return { file, count: [...lines].filter((line) => everywhere?.has(line) !== true).length };
  });
  const found = counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  return found.length === 0 ? undefined : found.map(({ file }) => file);
}
