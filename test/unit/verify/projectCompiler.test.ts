import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { ProjectCompiler, type DiagnosticsOutcome } from '../../../src/verify/programs/projectCompiler.ts';
import type { Approvals, CommandLine } from '../../../src/workspace/approvals.ts';

const { signal } = new AbortController();

describe('diagnostics by the compiler of the project', () => {
  let root = '';
  let commands: CommandLine[] = [];
  let isAllowed = true;

  const approvals: Approvals = {
    async confirmCommand(command) {
      commands.push(command);
      return isAllowed;
    },
    confirmCommands: async () => [],
    allowsTestEdits: () => false,
    confirmInPlace: async () => false,
  };

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'whetstone-compiler-')));
    commands = [];
    isAllowed = true;
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  /** A compiler that runs the given script; it stands where the project's own would. */
  function installCompiler(script: string): void {
    write('node_modules/typescript/package.json', '{"version":"9.9.9","bin":{"tsc":"./bin/tsc"}}');
    write('node_modules/typescript/bin/tsc', script);
  }

  function diagnostics(...paths: readonly string[]): Promise<DiagnosticsOutcome> {
    return new ProjectCompiler({ root, env: process.env, approvals }).diagnostics(paths, signal);
  }

  async function unavailableReason(...paths: readonly string[]): Promise<string> {
    const outcome = await diagnostics(...paths);
    return outcome.kind === 'unavailable' ? outcome.reason : `not unavailable: ${JSON.stringify(outcome)}`;
  }

  it('says the same wherever the project stands, though messages name modules by their absolute path', async () => {
    installCompiler(
      `const here = process.cwd();
console.log("a.ts(1,1): error TS2322: Type '" + here + "/b'.X is not assignable to type '" + here + "/a'.X.");
console.log(here + '/a.ts');
process.exit(2);`,
    );
    write('tsconfig.json', '{}');
    write('a.ts', '');
    const outcome = await diagnostics('a.ts');
    assert.ok(outcome.kind === 'diagnostics', JSON.stringify(outcome));
    assert.deepEqual(
      outcome.diagnostics.map(({ message }) => message),
      ["Type 'b'.X is not assignable to type 'a'.X."],
    );
  });

  it('says why when it cannot tell, and starts nothing then', async () => {
    assert.match(await unavailableReason('a.ts'), /no tsconfig\.json/);
    write('tsconfig.json', '{}');
    assert.match(await unavailableReason('a.ts'), /not installed/);
    assert.deepEqual(commands, []);
    installCompiler("require('node:fs').writeFileSync('ran', '')");
    isAllowed = false;
    assert.match(await unavailableReason('a.ts'), /declined/);
    assert.ok(!readdirSync(root).includes('ran'));
  });

  it('says when the compiler fails or does not know the file', async () => {
    write('tsconfig.json', '{}');
    installCompiler("console.error('out of memory'); process.exit(134)");
    assert.match(await unavailableReason('a.ts'), /failed: out of memory/);
    installCompiler("console.log('error TS18003: No inputs were found.'); process.exit(2)");
    assert.match(await unavailableReason('a.ts'), /TS18003: No inputs/);
    installCompiler("console.log(process.cwd() + '/b.ts')");
    assert.match(await unavailableReason('a.ts'), /no TypeScript project includes a\.ts/);
  });

  it('asks projects that the nearest one refers to, and keeps to the files in question', async () => {
    write(
      'tsconfig.json',
      '{ // solution\n "files": [], "references": [{ "path": "./lib" }, { "path": "./app.json" }] }',
    );
    write('lib/tsconfig.json', '{}');
    write('app.json', '{}');
    installCompiler(`
      const config = process.argv[process.argv.indexOf('-p') + 1];
      if (config === 'lib/tsconfig.json') console.log(process.cwd() + '/a.ts\\na.ts(1,2): error TS1: one\\nz.ts(1,1): error TS2: two');
    `);
    const outcome = await diagnostics('a.ts', 'other.ts');
    assert.equal(outcome.kind, 'diagnostics');
    const found = outcome.kind === 'diagnostics' ? outcome.diagnostics : [];
    assert.deepEqual(
      found.map(({ path, severity, message }) => [path, severity, message]),
      [
        ['a.ts', 'error', 'one'],
        ['other.ts', 'information', 'Not checked: no TypeScript project includes this file.'],
      ],
    );
    assert.deepEqual(
      commands.map(({ argv }) => argv[argv.indexOf('-p') + 1]),
      ['tsconfig.json', 'lib/tsconfig.json', 'app.json'],
    );
  });

  it('understands the real compiler and writes nothing, whatever the configuration says of outputs', async function () {
    this.timeout(120_000);
    symlinkSync(resolve(import.meta.dirname, '../../../node_modules'), join(root, 'node_modules'));
    write(
      'tsconfig.json',
      '{"compilerOptions":{"composite":true,"incremental":true,"tsBuildInfoFile":"x.info","outDir":"out","types":[],"lib":["es5"]}}',
    );
    write('src/a.ts', '\nexport const n: number =\n  "text";\n');
    const outcome = await diagnostics('src/a.ts');
    const found = outcome.kind === 'diagnostics' ? outcome.diagnostics : [];
    assert.deepEqual(
      found.map(({ path, range, severity, code }) => [path, range.start, severity, code]),
      [['src/a.ts', { line: 1, character: 13 }, 'error', 'TS2322']],
    );
    assert.deepEqual(readdirSync(root).sort(), ['node_modules', 'src', 'tsconfig.json']);
  });
});
