import type { TestIntegrity, TestMarks } from '../texts/integrity.ts';

const testMarks: TestMarks = {
  test: /#\[(?:\w+::)*test\b[^\]]*\](?:\s*#\[[^\]]*\])*\s*(?:pub\s+)?(?:async\s+)?fn\s+(\w+)/g,
  assertion: /\b(?:debug_)?assert(?:_eq|_ne|_matches)?!|\b(?:panic|unreachable|prop_assert\w*)!|#\[should_panic/g,
  // A comparison with a truth value says no more than the plain assertion.
  exact: /\b(?:debug_)?assert_(?:eq|matches)!(?!\([^;]*,\s*(?:true|false)\s*\))/g,
  skip: /#\[ignore/g,
  condition: /#!?\[cfg(?:_attr)?\([^\]]*\]/g,
};

/** Tests of Rust by counts, of which many stand beside the code. */
export const rustIntegrity: TestIntegrity<unknown> = {
  testMarks,
  countsTestsInCode: (text) => /#\[(?:\w+::)*test\b/.test(text),
};
