import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { plannedSteps } from '../../../src/edits/plannedSteps.ts';
import { emptyProposal, isEmpty, type Proposal } from '../../../src/edits/proposal.ts';
import { deltaOf } from '../../../src/edits/stepDelta.ts';
import { goTogether, onlySteps, withoutSteps, type Composition, type Step } from '../../../src/edits/steps.ts';
import { chainOf, plan, stepsOf, type Texts } from '../../support/stepPlans.ts';

const names = (steps: readonly Step[]): readonly string[] => steps.map(({ name }) => name);

function composed(composition: Composition): Proposal {
  assert.equal(composition.kind, 'composed');
  return composition.kind === 'composed' ? composition.proposal : emptyProposal;
}

/** A file of numbered lines of which a step rewrites some. */
const lines = (edit: (line: number) => string): string => Array.from({ length: 12 }, (_, n) => edit(n)).join('');

describe('steps of a plan', () => {
  it('none left out is the whole, all left out is nothing', () => {
    fc.assert(
      fc.property(plan, ({ steps }) => {
        fc.pre(steps.length > 0);
        const whole = withoutSteps(steps, new Set());
        assert.equal(composed(whole).hash, steps.at(-1)?.after.hash);
        assert.deepEqual(whole.kind === 'composed' && names(whole.steps), names(steps));
        assert.ok(isEmpty(composed(withoutSteps(steps, new Set(steps.map(({ id }) => id))))));
      }),
    );
  });

  it('the last ones left out are the steps before them, exactly', () => {
    fc.assert(
      fc.property(plan, fc.nat(), ({ steps }, pick) => {
        fc.pre(steps.length > 0);
        const count = pick % steps.length;
        const left = onlySteps(steps, new Set(steps.slice(0, count).map(({ id }) => id)));
        assert.equal(composed(left).hash, (steps[count - 1]?.after ?? emptyProposal).hash);
      }),
    );
  });

  it('are composed exactly or not at all, in whatever order they are named', () => {
    fc.assert(
      fc.property(plan, fc.infiniteStream(fc.boolean()), ({ steps }, coins) => {
        const out = steps.filter(() => coins.next().value).map(({ id }) => id);
        const left = withoutSteps(steps, new Set(out));
        assert.deepEqual(withoutSteps(steps, new Set(out.toReversed())), left);
        if (left.kind === 'conflict') {
          assert.ok(!('proposal' in left) && out.includes(left.step.id) && !out.includes(left.heldBy.id));
          assert.ok(Number(left.heldBy.id) > Number(left.step.id));
          return;
        }
        let before = emptyProposal;
        for (const step of left.steps) {
          assert.equal(step.before.hash, before.hash);
          assert.notEqual(step.after.hash, before.hash);
          before = step.after;
        }
        assert.equal(before.hash, left.proposal.hash);
      }),
    );
  });

  it('that touch lines of their own are left out as if they had never been made', () => {
    const places = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 6 });
    const style = fc.record({ end: fc.constantFrom('\n', '\r\n'), hasBom: fc.boolean(), isEnded: fc.boolean() });
    fc.assert(
      fc.property(places, fc.infiniteStream(fc.boolean()), style, (order, coins, { end, hasBom, isEnded }) => {
        const text = (changed: readonly number[]): string => {
          const all = lines((n) => (changed.includes(n / 2) ? `new ${n}${end}` : `old ${n}${end}`));
          return isEnded ? all : all.slice(0, -end.length);
        };
        const states = order.map((_, count) => ({ 'a.js': { text: text(order.slice(0, count + 1)), hasBom } }));
        const steps = stepsOf([{ 'a.js': { text: text([]), hasBom } }, ...states]);
        const out = steps.filter(() => coins.next().value);
        const rest = order.filter((_, index) => !out.some(({ id }) => id === steps[index]?.id));
        const direct = chainOf([{ 'a.js': { text: text([]), hasBom } }, { 'a.js': { text: text(rest), hasBom } }]);
        assert.equal(composed(withoutSteps(steps, new Set(out.map(({ id }) => id)))).hash, direct.at(-1)?.hash);
      }),
    );
  });

  it('that a later one builds on go only with it, and it is named', () => {
    const [zero, one, two]: readonly Texts[] = [
      { 'a.js': 'a\nb\nc\nd\ne\n' },
      { 'a.js': 'a\nB\nc\nd\ne\n' },
      { 'a.js': 'a\nB!\nc\nd\ne\n' },
    ];
    const steps = stepsOf([zero ?? {}, one ?? {}, two ?? {}, { 'a.js': 'a\nB!\nc\nd\nE\n' }]);
    const left = withoutSteps(steps, new Set(['1']));
    assert.ok(left.kind === 'conflict' && left.heldBy.id === '2' && left.path === 'a.js');
    assert.deepEqual(
      goTogether(steps, '1').map(({ id }) => id),
      ['1', '2'],
    );
    assert.deepEqual(
      plannedSteps(steps).map(({ heldBy }) => heldBy),
      [['2'], [], []],
    );
    assert.deepEqual(statesText(composed(withoutSteps(steps, new Set(['1', '2'])))), { 'a.js': 'a\nb\nc\nd\nE\n' });
  });

  it('what goes together can always be left out', () => {
    fc.assert(
      fc.property(plan, fc.nat(), ({ steps }, pick) => {
        const step = steps[pick % Math.max(steps.length, 1)];
        fc.pre(step !== undefined);
        if (step === undefined) return;
        const together = goTogether(steps, step.id);
        assert.ok(together.every(({ id }) => Number(id) >= Number(step.id)));
        composed(withoutSteps(steps, new Set(together.map(({ id }) => id))));
      }),
    );
  });

  it('files that are made, moved and deleted come back as long as nothing else was done to them', () => {
    const steps = stepsOf([
      { 'a.js': 'a\n', 'old.js': 'old\n' },
      { 'a.js': 'a\n', 'old.js': 'old\n', 'new.js': 'n\n' },
      { 'b.js': 'a\n', 'old.js': 'old\n', 'new.js': 'n\n' },
      { 'b.js': 'a\n', 'new.js': 'n\n' },
      { 'b.js': 'a2\n', 'new.js': 'n\n' },
    ]);
    assert.deepEqual(
      steps.map((step) => deltaOf(step).changes.map(({ kind, path }) => `${kind} ${path}`)),
      [['create new.js'], ['move b.js'], ['delete old.js'], ['edit b.js']],
    );
    const left = composed(withoutSteps(steps, new Set(['1', '3'])));
    assert.deepEqual(
      left.changes.map(({ kind, path }) => `${kind} ${path}`),
      ['move b.js'],
    );
    const moved = withoutSteps(steps, new Set(['2']));
    assert.ok(moved.kind === 'conflict' && moved.heldBy.id === '4');
  });

  it('does not put a file where a later step makes a folder, nor beside one that is spelt alike', () => {
    const below = stepsOf([{ lib: 'x\n' }, {}, { 'lib/a.js': 'x2\n' }]);
    assert.equal(withoutSteps(below, new Set(['1'])).kind, 'conflict');
    const alike = stepsOf([{ 'A.js': 'x\n' }, {}, { 'a.js': 'x2\n' }]);
    assert.equal(withoutSteps(alike, new Set(['1'])).kind, 'conflict');
  });

  it('are one where a later one mends what stands in the way', () => {
    const steps = stepsOf([
      { 'a.js': 'a\nb\nc\nd\ne\n' },
      { 'a.js': 'a\nB\nc\nd\ne\n' },
      { 'a.js': 'a\nB!\nc\nd\ne!\n' },
      { 'a.js': 'a\nB\nc\nd\ne!\n' },
    ]);
    const left = withoutSteps(steps, new Set(['1']));
    assert.ok(left.kind === 'composed');
    assert.deepEqual(names(left.steps), ['step 2; step 3']);
    assert.deepEqual(statesText(left.proposal), { 'a.js': 'a\nb\nc\nd\ne!\n' });
  });
});

function statesText({ changes }: Proposal): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const change of changes) if (change.kind !== 'delete') texts[change.path] = change.after.text;
  return texts;
}
