import { strict as assert } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import { CliProject, endCli, eventsOf } from '../support/cliProcess.ts';

const source = `export function joined(lists) {
  var all = '';
  for (var i = 0; i < lists.length; i++) {
    all = all + lists[i].name;
  }
  return all;
}
`;

const files = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
  'src/joined.js': source,
  'test/joined.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { joined } from '../src/joined.js';
test('joins', () => assert.equal(joined([{ name: 'a' }, { name: 'b' }]), 'ab'));
`,
};

describe('command line with the embedded engine', function () {
  this.timeout(600_000);
  let project: CliProject | undefined;

  afterEach(async () => {
    await endCli(project);
    project = undefined;
  });

  it('refactors, proves it and applies it, with nothing but this machine', async () => {
    project = new CliProject(files);
    const args = ['refactor', 'src/joined.js', '--goal', 'Optimize this', '--apply', 'verified', '--json'];
    const { code, stdout, stderr } = await project.run(args);
    assert.equal(code, 0, stdout + stderr);
    const events = eventsOf(stdout);
    assert.deepEqual(
      [...new Set(events.filter(({ kind }) => kind === 'phase').map(({ phase }) => phase))],
      ['analyze', 'propose', 'apply', 'verify'],
    );
    assert.equal((events.at(-1)?.['ending'] as { verified?: boolean }).verified, true);
    const after = project.tree.read('src/joined.js');
    assert.ok(!/\bvar\b/.test(after), after);
    assert.match(after, /for \(const \w+ of lists\)/);
    assert.match(stderr, /^Command \(package\.json, script "test"\):$/m);
    assert.equal((await project.run(['undo'])).code, 0);
    assert.equal(project.tree.read('src/joined.js'), source);
  });

  it('leaves code alone in which nothing is to be done', async () => {
    project = new CliProject({ ...files, 'src/joined.js': "export const joined = () => 'ab';\n" });
    const { code, stdout } = await project.run(['refactor', 'src/joined.js', '--goal', 'Optimize this']);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Nothing to change/);
  });

  it('ends with its process when it is interrupted', async () => {
    project = new CliProject(files);
    const run = project.start(['refactor', 'src', '--goal', 'Optimize this', '--json']);
    await run.until(() => run.stdout.includes('"kind":"turnStarted"'));
    run.signal('SIGINT');
    assert.equal((await run.ended).code, 130);
  });
});
