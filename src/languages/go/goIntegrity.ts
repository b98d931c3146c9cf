import type { TestIntegrity, TestMarks } from '../texts/integrity.ts';
import { retitledByName } from '../texts/retitledByName.ts';

const testMarks: TestMarks = {
  test: /^func\s+((?:Test|Benchmark|Fuzz|Example)\w*)\s*\(/gm,
  assertion:
    /\b\w+\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\s*\(|\b(?:assert|require|is)\.\w+\s*\(|\bcmp\.Diff\s*\(/g,
  exact:
    /\b(?:assert|require|is)\.(?:Equal|Exactly|EqualValues|JSONEq|ElementsMatch|ErrorIs|EqualError)\s*\(|\bcmp\.Diff\s*\(/g,
  skip: /\b\w+\.(?:Skip|Skipf|SkipNow)\s*\(|testing\.Short\s*\(/g,
  condition: /^\/\/\s*(?:go:build|\+build).*$/gm,
};

/** Tests of Go by counts and names. */
export const goIntegrity: TestIntegrity<unknown> = {
  testMarks,
  retitled: (_path, before, after) => retitledByName(/^func[ \t]+(Test(?![a-z])\w*)[ \t]*\(/gm, before, after),
};
