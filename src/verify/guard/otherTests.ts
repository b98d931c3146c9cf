import type { RelativePath } from '../../workspace/path.ts';
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

interface Marks {
  readonly test: RegExp;
  readonly assertion: RegExp;
  readonly exact: RegExp;
  readonly skip: RegExp;
  readonly condition: RegExp;
}

const go: Marks = {
  test: /^func\s+((?:Test|Benchmark|Fuzz|Example)\w*)\s*\(/gm,
  assertion:
    /\b\w+\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\s*\(|\b(?:assert|require|is)\.\w+\s*\(|\bcmp\.Diff\s*\(/g,
  exact:
    /\b(?:assert|require|is)\.(?:Equal|Exactly|EqualValues|JSONEq|ElementsMatch|ErrorIs|EqualError)\s*\(|\bcmp\.Diff\s*\(/g,
  skip: /\b\w+\.(?:Skip|Skipf|SkipNow)\s*\(|testing\.Short\s*\(/g,
  condition: /^\/\/\s*(?:go:build|\+build).*$/gm,
};

const rust: Marks = {
  test: /#\[(?:\w+::)*test\b[^\]]*\](?:\s*#\[[^\]]*\])*\s*(?:pub\s+)?(?:async\s+)?fn\s+(\w+)/g,
  assertion: /\b(?:debug_)?assert(?:_eq|_ne|_matches)?!|\b(?:panic|unreachable|prop_assert\w*)!|#\[should_panic/g,
  // A comparison with a truth value says no more than the plain assertion.
  exact: /\b(?:debug_)?assert_(?:eq|matches)!(?!\([^;]*,\s*(?:true|false)\s*\))/g,
  skip: /#\[ignore/g,
  condition: /#!?\[cfg(?:_attr)?\([^\]]*\]/g,
};

const others: Marks = {
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
  const marks = /\.go$/i.test(path) ? go : /\.rs$/i.test(path) ? rust : others;
  const code = withoutComments(path, text);
  return {
    tests: [...code.matchAll(marks.test)].map((match) => match.slice(1).find((name) => name !== undefined) ?? match[0]),
    assertions: [...code.matchAll(marks.assertion)].length,
    exact: [...code.matchAll(marks.exact)].length,
    skips: [...code.matchAll(marks.skip)].length,
    conditions: [...text.matchAll(marks.condition)].map(([line]) => line.trim()),
  };
}

/** Whether a file outside of the tests holds tests of its own. */
export function holdsOwnTests(path: string, text: string): boolean {
  return /\.rs$/i.test(path) && /#\[(?:\w+::)*test\b/.test(text);
}
