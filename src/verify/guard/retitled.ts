import type { RelativePath } from '../../workspace/path.ts';
import type { Parsers } from '../../languages/facts.ts';
import { languageOf } from '../../languages/table.ts';
import type { Retitled } from '../../languages/texts/integrity.ts';

/**
 * What is called otherwise in a file of tests whose every other character stays, paired by place; undefined when anything else differs, or
 * when what a test is called may be read by it.
 */
export function retitledIn(
  path: RelativePath,
  before: string,
  after: string,
  parsers: Parsers,
): readonly Retitled[] | undefined {
  if (before === after || readsTitles.test(before)) return undefined;
  return languageOf(path)?.retitled?.(path, before, after, parsers);
}

/** Snapshots are kept by the title, and some tests look at their own. */
const readsTitles =
  /currentTestName|currentTest\b|fullTitle|\bthis\.test\b|\b(?:test|t|ctx|context|task|testInfo|info|this|self|request)\.(?:title|name|fullName|task|node|_testMethodName|id)\b|getState\s*\(|[sS]napshot|\.Name\(\)|__name__|__qualname__|\binspect\./;
