import { strict as assert } from 'node:assert';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { rootFolder } from '../../src/apply/rootFolder.ts';
import { createProposal } from '../../src/edits/proposal.ts';
import { Deferred } from '../../src/util/deferred.ts';
import { CliProject, endCli, type CliResult } from '../support/cliProcess.ts';
import { writeOldEntry } from '../support/oldJournal.ts';
import { startScriptedModel, type ModelStep } from '../support/scriptedModel.ts';
import type { ScriptedServer } from '../support/scriptedServer.ts';
import { TempTree } from '../support/tempTree.ts';

const before = 'export var a = 1;\n';
const after = 'export const a = 1;\n';
const files = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
  'src/a.js': before,
  'test/a.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { a } from '../src/a.js';
test('a', () => assert.equal(a, 1));
`,
};
const edits = [{ old: 'var', new: 'const' }];
const steps: readonly ModelStep[] = [
  [['read_file', { path: 'src/a.js' }]],
  [['apply_edit', { changes: [{ action: 'edit', path: 'src/a.js', edits }] }]],
];

describe('command line: several folders of one user', function () {
  this.timeout(600_000);
  let state: TempTree;
  let projects: CliProject[];
  let servers: ScriptedServer[];

  beforeEach(() => {
    state = new TempTree();
    [projects, servers] = [[], []];
  });
  afterEach(async () => {
    for (const server of servers) await server.stop();
    for (const project of projects) await endCli(project);
    state.dispose();
  });

  function create(count: number): readonly CliProject[] {
    projects = Array.from({ length: count }, () => new CliProject(files));
    return projects;
  }

  const whetstone = (project: CliProject, ...args: readonly string[]): Promise<CliResult> =>
    project.run(args, { XDG_STATE_HOME: state.root });

  /** Each refactors its own folder; the model answers the last question of all of them at once. */
  async function refactorAll(): Promise<readonly CliResult[]> {
    const [allAsk, asking] = [new Deferred<void>(), new Set<CliProject>()];
    const arrive = (project: CliProject): void => {
      asking.add(project);
      if (asking.size === projects.length) allAsk.resolve();
    };
    return Promise.all(
      projects.map(async (project) => {
        const last: ModelStep = async (exchange) => {
          arrive(project);
          await allAsk.promise;
          exchange.answer([]);
        };
        const server = await startScriptedModel([...steps, last]);
        servers.push(server);
        const args = ['refactor', 'src', '--goal', 'tidy', '--endpoint', server.baseUrl, '--apply', 'verified'];
        // One that ended early keeps nobody waiting.
        return whetstone(project, ...args).finally(() => arrive(project));
      }),
    );
  }

  it('six write and undo at once: each its own, and none is told of another', async () => {
    create(6);
    for (const { code, stdout, stderr } of await refactorAll()) {
      assert.equal(code, 0, stdout + stderr);
      assert.ok(!/another window/i.test(stdout + stderr), stdout + stderr);
    }
    for (const { tree } of projects) assert.equal(tree.read('src/a.js'), after);
    for (const { code, stdout, stderr } of await Promise.all(projects.map((project) => whetstone(project, 'undo')))) {
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /^Rolled back: /);
      assert.equal(stderr, '');
    }
    for (const { tree } of projects) assert.equal(tree.read('src/a.js'), before);
  });

  it('an entry of one folder that is damaged stops undo there, and nowhere else', async () => {
    const [a, b] = create(2);
    assert.ok(a && b);
    await refactorAll();
    const own = rootFolder('whetstone/journal', a.tree.root);
    const entries = state.snapshot().flatMap((line) => /^(\S+\/plan\.json) /.exec(line)?.[1] ?? []);
    assert.equal(entries.length, 2, 'each has an entry in a place of its own');
    state.write(entries.find((path) => path.startsWith(own)) ?? '', '');
    const refused = await whetstone(a, 'undo');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /Nothing was undone\. The journal entry is damaged/);
    assert.equal(a.tree.read('src/a.js'), after);
    const undone = await whetstone(b, 'undo');
    assert.deepEqual([undone.code, undone.stderr], [0, '']);
    assert.equal(b.tree.read('src/a.js'), before);
  });

  it('what an earlier version left in the place that all folders shared is put back, and undone, in its own folder', async () => {
    const [a, b] = create(2);
    assert.ok(a && b);
    state.write('whetstone/journal/kept', '');
    const old = async ({ tree }: CliProject, from: string, to: string, stage: 'committed' | 'written') => {
      const content = (text: string) => ({ text, hasBom: false });
      const edit = { kind: 'edit', path: 'src/a.js', before: content(from), after: content(to) } as const;
      return writeOldEntry(
        state.path('whetstone/journal'),
        tree.root,
        createProposal([edit]),
        { label: to.trim() },
        stage,
      );
    };
    await old(a, before, 'first of A\n', 'committed');
    await old(b, before, 'first of B\n', 'committed');
    await old(a, 'first of A\n', 'half of A\n', 'written');
    const undoneB = await whetstone(b, 'undo');
    assert.match(undoneB.stdout, /^Rolled back: “first of B/);
    assert.deepEqual([a.tree.read('src/a.js'), b.tree.read('src/a.js')], ['half of A\n', before]);
    assert.match((await whetstone(b, 'undo')).stdout, /^Nothing to undo/);
    const recovered = await whetstone(a, 'undo');
    assert.match(recovered.stderr, /^“half of A.* was interrupted while it was written; the files are as before/s);
    assert.match(recovered.stdout, /Nothing else was undone\. Undo once more to take back “first of A/);
    assert.equal(a.tree.read('src/a.js'), 'first of A\n');
    assert.match((await whetstone(a, 'undo')).stdout, /^Rolled back: “first of A/);
    assert.equal(a.tree.read('src/a.js'), before);
  });
});
