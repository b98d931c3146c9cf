import { strict as assert } from 'node:assert';
import { inspect, isDeepStrictEqual } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Intent } from '../../../src/engine/analysis/refactoring.ts';
import { loadFirst, rewriteAll } from '../../support/rewriting.ts';

loadFirst();

const intents: readonly Intent[] = ['optimize', 'asyncAwait', 'removeDeadCode'];

function rewrite(text: string): string {
  return intents.reduce((current, intent) => rewriteAll('a.cjs', current, intent).text, text);
}

/** A program that takes longer than this, in ms, counts as endless; what it became is given ten times as long. */
const patienceMs = 500;

type Outcome = { readonly value: unknown; readonly after: unknown; readonly calls: readonly string[] };

/** What a caller sees of `f(xs, ys, s, n)`: value or error, what became of the arguments, and the calls made; undefined where it never ends. */
async function outcomeOf(text: string, input: readonly unknown[], timeout: number): Promise<Outcome | undefined> {
  const calls: string[] = [];
  const fetch = async (id: unknown): Promise<unknown> => {
    calls.push(`fetch ${String(id)}`);
    if (id === 0) throw new RangeError('none');
    return { id, json: async () => ({ id: [id] }) };
  };
  const note = (x: unknown): unknown => {
    calls.push(inspect(x));
    return x;
  };
  const module = { exports: {} as { f?: (...all: unknown[]) => unknown } };
  const context = createContext({ module, fetch, note, console: { log: note } });
  const args = structuredClone(input);
  try {
    runInContext(text, context);
    let value: unknown = runInContext('module.exports.f(...args)', Object.assign(context, { args }), { timeout });
    const isPromise = typeof (value as { then?: unknown } | undefined)?.then === 'function';
    if (isPromise) value = ['promise', await value];
    return { value, after: args, calls };
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    // The engine words its own TypeErrors by the expression that failed.
    return { value: ['error', name, name === 'TypeError' ? '' : message], after: args, calls };
  }
}

const number = fc.constantFrom(0, 1, 2, 3, -0, NaN, Infinity, -1);
const word = fc.constantFrom('', 'a', 'b', 'abc', 'x', '\u{1F600}', 'a\u{1F600}b', 'A');
const input = fc.tuple(fc.array(number, { maxLength: 4 }), fc.array(word, { maxLength: 4 }), word, number);

const numeric = fc.oneof(
  { maxDepth: 2 },
  ...['n', 'x', 'total', '1', 'xs.length', 'i', 'xs[0]', 'xs[xs.length - 1]', 'Math.pow(n, 2)', 's.length'].map((one) =>
    fc.constant(one),
  ),
);
const text = fc.constantFrom(
  's',
  'w',
  "'a'",
  "s + '!'",
  "'n: ' + n",
  's.substring(1, 2)',
  's.substr(0, 1)',
  "s.replace(/a/g, 'c')",
  'ys[0]',
  "'' + w + s",
);
const question = fc.oneof(
  fc.constantFrom(
    'ys.includes(w)',
    'ys.indexOf(w) !== -1',
    'ys.indexOf(s) === -1',
    'xs.includes(x)',
    'xs.indexOf(n) >= 0',
    'x > n',
    "'a' === s",
    '!!n',
    'xs.filter((v) => v > n).length > 0',
    'xs.findIndex((v) => v === n) !== -1',
    '/^a/.test(s)',
    's.indexOf(w) !== -1',
    'seen.includes(w)',
    'n ? true : false',
    's.match(/b/)',
    'xs.filter((v) => v === n)[0]',
    'known.includes(s)',
    'known.indexOf(w) < 0',
    'xs.some((v) => known.includes(s))',
  ),
  fc.tuple(numeric, numeric).map(([a, b]) => `${a} < ${b}`),
);

const statement: fc.Arbitrary<string> = fc.letrec<{ statement: string; block: string }>((tie) => ({
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }).map((all) => all.join('\n')),
  statement: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'statement' },
    numeric.map((value) => `total = total + ${value};`),
    text.map((value) => `out.push(${value});`),
    fc.constantFrom(
      'seen.push(w);',
      'note(w);',
      'ys.push(w.slice(1)); if (ys.length > 6) return ys;',
      'xs[0] = total;',
      'var late = x;',
      'return out;',
      'return undefined;',
      'out = out.concat(xs);',
    ),
    fc.tuple(question, tie('block')).map(([test, body]) => `if (${test}) {\n${body}\n}`),
    fc.tuple(question, tie('block'), tie('block')).map(([test, a, b]) => `if (${test}) {\n${a}\n} else {\n${b}\n}`),
    fc
      .tuple(question, tie('block'), tie('statement'))
      .map(([test, a, b]) => `if (${test}) {\n${a}\nreturn total;\n} else {\n${b}\n}`),
    tie('block').map((body) => `for (var i = 0; i < xs.length; i++) {\nvar x = xs[i];\n${body}\n}`),
    tie('block').map((body) => `for (let i = 0; i < xs.length; i++) {\nconst x = xs[i];\n${body}\n}`),
    tie('block').map((body) => `for (let k = 0; k < ys.length; k++) {\n${body}\nout.push(ys[k]);\n}`),
    tie('block').map((body) => `for (const w of ys) {\n${body}\n}`),
    tie('block').map((body) => `ys.forEach(function (w) {\n${body}\n});`),
    tie('block').map((body) => `ys.forEach((w, i) => {\n${body}\n});`),
    question.map((test) => `out = out.concat(ys.filter(function (w) { return ${test}; }));`),
    fc
      .tuple(question, text, text)
      .map(
        ([test, a, b]) =>
          `let picked${''};\nif (${test}) { picked = ${a}; } else { picked = ${b}; }\nout.push(picked);`,
      )
      .map((code) => `{\n${code}\n}`),
    fc.constantFrom(
      '{ const unused = () => note(1); }',
      '{ const unused = note(2); }',
      '{ let copy = { out: out, n: n }; out.push(copy.n); }',
      'throw Error(s);',
      'out.push([...xs].map((v) => v + 1).length);',
      'out.push(xs.slice(xs.length - 1)[0]);',
      'out.push(ys.map((v) => [v, v]).flat().length);',
    ),
  ),
})).block;

const program = statement.map(
  (body) => `'use strict';
const known = ['a', 'b', 'x', 'abc'];
/**
 * @param {number[]} xs
 * @param {string[]} ys
 * @param {string} s
 * @param {number} n
 */
function f(xs, ys, s, n) {
  var total = 0;
  var out = [];
  const seen = [];
  let x = 1;
  let w = s;
  let i = 0;
  for (const _round of [1]) {
${body}
  }
  return [total, out, x, w, i];
}
module.exports = { f: f };
`,
);

const handler = fc.constantFrom(
  '(r) => r.json()',
  '(r) => r',
  '(v) => [v]',
  '() => note(1)',
  'note',
  '(v) => { note(v); return v; }',
  '(v) => { note(v); }',
  "(v) => { if (n > 1) { throw new TypeError('t'); } return v; }",
  'function (v) { const { id } = v; return id; }',
  '(v) => fetch(v.id)',
  '(v) => Promise.reject(new RangeError(s))',
);
const chain = fc
  .tuple(
    fc.constantFrom('fetch(n)', 'Promise.resolve(ys)', 'fetch(ys.length)', 'Promise.all(xs.map((v) => fetch(v)))'),
    fc.array(handler, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(
      '',
      '.catch(() => null)',
      '.catch((e) => e.name)',
      '.catch((e) => { note(e.name); return fetch(0); })',
      // Not its message: the engine words its own errors by the expression that failed.
      '.catch((e) => { throw new SyntaxError(e.name); })',
    ),
    fc.constantFrom(
      '',
      '.finally(() => { note(9); })',
      '.finally(() => note(9))',
      '.finally(() => fetch(n))',
      '.finally(() => { return 8; })',
    ),
    fc.constantFrom(
      '',
      'const first = ys[0];\n',
      'if (n === 3) return Promise.resolve(s);\n',
      "if (n === 2) throw new EvalError('sync');\n",
      'note(5);\n',
      'if (n === 1) return 7;\n',
    ),
  )
  .map(
    ([head, handlers, onError, onEnd, before]) => `'use strict';
function f(xs, ys, s, n) {
${before}return ${head}
${handlers.map((one) => `.then(${one})`).join('\n')}
${onError}${onEnd};
}
module.exports = { f };
`,
  );

describe('rewritten programs do the same', function () {
  const runs = Number(process.env['WHETSTONE_RUNS'] ?? 25);
  this.timeout(120_000 + runs * 5_000);

  for (const [name, programs] of [
    ['loops, lists, texts and conditions', program],
    ['promise chains', chain],
  ] as const)
    it(name, async () => {
      await fc.assert(
        fc.asyncProperty(programs, fc.array(input, { minLength: 4, maxLength: 8 }), async (before, inputs) => {
          const after = rewrite(before);
          fc.pre(after !== before);
          for (const one of inputs) {
            const expected = await outcomeOf(before, one, patienceMs);
            if (expected === undefined) continue;
            const actual = await outcomeOf(after, one, 10 * patienceMs);
            const isSame = isDeepStrictEqual(inspect(actual, { depth: 9 }), inspect(expected, { depth: 9 }));
            assert.ok(
              isSame,
              `${before}\n--- becomes\n${after}\n--- for ${inspect(one)}\n${inspect(expected)}\n${inspect(actual)}`,
            );
          }
        }),
        { numRuns: runs },
      );
    });
});
