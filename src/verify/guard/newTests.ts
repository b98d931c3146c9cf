import type { Finding } from '../../workspace/evidence.ts';
import type { RelativePath } from '../../workspace/path.ts';
import type { Parsers } from '../../languages/facts.ts';
import { languageOf } from '../../languages/table.ts';

/** What a file that is new among the tests takes from those that are there; tests of its own take nothing. */
export function takenByNewTests(path: RelativePath, text: string, parsers: Parsers): readonly Finding[] {
  if (/(^|\/)__mocks__\//i.test(path)) return [{ message: 'It replaces a module by a double in other tests', path }];
  return languageOf(path)?.takenByNewTests?.(path, text, parsers) ?? [];
}
