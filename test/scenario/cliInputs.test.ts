import { strict as assert } from 'node:assert';
import { mkdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, before, describe, it } from 'mocha';
import { CliProject } from '../support/cliProcess.ts';
import { startScriptedModel } from '../support/scriptedModel.ts';
import type { ScriptedServer } from '../support/scriptedServer.ts';

const goal = ['--goal', 'tidy'];

describe('command line: input that cannot be worked on', function () {
  this.timeout(300_000);
  let project: CliProject;
  let server: ScriptedServer;
  let snapshot: readonly string[];

  before(async () => {
    server = await startScriptedModel(['Nothing to do.']);
    project = new CliProject({
      'package.json': '{"type":"module"}',
      'src/a.js': 'export const a = 1;\nexport const b = 2;\n',
      'src/a b:3': 'x\n',
      'binary.js': Uint8Array.of(0x61, 0, 0x62),
      'latin1.js': Uint8Array.of(0x2f, 0x2f, 0xe9),
      'huge.js': `// ${'x'.repeat(2 * 1024 * 1024)}\n`,
      '.env': 'KEY=1\n',
    });
    symlinkSync(tmpdir(), project.tree.path('outside'));
    mkdirSync(project.tree.path('empty'));
    snapshot = project.tree.snapshot();
  });

  after(async () => {
    await server.stop();
    project.dispose();
  });

  const wrong: readonly (readonly [what: string, args: readonly string[], expected: RegExp])[] = [
    ['nothing at all', [], /No command is given/],
    ['an unknown option', ['refactor', 'src/a.js', ...goal, '--fast'], /--fast/],
    ['no goal', ['refactor', 'src/a.js'], /needs a goal/],
    ['a missing file', ['refactor', 'src/none.js', ...goal], /src\/none\.js cannot be found/],
    ['lines of a missing file', ['refactor', 'none.js:1-2', ...goal], /none\.js cannot be found/],
    ['lines of a folder', ['refactor', 'src:1-2', ...goal], /src is a folder and has no lines/],
    ['lines past the end', ['refactor', 'src/a.js:2-3', ...goal], /src\/a\.js has only 2 lines/],
    ['a binary file', ['refactor', 'binary.js', ...goal], /binary\.js is a binary file/],
    ['an undecodable file', ['refactor', 'latin1.js', ...goal], /latin1\.js is not valid UTF-8/],
    ['a huge file', ['refactor', 'huge.js', ...goal], /huge\.js is too large to read: 2\.0 MB/],
    ['a secret', ['refactor', '.env', ...goal], /\.env may hold secrets/],
    ['two workspaces', ['refactor', 'src/a.js', tmpdir(), ...goal], /does not lie in the workspace/],
    ['a link that leads out', ['refactor', 'src/a.js', 'outside', ...goal], /outside does not lie in the workspace/],
    [
      'a folder that is none',
      ['refactor', 'src/a.js', ...goal, '--cwd', 'src/a.js'],
      /--cwd src\/a\.js is not a folder/,
    ],
    ['an endpoint without https', ['refactor', 'src/a.js', ...goal, '--endpoint', 'http://example.com/v1'], /https/],
    [
      'a hosted endpoint without a key',
      ['refactor', 'src/a.js', ...goal, '--endpoint', 'https://example.com/v1'],
      /WHETSTONE_API_KEY/,
    ],
    [
      'a test command that is no list',
      ['refactor', 'src/a.js', ...goal, '--test', 'npm test'],
      /--test must be a JSON array/,
    ],
    ['undo of something', ['undo', 'src/a.js'], /undo takes no PATH/],
  ];

  for (const [what, args, expected] of wrong)
    it(`64: ${what}`, async () => {
      const { code, stdout, stderr } = await project.run(args);
      assert.equal(code, 64, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, expected);
      assert.match(stderr, /^whetstone: .*\.$/m);
      assert.deepEqual(project.tree.snapshot(), snapshot);
      assert.equal(server.upgrades.length, 0);
    });

  it('takes a file whose name looks like lines, folders, the workspace itself, and a start elsewhere', async () => {
    for (const [args, focus] of [
      [['src/a b:3'], '\n\nFocus:\n- src/a b:3'],
      [['src/a.js:1', './src'], '\n\nFocus:\n- src/a.js lines 1-1\n- src/'],
      [['.'], ''],
      [['a.js:2-2', '--cwd', 'src'], '\n\nFocus:\n- src/a.js lines 2-2'],
    ] as const) {
      const { code, stderr } = await project.run(['refactor', ...args, ...goal, '--endpoint', server.baseUrl]);
      assert.equal(code, 0, stderr);
      const sent = server.requests.at(-1)?.input.at(-1);
      assert.deepEqual(sent?.['content'], [{ type: 'input_text', text: `Goal: tidy${focus}` }]);
    }
    assert.deepEqual(project.tree.snapshot(), snapshot);
  });

  it('prints help and version on standard output', async () => {
    const help = await project.run(['--help']);
    assert.deepEqual([help.code, help.stderr], [0, '']);
    assert.match(help.stdout, /^Usage:\n {2}whetstone refactor PATH/);
    const version = await project.run(['--version']);
    assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
