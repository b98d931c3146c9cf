import type { RelativePath } from '../../workspace/path.ts';
import { languageOf } from '../../languages/table.ts';
import type { TestMarks } from '../../languages/texts/integrity.ts';
import { withoutComments } from '../../languages/texts/plainTokens.ts';

/** What a test file in a language without a parser here says of itself, by counts. */
export interface TestCounts {
  readonly tests: readonly string[];
  readonly assertions: number;
  /** Those of them that say which value is expected. */
  readonly exact: number;
  readonly skips: number;
  /** Lines that decide whether the file is built at all. */
  readonly conditions: readonly string[];
}

const others: TestMarks = {
  test: /@(?:Test|ParameterizedTest|RepeatedTest|TestFactory)\b|\[(?:Fact|Theory|Test|TestCase|TestMethod)\b|\bfunction\s+(test\w*)|\bdef\s+(test_\w*)|\b(?:it|describe|context|specify)\s+['"]/g,
  assertion:
    /\b(?:assert\w*|expect\w*|should\w*|verify|Assert\.\w+|CHECK\w*|REQUIRE\w*|EXPECT_\w+|ASSERT_\w+)\s*[({. ]/g,
  exact:
    /\b(?:assertEquals|assertSame|assertArrayEquals|AreEqual|areEqual|isEqualTo|toEqual|toBe|EXPECT_EQ|ASSERT_EQ)\b/g,
  skip: /@(?:Ignore|Disabled)\b|\[Ignore|Skip\s*=|\b(?:xit|xdescribe|pending|markTestSkipped|skip)\b|GTEST_SKIP/g,
  condition: /^\s*#\s*(?:if|ifdef|ifndef)\b.*$/gm,
};

/** Counts by what is usual in the language of the file. */
export function countTests(path: RelativePath, text: string): TestCounts {
  const marks = languageOf(path)?.testMarks ?? others;
  const code = withoutComments(path, text);
  return {
    tests: [...code.matchAll(marks.test)].map((match) => match.slice(1).find((name) => name !== undefined) ?? match[0]),
    assertions: [...code.matchAll(marks.assertion)].length,
    exact: [...code.matchAll(marks.exact)].length,
    skips: [...code.matchAll(marks.skip)].length,
    conditions: [...text.matchAll(marks.condition)].map(([line]) => line.trim()),
  };
}
