import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { loadFirst, rewriteAll } from '../../support/rewriting.ts';

loadFirst();

const optimized = (text: string): string => rewriteAll('a.js', text, 'optimize').text;

describe('code without semicolons', () => {
  it('loses the one that guarded a bracket, and gets none at an end', () =>
    assert.equal(
      optimized(`export function shown(total) {
  const first = total + 1
  ;[1, 2].forEach((each) => { console.log(each + first) })
  let price
  if (total) { price = 1 } else { price = 2 }
  return price
}
`),
      `export function shown(total) {
  const first = total + 1
  for (const each of [1, 2]) { console.log(each + first) }
  const price = total ? 1 : 2
  return price
}
`,
    ));

  it('keeps the one that guards a bracket still, where it stands', () =>
    assert.equal(
      optimized(`export function shown(names) {
  names.forEach(function (name) {
    var upper = name
    ;[upper].map(String)
    console.log(upper)
  })
}
`),
      `export function shown(names) {
  names.forEach((name) => {
    const upper = name
    ;[upper].map(String)
    console.log(upper)
  })
}
`,
    ));

  it('keeps one before a bracket, and the empty body of a loop', () =>
    assert.equal(
      optimized(`export function waits(total, next) {
  let price
  if (total) { price = 1 } else { price = 2 }
  ;[price].map(String)
  while (next());
  return price
}
`),
      `export function waits(total, next) {
  const price = total ? 1 : 2
  ;[price].map(String)
  while (next());
  return price
}
`,
    ));
});
