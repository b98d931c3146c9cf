import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { classifyPath, isTestFile, type PathClass } from '../../../src/workspace/pathPolicy.ts';

const table: Readonly<Record<PathClass, readonly string[]>> = {
  secret: [
    '.env',
    '.env.local',
    '.envrc',
    'config/prod.env',
    'a/.env/x',
    'certs/server.pem',
    'server.key',
    'id_rsa',
    'id_ed25519.pub',
    '.ssh/config',
    '.aws/credentials',
    'app/.npmrc',
    '.netrc',
    '_netrc',
    'credentials',
    'credentials.json',
    'store.p12',
    'secrets.yaml',
    'service-account-prod.json',
    '.git-credentials',
    '.docker/config.json',
    'infra/terraform.tfstate',
  ],
  protected: [
    '.vscode/settings.json',
    'packages/a/.vscode/tasks.json',
    'my.code-workspace',
    '.git/config',
    '.git',
    '.gitmodules',
    '.github/workflows/ci.yml',
    '.github/copilot-instructions.md',
    '.husky/pre-commit',
    '.devcontainer/devcontainer.json',
    'package.json',
    'packages/a/package.json',
    'package-lock.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lockb',
    'Cargo.lock',
    'go.sum',
    'AGENTS.md',
    'docs/CLAUDE.md',
    '.cursor/rules/a.mdc',
    '.cursorrules',
    '.pre-commit-config.yaml',
    'node_modules/a/index.js',
    '.mcp.json',
    '.claude/settings.json',
    '.gitlab-ci.yml',
  ],
  test: [
    'src/a.test.ts',
    'src/a.spec.js',
    'a_test.go',
    'test_a.py',
    'pkg/test_a.py',
    'conftest.py',
    'src/__tests__/a.js',
    'src/__snapshots__/a.snap',
    'test/helpers.js',
    'tests/a.rs',
    'spec/a.rb',
    'vitest.config.ts',
    'jest.config.js',
    'jest.setup.ts',
    '.mocharc.json',
    'pytest.ini',
    'src/FooTest.java',
    'a/gilded.approved.txt',
    'test.js',
    'fixtures/a.json',
    'cypress/e2e/a.cy.js',
    'playwright.config.ts',
    '.c8rc.json',
  ],
  ordinary: [
    'src/a.ts',
    'src/latest.ts',
    'src/contest.py',
    'src/Latest.java',
    'src/environment.ts',
    'src/vite-env.d.ts',
    'src/credentials.ts',
    'src/keyboard.key.ts',
    'src/secrets/../a.ts'.replace('secrets/../', ''),
    'src/testing.ts',
    'src/protest/a.ts',
    'README.md',
    'tsconfig.json',
    'src/gitignore.ts',
    'lockfile.ts',
    'src/package.ts',
    '.github/ISSUE_TEMPLATE.md',
    'docs/agents/intro.md',
    '.eslintrc.json',
  ],
};

const cases = Object.entries(table).flatMap(([kind, paths]) => paths.map((path) => ({ kind, path })));
const strictCases = cases.filter(({ kind, path }) => kind !== 'ordinary' && !path.endsWith('.java'));

/** Any characters at all. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff })), { maxLength: 100 })
  .map((codes) => String.fromCodePoint(...codes));

describe('path policy', () => {
  for (const { kind, path } of cases) it(`${path} is ${kind}`, () => assert.equal(classifyPath(path), kind));

  it('holds for every spelling that some file system takes for the same file', () => {
    const spell = fc.record({
      one: fc.constantFrom(...strictCases),
      upper: fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }),
      ignorable: fc.constantFrom('', '\u200C', '\uFEFF', '\u2060', '\u202E'),
      at: fc.nat(),
      tail: fc.constantFrom('', '.', ' ', '. .', '::$DATA', ':stream'),
      longS: fc.boolean(),
      folder: fc.constantFrom('', 'a/', 'Ä/b/'),
    });
    fc.assert(
      fc.property(spell, ({ one, upper, ignorable, at, tail, longS, folder }) => {
        const cased = [...one.path]
          .map((letter, index) => (upper[index % 64] ? letter.toUpperCase() : letter))
          .map((letter) => (longS && letter.toLowerCase() === 's' ? 'ſ' : letter))
          .join('');
        const cut = 1 + (at % Math.max(1, cased.length - 1));
        const spelled = folder + cased.slice(0, cut) + ignorable + cased.slice(cut) + tail;
        assert.equal(classifyPath(spelled), one.kind, spelled);
      }),
      { numRuns: 2_000 },
    );
  });

  it('protects whatever stands below a protected or secret folder', () => {
    const below = fc.array(fc.stringMatching(/^[a-z.]{1,8}$/), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(below, (names) => {
        const rest = names.join('/');
        assert.equal(classifyPath(`.ssh/${rest}`), 'secret');
        assert.notEqual(classifyPath(`.git/${rest}`), 'ordinary');
        assert.notEqual(classifyPath(`.git/${rest}`), 'test');
        assert.notEqual(classifyPath(`x/.vscode/${rest}`), 'test');
      }),
    );
  });

  it('takes long and strange names without delay or error', () => {
    fc.assert(fc.property(anyText, (path) => assert.ok(classifyPath(path))));
    assert.equal(classifyPath('.'.repeat(4_096)), 'ordinary');
    assert.equal(classifyPath(`${'a-test.'.repeat(500)}/x`), 'ordinary');
  });

  describe('files that hold tests alone', () => {
    const tests =
      'test/cart.test.js src/cart.spec.ts src/__tests__/cart.tsx tests/test_cart.py cart_test.go tests/x.rs';
    for (const path of tests.split(' ')) it(`${path} is one`, () => assert.ok(isTestFile(path)));
    const others =
      'src/cart.js __mocks__/fs.js src/__mocks__/a.test.js test/setup.js vitest.config.ts jest.setup.ts .mocharc.cjs ' +
      'tests/conftest.py test/fixtures/a.test.js test/a.test.js.snap test/helpers/a.js test/types.d.ts test/data.json ' +
      'node_modules/a/a.test.js .env.test.js test/index.js pytest.ini';
    for (const path of others.split(' ')) it(`${path} is none`, () => assert.ok(!isTestFile(path)));
  });
});
