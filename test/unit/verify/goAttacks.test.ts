import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { createProposal, type FileChange } from '../../../src/edits/proposal.ts';
import { inspect } from '../../../src/verify/checks/inspect.ts';
import type { ProofObligation } from '../../../src/workspace/evidence.ts';
import { edit, plain } from '../../support/changes.ts';

const { signal } = new AbortController();

const project: Readonly<Record<string, string>> = {
  'go.mod': 'module example.com/app\n\ngo 1.21\n',
  'codecs/png.go': 'package codecs\n\nfunc init() {\n\tadd("png")\n}\n',
  'shapes/area.go': 'package shapes\n\nfunc Area() int {\n\treturn 1\n}\n',
};

async function demand(change: FileChange): Promise<ProofObligation | undefined> {
  const options = {
    allowsTestEdits: true,
    readText: (path: string) => project[path],
    listFiles: () => Object.keys(project),
  };
  const found = await inspect(createProposal([change]), { goal: 'Tidy up', focus: [] }, options, signal);
  return found.files[0]?.demand;
}

const move = (from: string, path: string, text: string): FileChange => ({
  kind: 'move',
  from,
  path,
  before: plain(text),
  after: plain(text),
});
const body = 'package app\n\nfunc F() int {\n\treturn 1\n}\n';
const inits = (first: string, second: string): string =>
  `package app\n\nfunc init() {\n\t${first}()\n}\n\nfunc init() {\n\t${second}()\n}\n`;
const importing = (name: string, use = ''): string => `package app\n\nimport "${name}"\n\nvar X = ${use}\n`;

/** No line that a test executes shows these, nor are they layout. */
const attacks: readonly (readonly [string, FileChange])[] = [
  [
    'an old constraint that becomes documentation',
    edit('a.go', `// +build linux\n\n${body}`, `// +build linux\n${body}`),
  ],
  ['an old constraint that was documentation', edit('a.go', `// +build linux\n${body}`, `// +build linux\n\n${body}`)],
  [
    'an old constraint below a comment',
    edit('a.go', `// About.\n\n// +build linux\n\n${body}`, `// About.\n// +build linux\n${body}`),
  ],
  ['a name of a system', move('a.go', 'a_windows.go', body)],
  ['a name of an architecture', move('a.go', 'a_arm64.go', body)],
  ['a name of a system less', move('a_linux.go', 'a.go', body)],
  ['a name that orders what is loaded', move('a.go', 'z.go', inits('one', 'two'))],
  ['a name that orders values', move('a.go', 'z.go', 'package app\n\nvar X = compute()\n')],
  ['functions that are called when it is loaded', edit('a.go', inits('one', 'two'), inits('two', 'one'))],
  ['a directive of a tool', edit('a.go', `${body}\n//easyjson:json\ntype T struct{}\n`, `${body}\ntype T struct{}\n`)],
  ['another one', edit('a.go', `//msgp:ignore T\n\n${body}`, body)],
  [
    'a marker of a generator',
    edit(
      'a.go',
      `// +kubebuilder:object:root=true\ntype T struct{}\n`,
      `// +kubebuilder:object:root=false\ntype T struct{}\n`,
    ),
  ],
  [
    'a description of an interface',
    edit(
      'a.go',
      `package app\n\n// F gives.\n// @Router /f [get]\n// @Success 200\nfunc F() {}\n`,
      `package app\n\n// F gives.\n// @Router /f [get]\nfunc F() {}\n`,
    ),
  ],
  ['a format that enters itself', edit('a.go', importing('image/png', 'png.Encode'), 'package app\n\nvar X = 1\n')],
  ['handlers that enter themselves', edit('a.go', 'package app\n\nimport _ "net/http/pprof"\n', 'package app\n')],
  [
    'a package of the project that enters itself',
    edit('a.go', importing('example.com/app/codecs', 'codecs.X'), 'package app\n\nvar X = 1\n'),
  ],
  ['a package for its effect', edit('a.go', 'package app\n\nimport _ "example.com/app/codecs"\n', 'package app\n')],
];

/** The same program but for comments and layout. */
const honest: readonly (readonly [string, FileChange])[] = [
  ['a comment', edit('a.go', body, `// Package app.\n${body}`)],
  [
    'documentation',
    edit('a.go', `package app\n\n// F is.\nfunc F() {}\n`, `package app\n\n// F does it.\nfunc F() {}\n`),
  ],
  ['layout', edit('a.go', body, body.replace('\t', '    '))],
  ['a remark for a linter', edit('a.go', body, body.replace('return 1', 'return 1 //nolint:gomnd'))],
  ['a remark for another one', edit('a.go', `//lint:ignore U1000 why\n${body}`, body)],
  ['lines of a call', edit('a.go', 'package app\n\nvar X = f(1, 2)\n', 'package app\n\nvar X = f(1,\n\t2)\n')],
  ['a new constraint and an empty line', edit('a.go', `//go:build linux\n\n${body}`, `//go:build linux\n\n\n${body}`)],
  ['empty lines below an old constraint', edit('a.go', `// +build linux\n\n${body}`, `// +build linux\n\n${body}\n\n`)],
];

describe('Go: what no executed line shows', () => {
  for (const [name, change] of attacks)
    it(name, async () => {
      const found = await demand(change);
      assert.equal(found?.kind, 'unprovable', JSON.stringify(found));
    });
  for (const [name, change] of honest)
    it(`${name}: the same program`, async () => {
      const found = await demand(change);
      assert.equal(found?.kind, 'none', JSON.stringify(found));
    });
  it('a package that does nothing when it is loaded may go', async () => {
    const found = await demand(
      edit('a.go', importing('example.com/app/shapes', 'shapes.Area()'), 'package app\n\nvar X = 1\n'),
    );
    assert.equal(found?.kind, 'execution');
  });
  it('another name of a file that only declares is none of the package', async () => {
    assert.equal((await demand(move('a.go', 'b.go', body)))?.kind, 'execution');
  });
});
