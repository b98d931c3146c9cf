import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { DiskApplier } from '../../src/apply/diskApplier.ts';
import { createProposal, type EncodedText, type Proposal } from '../../src/edits/proposal.ts';
import { cliEntry } from '../support/cliProcess.ts';
import { TempTree } from '../support/tempTree.ts';

const child = join(import.meta.dirname, '../support/undoChild.ts');
const plain = (text: string): EncodedText => ({ text, hasBom: false });
const edit = (path: string, before: string, after: string): Proposal =>
  createProposal([{ kind: 'edit', path, before: plain(before), after: plain(after) }]);
const third = createProposal([
  { kind: 'edit', path: 'a.js', before: plain('2\n'), after: plain('3\n') },
  { kind: 'create', path: 'new/c.js', after: plain('c\n') },
]);

interface Ended {
  readonly steps: readonly string[];
  readonly wasKilled: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

const trees: TempTree[] = [];
afterEach(() => {
  for (const made of trees.splice(0)) made.dispose();
});

/** A workspace with two accepted refactorings in it. */
class Scene {
  readonly tree = new TempTree({ 'a.js': '0\n', 'b.js': '0\n' });
  readonly state = new TempTree();
  readonly input = new TempTree({ 'proposal.json': JSON.stringify(third) });

  constructor() {
    trees.push(this.tree, this.state, this.input);
  }

  static async create(): Promise<Scene> {
    const scene = new Scene();
    await scene.accept(edit('a.js', '0\n', '1\n'), 'first');
    await scene.accept(edit('a.js', '1\n', '2\n'), 'second');
    return scene;
  }

  async accept(proposal: Proposal, label: string): Promise<void> {
    const applier = new DiskApplier({ root: this.tree.root, journalFolder: this.state.path('whetstone/journal') });
    const outcome = await applier.apply(proposal, { label }, new AbortController().signal);
    assert.equal(outcome.kind, 'applied', JSON.stringify(outcome));
  }

  work(action: string, killAt: number): Promise<Ended> {
    return run([child, action, this.tree.root, this.state.root, this.input.path('proposal.json'), String(killAt)]);
  }

  whetstone(...args: readonly string[]): Promise<Ended> {
    return run([cliEntry, ...args, '--cwd', this.tree.root], { XDG_STATE_HOME: this.state.root, TZ: 'UTC' });
  }
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const running = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
  });
  let [stdout, stderr] = ['', ''];
  running.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
  running.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
  return new Promise((settle, reject) => {
    running.once('error', reject);
    running.once('close', (code, signal) =>
      settle({
        steps: stdout.split('\n').filter((line) => line !== '' && line !== 'outcome'),
        wasKilled: signal === 'SIGKILL',
        stdout,
        stderr,
        code,
      }),
    );
  });
}

/** Kills the third change at step 1, 2, 3, …, some side by side, until it was not killed; returns how many steps there were. */
async function forEachStep(action: string, check: (scene: Scene, ended: Ended) => Promise<void>): Promise<number> {
  const sideBySide = 4;
  const killAt = async (at: number): Promise<boolean> => {
    const scene = await Scene.create();
    const ended = await scene.work(action, at);
    if (ended.wasKilled) await check(scene, ended);
    else assert.equal(ended.code, 0, ended.stderr);
    return ended.wasKilled;
  };
  for (let first = 1; ; first += sideBySide) {
    const killed = await Promise.all(Array.from({ length: sideBySide }, (_, index) => killAt(first + index)));
    if (killed.includes(false)) return first + killed.indexOf(false) - 1;
  }
}

describe('undo after a kill', function () {
  this.timeout(600_000);

  it('of a third refactoring, at every step: it takes back the third and never the second, and names what it did', async () => {
    const steps = await forEachStep('apply', async (scene, { steps: done }) => {
      const { tree } = scene;
      const where = done.at(-1) ?? 'the beginning';
      const undone = await scene.whetstone('undo');
      const said = undone.stdout + undone.stderr;
      assert.equal(undone.code, 0, said);
      assert.equal(tree.read('a.js'), '2\n', `after ${where}: ${said}`);
      assert.deepEqual(tree.snapshot().length, 2, `after ${where}`);
      assert.match(said, /“third” (\(begun \d{4}-\d\d-\d\d \d\d:\d\d\) was interrupted|in a\.js, new\/c\.js, applied)/);
      assert.ok(!/Rolled back: “second”/.test(said), said);
      if (!said.includes('Rolled back'))
        assert.match(said, /Nothing else was undone\. Undo once more to take back “second” in a\.js, applied /);
      const again = await scene.whetstone('undo');
      assert.match(again.stdout, /^Rolled back: “second” in a\.js, applied \d{4}/, `after ${where}`);
      assert.equal(tree.read('a.js'), '1\n');
      assert.equal(again.stderr, '');
    });
    assert.ok(steps >= 14, `only ${steps} steps`);
  });

  it('of a change that was tried out in place: it is told, the files are as before, and nothing else is undone', async () => {
    const steps = await forEachStep('trial', async (scene, { steps: done }) => {
      const where = done.at(-1) ?? 'the beginning';
      const undone = await scene.whetstone('undo');
      assert.match(
        undone.stderr,
        /^“third” \(begun .*\) was interrupted while it was verified; the files are as before: a\.js, new\/c\.js\.$/m,
        `after ${where}`,
      );
      assert.match(undone.stdout, /Nothing else was undone/);
      assert.equal(scene.tree.read('a.js'), '2\n', `after ${where}`);
      assert.match((await scene.whetstone('undo')).stdout, /^Rolled back: “second”/);
    });
    assert.ok(steps >= 12, `only ${steps} steps`);
  });

  it('of an undo, at every step: the second is undone in the end, the first is not', async () => {
    const steps = await forEachStep('rollBack', async (scene, { steps: done }) => {
      const where = done.at(-1) ?? 'the beginning';
      const undone = await scene.whetstone('undo');
      const said = undone.stdout + undone.stderr;
      assert.equal(scene.tree.read('a.js'), '1\n', `after ${where}: ${said}`);
      assert.match(said, /“second”/);
      if (done.length > 1) assert.match(said, /“second” .* was interrupted while it was undone; that is finished now/);
    });
    assert.ok(steps >= 4, `only ${steps} steps`);
  });

  it('is told at the next start of another command, once, and undo then takes back what it names', async () => {
    const scene = await Scene.create();
    const { steps } = await (await Scene.create()).work('trial', 0);
    await scene.work('trial', steps.indexOf('tests run') + 1);
    assert.equal(scene.tree.read('a.js'), '3\n');
    const args = ['--goal', 'tidy', '--endpoint', 'http://127.0.0.1:9', '.'];
    const next = await scene.whetstone('refactor', ...args);
    assert.match(next.stderr, /“third” .* was interrupted while it was verified; the files are as before: a\.js/);
    assert.equal(scene.tree.read('a.js'), '2\n');
    assert.ok(!(await scene.whetstone('refactor', ...args)).stderr.includes('third'));
    assert.match((await scene.whetstone('undo')).stdout, /^Rolled back: “second” in a\.js, applied /);
    assert.equal(scene.tree.read('a.js'), '1\n');
  });

  it('names the change in the list of its steps, too', async () => {
    const scene = await Scene.create();
    assert.match(
      (await scene.whetstone('undo', '--list')).stdout,
      /^“second” in a\.js, applied \d{4}-\d\d-\d\d \d\d:\d\d: its steps are not known\.\n$/,
    );
  });
});
