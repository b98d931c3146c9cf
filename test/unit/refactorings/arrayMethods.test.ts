import { describe, it } from 'mocha';
import { assertBecomes, assertStays, loadFirst } from '../../support/rewriting.ts';

loadFirst();

interface Case {
  readonly rule: string;
  readonly becomes: readonly (readonly [string, string])[];
  readonly stays: readonly (readonly [string, string])[];
}

const numbers = '/** @type {number[]} */ xs';
const cases: readonly Case[] = [
  {
    rule: 'prefer-array-find',
    becomes: [
      [
        `export const f = (${numbers}) => xs.filter((x) => x > 1)[0];`,
        `export const f = (${numbers}) => xs.find((x) => x > 1);`,
      ],
      [
        `export function f(${numbers}) { const [first] = xs.filter((x) => x > 1); return first; }`,
        `export function f(${numbers}) { const first = xs.find((x) => x > 1); return first; }`,
      ],
      [
        `export const f = (${numbers}) => xs.filter((x) => x > 1).at(-1);`,
        `export const f = (${numbers}) => xs.findLast((x) => x > 1);`,
      ],
    ],
    stays: [
      ['a filter of its own', 'export const f = (shelf) => shelf.filter((book) => book.isNew)[0];'],
      [
        'the callback counts',
        `let n = 0;\nexport const f = (${numbers}) => xs.filter((x) => { n++; return x > 1; })[0];`,
      ],
      [
        'the callback calls something unknown',
        `export const f = (${numbers}, check) => xs.filter((x) => check(x))[0];`,
      ],
      [
        'a class of this file',
        'class Bag { filter(g) { return [g(1)]; } }\nexport const f = (bag) => { bag.map((x) => x); return bag.filter((x) => x > 1)[0]; };',
      ],
    ],
  },
  {
    rule: 'prefer-array-some',
    becomes: [
      [
        `export const f = (${numbers}) => xs.filter((x) => x > 1).length > 0;`,
        `export const f = (${numbers}) => xs.some((x) => x > 1);`,
      ],
      [
        `export const f = (${numbers}) => xs.findIndex((x) => x > 1) !== -1;`,
        `export const f = (${numbers}) => xs.some((x) => x > 1);`,
      ],
    ],
    stays: [
      ['more than one is asked for', `export const f = (${numbers}) => xs.filter((x) => x > 1).length > 1;`],
      ['find may find zero', `export const f = (${numbers}) => { if (xs.find((x) => x === 0)) return 1; return 2; };`],
      [
        'find may find undefined',
        `export const f = (/** @type {unknown[]} */ xs) => xs.find((x) => !x) !== undefined;`,
      ],
      ['the callback writes', `export const f = (${numbers}, out) => xs.filter((x) => out.push(x) > 1).length > 0;`],
      ['unknown receiver', 'export const f = (xs) => xs.filter((x) => x > 1).length > 0;'],
    ],
  },
  {
    rule: 'prefer-array-flat-map',
    becomes: [
      [
        `export const f = (${numbers}) => xs.map((x) => [x, x]).flat();`,
        `export const f = (${numbers}) => xs.flatMap((x) => [x, x]);`,
      ],
    ],
    stays: [
      ['two levels', `export const f = (${numbers}) => xs.map((x) => [[x]]).flat(2);`],
      ['unknown receiver', 'export const f = (xs) => xs.map((x) => [x]).flat();'],
    ],
  },
  {
    rule: 'prefer-array-from-map',
    becomes: [
      [
        `export const f = (/** @type {Set<number>} */ s) => [...s].map((x) => x + 1);`,
        `export const f = (/** @type {Set<number>} */ s) => Array.from(s, (x) => x + 1);`,
      ],
    ],
    stays: [
      [
        'the array is passed too',
        'export const f = (/** @type {Set<number>} */ s) => [...s].map((x, i, all) => all.length);',
      ],
      ['a named callback may take the array', 'export const f = (/** @type {Set<number>} */ s, g) => [...s].map(g);'],
      ['what is spread is unknown', 'export const f = (s) => [...s].map((x) => x + 1);'],
    ],
  },
  {
    rule: 'prefer-includes',
    becomes: [
      [
        "export const f = (/** @type {string} */ s) => s.indexOf('a') !== -1;",
        "export const f = (/** @type {string} */ s) => s.includes('a');",
      ],
      [
        "export const f = (/** @type {string[]} */ s) => s.indexOf('a') < 0;",
        "export const f = (/** @type {string[]} */ s) => !s.includes('a');",
      ],
    ],
    stays: [
      ['NaN', `export const f = (${numbers}, /** @type {number} */ x) => xs.indexOf(x) !== -1;`],
      ['unknown values', 'export const f = (xs, x) => xs.indexOf(x) !== -1;'],
      ['the last place', "export const f = (/** @type {string} */ s) => s.lastIndexOf('a') !== -1;"],
      ['not at the beginning', "export const f = (/** @type {string} */ s) => s.indexOf('a') > 0;"],
    ],
  },
  {
    rule: 'prefer-array-index-of',
    becomes: [
      [
        `export const f = (${numbers}, /** @type {number} */ y) => xs.findIndex((x) => x === y);`,
        `export const f = (${numbers}, /** @type {number} */ y) => xs.indexOf(y);`,
      ],
    ],
    stays: [
      ['an equal sign less', `export const f = (${numbers}, y) => xs.findIndex((x) => x == y);`],
      ['unknown receiver', 'export const f = (xs, y) => xs.findIndex((x) => x === y);'],
      ['a call each time', `export const f = (${numbers}, y) => xs.findIndex((x) => x === y());`],
    ],
  },
  {
    rule: 'prefer-at',
    becomes: [
      [
        `export const f = (${numbers}) => xs.push(1) + xs[xs.length - 1];`,
        `export const f = (${numbers}) => xs.push(1) + xs.at(-1);`,
      ],
      [
        'export const f = (/** @type {string} */ s) => s[s.length - 2];',
        'export const f = (/** @type {string} */ s) => s.at(-2);',
      ],
    ],
    stays: [
      ['something array-like', 'export function f() { return arguments[arguments.length - 1]; }'],
      ['unknown receiver', 'export const f = (xs) => xs[xs.length - 1];'],
      ['what a comment alone calls an array', `export const f = (${numbers}) => xs[xs.length - 1];`],
      ['assigned', `export const f = (${numbers}) => { xs[xs.length - 1] = 1; };`],
      ['another length', `export const f = (${numbers}, /** @type {number[]} */ ys) => xs[ys.length - 1];`],
      ['charAt gives an empty text', 'export const f = (/** @type {string} */ s) => s.charAt(s.length - 1);'],
      ['a function of a library', "import _ from 'lodash';\nexport const f = (xs) => _.last(xs);"],
    ],
  },
  {
    rule: 'prefer-negative-index',
    becomes: [
      [`export const f = (${numbers}) => xs.slice(xs.length - 1);`, `export const f = (${numbers}) => xs.slice(-1);`],
      [
        `export const f = (${numbers}) => xs.slice(0, xs.length - 1);`,
        `export const f = (${numbers}) => xs.slice(0, -1);`,
      ],
    ],
    stays: [
      ['two of one are one', `export const f = (${numbers}) => xs.slice(xs.length - 2);`],
      ['at() does not clamp', `export const f = (${numbers}) => xs.at(xs.length - 2);`],
      ['a variable count', `export const f = (${numbers}, n) => xs.slice(xs.length - n);`],
      ['none', `export const f = (${numbers}) => xs.slice(xs.length - 0);`],
    ],
  },
  {
    rule: 'prefer-array-flat',
    becomes: [
      [
        'export const f = (/** @type {number[][]} */ xs) => [].concat(...xs);',
        'export const f = (/** @type {number[][]} */ xs) => xs.flat();',
      ],
    ],
    stays: [
      [
        'elements may be no arrays',
        'export const f = (/** @type {(number | number[])[]} */ xs, ys) => [].concat(...ys);',
      ],
      ['one that may be an array', 'export const f = (x) => [].concat(x);'],
    ],
  },
  {
    rule: 'prefer-spread',
    becomes: [
      [
        'export const f = (/** @type {Set<number>} */ s) => Array.from(s);',
        'export const f = (/** @type {Set<number>} */ s) => [...s];',
      ],
    ],
    stays: [
      ['array-like', 'export const f = () => Array.from({ length: 3 });'],
      ['unknown', 'export const f = (x) => Array.from(x);'],
      ['half characters', "export const f = (/** @type {string} */ s) => s.split('');"],
      ['concat takes apart what it likes', `export const f = (${numbers}, y) => xs.concat(y);`],
      ['holes', `export const f = (${numbers}) => xs.slice();`],
    ],
  },
  {
    rule: 'prefer-object-from-entries',
    becomes: [
      [
        'export const f = (/** @type {[string, number][]} */ xs) => xs.reduce((all, [k, v]) => ({ ...all, [k]: v }), {});',
        'export const f = (/** @type {[string, number][]} */ xs) => Object.fromEntries(xs.map(([k, v]) => [k, v]));',
      ],
    ],
    stays: [['unknown receiver', 'export const f = (xs) => xs.reduce((all, [k, v]) => ({ ...all, [k]: v }), {});']],
  },
];

for (const { rule, becomes, stays } of cases)
  describe(rule, () => {
    becomes.forEach(([before, after]) =>
      it(`becomes: ${before}`, () => assertBecomes(rule, 'optimize', before, after)),
    );
    stays.forEach(([why, text]) => it(`stays: ${why}`, () => assertStays(rule, 'optimize', text)));
  });
