import { describe, it } from 'mocha';
import { assertBecomes, assertStays, loadFirst } from '../../support/rewriting.ts';

loadFirst();

const hoisted = 'replace-array-search-by-set';
const becomesHoisted = (before: string, after: string, path?: string): void =>
  assertBecomes(hoisted, 'useSet', before, after, path);
const staysHoisted = (text: string, path?: string): void => assertStays(hoisted, 'useSet', text, path);

describe('replace array search by Set', () => {
  it('makes the Set before the loop', () =>
    becomesHoisted(
      `/** @param {string[]} blocked */
export function allowed(users, blocked) {
  const result = [];
  for (const user of users) {
    if (!blocked.includes(user.id)) result.push(user);
  }
  return result;
}
`,
      `/** @param {string[]} blocked */
export function allowed(users, blocked) {
  const result = [];
  const blockedSet = new Set(blocked);
  for (const user of users) {
    if (!blockedSet.has(user.id)) result.push(user);
  }
  return result;
}
`,
    ));

  it('makes it before the statement of a callback, and one for several searches', () =>
    becomesHoisted(
      `/**
 * @param {string[]} names
 * @param {string[]} taken
 */
export const free = (names, taken) => {
  return names.filter((name) => !taken.includes(name) && taken.indexOf(name.trim()) < 0);
};
`,
      `/**
 * @param {string[]} names
 * @param {string[]} taken
 */
export const free = (names, taken) => {
  const takenSet = new Set(taken);
  return names.filter((name) => !takenSet.has(name) && !takenSet.has(name.trim()));
};
`,
    ));

  it('takes the outermost loop that the array outlives, and a free name', () =>
    becomesHoisted(
      `export function count(rows: string[][], listed: readonly string[]): number {
  let listedSet = 0;
  // every cell
  for (const row of rows) {
    for (const cell of row) if (listed.indexOf(cell) >= 0) listedSet++;
  }
  return listedSet;
}
`,
      `export function count(rows: string[][], listed: readonly string[]): number {
  let listedSet = 0;
  const listedSet2 = new Set(listed);
  // every cell
  for (const row of rows) {
    for (const cell of row) if (listedSet2.has(cell)) listedSet++;
  }
  return listedSet;
}
`,
      'a.ts',
    ));

  const negatives: readonly (readonly [string, string])[] = [
    [
      'a parameter of unknown type, which may be a string',
      'export function f(items, known) { for (const item of items) if (known.includes(item)) console.log(item); }',
    ],
    [
      'a string',
      'export function f(items, /** @type {string} */ text) { for (const x of items) if (text.includes(x)) console.log(x); }',
    ],
    [
      'filled in the loop',
      'export function f(/** @type {string[]} */ xs) { const seen = [""]; for (const x of xs) { if (!seen.includes(x)) seen.push(x); } return seen; }',
    ],
    [
      'a parameter, and another one filled in the loop that may be the same',
      `export function f(/** @type {string[]} */ xs, /** @type {string[]} */ ys, /** @type {string[]} */ out) {
  for (const x of xs) if (!ys.includes(x)) out.push(x);
}`,
    ],
    [
      'a parameter, and an unknown call that may change it',
      `export function f(/** @type {string[]} */ xs, /** @type {string[]} */ ys, g) {
  for (const x of xs) { g(x); if (ys.includes(x)) return x; }
}`,
    ],
    [
      'awaiting, while others may change it',
      `export async function f(/** @type {string[]} */ xs, /** @type {string[]} */ ys) {
  for (const x of xs) { await null; if (ys.includes(x)) return x; }
}`,
    ],
    [
      'changed by a function that the loop calls',
      `const known = ['a', 'b', 'c', 'd'];
function learn(x) { known.push(x); }
export function f(xs) { for (const x of xs) { if (!known.includes(x)) learn(x); } }`,
    ],
    [
      'assigned in the loop',
      `export function f(/** @type {string[]} */ xs) {
  let known = ['a', 'b', 'c'];
  for (const x of xs) { if (!known.includes(x)) known = [...known, x]; }
  return known;
}`,
    ],
    [
      'indexOf with numbers, which may be NaN',
      'export function f(/** @type {number[]} */ xs, /** @type {number[]} */ ys) { let n = 0; for (const x of xs) if (ys.indexOf(x) !== -1) n++; return n; }',
    ],
    [
      'a start index',
      'export function f(/** @type {string[]} */ xs, /** @type {string[]} */ ys) { let n = 0; for (const x of xs) if (ys.includes(x, 1)) n++; return n; }',
    ],
    [
      'the index itself is used',
      'export function f(/** @type {string[]} */ xs, /** @type {string[]} */ ys) { let n = 0; for (const x of xs) n += ys.indexOf(x); return n; }',
    ],
    [
      'made anew in every round',
      'export function f(/** @type {string[][]} */ rows) { let n = 0; for (const row of rows) { const copy = row.slice(); if (copy.includes("a")) n++; } return n; }',
    ],
    [
      'a callback that runs later',
      `export function f(/** @type {string[]} */ ys, emitter) {
  emitter.on('x', (x) => ys.includes(x));
  ys.push('late');
}`,
    ],
    [
      'the filter of something that is no array',
      `export function f(stream, /** @type {string[]} */ ys) { return stream.filter((x) => ys.includes(x)); }`,
    ],
    [
      'too few to be worth it',
      "const vowels = ['a', 'e']; export const f = (/** @type {string[]} */ xs) => { return xs.filter((x) => vowels.includes(x)); };",
    ],
    [
      'changed through another name',
      `export function f(/** @type {string[]} */ xs, /** @type {string[]} */ ys) {
  const same = ys;
  for (const x of xs) { if (!ys.includes(x)) same.push(x); }
}`,
    ],
    [
      'changed by index',
      `export function f(/** @type {string[]} */ xs, /** @type {string[]} */ ys) {
  for (const x of xs) { if (!ys.includes(x)) ys[0] = x; }
}`,
    ],
    [
      'an optional array',
      'export function f(/** @type {string[]} */ xs, /** @type {string[] | undefined} */ ys) { return xs.filter((x) => { return ys?.includes(x); }); }',
    ],
  ];
  for (const [why, text] of negatives) it(`stays: ${why}`, () => staysHoisted(text));
});

describe('make the list a Set', () => {
  const becomes = (before: string, after: string, path?: string): void =>
    assertBecomes('prefer-set-has', 'useSet', before, after, path);
  const stays = (text: string, path?: string): void => assertStays('prefer-set-has', 'useSet', text, path);

  it('where a list is only searched', () =>
    becomes(
      "const words = ['the', 'a', 'an'];\nexport const isStop = (word) => words.includes(word);\n",
      "const words = new Set(['the', 'a', 'an']);\nexport const isStop = (word) => words.has(word);\n",
    ));

  it('stays: exported', () =>
    stays("export const words = ['the', 'a', 'an'];\nexport const isStop = (word) => words.includes(word);\n"));
  it('stays: handed out', () =>
    stays(
      "const words = ['the', 'a', 'an'];\nexport const isStop = (word) => words.includes(word);\nexport { words };\n",
    ));
  it('stays: used as a list too', () =>
    stays(
      "const words = ['the', 'a', 'an'];\nexport const isStop = (w) => words.includes(w) || words.join() === w;\n",
    ));
  it('stays: a top-level name of a page script', () =>
    stays("const words = ['the', 'a', 'an'];\nfunction isStop(word) { return words.includes(word); }\n", 'a.js'));
  it('stays: a collection of another kind', () =>
    stays(
      "import { List } from 'immutable';\nconst xs = List(['a']).map((x) => x);\nexport const f = (y) => xs.includes(y);\n",
    ));
});

describe('collect in a Set', () => {
  const becomes = (before: string, after: string, path?: string): void =>
    assertBecomes('collect-in-set', 'useSet', before, after, path);
  const stays = (text: string, path?: string): void => assertStays('collect-in-set', 'useSet', text, path);

  it('what is only filled and searched', () =>
    becomes(
      `export function unique(items) {
  const seen = [];
  return items.filter((item) => {
    if (seen.includes(item.id)) return false;
    seen.push(item.id);
    return true;
  });
}
`,
      `export function unique(items) {
  const seen = new Set();
  return items.filter((item) => {
    if (seen.has(item.id)) return false;
    seen.add(item.id);
    return true;
  });
}
`,
    ));

  it('with its type', () =>
    becomes(
      `export function f(xs: string[]) {
  const seen: string[] = [];
  for (const x of xs) if (seen.indexOf(x) === -1) seen.push(x);
}
`,
      `export function f(xs: string[]) {
  const seen: Set<string> = new Set();
  for (const x of xs) if (!seen.has(x)) seen.add(x);
}
`,
      'a.ts',
    ));

  for (const [why, text] of [
    [
      'the list is returned',
      'export function f(xs) { const seen = []; for (const x of xs) if (!seen.includes(x)) seen.push(x); return seen; }',
    ],
    [
      'its length is asked',
      'export function f(xs) { const seen = []; for (const x of xs) if (!seen.includes(x)) seen.push(x); return seen.length; }',
    ],
    [
      'the result of push is used',
      'export function f(xs) { const seen = []; let n; for (const x of xs) if (!seen.includes(x)) n = seen.push(x); return n; }',
    ],
    [
      'several are added',
      'export function f(xs) { const seen = []; for (const x of xs) if (!seen.includes(x)) seen.push(x, x); }',
    ],
    [
      'indexOf of what may be NaN',
      'export function f(xs) { const seen = []; for (const x of xs) if (seen.indexOf(x) < 0) seen.push(x); }',
    ],
    [
      'a closure hands it out',
      'export function f(xs) { const seen = []; for (const x of xs) if (!seen.includes(x)) seen.push(x); return () => seen; }',
    ],
  ] as const)
    it(`stays: ${why}`, () => stays(text));
});
