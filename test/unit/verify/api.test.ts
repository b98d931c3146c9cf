import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal } from '../../../src/edits/proposal.ts';
import { inspect } from '../../../src/verify/checks/inspect.ts';
import type { Check } from '../../../src/workspace/evidence.ts';
import { plain } from '../../support/changes.ts';

async function api(path: string, before: string, after: string): Promise<Check['kind']> {
  const proposal = createProposal([{ kind: 'edit', path, before: plain(before), after: plain(after) }]);
  const { signal } = new AbortController();
  return (await inspect(proposal, { goal: 'Tidy', focus: [] }, { allowsTestEdits: true }, signal)).checks.api.kind;
}

const inClass = (members: string, parent = ''): string => `export class A${parent} {\n  ${members}\n}\n`;
const inObject = (members: string): string => `const [a, b] = [1, 2];\nexport const api = { ${members} };\n`;
const f = (text: string): string => `export ${text}\n`;

/** What the case is, the file, before, after, and whether others may notice. */
const table: readonly (readonly [string, string, string, string, Check['kind']])[] = [
  ['a member more in a class', 'a.js', inClass('f() {}'), inClass('f() {}\n  g() {}'), 'passed'],
  ['a member less in a class', 'a.js', inClass('f() {}\n  g() {}'), inClass('f() {}'), 'doubtful'],
  ['a private one less', 'a.ts', inClass('f() {}\n  private g() {}'), inClass('f() {}'), 'passed'],
  ['a constructor that wants something', 'a.js', inClass('a = 1;'), inClass('constructor(a) {}\n  a = 1;'), 'doubtful'],
  ['a constructor that wants nothing', 'a.js', inClass('a = 1;'), inClass('constructor() {}\n  a = 1;'), 'passed'],
  ['no parent any more', 'a.js', inClass('f() {}', ' extends B'), inClass('f() {}'), 'doubtful'],
  ['a field that can only be read now', 'a.js', inClass('a = 1;'), inClass('get a() { return 1; }'), 'doubtful'],
  [
    'a field that never could be written',
    'a.ts',
    inClass('readonly a = 1;'),
    inClass('get a() { return 1; }'),
    'passed',
  ],
  [
    'a field behind accessors',
    'a.js',
    inClass('a = 1;'),
    inClass('#a = 1;\n  set a(x) { this.#a = x; }\n  get a() { return this.#a; }'),
    'passed',
  ],
  ['a name less in an object', 'a.js', inObject('a, b'), inObject('a'), 'doubtful'],
  ['a name more in an object', 'a.js', inObject('a'), inObject('a, b'), 'passed'],
  [
    'a name less in a frozen object',
    'a.js',
    f('const a = Object.freeze({ b: 1, c: 2 });'),
    f('const a = Object.freeze({ b: 1 });'),
    'doubtful',
  ],
  [
    'a name less among those that are assigned',
    'a.js',
    'Object.assign(exports, { a: 1, b: 2 });\n',
    'Object.assign(exports, { a: 1 });\n',
    'failed',
  ],
  [
    'something less on a function',
    'a.js',
    'const f = () => 1;\nf.a = 1;\nmodule.exports = f;\n',
    'const f = () => 1;\nmodule.exports = f;\n',
    'doubtful',
  ],
  [
    'a method less of a class that is made by hand',
    'a.js',
    'function A() {}\nA.prototype.g = () => 1;\nexports.A = A;\n',
    'function A() {}\nexports.A = A;\n',
    'doubtful',
  ],
  [
    'something less on a function that is not exported',
    'a.js',
    'const f = () => 1;\nf.a = 1;\nexports.b = f();\n',
    'const f = () => 1;\nexports.b = f();\n',
    'passed',
  ],
  [
    'an object without its name',
    'a.js',
    'const api = { f: (x) => x };\nmodule.exports = api;\n',
    'module.exports = { f: (x) => x };\n',
    'passed',
  ],
  ['an object made otherwise', 'a.js', inObject('a, b'), f('const api = make();'), 'passed'],
  [
    'a promise of what was a number',
    'a.js',
    f('function f(x) { return x * 2; }'),
    f('async function f(x) { return x * 2; }'),
    'doubtful',
  ],
  [
    'a number in place of a promise',
    'a.js',
    f('const f = async (x) => x * 2;'),
    f('const f = (x) => x * 2;'),
    'doubtful',
  ],
  [
    'what may have been a promise before',
    'a.js',
    f('function f(x) { return g(x).then((y) => y * 2); }'),
    f('async function f(x) { return (await g(x)) * 2; }'),
    'passed',
  ],
  [
    'a promise of a method that gave nothing',
    'a.js',
    inClass('f(x) { this.x = x; }'),
    inClass('async f(x) { this.x = x; }'),
    'doubtful',
  ],
];

describe('what others may use', () => {
  for (const [name, path, before, after, kind] of table)
    it(`${name}: ${kind}`, async () => {
      assert.equal(await api(path, before, after), kind);
    });
});
