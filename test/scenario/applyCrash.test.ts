import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, it } from 'mocha';
import { DiskApplier } from '../../src/apply/diskApplier.ts';
import { createProposal, type EncodedText } from '../../src/edits/proposal.ts';
import { TempTree } from '../support/tempTree.ts';

const child = join(import.meta.dirname, '../support/applyChild.ts');
const plain = (text: string): EncodedText => ({ text, hasBom: false });
const proposal = createProposal([
  { kind: 'edit', path: 'a.js', before: plain('a\r\n'), after: plain('A\r\n') },
  { kind: 'edit', path: 'tool.sh', before: { text: 'old\n', hasBom: true }, after: plain('new\n') },
  { kind: 'create', path: 'new/deep/c.js', after: plain('c\n') },
  { kind: 'delete', path: 'sub/d.js', before: plain('d') },
  { kind: 'move', path: 'sub/f.js', from: 'e.js', before: plain('e\n'), after: plain('E\n') },
]);

interface Crash {
  /** Steps that were reached. */
  readonly steps: readonly string[];
  readonly outcome: string | undefined;
  readonly wasKilled: boolean;
}

const trees: TempTree[] = [];
afterEach(() => {
  for (const made of trees.splice(0)) made.dispose();
});

/** A workspace, a journal and the proposal for the child. */
class Scene {
  readonly tree = new TempTree({
    'a.js': 'a\r\n',
    'tool.sh': '\uFEFFold\n',
    'sub/d.js': 'd',
    'e.js': 'e\n',
    'kept.js': 'k',
  });
  readonly journal = new TempTree();
  readonly #input = new TempTree({ 'proposal.json': JSON.stringify(proposal) });

  constructor() {
    trees.push(this.tree, this.journal, this.#input);
    chmodSync(this.tree.path('tool.sh'), 0o750);
    chmodSync(this.tree.path('sub/d.js'), 0o400);
  }

  /** Runs the child to its end; `onLine` sees what it prints and may kill it. */
  run(action: string, killAt: number, onLine: (line: string, kill: () => void) => void = () => {}): Promise<Crash> {
    const files = [this.tree.root, this.journal.root, this.#input.path('proposal.json')];
    const running = spawn(process.execPath, [child, action, ...files, String(killAt)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    createInterface({ input: running.stdout }).on('line', (line) => {
      lines.push(line);
      onLine(line, () => running.kill('SIGKILL'));
    });
    return new Promise((resolve, reject) => {
      running.once('error', reject);
      running.once('close', (_code, signal) =>
        resolve({
          steps: lines.filter((line) => !line.startsWith('outcome ')),
          outcome: lines.find((line) => line.startsWith('outcome '))?.slice('outcome '.length),
          wasKilled: signal === 'SIGKILL',
        }),
      );
    });
  }

  applier(): DiskApplier {
    return new DiskApplier({ root: this.tree.root, journalFolder: this.journal.root });
  }

  /** Every file by itself is old or new; nothing else but our own temporary files stands there. */
  assertEachOldOrNew(before: readonly string[], after: readonly string[]): void {
    const known = new Set([...before, ...after]);
    for (const line of this.tree.snapshot())
      assert.ok(known.has(line) || /(^|\/)\.whetstone-\d{9}-[0-9a-f]{16}-\d+\.tmp /.test(line), line);
  }
}

async function whatStands(): Promise<{ readonly before: readonly string[]; readonly after: readonly string[] }> {
  const scene = new Scene();
  const before = scene.tree.snapshot();
  const outcome = await scene.applier().apply(proposal, { label: 'test' }, new AbortController().signal);
  assert.equal(outcome.kind, 'applied');
  return { before, after: scene.tree.snapshot() };
}

/** Runs a case for step 1, 2, 3, …, some side by side, until one was not killed; returns how many steps there were. */
async function forEachStep(run: (at: number) => Promise<Crash>): Promise<number> {
  const sideBySide = 4;
  for (let first = 1; ; first += sideBySide) {
    const crashes = await Promise.all(Array.from({ length: sideBySide }, (_, index) => run(first + index)));
    const whole = crashes.findIndex(({ wasKilled }) => !wasKilled);
    if (whole !== -1) return first + whole - 1;
  }
}

describe('a process killed while it writes', () => {
  it('at every step of applying: each file is old or new, and the next start brings all of them back', async () => {
    const { before, after } = await whatStands();
    const steps = await forEachStep(async (at) => {
      const scene = new Scene();
      const crash = await scene.run('apply', at);
      if (!crash.wasKilled) {
        assert.match(crash.outcome ?? '', /"applied"/);
        return crash;
      }
      scene.assertEachOldOrNew(before, after);
      const report = await scene.applier().recover();
      assert.deepEqual(report.problems, [], `step ${at}, after ${crash.steps.at(-1)}`);
      assert.deepEqual(report.left, []);
      assert.deepEqual(scene.tree.snapshot(), before, `step ${at}, after ${crash.steps.at(-1)}`);
      assert.equal((await scene.applier().rollBack(undefined)).kind, 'nothing');
      // And the same can be applied then.
      assert.equal(
        (await scene.applier().apply(proposal, { label: 'test' }, new AbortController().signal)).kind,
        'applied',
      );
      assert.deepEqual(scene.tree.snapshot(), after);
      return crash;
    });
    assert.ok(steps >= 15, `only ${steps} steps`);
  }).timeout(600_000);

  it('at every step of rolling back: the next start finishes it, or it was not begun', async () => {
    const { before, after } = await whatStands();
    const steps = await forEachStep(async (at) => {
      const scene = new Scene();
      await scene.applier().apply(proposal, { label: 'test' }, new AbortController().signal);
      const crash = await scene.run('rollBack', at);
      scene.assertEachOldOrNew(before, after);
      await scene.applier().recover();
      const isBegun = crash.steps.includes('journal roll back') && crash.steps.length > 1;
      const now = scene.tree.snapshot();
      if (isBegun || !crash.wasKilled) assert.deepEqual(now, before, `step ${at}`);
      else {
        assert.ok(
          [before, after].some((state) => state.join() === now.join()),
          `step ${at}`,
        );
        await scene.applier().rollBack(undefined);
        assert.deepEqual(scene.tree.snapshot(), before);
      }
      return crash;
    });
    assert.ok(steps >= 8, `only ${steps} steps`);
  }).timeout(600_000);

  it('at every step of recovering, too', async () => {
    const { before } = await whatStands();
    const steps = (await new Scene().run('apply', 0)).steps;
    const middle = steps.indexOf('place sub/f.js') + 1;
    assert.ok(middle > 0);
    const recoverySteps = await forEachStep(async (at) => {
      const scene = new Scene();
      await scene.run('apply', middle);
      const crash = await scene.run('recover', at);
      const report = await scene.applier().recover();
      assert.deepEqual(report.problems, []);
      assert.deepEqual(scene.tree.snapshot(), before, `step ${at}`);
      return crash;
    });
    assert.ok(recoverySteps >= 5, `only ${recoverySteps} steps`);
  }).timeout(600_000);

  it('from outside at any moment of many runs: all is as before or as applied after the next start', async () => {
    const { before, after } = await whatStands();
    for (const ticks of [3, 19, 31, 47, 64, 83]) {
      const scene = new Scene();
      let seen = 0;
      const crash = await scene.run('loop', 0, (_line, kill) => {
        seen += 1;
        if (seen === ticks) kill();
      });
      assert.ok(crash.wasKilled);
      scene.assertEachOldOrNew(before, after);
      const report = await scene.applier().recover();
      assert.deepEqual([report.left, report.problems], [[], []]);
      const now = scene.tree.snapshot();
      assert.ok(
        [before, after].some((state) => state.join() === now.join()),
        now.join('\n'),
      );
    }
  }).timeout(600_000);

  it('leaves what the user changed before the next start, puts back the rest, and names it', async () => {
    const { before } = await whatStands();
    const scene = new Scene();
    const steps = (await new Scene().run('apply', 0)).steps;
    await scene.run('apply', steps.indexOf('sync folders') + 1);
    scene.tree.write('a.js', 'typed by the user');
    const report = await scene.applier().recover();
    assert.deepEqual(report.left, ['a.js']);
    assert.equal(scene.tree.read('a.js'), 'typed by the user');
    scene.tree.write('a.js', 'a\r\n');
    assert.deepEqual(scene.tree.snapshot(), before);
  }).timeout(300_000);
});
