import { strict as assert } from 'node:assert';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createFindSubjects } from '../../src/engine/characterizing/findSubjects.ts';
import { casesOf, maxCases, valuesOf } from '../../src/engine/characterizing/inputs.ts';
import type { Shape, Subjects, SubjectsRequest } from '../../src/engine/characterizing/subject.ts';

const find = createFindSubjects();

function look(text: string, more: Partial<SubjectsRequest> = {}): Subjects {
  return find({ path: 'src/a.js', text, ranges: [], modules: [], ...more });
}

/** Names with the first case of each, and the reasons of those that are left out. */
function found(text: string, more: Partial<SubjectsRequest> = {}): Readonly<Record<string, string>> {
  const subjects = look(text, more);
  if (subjects.kind !== 'subjects') return { [subjects.kind]: JSON.stringify(subjects) };
  const taken = subjects.subjects.map(({ export: out, cases }) => [out.name, (cases[0] ?? []).join(', ')] as const);
  return Object.fromEntries([...taken, ...subjects.omissions.map(({ name, reason }) => [name, reason] as const)]);
}

describe('subjects of characterization', () => {
  it('are the functions that a module hands out, in every way of handing out', () => {
    const body = '(n) { return n * 2 }';
    const esm = `export function a${body} export const b = (n) => n * 2; function c${body} export { c, c as d };
      export default function e${body}`;
    assert.deepEqual(Object.keys(found(esm)), ['a', 'b', 'c', 'e']);
    const cjs = `function a${body} exports.b = function ${body}; module.exports.c = a; module.exports = { d: (n) => n * 2, f${body} };`;
    assert.deepEqual(Object.keys(found(cjs)), ['b', 'c', 'd', 'f']);
    const whole = look(`module.exports = function area${body};`);
    assert.ok(whole.kind === 'subjects' && whole.subjects[0]?.export.kind === 'whole');
  });

  it('get inputs from types, from JSDoc, and where nothing is said from what is done with them', () => {
    const typed = `type Kind = 'x' | 'y'; interface Item { price: number; name?: string }
      export function f(items: readonly Item[], kind: Kind, on = true) { return [items, kind, on]; }`;
    assert.match(found(typed, { path: 'a.ts' })['f'] ?? '', /^\[\{ price: 3, name: "a" \}, .*\], "x", true$/);
    const doc = `/** @param {{ a: string, b: number[] }} x */ export function g(x) { return x; }`;
    assert.equal(found(doc)['g'], '{ a: "a", b: [3, 0, 1] }');
    const used = `export function h(orders, word, limit) {
      let sum = 0;
      for (const { lines } of orders) for (let i = 0; i < lines.length; i++) sum += lines[i].price * lines[i].count;
      return word.trim() + (sum > limit);
    }`;
    assert.match(found(used)['h'] ?? '', /^\[\{ lines: \[\{ price: 3, count: 3 \}.*\], "Hello World", 3$/);
  });

  it('get inputs at and beside what the code compares with', () => {
    const subjects = look(`export function f(n, c) { if (c === 'DE') return 1; return n > 100 ? 2 : 3; }`);
    assert.ok(subjects.kind === 'subjects');
    const cases = (subjects.subjects[0]?.cases ?? []).map((values) => values.join(' '));
    for (const wanted of ['100 "DE"', '101 "Hello World"', '3 "Hello World"', '99 "DE"'])
      assert.ok(cases.includes(wanted), `${wanted} in ${cases.join('; ')}`);
  });

  it('are only those that compute and do nothing else', () => {
    const modules = [
      { path: 'src/pure.js', text: 'export const twice = (n) => n * 2;' },
      { path: 'src/disk.js', text: "import fs from 'node:fs'; export const drop = (path) => fs.rmSync(path);" },
      { path: 'src/loud.js', text: 'start(); export const loud = 1; function start() {}' },
    ];
    const text = `import fs from 'node:fs'; import { x } from 'left-pad'; import { twice } from './pure.js';
      import { drop } from './disk.js'; import { loud } from './loud.js';
      const { rmSync } = fs; let count = 0; const helper = (p) => rmSync(p);
      export const disk = (p) => fs.readFileSync(p);
      export const hidden = (p) => helper(p);
      export const other = (p) => x(p);
      export const indirect = (p) => drop(p);
      export const loading = (n) => n + loud;
      export const state = (n) => { count += n; return count; };
      export const random = (n) => n * Math.random();
      export const clock = (n) => new Date() - n;
      export const zone = (d) => new Date(d).getHours();
      export const words = (n) => n.toLocaleString();
      export const global = (n) => fetch(n);
      export const env = (n) => process.env[n];
      export const late = (n) => import(n);
      export function* many(n) { yield n; }
      export function own(n) { return this.x + n; }
      export const callback = (f) => f(1);
      export const method = (o) => o.save(1);
      export const pure = (n) => twice(n);`;
    const reasons = found(text, { modules });
    const taken = Object.entries(reasons).filter(([, reason]) => !/^(?:it|that) /.test(reason));
    assert.deepEqual(taken, [['pure', '3']], JSON.stringify(reasons, null, 1));
    assert.match(reasons['hidden'] ?? '', /node:fs/);
    assert.match(reasons['clock'] ?? '', /the clock/);
    assert.match(found('export const f = (n) => n; start(); function start() {}')['failed'] ?? '', /more than declare/);
  });

  it('are looked for through modules that have to be read first', () => {
    const text = `import { twice } from './pure.js'; export const f = (n) => twice(n);`;
    const subjects = look(text);
    assert.ok(subjects.kind === 'needs');
    assert.ok(subjects.modules[0]?.includes('src/pure.js') && subjects.modules[0].includes('src/pure.ts'));
  });

  it('are those of the lines that were pointed at, also through functions that nobody else can call', () => {
    const text = `const inner = (n) => n + 1;\nexport const a = (n) => inner(n);\nexport const b = (n) => n;\n`;
    assert.deepEqual(Object.keys(found(text, { ranges: [{ startLine: 1, endLine: 1 }] })), ['a']);
    assert.deepEqual(Object.keys(found(text, { ranges: [{ startLine: 3, endLine: 3 }] })), ['b']);
    assert.deepEqual(Object.keys(found(text)), ['a', 'b']);
  });

  it('say in words why there are none', () => {
    assert.match(found('const a = 1;')['failed'] ?? '', /exports no function/);
    assert.match(found('export function (')['failed'] ?? '', /does not parse/);
    assert.match(found('x = 1', { path: 'a.py' })['failed'] ?? '', /neither JavaScript nor TypeScript/);
  });
});

describe('inputs', () => {
  const leaf = fc.constantFrom<Shape>(
    { kind: 'number' },
    { kind: 'string' },
    { kind: 'boolean' },
    { kind: 'bigint' },
    { kind: 'unknown' },
    { kind: 'record' },
    { kind: 'date' },
    { kind: 'literals', texts: ['"x"', '"y"'] },
  );
  const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
    shape: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf,
      tie('shape').map((element): Shape => ({ kind: 'array', element })),
      fc.array(tie('shape'), { maxLength: 3 }).map((shapes): Shape => ({ kind: 'union', shapes })),
      fc.array(tie('shape'), { maxLength: 3 }).map((elements): Shape => ({ kind: 'tuple', elements })),
      fc
        .array(fc.record({ name: fc.constantFrom('a', 'b c', 'd'), shape: tie('shape'), isOptional: fc.boolean() }), {
          maxLength: 3,
        })
        .map((fields): Shape => ({ kind: 'object', fields })),
    ),
  }));
  const hints = fc.record({
    numbers: fc.array(fc.integer(), { maxLength: 3 }),
    strings: fc.array(fc.string({ maxLength: 8 }), { maxLength: 3 }),
  });

  it('are expressions of literals, all different, and not too many, for every shape', () => {
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 3 }), hints, (shapes, known) => {
        const parameters = shapes.map((one) => ({ values: valuesOf(one, known), isOptional: false, isRest: false }));
        const cases = casesOf(parameters);
        assert.ok(cases.length <= maxCases);
        assert.equal(new Set(cases.map((values) => values.join(', '))).size, cases.length);
        assert.ok(cases.every((values) => values.length === parameters.length));
        const all = cases.map((values) => `[${values.join(', ')}]`).join(',\n');
        assert.doesNotThrow(() => runInNewContext(`[${all}]`), all);
        const isPossible = parameters.every(({ values }) => values.length > 0);
        assert.equal(cases.length > 0, isPossible);
      }),
      { numRuns: 100 },
    );
  });
});
