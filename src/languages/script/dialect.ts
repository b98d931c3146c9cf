import type { RelativePath } from '../../workspace/path.ts';

/** How a script is written, by its path: with types, with tags, or with both; JavaScript may have tags anywhere. */
export function dialectOf(path: RelativePath): 'ts' | 'tsx' | 'jsx' {
  if (/\.tsx$/i.test(path)) return 'tsx';
  return /\.[cm]?ts$/i.test(path) ? 'ts' : 'jsx';
}
