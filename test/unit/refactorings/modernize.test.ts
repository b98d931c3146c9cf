import { describe, it } from 'mocha';
import type { Intent } from '../../../src/engine/analysis/refactoring.ts';
import { assertBecomes, assertStays, loadFirst } from '../../support/rewriting.ts';

loadFirst();

interface Case {
  readonly rule: string;
  readonly intent?: Intent;
  readonly becomes: readonly (readonly [string, string, string?])[];
  readonly stays: readonly (readonly [why: string, text: string, path?: string])[];
}

const text = '/** @type {string} */ s';
const cases: readonly Case[] = [
  {
    rule: 'prefer-template',
    becomes: [
      [`export const f = (${text}) => 'a ' + s + '!';`, `export const f = (${text}) => \`a \${s}!\`;`],
      [
        `export const f = (/** @type {number} */ n) => n + 1 + ' pieces';`,
        `export const f = (/** @type {number} */ n) => \`\${n + 1} pieces\`;`,
      ],
    ],
    stays: [
      ['an object may have both valueOf and toString', "export const f = (money) => 'costs ' + money;"],
      [
        'a class with valueOf',
        "class M { valueOf() { return 1; } toString() { return 'x'; } }\nexport const f = () => 'a' + new M();",
      ],
      [
        'a Date, moments and the like',
        "export const f = (/** @type {Date | { valueOf(): number }} */ d) => d + ' now';",
      ],
    ],
  },
  {
    rule: 'prefer-string-slice',
    becomes: [
      [`export const f = (${text}) => s.substring(1, 3);`, `export const f = (${text}) => s.slice(1, 3);`],
      [`export const f = (${text}) => s.substr(0, 3);`, `export const f = (${text}) => s.slice(0, 3);`],
    ],
    stays: [
      ['arguments that may be swapped', `export const f = (${text}, a, b) => s.substring(a, b);`],
      ['swapped', `export const f = (${text}) => s.substring(3, 1);`],
      ['unknown receiver', 'export const f = (s) => s.substring(1);'],
      ['a start that may be negative', `export const f = (${text}, n) => s.substring(n);`],
    ],
  },
  {
    rule: 'prefer-string-starts-ends-with',
    becomes: [
      [`export const f = (${text}) => /^abc/.test(s);`, `export const f = (${text}) => s.startsWith('abc');`],
      [`export const f = (${text}) => /abc$/.test(s);`, `export const f = (${text}) => s.endsWith('abc');`],
    ],
    stays: [
      ['what is tested may be no text', 'export const f = (s) => /^abc/.test(s);'],
      ['ignores case', `export const f = (${text}) => /^abc/i.test(s);`],
      ['many lines', `export const f = (${text}) => /^abc/m.test(s);`],
    ],
  },
  {
    rule: 'prefer-string-replace-all',
    becomes: [
      [`export const f = (${text}) => s.replace(/a/g, 'b');`, `export const f = (${text}) => s.replaceAll('a', 'b');`],
    ],
    stays: [
      ['unknown receiver', "export const f = (s) => s.replace(/a/g, 'b');"],
      ['once', `export const f = (${text}) => s.replace(/a/, 'b');`],
    ],
  },
  {
    rule: 'prefer-regexp-test',
    becomes: [
      [
        `export const f = (${text}) => { if (s.match(/a/)) return 1; return 2; };`,
        `export const f = (${text}) => { if (/a/.test(s)) return 1; return 2; };`,
      ],
    ],
    stays: [
      [
        'global expressions remember',
        `const re = /a/g;\nexport const f = (${text}) => { if (s.match(re)) return 1; return 2; };`,
      ],
      ['a match of its own', 'export const f = (route) => { if (route.match(/a/)) return 1; return 2; };'],
      ['a pattern in a text', `export const f = (${text}, p) => { if (s.match(p)) return 1; return 2; };`],
      [
        'the groups are used',
        `export const f = (${text}) => { const m = s.match(/a/); if (m) return m[0]; return 2; };`,
      ],
    ],
  },
  {
    rule: 'no-var',
    becomes: [
      [
        'export function f() {\n  var a = 1;\n  var b = a;\n  b++;\n  return b;\n}\n',
        'export function f() {\n  const a = 1;\n  let b = a;\n  b++;\n  return b;\n}\n',
      ],
    ],
    stays: [
      ['used outside of its block', 'export function f(x) { if (x) { var a = 1; } return a; }'],
      ['declared twice', 'export function f() { var a = 1; var a = 2; return a; }'],
      [
        'kept by functions of a loop',
        'export function f() { const out = []; for (var i = 0; i < 3; i++) { out.push(() => i); } return out; }',
      ],
      [
        'keeps its value from round to round',
        'export function f(xs) { for (const x of xs) { var last; if (x) console.log(last); last = x; } }',
      ],
      [
        'read by a function that is called earlier',
        'export function f() { g(); var a = 1; function g() { console.log(a); } }',
      ],
      [
        'read by a function that its own value calls',
        'export function f() { var a = g(); function g() { return a; } return a; }',
      ],
      ['read before it is declared', 'export function f() { a = 1; var a; return a; }'],
      ['a name of the page', 'var shared = 1;\n', 'a.js'],
      [
        'declared in one case, used in another',
        'export function f(x) { switch (x) { case 1: var a = 1; break; default: a = 2; } return a; }',
      ],
      ['the parameter again', 'export function f(a) { var a = a || 1; return a; }'],
    ],
  },
  {
    rule: 'prefer-const',
    becomes: [['export function f() { let a = 1; return a; }', 'export function f() { const a = 1; return a; }']],
    stays: [
      ['assigned', 'export function f() { let a = 1; a = 2; return a; }'],
      ['one of two assigned', 'export function f(x) { let { a, b } = x; a = 2; return a + b; }'],
      ['another script of the page may assign it', 'let shared = 1;\n', 'a.js'],
    ],
  },
  {
    rule: 'object-shorthand',
    becomes: [
      [
        'export const f = (a) => ({ a: a, g: function () { return 1; } });',
        'export const f = (a) => ({ a, g() { return 1; } });',
      ],
    ],
    stays: [
      ['constructed', 'export const o = { make: function () { this.x = 1; } };\nexport const f = () => new o.make();'],
      ['a name like a class', 'export const o = { Point: function () {} };'],
      ['has a prototype', 'export const o = { make: function () {} };\no.make.prototype.x = 1;'],
      ['a constructor for extend', 'export const o = { constructor: function () {} };'],
      ['calls itself', 'export const o = { f: function f(n) { return n ? f(n - 1) : 0; } };'],
      ['a property descriptor', "export const o = Object.defineProperty({}, 'P', { value: function () {} });"],
    ],
  },
  {
    rule: 'prefer-arrow-callback',
    becomes: [
      [
        'export const f = (xs) => xs.map(function (x) { return x.a; });',
        'export const f = (xs) => xs.map((x) => x.a);',
      ],
    ],
    stays: [
      ['its own this', 'export const f = (xs) => xs.map(function () { return this.a; }, { a: 1 });'],
      ['arguments', 'export const f = (xs) => xs.map(function () { return arguments.length; });'],
      ['a generator', 'export const f = (run) => run(function* () { yield 1; });'],
      ['may be constructed', 'export const f = (mock) => mock.mockImplementation(function () { return 1; });'],
      ['calls itself', 'export const f = (g) => g(function again(n) { return n ? again(n - 1) : 0; });'],
    ],
  },
  {
    rule: 'prefer-exponentiation-operator',
    becomes: [['export const f = (a, b) => Math.pow(a, b);', 'export const f = (a, b) => a ** b;']],
    stays: [['another Math', 'const Math = { pow: () => 1 };\nexport const f = (a, b) => Math.pow(a, b);']],
  },
  {
    rule: 'prefer-object-spread',
    becomes: [['export const f = (a) => Object.assign({}, a);', 'export const f = (a) => ({ ...a });']],
    stays: [['changes its first argument', 'export const f = (a, b) => Object.assign(a, b);']],
  },
  {
    rule: 'prefer-object-has-own',
    becomes: [
      [
        'export const f = (a) => Object.prototype.hasOwnProperty.call(a, "b");',
        'export const f = (a) => Object.hasOwn(a, "b");',
      ],
    ],
    stays: [['the method of the object', 'export const f = (a) => a.hasOwnProperty("b");']],
  },
  {
    rule: 'prefer-date-now',
    becomes: [['export const f = () => new Date().getTime();', 'export const f = () => Date.now();']],
    stays: [
      ['another day', 'export const f = (x) => new Date(x).getTime();'],
      ['another Date', "import Date from './date.js';\nexport const f = () => new Date().getTime();"],
    ],
  },
  {
    rule: 'prefer-number-properties',
    becomes: [['export const f = (a) => parseFloat(a);', 'export const f = (a) => Number.parseFloat(a);']],
    stays: [
      ['isNaN converts first', 'export const f = (a) => isNaN(a);'],
      ['a parseInt of its own', 'const parseInt = (x) => x;\nexport const f = (a) => parseInt(a);'],
    ],
  },
  {
    rule: 'throw-new-error',
    becomes: [["export const f = () => { throw Error('a'); };", "export const f = () => { throw new Error('a'); };"]],
    stays: [
      [
        'a function that makes errors',
        'const HttpError = (n) => new Error(n);\nexport const f = () => { throw HttpError(404); };',
      ],
    ],
  },
  {
    rule: 'prefer-default-parameters',
    becomes: [],
    stays: [
      ['null, zero and empty text', "export function f(a) { a = a || 'x'; return a; }"],
      ['an optional text may be empty', "export function f(a?: string) { a = a || 'x'; return a; }", 'a.ts'],
    ],
  },
  {
    rule: 'prefer-optional-catch-binding',
    becomes: [
      [
        'export function f(g) { try { g(); } catch (e) { return 1; } }',
        'export function f(g) { try { g(); } catch { return 1; } }',
      ],
    ],
    stays: [['used', 'export function f(g) { try { g(); } catch (e) { return e; } }']],
  },
];

for (const { rule, intent = 'optimize', becomes, stays } of cases)
  describe(rule, () => {
    becomes.forEach(([before, after, path]) =>
      it(`becomes: ${before}`, () => assertBecomes(rule, intent, before, after, path)),
    );
    stays.forEach(([why, before, path]) => it(`stays: ${why}`, () => assertStays(rule, intent, before, path)));
  });

describe('what is never done, because it is not the same', () => {
  for (const [why, before] of [
    ['~~x is not Math.trunc(x) for large numbers', 'export const f = (x) => ~~x;'],
    ['rounding', 'export const f = (a, b) => Math.sqrt(a * a + b * b) + Math.log(a) * Math.LOG10E;'],
    ['charCodeAt and pairs of surrogates', `export const f = (${text}) => s.charCodeAt(0);`],
    ['sorting in place', 'export const f = (/** @type {number[]} */ xs) => xs.sort();'],
    ['JSON clones drop what JSON cannot hold', 'export const f = (x) => JSON.parse(JSON.stringify(x));'],
  ] as const)
    it(why, () => {
      for (const intent of ['optimize', 'modernize', 'simplify'] as const) assertAllStay(intent, before);
    });
});

function assertAllStay(intent: Intent, before: string): void {
  for (const rule of [
    'prefer-math-trunc',
    'prefer-modern-math-apis',
    'prefer-code-point',
    'no-array-sort',
    'prefer-structured-clone',
  ])
    assertStays(rule, intent, before);
}
