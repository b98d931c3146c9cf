import type { RelativePath } from '../../workspace/path.ts';
import { classifyPath } from '../../workspace/pathPolicy.ts';

/** Folders whose programs try the project out in another way than its plain tests do. */
const otherSuites =
  /(?:^|\/)(?:e2e|cypress|playwright|integration|acceptance|functional|smoke|bench|benchmarks?|perf)(?:[-_]?tests?)?\//i;

/** Whether the path says that tests, or programs that try the project out, stand there. */
export function isAmongTests(path: RelativePath): boolean {
  return classifyPath(path) === 'test' || otherSuites.test(path);
}
