import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal, type FileChange } from '../../../src/edits/proposal.ts';
import { inspect } from '../../../src/verify/checks/inspect.ts';
import { judge } from '../../../src/verify/verdict/judge.ts';
import type { Check } from '../../../src/workspace/evidence.ts';
import type { Verdict } from '../../../src/workspace/verification.ts';
import { edit, plain } from '../../support/changes.ts';
import { goodChecks, goodEvidence } from '../../support/evidence.ts';

const { signal } = new AbortController();
type Files = Readonly<Record<string, string>>;

async function apiOf(goal: string, changes: readonly FileChange[], project: Files = {}): Promise<Check> {
  const before = new Map(Object.entries(project));
  for (const change of changes) if (change.kind === 'edit') before.set(change.path, change.before.text);
  const options = {
    allowsTestEdits: true,
    readText: (path: string): string | undefined => before.get(path),
    listFiles: (): readonly string[] => [...before.keys()],
  };
  const { checks } = await inspect(createProposal(changes), { goal, focus: [] }, options, signal);
  return checks.api;
}

/** What is said when all else speaks for the change. */
async function verdictOf(goal: string, changes: readonly FileChange[], project: Files = {}): Promise<Verdict> {
  const api = await apiOf(goal, changes, project);
  return judge(goodEvidence({ checks: { ...goodChecks, api } }));
}

const create = (path: string, text: string): FileChange => ({ kind: 'create', path, after: plain(text) });
const total = (name = 'total', parameters = 'a, b'): string =>
  `export function ${name}(${parameters}) {\n  return a + b;\n}\nexport function other() {\n  return 1;\n}\n`;

describe('what the goal asks others to see', () => {
  const asked: readonly (readonly [string, string, readonly FileChange[], string])[] = [
    ['renamed', 'Rename total to sum', [edit('a.js', total(), total('sum'))], '`total` is now `sum`'],
    ['renamed, in other words', 'total is a bad name', [edit('a.js', total(), total('sum'))], '`total` is now `sum`'],
    [
      'removed',
      'Nobody calls total any more',
      [edit('a.js', total(), total().slice(total().indexOf('export function other')))],
      '`total` is no longer exported',
    ],
    [
      'called otherwise',
      'Let `total` take a list',
      [edit('a.js', total(), total('total', '...all'))],
      '`total` is declared otherwise',
    ],
    [
      'a type',
      'Amount shall be a number',
      [edit('a.ts', 'export type Amount = string;\n', 'export type Amount = number;\n')],
      '`Amount` is declared otherwise',
    ],
    [
      'a method',
      'Call addItem of Cart appendItem',
      [
        edit(
          'a.js',
          'export class Cart {\n  addItem(x) {}\n  all() {}\n}\n',
          'export class Cart {\n  appendItem(x) {}\n  all() {}\n}\n',
        ),
      ],
      '`Cart.addItem` is now `Cart.appendItem`',
    ],
    [
      'a word of prose, marked as code',
      'Rename `get` to `fetchOne`',
      [edit('a.js', 'exports.get = (a) => a;\n', 'exports.fetchOne = (a) => a;\n')],
      '`get` is now `fetchOne`',
    ],
    [
      'Python',
      'Rename total_of to sum_of',
      [edit('a.py', 'def total_of(a):\n    return a\n', 'def sum_of(a):\n    return a\n')],
      '`total_of` is now `sum_of`',
    ],
    [
      'Go',
      'Rename Total to Sum',
      [
        edit(
          'a.go',
          'package a\n\nfunc Total(a int) int { return a }\n',
          'package a\n\nfunc Sum(a int) int { return a }\n',
        ),
      ],
      '`Total` is now `Sum`',
    ],
  ];
  for (const [name, goal, changes, sentence] of asked)
    it(`is told beside PRESERVED: ${name}`, async () => {
      const verdict = await verdictOf(goal, changes);
      assert.equal(verdict.kind, 'preserved', verdict.reasons.join('\n'));
      assert.deepEqual(verdict.asked, [sentence]);
      assert.equal(verdict.reasons[0], `Except as asked: ${sentence}.`);
    });

  const unasked: readonly (readonly [string, string, readonly FileChange[]])[] = [
    [
      'another name goes along',
      'Rename total to sum',
      [edit('a.js', total(), total('sum').replace('other', 'another'))],
    ],
    [
      'only the kind of change is named',
      'Rename, move, merge and remove unused code, drop parameters',
      [edit('a.js', total(), total('sum'))],
    ],
    ['a part of a longer word is named', 'Rename subtotal and total_of', [edit('a.js', total(), total('sum'))]],
    [
      'a word of prose',
      'Tidy, so that one can get at it',
      [edit('a.js', 'exports.get = (a) => a;\n', 'exports.fetchOne = (a) => a;\n')],
    ],
    ['only the new name is named', 'Call it sum', [edit('a.js', total(), total('sum'))]],
    [
      'a class is named and a member of it goes',
      'Simplify Cart',
      [edit('a.js', 'export class Cart {\n  add(x) {}\n  all() {}\n}\n', 'export class Cart {\n  add(x) {}\n}\n')],
    ],
    ['another letter', 'Simplify Total', [edit('a.js', total(), total('total', 'a'))]],
    ['nothing is asked', '', [edit('a.js', total(), total('sum'))]],
  ];
  for (const [name, goal, changes] of unasked)
    it(`is no excuse: ${name}`, async () => {
      const verdict = await verdictOf(goal, changes);
      assert.notEqual(verdict.kind, 'preserved', verdict.reasons.join('\n'));
    });

  it('leaves all other rules as they are', () => {
    const api: Check = { kind: 'passed', asked: ['`a` is now `b`'] };
    for (const checks of [
      { types: { kind: 'failed', findings: [{ message: 'Cannot find name a' }] } },
      { integrity: { kind: 'failed', findings: [{ message: 'Fewer tests' }] } },
      { scope: { kind: 'doubtful', findings: [{ message: 'Elsewhere' }] } },
    ] as const) {
      const verdict = judge(goodEvidence({ checks: { ...goodChecks, api, ...checks } }));
      assert.notEqual(verdict.kind, 'preserved');
      assert.equal(verdict.asked, undefined);
    }
  });
});

describe('a name that stands in another file now', () => {
  const helper = 'export function helper(a) {\n  return a;\n}\n';
  const rest = 'export function stays() {\n  return helper(1);\n}\n';
  const moved = [
    edit('src/a.js', helper + rest, `import { helper } from './b.js';\n${rest}`),
    create('src/b.js', helper),
  ];
  const internal = '{ "name": "p", "exports": "./src/index.js" }';

  for (const goal of ['Move what helps into a file of its own', 'Put what helps into a file of its own', ''])
    it(`is judged by what was done and not by the word for it: ${goal}`, async () => {
      const kind = async (project: Files): Promise<string> => (await verdictOf(goal, moved, project)).kind;
      assert.equal(await kind({ 'package.json': internal }), 'preserved');
      assert.equal(await kind({ 'package.json': '{ "private": true }' }), 'preserved');
      assert.equal(await kind({ 'package.json': '{ "name": "p" }' }), 'unproven');
      assert.equal(await kind({}), 'unproven');
    });

  it('is a doubt where somebody loads the file, or takes the name from it still', async () => {
    const kind = async (project: Files): Promise<string> => (await apiOf('', moved, project)).kind;
    assert.equal(await kind({ 'package.json': '{ "exports": { "./a": "./dist/a.js" } }' }), 'doubtful');
    assert.equal(await kind({ 'package.json': '{ "exports": { "./*": "./src/*.js" } }' }), 'doubtful');
    assert.equal(await kind({ 'package.json': '{ "private": true, "main": "src/a.js" }' }), 'doubtful');
    assert.equal(await kind({ 'package.json': '{ "private": true, "workspaces": ["x/*"] }' }), 'doubtful');
    assert.equal(
      await kind({ 'package.json': internal, 'src/c.js': "import { helper } from './a.js';\n" }),
      'doubtful',
    );
    assert.equal(
      await kind({ 'package.json': internal, 'src/c.js': "const { helper } = require('../src/a');\n" }),
      'doubtful',
    );
    assert.equal(await kind({ 'package.json': internal, 'src/c.js': "import { stays } from './a.js';\n" }), 'passed');
  });

  it('is gone where it is declared otherwise there', async () => {
    const other = [edit('src/a.js', helper + rest, rest), create('src/b.js', helper.replace('(a)', '(a, b)'))];
    assert.equal((await apiOf('Move it', other, { 'package.json': internal })).kind, 'failed');
  });
});
