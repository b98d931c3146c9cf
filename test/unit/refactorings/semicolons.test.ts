import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { assertBecomes, loadFirst, rewriteAll } from '../../support/rewriting.ts';

loadFirst();

const optimized = (text: string): string => rewriteAll('a.js', text, 'optimize').text;

const load = '/** @returns {Promise<number>} */\nasync function load() {\n  return 1\n}\n';
const chained = (body: string, last = 'return x + 1\n  })'): string =>
  `${load}export function shown(show) {\n  return load().then((x) => {\n    ${body}\n    ${last}\n}\n`;
const written = (body: string, end = ''): string =>
  `${load}export async function shown(show) {\n  const x = await load()${end}\n  ${body}\n}\n`;

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

  for (const first of [
    '[x].forEach(show)',
    '(x || show)(1)',
    '`${x}`.trim()',
    '/x/.test(show)',
    '+show(x)',
    '-show(x)',
  ])
    it(`gets one where a line would go on with what was the first of a callback: ${first}`, () =>
      assertBecomes(
        'promise-chain-to-async',
        'asyncAwait',
        chained(`// first\n    ${first}\n    show(x)`),
        written(`// first\n  ${first}\n  show(x)\n  return x + 1`, ';'),
      ));

  it('gets none before what begins with a word, and one before a value that nobody takes', () => {
    assertBecomes('promise-chain-to-async', 'asyncAwait', chained('show(x)'), written('show(x)\n  return x + 1'));
    assertBecomes(
      'promise-chain-to-async',
      'asyncAwait',
      chained('show(x)', 'return [x + 1]\n  }).then(() => {\n    show(2)\n  })'),
      written('show(x)\n  ;[x + 1]\n  show(2)'),
    );
  });

  it('is told by what ends its lines, not by what guards them, and keeps a semicolon that somebody wrote', () => {
    const text = (set: string, has: string): string =>
      `export function shown(/** @type {number[]} */ xs, /** @type {number[]} */ ys) {
  const out = ys
  ;[out].map(String)
${set}  for (const y of ys) { if (${has}(y)) throw y }
}
`;
    const [before, after] = [text('', 'xs.includes'), text('  const xsSet = new Set(xs)\n', 'xsSet.has')];
    assertBecomes('replace-array-search-by-set', 'optimize', before, after);
    const more = (one: string): string => `${one}export const more = 1\nexport const most = 2;\nexport const all = 3\n`;
    assertBecomes('replace-array-search-by-set', 'optimize', more(before), more(after));
  });

  it('gets one where a Set is made before a loop that begins with a bracket', () =>
    assertBecomes(
      'replace-array-search-by-set',
      'optimize',
      `export function shown(/** @type {number[]} */ xs, /** @type {number[]} */ ys) {
  const out = []
  {
    [...ys].forEach((y) => { if (xs.includes(y)) { out.push(y) } })
  }
  return out
}
`,
      `export function shown(/** @type {number[]} */ xs, /** @type {number[]} */ ys) {
  const out = []
  {
    const xsSet = new Set(xs);
    [...ys].forEach((y) => { if (xsSet.has(y)) { out.push(y) } })
  }
  return out
}
`,
    ));
});

describe('code with semicolons', () => {
  it('gets one behind a Set that is made before a loop, and behind each awaited line', () => {
    const [before, after] = ['    out.push(xs.includes(y));', '    out.push(xsSet.has(y));'];
    const text = (set: string, line: string): string =>
      `export function f(/** @type {number[]} */ xs, /** @type {number[]} */ ys) {\n  const out = [];\n${set}  for (const y of ys) {\n${line}\n  }\n  return out;\n}\n`;
    assertBecomes(
      'replace-array-search-by-set',
      'optimize',
      text('', before),
      text('  const xsSet = new Set(xs);\n', after),
    );
    assertBecomes(
      'promise-chain-to-async',
      'asyncAwait',
      chained('show(x);', 'return x + 1;\n  });').replace('return 1', 'return 1;'),
      written('show(x);\n  return x + 1;', ';').replace('return 1', 'return 1;'),
    );
  });

  it('keeps the one of a return of true or false, and code without gets none', () => {
    for (const end of [';', '']) {
      const before = `export function f(/** @type {number} */ x) {\n  if (x > 1) return true${end}\n  return false${end}\n}\n`;
      const after = `export function f(/** @type {number} */ x) {\n  return x > 1${end}\n}\n`;
      assertBecomes('return-condition', 'optimize', before, after);
    }
  });
});
