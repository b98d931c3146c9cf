import { describe, it } from 'mocha';
import { assertBecomes, assertStays, loadFirst } from '../../support/rewriting.ts';

loadFirst();

describe('for to for…of', () => {
  const becomes = (before: string, after: string, path?: string): void =>
    assertBecomes('no-for-loop', 'forOf', before, after, path);
  const stays = (text: string, path?: string): void => assertStays('no-for-loop', 'forOf', text, path);

  it('with the element named in the loop', () =>
    becomes(
      `export function total(items) {
  let sum = 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    sum += item.price * item.count;
  }
  return sum;
}
`,
      `export function total(items) {
  let sum = 0;
  for (const item of items) {
    sum += item.price * item.count;
  }
  return sum;
}
`,
    ));

  it('with the index where it is used', () =>
    assertBecomes(
      'for-of-entries',
      'forOf',
      `export function numbered(lines: string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    out.push(i + ': ' + line);
  }
  return out;
}
`,
      `export function numbered(lines: string[]): string[] {
  const out: string[] = [];
  for (const [i, line] of lines.entries()) {
    out.push(i + ': ' + line);
  }
  return out;
}
`,
      'a.ts',
    ));

  it('with a sum of unknown values', () =>
    becomes(
      'export function sum(values) {\n  let total = 0;\n  for (let i = 0; i < values.length; i++) {\n    total += values[i];\n  }\n  return total;\n}\n',
      'export function sum(values) {\n  let total = 0;\n  for (const value of values) {\n    total += value;\n  }\n  return total;\n}\n',
    ));

  for (const [why, text] of [
    [
      'a text, whose characters may be two',
      'export function f(/** @type {string} */ text) { let n = 0; for (let i = 0; i < text.length; i++) { const c = text[i]; if (c !== " ") n++; } return n; }',
    ],
    [
      'what may be a text',
      'export function f(text) { const out = []; for (let i = 0; i < text.length; i++) { const c = text[i]; out.push(c); } return out; }',
    ],
    [
      'what is asked like a text',
      'export function f(word) { let n = 0; word = word.trim(); for (let i = 0; i < word.length; i++) { const c = word[i]; n += c * 1; } return n; }',
    ],
    [
      'written back',
      'export function f(/** @type {number[]} */ xs) { for (let i = 0; i < xs.length; i++) { xs[i] = xs[i] * 2; } }',
    ],
    [
      'the neighbour is read',
      'export function f(/** @type {number[]} */ xs) { let n = 0; for (let i = 0; i < xs.length; i++) { n += xs[i] - xs[i + 1]; } return n; }',
    ],
    [
      'elements are taken out',
      'export function f(/** @type {number[]} */ xs) { for (let i = 0; i < xs.length; i++) { if (xs[i] > 1) { xs.splice(i, 1); i--; } } }',
    ],
    [
      'the length is taken once, and a callback may add',
      'export function f(/** @type {(() => void)[]} */ xs) { for (let i = 0, n = xs.length; i < n; i++) { const x = xs[i]; x(); } }',
    ],
    [
      'an unknown call between two readings',
      'export function f(/** @type {number[]} */ xs, g) { for (let i = 0; i < xs.length; i++) { g(); console.log(xs[i]); } }',
    ],
    [
      'functions that keep the var',
      'export function f(/** @type {number[]} */ xs) { const fs = []; for (var i = 0; i < xs.length; i++) { fs.push(() => xs[i]); } return fs; }',
    ],
    [
      'functions that read later',
      'export function f(/** @type {number[]} */ xs) { const fs = []; for (let i = 0; i < xs.length; i++) { fs.push(() => xs[i]); } xs[0] = 9; return fs; }',
    ],
    [
      'the index is used after the loop',
      'export function f(/** @type {number[]} */ xs) { for (var i = 0; i < xs.length; i++) { if (xs[i] > 1) break; } return i; }',
    ],
    [
      'steps of two',
      'export function f(/** @type {number[]} */ xs) { let n = 0; for (let i = 0; i < xs.length; i += 2) { n += xs[i]; } return n; }',
    ],
    [
      'from one',
      'export function f(/** @type {number[]} */ xs) { let n = 0; for (let i = 1; i < xs.length; i++) { n += xs[i]; } return n; }',
    ],
    [
      'the variable is given another array by a call',
      'let xs = [1, 2];\nfunction next() { xs = []; }\nexport function f() { for (let i = 0; i < xs.length; i++) { const x = xs[i]; next(); console.log(x); } }',
    ],
    [
      'something array-like that is no iterable, in use elsewhere',
      'export function f(/** @type {{ length: number, [index: number]: { a: number } }} */ xs) { let n = 0; for (let i = 0; i < xs.length; i++) { n += xs[i].a; } return n; }',
    ],
  ] as const)
    it(`stays: ${why}`, () => stays(text));

  it('with the index, unless it is a var that a function keeps: that has one value for all rounds', () => {
    const text = (kind: string, kept: string): string =>
      `export function f(/** @type {number[]} */ xs) {\n  const fs = [];\n  for (${kind} i = 0; i < xs.length; i++) {\n    const x = xs[i];\n    fs.push(${kept});\n  }\n  return fs;\n}\n`;
    const rewritten = (kept: string): string =>
      text('let', kept)
        .replace('let i = 0; i < xs.length; i++', 'const [i, x] of xs.entries()')
        .replace('    const x = xs[i];\n', '');
    assertBecomes('for-of-entries', 'forOf', text('let', '() => i'), rewritten('() => i'));
    assertBecomes('for-of-entries', 'forOf', text('var', 'i + x'), rewritten('i + x'));
    assertStays('for-of-entries', 'forOf', text('var', '() => i'));
    assertStays('for-of-entries', 'forOf', text('var', 'function () { return i; }'));
  });

  it('stays: a comment in the head', () =>
    stays(
      'export function f(/** @type {number[]} */ xs) { let n = 0; for (let i = 0 /* first */; i < xs.length; i++) { n += xs[i]; } return n; }',
    ));
});

describe('forEach to for…of', () => {
  const becomes = (before: string, after: string, path?: string): void =>
    assertBecomes('no-for-each', 'forOf', before, after, path);
  const stays = (text: string, path?: string): void => assertStays('no-for-each', 'forOf', text, path);

  it('with return as continue', () =>
    becomes(
      `/** @param {{ ok: boolean, name: string }[]} rows */
export function names(rows) {
  const out = [];
  rows.forEach((row) => {
    if (!row.ok) return;
    out.push(row.name);
  });
  return out;
}
`,
      `/** @param {{ ok: boolean, name: string }[]} rows */
export function names(rows) {
  const out = [];
  for (const row of rows) {
    if (!row.ok) continue;
    out.push(row.name);
  }
  return out;
}
`,
    ));

  it('of what was given or is a literal', () => {
    const text = (head: string, each: string): string =>
      `export function f(${head} const out = []; ${each} return out; }`;
    const from = 'xs.forEach((x) => { out.push(x); });';
    const to = 'for (const x of xs) { out.push(x); }';
    for (const head of ['/** @type {number[]} */ xs) {', ') { const xs = [1, 2, 3];'])
      becomes(text(head, from), text(head, to));
  });

  for (const [why, text] of [
    [
      'unknown receiver',
      'export function f(tree) { const out = []; tree.forEach((node) => { out.push(node); }); return out; }',
    ],
    [
      'a Map',
      'const m = new Map();\nexport function f() { const out = []; m.forEach((value) => { out.push(value); }); return out; }',
    ],
    [
      'a Set',
      'const s = new Set();\nexport function f() { const out = []; s.forEach((value) => { out.push(value); }); return out; }',
    ],
    [
      'listeners that may add listeners',
      'const list = [];\nexport const on = (f) => { list.push(f); };\nexport function emit(x) { list.forEach((f) => { f(x); }); }',
    ],
    [
      'filled meanwhile',
      'export function f(/** @type {number[]} */ xs) { xs.forEach((x) => { if (x > 1) xs.push(x - 1); }); }',
    ],
    [
      'async callback',
      'export function f(/** @type {number[]} */ xs, save) { xs.forEach(async (x) => { await save(x); }); }',
    ],
    [
      'its own this',
      'export function f(/** @type {number[]} */ xs) { xs.forEach(function (x) { this.add(x); }, new Set()); }',
    ],
    [
      'the whole array is passed',
      'export function f(/** @type {number[]} */ xs) { xs.forEach((x, i, all) => { console.log(x, i, all); }); }',
    ],
    [
      'var belongs to the callback',
      'export function f(/** @type {number[]} */ xs) { var y = 1; xs.forEach((x) => { var y = x; console.log(y); }); return y; }',
    ],
    [
      'holes',
      'export function f() { const out = []; const xs = new Array(3); xs.forEach((x) => { out.push(x); }); return out; }',
    ],
    [
      'holes between elements that are set',
      'export function f(/** @type {number[]} */ xs) { const out = []; xs[9] = 1; xs.forEach((x) => { out.push(x); }); return out; }',
    ],
    [
      'holes in a literal',
      'export function f() { const out = []; const xs = [1, , 3]; xs.forEach((x) => { out.push(x); }); return out; }',
    ],
    [
      'holes by delete',
      'export function f() { const out = []; const xs = [1, 2, 3]; delete xs[1]; xs.forEach((x) => { out.push(x); }); return out; }',
    ],
    [
      'holes by delete of what was given',
      'export function f(/** @type {number[]} */ xs, at) { const out = []; delete xs[at]; xs.forEach((x) => { out.push(x); }); return out; }',
    ],
    ['a named callback', 'export function f(/** @type {number[]} */ xs, g) { xs.forEach(g); }'],
    [
      'the result is used',
      'export function f(/** @type {number[]} */ xs) { return [xs.forEach((x) => { console.log(x); })]; }',
    ],
  ] as const)
    it(`stays: ${why}`, () => stays(text));
});
