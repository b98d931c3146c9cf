import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import ts from 'typescript';
import { runners } from '../../../src/runners/table.ts';

const root = resolve(import.meta.dirname, '../../../src');

/** Where a name stands all the same, and why; a line that is not needed any more fails, too. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  // Modules of Python that read the docstrings of a program, of which the one that comes with the language is one.
  'languages/python/programs/pythonDocumentation.py': ['unittest'],
  // Packages of which is known that loading them changes nothing that other modules see.
  'languages/python/programs/pythonLoads.py': ['pytest'],
  // The class of tests that comes with Python, which every runner takes.
  'languages/python/pythonTestFiles.ts': ['unittest'],
  // The tools stand beside the verification and may not import what it stands on.
  'tools/editBases.ts': ['pytest', 'unittest'],
  // Helper programs that a runner starts, as the probe of Node meets them in a process of its own.
  'verify/coverage/programs/nodeProbe.cjs': ['ava', 'jest', 'vitest'],
  // The probe of Python asks by a variable which test has its turn, and names the plugin that stands beside it.
  'verify/coverage/programs/pythonProbe.py': ['PYTEST', 'pytest'],
  // Paths that need a question before they are written; the workspace stands below the runners.
  'workspace/pathPolicy.ts': ['ava', 'jest', 'mocha', 'pytest', 'vitest'],
};

/** Every name by which a runner is known in commands and in code, as far as it is no word of something else, as `go` and `node` are. */
const names = [
  ...new Set(
    runners.flatMap(({ name, title, programs, traces }) => [
      ...[name, title],
      ...programs.filter((program) => program === name),
      ...(traces?.modules ?? []).filter((module) => /^[\w:]+$/.test(module)),
    ]),
  ),
];
const pattern = new RegExp(names.map(wordOf).join('|'));

describe('no test runner is named outside of src/runners', function () {
  this.timeout(60_000);

  it('knows the names', () => {
    assert.ok(names.length >= runners.length);
    const found = ['"mocha"', 'jestFiles', 'withPytest', 'JEST_WORKER_ID', 'node:test', 'isGoTest'].map(isNamed);
    assert.deepEqual(found, [true, true, true, true, true, true]);
    assert.deepEqual(
      ['javaScript', 'goTestFiles', 'java', 'Javanese', 'unittested', 'jester', 'mochas'].filter(isNamed),
      [],
    );
  });

  it('in no literal and no identifier', () => {
    const offences: Record<string, readonly string[]> = {};
    for (const file of sources()) {
      const found = namesIn(file);
      if (found.length > 0) offences[file] = found;
    }
    assert.deepEqual(offences, allowed);
  });
});

function wordOf(name: string): string {
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  // In `goTestFiles` it is the files that are meant: a name of two words ends where the identifier does.
  const end = /[A-Z]/.test(name) ? '(?![A-Za-z])' : '(?![a-z])';
  return String.raw`(?<![A-Za-z])${name}${end}|${capital}${end}|(?<![A-Z])${name.toUpperCase()}(?![A-Z])`;
}

function isNamed(text: string): boolean {
  return pattern.test(text);
}

function sources(): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(?:[cm]?[jt]s|py)$/.test(name) && !name.startsWith('runners/'))
    .sort();
}

/** What is named in the literals and identifiers of a file, each once; of a program in another language in all of its text. */
function namesIn(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = new Set<string>();
  const look = (part: string): void => {
    for (const [name] of part.matchAll(new RegExp(pattern, 'g'))) found.add(name);
  };
  if (file.endsWith('.py')) look(text);
  else visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), look);
  return [...found].sort();
}

function visit(node: ts.Node, look: (part: string) => void): void {
  const isWord =
    ts.isIdentifier(node) ||
    ts.isPrivateIdentifier(node) ||
    ts.isStringLiteralLike(node) ||
    ts.isRegularExpressionLiteral(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node);
  if (isWord) look(node.text);
  ts.forEachChild(node, (child) => visit(child, look));
}
