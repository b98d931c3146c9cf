/** How far tests were that did not come to an end, to be put behind that they did not; empty when it is not known. */
export function byThenText({
  byThen,
}: {
  readonly byThen?: { readonly passed: number; readonly failed: number };
}): string {
  if (byThen === undefined) return '';
  const { passed, failed } = byThen;
  const tests = `${passed} ${passed === 1 ? 'test' : 'tests'} had passed by then`;
  return `; ${tests}${failed === 0 ? '' : `, and ${failed} had failed`}`;
}
