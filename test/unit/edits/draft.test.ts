import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Draft, maxSteps } from '../../../src/edits/draft.ts';
import { createProposal, emptyProposal, isEmpty, type Proposal } from '../../../src/edits/proposal.ts';
import { withoutSteps } from '../../../src/edits/steps.ts';
import { chainOf, plan } from '../../support/stepPlans.ts';

/** What must be true of every draft. */
function check({ steps, proposal }: Draft): void {
  let before = emptyProposal;
  for (const step of steps) {
    assert.equal(step.before.hash, before.hash);
    assert.notEqual(step.after.hash, before.hash);
    before = step.after;
  }
  if (steps.length > 0) assert.equal(before.hash, proposal.hash);
  assert.equal(new Set(steps.map(({ id }) => id)).size, steps.length);
}

const file = (text: string): Proposal =>
  createProposal([{ kind: 'create', path: 'a.js', after: { text, hasBom: false } }]);

const summary = ({ steps }: Draft): readonly string[] => steps.map(({ id, name }) => `${id} ${name}`);

describe('the draft', () => {
  it('always has steps that lead to what is staged, or none', () => {
    const name = fc.constantFrom('one', 'two', 'three');
    const pick = fc.nat();
    const act = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('stage' as const), name, pick }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('set' as const), pick }) },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('drop' as const), path: fc.constantFrom('a.js', 'b.js') }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('keep' as const), pick }) },
    );
    fc.assert(
      fc.property(plan, fc.array(act, { maxLength: 12 }), ({ states }, acts) => {
        const draft = new Draft();
        const proposals = [emptyProposal, ...chainOf(states)];
        for (const one of acts) {
          const before = draft.proposal;
          const wanted = proposals['pick' in one ? one.pick % proposals.length : 0] ?? emptyProposal;
          if (one.kind === 'stage') draft.stage(wanted, one.name);
          else if (one.kind === 'set') draft.set(wanted);
          else if (one.kind === 'drop') draft.drop(new Set([one.path]));
          else if (draft.steps.length > 0) {
            const left = withoutSteps(draft.steps, new Set([draft.steps[one.pick % draft.steps.length]?.id ?? '']));
            if (left.kind === 'composed') draft.restore(left.proposal, left.steps);
          }
          check(draft);
          if (one.kind === 'stage' || one.kind === 'set') assert.equal(draft.proposal.hash, wanted.hash);
          if (one.kind === 'stage' && draft.proposal !== before)
            assert.equal(draft.steps.length === 0, isEmpty(wanted));
          if (one.kind === 'drop') assert.ok(draft.proposal.changes.every(({ path }) => path !== one.path));
        }
      }),
    );
  });

  it('makes calls of one name that follow each other one step, and takes steps back that are taken back', () => {
    const draft = new Draft();
    draft.stage(file('a'), 'first');
    draft.stage(file('b'), 'first');
    draft.stage(file('c'), 'second');
    draft.stage(file('d'), 'first');
    assert.deepEqual(summary(draft), ['1 first', '2 second', '3 first']);
    draft.stage(file('b'), 'third');
    assert.deepEqual(summary(draft), ['1 first']);
    draft.stage(emptyProposal, 'none');
    assert.deepEqual(summary(draft), []);
    draft.stage(file('e'), 'first');
    assert.deepEqual(summary(draft), ['4 first']);
  });

  it('lets the last step grow when there are too many, and calls what it does not know by what it is', () => {
    const draft = new Draft();
    draft.set(file('known by nobody'));
    for (let index = 0; index < maxSteps + 5; index += 1) draft.stage(file(`text ${index}`), `step ${index}`);
    assert.equal(draft.steps.length, maxSteps);
    assert.equal(draft.steps[0]?.name, 'Earlier changes');
    check(draft);
  });

  it('tells of a change of what is staged once, and not of one of its steps alone', () => {
    const draft = new Draft();
    const told: string[] = [];
    draft.onDidChange(({ hash }) => void told.push(hash));
    draft.stage(file('a'), 'first');
    draft.stage(file('a'), 'second');
    draft.restore(draft.proposal, draft.steps);
    draft.drop(new Set(['b.js']));
    draft.restore(emptyProposal, draft.steps);
    assert.deepEqual(told, [file('a').hash, emptyProposal.hash]);
  });
});
