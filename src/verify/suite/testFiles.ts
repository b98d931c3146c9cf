import type { RelativePath } from '../../workspace/path.ts';
import { languageOf } from '../../languages/table.ts';

/** Data of tests, doubles, and what was installed or built: what looks like a test there is none of this project. */
const aside =
  /(?:^|\/)(?:__mocks__|__snapshots__|__fixtures__|__image_snapshots__|fixtures?|testdata|site-packages|dist-packages|node_modules|vendor|third_party|bower_components|dist|coverage|\.?venv|\.tox|\.nox|\.eggs)\//i;

/** Whether a path may be one of a file of tests; `holdsTests` of its language decides by its text. */
export function mayHoldTests(path: RelativePath): boolean {
  return !aside.test(path) && languageOf(path)?.mayHoldTests?.(path) === true;
}

/** Whether the text itself says that it is one of tests or for them, whatever the file is called. */
export function speaksOfTests(path: RelativePath, text: string): boolean {
  return languageOf(path)?.speaksOfTests?.(path, text) === true;
}
