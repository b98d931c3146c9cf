import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createProposal, type FileChange } from '../../src/edits/proposal.ts';
import { edit } from '../support/changes.ts';
import { VerifierProject } from '../support/verifierProject.ts';

const { signal } = new AbortController();
const task = { goal: 'Refactor: rename, move and clean up', focus: [] };

/** Loads the code and calls nothing that changes, so that it passes on both sides. */
const test = "import { test } from 'node:test';\nimport '../src/main.js';\ntest('loads', () => {});\n";
const two = 'export function one() {\n  return 1;\n}\nexport function two() {\n  return 2;\n}\n';

type Row = readonly [name: string, before: string, after: string];

const attacks: readonly Row[] = [
  [
    'two re-exported names are swapped',
    "export { one, two } from './two.js';\n",
    "export { one as two, two as one } from './two.js';\n",
  ],
  [
    'what is loaded for its effect changes turns',
    "import './first.js';\nimport './second.js';\n",
    "import './second.js';\nimport './first.js';\n",
  ],
  [
    'white space in a text over two lines',
    "export function help() {\n  return 'usage: \\\n    a';\n}\n",
    "export function help() {\n  return 'usage: \\\n  a';\n}\n",
  ],
  [
    'a function that others ask for its name',
    "import { nameOf } from './names.js';\nconst start = (() => 1);\nexport const name = () => nameOf(start);\n",
    "import { nameOf } from './names.js';\nconst begin = (() => 1);\nexport const name = () => nameOf(begin);\n",
  ],
  [
    'a name that is out of sight because of one that is not reached',
    'const x = 1;\nexport function kind() {\n  return typeof x;\n  let x = 2;\n}\n',
    'const x = 1;\nexport function kind() {\n  return typeof x;\n}\n',
  ],
];

const honest: readonly Row[] = [
  [
    'names of local variables',
    'export const add = (a, b) => {\n  const c = a + b;\n  return c;\n};\n',
    'export const add = (one, other) => {\n  const sum = one + other;\n  return sum;\n};\n',
  ],
  [
    'layout and comments',
    'export function help() { return `a\n  b`; }\n',
    '// Helps.\nexport function help() {\n  return `a\n  b`;\n}\n',
  ],
  ['a function that nothing refers to', `${two}function unused() {\n  return one();\n}\n`, two],
];

describe('a program that the tests load and do not run', function () {
  this.timeout(600_000);
  let project: VerifierProject;
  beforeEach(() => {
    project = new VerifierProject();
    project.write('package.json', '{ "type": "module", "scripts": { "test": "node --test" } }');
    project.write('test/main.test.js', test);
    project.write('src/two.js', two);
    project.write('src/names.js', 'export const nameOf = (f) => f.name;\n');
    project.write('src/first.js', 'globalThis.order = [...(globalThis.order ?? []), 1];\n');
    project.write('src/second.js', 'globalThis.order = [...(globalThis.order ?? []), 2];\n');
  });
  afterEach(() => project.dispose());

  const verdictOf = async (before: string, after: string): Promise<string> => {
    project.write('src/main.js', before);
    const change: FileChange = edit('src/main.js', before, after);
    const { verdict } = await project.verifier().examine(createProposal([change]), signal, { task });
    return `${verdict.kind}: ${verdict.reasons.join(' ')}`;
  };

  for (const [name, before, after] of attacks)
    it(`is not PRESERVED where it is another one: ${name}`, async () => {
      assert.match(await verdictOf(before, after), /^unproven:/);
    });

  for (const [name, before, after] of honest)
    it(`is PRESERVED where it is the same: ${name}`, async () => {
      assert.match(await verdictOf(before, after), /^preserved:/);
    });
});
