import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, it } from 'mocha';
import { DiskApplier } from '../../../src/apply/diskApplier.ts';
import { formatStepRecord, parseStepRecord } from '../../../src/apply/stepRecord.ts';
import type { StepHook } from '../../../src/apply/steps.ts';
import { rootFolder } from '../../../src/apply/rootFolder.ts';
import { undoStep, type StepUndoOutcome } from '../../../src/apply/undoStep.ts';
import { DiskDocuments } from '../../../src/disk/diskDocuments.ts';
import { encodeText } from '../../../src/edits/encoding.ts';
import { withoutSteps, type Step } from '../../../src/edits/steps.ts';
import { statesAfter, statesBefore } from '../../../src/edits/states.ts';
import { isAbortError } from '../../../src/util/abort.ts';
import type { TestComparison, Verdict } from '../../../src/workspace/verification.ts';
import { plan, stepsOf, type Texts } from '../../support/stepPlans.ts';
import { TempTree } from '../../support/tempTree.ts';

const signal = new AbortController().signal;

function comparison(kind: Verdict['kind']): TestComparison {
  const run = { kind: 'noTests', reason: 'none' } as const;
  return {
    before: run,
    after: run,
    broken: [],
    fixed: [],
    stillFailing: [],
    verdict: { kind, reasons: [`It is ${kind}.`] },
  };
}

/** A workspace whose first state is on disk, and the journal of what is applied to it. */
class Scene {
  readonly tree = new TempTree();
  readonly journal = new TempTree();
  readonly steps: readonly Step[];
  inCopy: Verdict['kind'] = 'preserved';
  inPlace: Verdict['kind'] = 'preserved';
  onApplied: () => void = () => {};

  constructor(states: readonly Texts[], steps: readonly Step[] = stepsOf(states)) {
    scenes.push(this);
    this.steps = steps;
    for (const [path, text] of Object.entries(states[0] ?? {}))
      this.tree.write(path, encodeText(typeof text === 'string' ? { text, hasBom: false } : text));
  }

  applier(onStep?: StepHook): DiskApplier {
    const { root } = this.journal;
    return new DiskApplier({ root: this.tree.root, journalFolder: root, ...(onStep ? { onStep } : {}) });
  }

  async apply(steps = this.steps): Promise<void> {
    const whole = steps.at(-1)?.after;
    assert.ok(whole !== undefined);
    const outcome = await this.applier().apply(whole, { label: 'all', steps }, signal);
    assert.equal(outcome.kind, 'applied', JSON.stringify(outcome));
  }

  undo(step: string, onStep?: StepHook, stop = signal): Promise<StepUndoOutcome> {
    const ports = {
      applier: this.applier(onStep),
      documents: new DiskDocuments({ root: this.tree.root }),
      verifier: {
        examine: async () => comparison(this.inCopy),
        applied: async () => {
          this.onApplied();
          stop.throwIfAborted();
          return comparison(this.inPlace);
        },
      },
      mayApply: async (_: unknown, verdict: Verdict) => verdict.kind !== 'broken',
    };
    return undoStep(ports, { step }, stop);
  }

  read(path: string): string {
    return readFileSync(this.tree.path(path), 'utf8');
  }

  dispose(): void {
    this.tree.dispose();
    this.journal.dispose();
  }
}

const scenes: Scene[] = [];
afterEach(() => {
  for (const scene of scenes.splice(0)) scene.dispose();
});

const lines = (...changed: readonly string[]): string =>
  ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
    .map((one) => `${changed.find((c) => c.startsWith(one)) ?? one}\r\n`)
    .join('');

const four: readonly Texts[] = [
  { 'a.js': lines() },
  { 'a.js': lines('a1') },
  { 'a.js': lines('a1', 'd2') },
  { 'a.js': lines('a1', 'd23') },
  { 'a.js': lines('a1', 'd23'), 'new.js': 'n\n' },
];

const reasonOf = (outcome: StepUndoOutcome): string => ('reason' in outcome ? outcome.reason : outcome.kind);

describe('undoing one step', () => {
  it('takes out what the step did and nothing else, and undoing that brings it back', async () => {
    const scene = new Scene(four);
    await scene.apply();
    const later = scene.read('a.js').replace('i\r\n', 'typed since');
    scene.tree.write('a.js', later);
    const undone = await scene.undo('1');
    assert.deepEqual(undone.kind === 'undone' && [undone.name, undone.paths], ['step 1', ['a.js']]);
    assert.equal(scene.read('a.js'), later.replace('a1\r\n', 'a\r\n'));
    assert.match(reasonOf(await scene.undo('1')), /undone already: step 1 “step 1”/);
    const listed = await scene.applier().appliedPlan();
    assert.deepEqual(
      listed?.steps.map(({ isOut }) => isOut),
      [true, false, false, false],
    );
    assert.equal((await scene.applier().rollBack(undefined)).kind, 'restored');
    assert.equal(scene.read('a.js'), later);
    assert.equal((await scene.undo('1')).kind, 'undone');
    assert.equal((await scene.undo('4')).kind, 'undone');
    assert.equal(scene.tree.snapshot().filter((line) => line.includes('new.js')).length, 0);
  });

  it('refuses in one sentence what a later step or later work builds on, and writes nothing', async () => {
    const scene = new Scene(four);
    await scene.apply();
    const before = scene.tree.snapshot();
    assert.equal(
      reasonOf(await scene.undo('2')),
      'In a.js step 3 “step 3” builds on step 2 “step 2”; undo the later one first. Nothing was changed.',
    );
    assert.deepEqual(scene.tree.snapshot(), before);
    assert.equal((await scene.undo('3')).kind, 'undone');
    assert.equal((await scene.undo('2')).kind, 'undone');
    assert.equal(scene.read('a.js'), lines('a1'));
    scene.tree.write('a.js', lines('a1 and more'));
    assert.match(reasonOf(await scene.undo('1')), /a\.js was changed in the same place since/);
    scene.tree.write('new.js', 'n\nmine\n');
    assert.match(reasonOf(await scene.undo('4')), /new\.js was changed in the same place since/);
    assert.equal(scene.read('new.js'), 'n\nmine\n');
  });

  it('is what the plan without the step would have been, for whatever steps do to files', async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.nat(), async ({ states, steps }, pick) => {
        const step = steps[pick % Math.max(steps.length, 1)];
        const whole = steps.at(-1)?.after;
        fc.pre(step !== undefined && whole !== undefined && whole.changes.length > 0);
        if (step === undefined || whole === undefined) return;
        const scene = new Scene(states, steps);
        await scene.apply();
        const before = scene.tree.snapshot();
        const outcome = await scene.undo(step.id);
        const left = withoutSteps(steps, new Set([step.id]));
        if (left.kind === 'conflict') {
          assert.notEqual(outcome.kind, 'undone');
          assert.deepEqual(scene.tree.snapshot(), before);
        } else if (outcome.kind === 'undone') {
          const expected = new Map([...statesBefore(whole), ...statesAfter(left.proposal)]);
          for (const { after } of steps)
            for (const [path, original] of statesBefore(after)) if (!expected.has(path)) expected.set(path, original);
          for (const [path, state] of expected) {
            const found = scene.tree.snapshot().some((line) => line.startsWith(`${path} `));
            assert.equal(found, state !== 'missing', path);
            if (state !== 'missing')
              assert.deepEqual(readFileSync(scene.tree.path(path)), Buffer.from(encodeText(state)), path);
          }
          assert.equal((await scene.applier().rollBack(outcome.entry)).kind, 'restored');
          assert.deepEqual(scene.tree.snapshot(), before);
        }
        scene.dispose();
        scenes.pop();
      }),
      { numRuns: 15 },
    );
  }).timeout(60_000);

  it('writes nothing that breaks in the copy, and puts back what breaks in place or is stopped', async () => {
    const scene = new Scene(four);
    await scene.apply();
    const before = scene.tree.snapshot();
    scene.inCopy = 'broken';
    assert.match(reasonOf(await scene.undo('1')), /^Without step 1 “step 1” it is BROKEN: It is broken\.$/);
    assert.deepEqual(scene.tree.snapshot(), before);
    scene.inCopy = 'unproven';
    scene.inPlace = 'broken';
    assert.match(reasonOf(await scene.undo('1')), /^In place it is BROKEN: .* It is put back\.$/);
    assert.deepEqual(scene.tree.snapshot(), before);
    const stop = new AbortController();
    scene.onApplied = () => stop.abort();
    await assert.rejects(scene.undo('1', undefined, stop.signal), isAbortError);
    assert.deepEqual(scene.tree.snapshot(), before);
  });

  it('leaves everything as it was when any step of writing fails', async () => {
    for (let at = 1; ; at += 1) {
      const scene = new Scene(four);
      await scene.apply();
      const before = scene.tree.snapshot();
      let count = 0;
      const outcome = await scene.undo('1', () => {
        count += 1;
        if (count === at) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      });
      if (count < at) {
        assert.ok(outcome.kind === 'undone' && at > 5, String(at));
        break;
      }
      assert.equal(outcome.kind, 'refused');
      assert.deepEqual(scene.tree.snapshot(), before);
      assert.equal((await scene.undo('1')).kind, 'undone');
    }
  });

  it('knows no steps of an entry without them or with a damaged list, which can still be undone as a whole', async () => {
    const damages: readonly ((file: string) => void)[] = [
      (file) => rmSync(file),
      (file) => writeFileSync(file, '{'),
      (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('"a.js"', '"../a.js"')),
      (file) => writeFileSync(file, readFileSync(file, 'utf8').replace(/"after":\d+/, '"after":99')),
    ];
    for (const damage of damages) {
      const scene = new Scene(four);
      const before = scene.tree.snapshot();
      await scene.apply();
      const own = rootFolder(scene.journal.root, scene.tree.root);
      const [entry = ''] = readdirSync(own).filter((name) => /^\d{9}-/.test(name));
      damage(join(own, entry, 'steps.json'));
      assert.deepEqual((await scene.applier().appliedPlan())?.steps, []);
      assert.equal((await scene.undo('1')).kind, 'nothing');
      assert.equal((await scene.applier().rollBack(undefined)).kind, 'restored');
      assert.deepEqual(scene.tree.snapshot(), before);
      assert.equal((await scene.undo('1')).kind, 'nothing');
    }
  });
});

describe('the record of steps', () => {
  it('gives back what each step made of which files, and never throws over other texts', () => {
    fc.assert(
      fc.property(plan, ({ steps }) => {
        fc.pre(steps.length > 0);
        const read = parseStepRecord(formatStepRecord({ label: '', steps }) ?? '');
        assert.deepEqual(
          read?.steps.map(({ id, name }) => [id, name]),
          steps.map(({ id, name }) => [id, name]),
        );
        for (const [index, step] of steps.entries())
          for (const { path, before, after } of read?.steps[index]?.files ?? []) {
            const [was, is] = [statesAfter(step.before), statesAfter(step.after)];
            if (was.has(path)) assert.deepEqual(before, was.get(path));
            if (is.has(path)) assert.deepEqual(after, is.get(path));
          }
      }),
    );
    fc.assert(fc.property(fc.json(), (text) => void parseStepRecord(text)));
  });

  it('is not kept when there is too much of it', () => {
    const big = 'x'.repeat(5_000_000);
    const steps = stepsOf([{ 'a.js': '' }, { 'a.js': big }, { 'a.js': `${big}y` }]);
    assert.equal(formatStepRecord({ label: '', steps }), undefined);
    assert.equal(formatStepRecord({ label: '' }), undefined);
  });
});
