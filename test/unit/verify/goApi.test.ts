import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal, type FileChange } from '../../../src/edits/proposal.ts';
import { inspect } from '../../../src/verify/checks/inspect.ts';
import { goNames } from '../../../src/languages/go/goApi.ts';
import type { Check } from '../../../src/workspace/evidence.ts';
import { edit, plain } from '../../support/changes.ts';

const { signal } = new AbortController();

async function api(...changes: FileChange[]): Promise<Check['kind']> {
  const proposal = createProposal(changes);
  return (await inspect(proposal, { goal: 'tidy', focus: [] }, { allowsTestEdits: true }, signal)).checks.api.kind;
}

const f = 'func F(a, b int) (int, error) {\n\treturn a + b, nil\n}\n';
const method = (receiver: string): string =>
  `type T struct{ n int }\n\nfunc (${receiver}) Inc() T {\n\treturn T{}\n}\n`;

const table: readonly (readonly [string, string, string, Check['kind']])[] = [
  ['a function that is hidden', f, f.replace('F', 'f'), 'failed'],
  [
    'names of parameters and results',
    f,
    f.replace('(a, b int) (int, error)', '(x int, y int) (n int, err error)'),
    'passed',
  ],
  ['one more parameter', f, f.replace('a, b int', 'a, b, c int'), 'doubtful'],
  ['any number of values', f, f.replace('b int', 'b int, c ...int'), 'doubtful'],
  ['another body', f, f.replace('a + b', 'b + a'), 'passed'],
  [
    'another result',
    'func F() struct{} {\n\treturn struct{}{}\n}\n',
    'func F() interface{} {\n\treturn 1\n}\n',
    'doubtful',
  ],
  ['what a method changes', method('t T'), method('t *T'), 'doubtful'],
  ['the name of a receiver', method('t *T'), method('self *T'), 'passed'],
  ['a method of a hidden type', method('t T').replaceAll('T', 't'), method('t *T').replaceAll('T', 't'), 'passed'],
  [
    'fields in another order',
    'type T struct {\n\tA int\n\tB int\n}\n',
    'type T struct {\n\tB int\n\tA int\n}\n',
    'doubtful',
  ],
  [
    'a hidden field',
    'type T struct {\n\tA int\n\tb Buffer\n}\n',
    'type T struct {\n\tA int\n\tc io.Reader\n\td, e int\n}\n',
    'passed',
  ],
  ['an embedded type', 'type T struct {\n\t*io.Reader\n}\n', 'type T struct {\n}\n', 'doubtful'],
  [
    'what is attached to a field',
    'type T struct {\n\tA int `json:"a"`\n}\n',
    'type T struct {\n\tA int `json:"b"`\n}\n',
    'doubtful',
  ],
  ['one of several constants', 'const (\n\tA = 1\n\tB\n)\n', 'const (\n\tA = 1\n)\n', 'failed'],
  ['variables', 'var A, B = 1, 2\n', 'var A = 1\n\nvar B = 2\n', 'passed'],
  ['another type of a variable', 'var A int = 1\n', 'var A int64 = 1\n', 'doubtful'],
  ['a program', `package main\n\n${f}`, 'package main\n\nfunc f() {}\n', 'passed'],
];

describe('what others may use of Go', () => {
  for (const [name, before, after, kind] of table)
    it(`${name}: ${kind}`, async () => {
      assert.equal(await api(edit('a.go', before, after)), kind, JSON.stringify([...(goNames('a.go', after) ?? [])]));
    });

  it('may stand in another file of its folder, but not in a test or another folder', async () => {
    const rest = 'func g() {}\n';
    const create = (path: string): FileChange => ({ kind: 'create', path, after: plain(`package a\n\n${f}`) });
    assert.equal(await api(edit('p/a.go', f + rest, rest), create('p/b.go')), 'passed');
    assert.equal(await api(edit('p/a.go', f + rest, rest), create('p/b_test.go')), 'failed');
    assert.equal(await api(edit('p/a.go', f + rest, rest), create('q/b.go')), 'failed');
  });

  it('is none where only the same module can import it', async () => {
    assert.equal(await api(edit('internal/p/a.go', f, f.replace('F', 'f'))), 'passed');
  });
});
