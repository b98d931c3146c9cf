import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { createProposal } from '../../../src/edits/proposal.ts';
import { collectedTests } from '../../../src/verify/suite/collectedTests.ts';
import type { IsTest } from '../../../src/workspace/pathPolicy.ts';
import type { TestRun } from '../../../src/workspace/verification.ts';
import { TempTree } from '../../support/tempTree.ts';

type Files = Readonly<Record<string, string>>;
type Changes = Parameters<typeof createProposal>[0];

const parser = 'exports.parse = (text) => (/^x/.test(text) ? text.slice(1) : text);\n';
const uses = (path: string): string => `const { parse } = require('${path}');\n`;
const checks = (path: string): string => `${uses(path)}it('parses', () => assert.equal(parse('xa'), 'a'));\n`;

/** Nothing but what a run reported, and what stands on the disk, tells a test from code that is called as one. */
describe('which files are collected as tests', () => {
  const trees: TempTree[] = [];
  afterEach(() => trees.splice(0).forEach((tree) => tree.dispose()));

  function told(files: Files, run: TestRun, applied?: Changes): Promise<IsTest> {
    const tree = new TempTree(files);
    trees.push(tree);
    const proposal = applied && createProposal(applied);
    return collectedTests(tree.root, run, proposal, new AbortController().signal);
  }

  function ran(...tests: readonly string[]): TestRun {
    const command = 'jest';
    return { kind: 'finished', command, durationMs: 1, tests: tests.map((id) => ({ id, outcome: 'passed' })) };
  }

  function expect(isTest: IsTest, expected: Readonly<Record<string, boolean>>): void {
    const found = Object.fromEntries(Object.keys(expected).map((path) => [path, isTest(path)]));
    assert.deepEqual(found, expected);
  }

  it('code that other code loads is code, whatever it is called', async () => {
    const files = {
      'package.json': '{ "name": "a", "main": "lib/index.js" }',
      'lib/index.js':
        "module.exports = { ...require('./openapi-spec'), ...require('./spec/parser'), t: require('./test') };\n",
      'lib/openapi-spec.js': "const rules = require('./spec/rules.json');\nexports.spec = () => rules;\n",
      'lib/spec/rules.json': '{}',
      'lib/spec/parser.js': parser,
      'lib/spec/parser.spec.js': checks('./parser'),
      'lib/test.js': 'exports.run = (job) => job();\n',
      'test/index.spec.js': checks('../lib'),
      'test/data.js': 'exports.expected = 1;\n',
    };
    expect(await told(files, ran('test/index.spec.js › parses', 'lib/spec/parser.spec.js › parses')), {
      'lib/openapi-spec.js': false,
      'lib/spec/parser.js': false,
      'lib/spec/rules.json': false,
      'lib/test.js': false,
      'lib/index.js': false,
      'lib/spec/parser.spec.js': true,
      'test/index.spec.js': true,
      'test/data.js': true,
    });
  });

  it('a manifest hands code out', async () => {
    const files = {
      'package.json':
        '{ "name": "a", "exports": { ".": { "import": "./dist/http-spec.js" } }, "bin": { "a": "./spec/run.js" } }',
      'src/http-spec.ts': 'export const a = 1;\n',
      'spec/run.js': 'console.log(1);\n',
      'test/a.test.js': checks('../src/http-spec'),
    };
    expect(await told(files, ran('test/a.test.js › parses')), {
      'src/http-spec.ts': false,
      'spec/run.js': false,
      'test/a.test.js': true,
    });
  });

  it('where no test is called by the word, sources that bear it are code', async () => {
    const files = {
      'src/spec/parser.js': parser,
      'src/spec/deep/lexer.js': parser,
      'src/open-spec.js': parser,
      'src/spec/helpers/data.js': parser,
      'spec/golden.js': 'exports.golden = 1;\n',
      'test/parser.test.js': checks('../src/spec/parser'),
    };
    expect(await told(files, ran('test/parser.test.js › parses')), {
      'src/spec/parser.js': false,
      'src/spec/deep/lexer.js': false,
      'src/open-spec.js': false,
      'src/spec/helpers/data.js': true,
      'spec/golden.js': true,
      // What comes new stands among code.
      'src/spec/tokens.js': false,
      'src/spec/tokens.test.js': true,
      'spec/more.js': true,
    });
  });

  it('where tests are called by the word, only what code loads is code', async () => {
    const files = {
      'src/a.js': "require('./spec/parser');\n",
      'src/spec/parser.js': parser,
      'src/spec/expected.js': 'exports.expected = 1;\n',
      'src/a.spec.js': checks('./spec/parser'),
    };
    expect(await told(files, ran('src/a.spec.js › parses')), {
      'src/spec/parser.js': false,
      'src/spec/expected.js': true,
      'src/a.spec.js': true,
    });
  });

  it('a folder of mocha named spec, and what stands beside its tests', async () => {
    const files = {
      'index.js': parser,
      'spec/index.js': checks('..'),
      'spec/support/world.js': 'exports.world = {};\n',
      'spec/values.js': 'exports.values = [];\n',
      'spec/left-out.js': checks('..'),
    };
    expect(await told(files, ran('spec/index.js › parses')), {
      'spec/index.js': true,
      'spec/support/world.js': true,
      'spec/values.js': true,
      'spec/left-out.js': true,
      'spec/new.js': true,
    });
  });

  it('helpers as of jasmine, which set up what specs among the sources use', async () => {
    const files = {
      'src/player.js': parser,
      'src/playerSpec.js': checks('./player'),
      'spec/helpers/matchers.js': 'beforeEach(() => jasmine.addMatchers({}));\n',
      'spec/helpers/plain.js': 'exports.plain = 1;\n',
      'spec/support/jasmine.json': '{}',
    };
    expect(await told(files, ran('src/playerSpec.js › parses')), {
      'spec/helpers/matchers.js': true,
      'spec/helpers/plain.js': true,
      'spec/support/jasmine.json': true,
    });
  });

  it('doubles, fixtures, snapshots, set-up and settings stay what they are, even where code loads them', async () => {
    const files = {
      'src/index.js':
        "require('./__mocks__/net');\nrequire('../test/fixtures/a');\nrequire('./spec/parser');\nrequire('../jest.setup');\n",
      'src/__mocks__/net.js': parser,
      'src/spec/parser.js': parser,
      'test/fixtures/a.js': parser,
      'jest.setup.js': parser,
      'src/__snapshots__/a.test.js.snap': '',
      'test/a.test.js': checks('../src'),
    };
    expect(await told(files, ran('test/a.test.js › parses')), {
      'src/spec/parser.js': false,
      'src/__mocks__/net.js': true,
      'test/fixtures/a.js': true,
      'jest.setup.js': true,
      'src/__snapshots__/a.test.js.snap': true,
    });
  });

  it('what helpers, settings and tests load is not loaded by code', async () => {
    const files = {
      'src/a.js': "// require('../test/commented');\nexports.a = 1;\n",
      'helpers/world.js': uses('../test/world'),
      'vite.config.js': uses('./test/plugin'),
      'checks/own.js': `const { it } = require('node:test');\n${uses('../test/own')}`,
      'test/world.js': parser,
      'test/plugin.js': parser,
      'test/own.js': parser,
      'test/commented.js': parser,
      'test/a.test.js': checks('../src/a'),
    };
    expect(await told(files, ran('test/a.test.js › parses')), {
      'test/world.js': true,
      'test/plugin.js': true,
      'test/own.js': true,
      'test/commented.js': true,
    });
  });

  it('tests that no command runs are tests', async () => {
    const files = {
      'src/index.js': "require('./e2e/login');\n",
      'src/e2e/login.js': "import { test } from '@playwright/test';\ntest('logs in', async () => {});\n",
      'src/spec/other.js': "describe('other', () => {});\n",
      'test/a.test.js': checks('../src'),
    };
    expect(await told(files, ran('test/a.test.js › parses')), { 'src/e2e/login.js': true, 'src/spec/other.js': true });
  });

  it('Python: a package named spec, a module named so, and what stands beside tests', async () => {
    const files = {
      'app/__init__.py': '',
      'app/main.py': 'from .spec.model import Model\nfrom app import test_tools\n',
      'app/spec/__init__.py': '',
      'app/spec/model.py': 'class Model:\n    pass\n',
      'app/spec/unused.py': 'def unused():\n    return 1\n',
      'app/api_spec.py': 'def api():\n    return 1\n',
      'app/test_tools.py': 'def tool():\n    return 1\n',
      'tests/conftest.py': 'import pytest\n',
      'tests/values.py': 'EXPECTED = 1\n',
      'tests/test_model.py': 'from app.spec.model import Model\n\n\ndef test_model():\n    assert Model()\n',
    };
    expect(await told(files, ran('tests/test_model.py › test_model')), {
      'app/spec/__init__.py': false,
      'app/spec/model.py': false,
      'app/spec/unused.py': false,
      'app/api_spec.py': false,
      'app/test_tools.py': false,
      'tests/conftest.py': true,
      'tests/values.py': true,
      'tests/test_model.py': true,
    });
  });

  it('Go: a package named spec with tests of its own, or that code imports', async () => {
    const test = 'package x\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n';
    const files = {
      'go.mod': 'module example.com/a\n',
      'main.go': 'package main\n\nimport "example.com/a/e2e"\n\nfunc main() { e2e.Run() }\n',
      'e2e/run.go': 'package e2e\n\nfunc Run() {}\n',
      'spec/spec.go': 'package spec\n\nfunc A() {}\n',
      'spec/spec_test.go': test,
      'test/helpers.go': 'package test\n\nimport "testing"\n\nfunc Help(t *testing.T) {}\n',
      'test/values.go': 'package test\n\nvar Expected = 1\n',
      'main_test.go': test,
    };
    expect(await told(files, ran('example.com/a › TestA', 'example.com/a/spec › TestA')), {
      'e2e/run.go': false,
      'spec/spec.go': false,
      'spec/spec_test.go': true,
      'test/helpers.go': true,
      'test/values.go': true,
    });
  });

  it('stays with the names where nothing tells what is collected', async () => {
    const files = { 'src/index.js': "require('./spec/parser');\n", 'src/spec/parser.js': parser };
    const unknown: TestRun = { kind: 'finished', command: 'make check', durationMs: 1, tests: [] };
    for (const run of [unknown, { kind: 'noTests', reason: 'none' } as const])
      expect(await told(files, run), { 'src/spec/parser.js': true, 'src/index.js': false });
  });

  it('a change cannot make code of a helper by having code load it', async () => {
    const text = (content: string): { text: string; hasBom: boolean } => ({ text: content, hasBom: false });
    const files = {
      'src/a.js': "require('../test/values');\n",
      'test/values.js': parser,
      'test/a.test.js': checks('../src/a'),
    };
    const change = {
      kind: 'edit',
      path: 'src/a.js',
      before: text('exports.a = 1;\n'),
      after: text(files['src/a.js']),
    } as const;
    const run = ran('test/a.test.js › parses');
    expect(await told(files, run, [change]), { 'test/values.js': true });
    expect(await told(files, run), { 'test/values.js': false });
  });
});
