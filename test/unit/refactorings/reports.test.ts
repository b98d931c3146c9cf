import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { analyze } from '../../../src/engine/analyst/analyze.ts';
import { loadFirst } from '../../support/rewriting.ts';

loadFirst();

function reported(text: string, path = 'a.mjs'): readonly (readonly [string, number])[] {
  const { findings } = analyze({ path, text, intent: 'optimize' });
  return findings.filter(({ isFixable }) => !isFixable).map(({ rule, startLine }) => [rule, startLine] as const);
}

const tells = (text: string, ...expected: (readonly [string, number])[]): void =>
  assert.deepEqual(reported(text), expected);

describe('what is told and not changed', () => {
  it('waiting round by round', () => {
    tells('export async function f(g) {\n  for (let i = 0; i < 3; i++) {\n    await g(i);\n  }\n}\n', [
      'await-in-loop',
      3,
    ]);
    tells('export async function f(g) {\n  for (const x of await g()) {\n    g(x);\n  }\n}\n');
    tells('export async function f(g) {\n  for await (const x of g()) {\n    await x;\n  }\n}\n');
    tells('export async function f(g) {\n  for (const x of [1]) {\n    g(async () => await x);\n  }\n}\n');
  });
  it('asking a database round by round', () =>
    tells('export async function f(db, ids) {\n  for (const id of ids) {\n    await db.query("a", id);\n  }\n}\n', [
      'query-in-loop',
      3,
    ]));
  it('copying the result in each step', () => {
    tells('export const f = (xs) => xs.reduce((all, x) => [...all, x.a], []);\n', ['spread-in-reduce', 1]);
    tells('export const f = (xs) => xs.reduce((all, x) => [...x, x.a], []);\n');
  });
  it('building tools in each round', () => {
    tells('export const f = (xs) => xs.map((x) => new Intl.NumberFormat("de").format(x));\n', ['built-per-round', 1]);
    tells('const n = new Intl.NumberFormat("de");\nexport const f = (xs) => xs.map((x) => n.format(x));\n');
    tells('export const f = (xs) => xs.map((x) => new RegExp(x));\n');
  });
  it('cloning through JSON', () =>
    tells('export const f = (x) => JSON.parse(JSON.stringify(x));\n', ['json-clone', 1]));
  it('waiting for the disk', () => {
    tells("import fs from 'node:fs';\nexport async function f(p) {\n  return fs.readFileSync(p);\n}\n", [
      'sync-file-access',
      3,
    ]);
    tells("import fs from 'node:fs';\nexport function f(p) {\n  return fs.readFileSync(p);\n}\n");
  });
  it('searching in each round', () => {
    tells('export const f = (xs, ys) => xs.map((x) => ys.find((y) => y.id === x.id));\n', ['search-in-loop', 1]);
    tells('export function f(xs, ys) {\n  for (const x of xs) {\n    if (ys.indexOf(x) < 0) return x;\n  }\n}\n', [
      'replace-array-search-by-set',
      3,
    ]);
  });
  it('many paths and deep nesting', () => {
    const ifs = Array.from({ length: 16 }, (_, i) => `  if (a === ${String(i)}) b();\n`).join('');
    tells(`export function f(a, b) {\n${ifs}}\n`, ['high-complexity', 1]);
    tells(
      'export function f(a) {\n  for (;;) {\n    if (a) {\n      while (a) {\n        if (a.b) {\n          try {\n            a();\n          } finally {\n            a = 1;\n          }\n        }\n      }\n    } else return;\n  }\n}\n',
      ['deep-nesting', 1],
    );
  });
});
