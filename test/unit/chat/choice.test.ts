import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { choiceOf, leftOutSteps, takeFile, takeStep } from '../../../src/chat/choice.ts';
import { emptyConversation } from '../../../src/chat/conversation.ts';
import { chatEntry, type ProposedStep } from '../../../src/chat/messages.ts';
import { reduce } from '../../../src/chat/reducer.ts';
import { createProposal } from '../../../src/edits/proposal.ts';

const step = (id: string, ...heldBy: readonly string[]): ProposedStep => ({
  ...{ id, name: `Step ${id}`, heldBy, added: 1, removed: 0, verdict: null },
  state: 'taken',
});

function outOf(steps: readonly ProposedStep[], ids: readonly string[]): ReturnType<typeof leftOutSteps> {
  return leftOutSteps(steps.map((one) => (ids.includes(one.id) ? { ...one, state: 'leftOut' } : one)));
}

/** Plans in which each step is held by some later ones and by what holds those. */
const plan = fc.array(fc.array(fc.nat(6), { maxLength: 2 }), { minLength: 1, maxLength: 7 }).map((wishes) => {
  const held = wishes.map((wish, at) => new Set(wish.filter((other) => other > at && other < wishes.length)));
  for (const set of held.toReversed())
    for (const other of [...set]) for (const further of held[other] ?? []) set.add(further);
  return held.map((set, at) => step(`${at}`, ...[...set].map(String)));
});

describe('steps that are left out', () => {
  it('take along what builds on them, say on what, and nothing else', () => {
    const steps = [step('1', '3'), step('2'), step('3')];
    assert.deepEqual(
      [...outOf(steps, ['1'])],
      [
        ['1', { kind: 'chosen' }],
        ['3', { kind: 'buildsOn', name: 'Step 1' }],
      ],
    );
    assert.deepEqual(outOf(steps, ['1', '3']).get('3'), { kind: 'buildsOn', name: 'Step 1' });
    assert.deepEqual([...outOf(steps, ['3']).keys()], ['3']);
    assert.equal(outOf(steps, ['9']).size, 0);
  });

  it('never leave a step whose foundation is gone, and come back when it does', () =>
    fc.assert(
      fc.property(plan, fc.uniqueArray(fc.nat(6)), (steps, picks) => {
        const chosen = picks.map(String);
        const out = outOf(steps, chosen);
        for (const { id, heldBy } of steps)
          if (out.has(id)) for (const other of heldBy) assert.equal(out.get(other)?.kind, 'buildsOn');
        for (const [id, why] of out) assert.ok(why.kind === 'buildsOn' || chosen.includes(id));
        assert.equal(outOf(steps, []).size, 0);
      }),
    ));

  it('are chosen on the card under review, one by one, with files; a press on Accept means what stands there', () => {
    const created = (path: string) => ({ kind: 'create', path, after: { text: 'x', hasBom: false } }) as const;
    const proposal = createProposal([created('a.js'), created('b.js')]);
    const { hash } = proposal;
    const plan = [step('1', '2'), step('2'), step('3')].map((one) => ({ ...one, paths: ['a.js'] }));
    const shown = reduce(emptyConversation, {
      kind: 'reviewStarted',
      proposal,
      verdict: { kind: 'preserved', reasons: ['Yes.'] },
      steps: plan,
    });
    assert.deepEqual(choiceOf(shown, hash), { paths: ['a.js', 'b.js'], without: [] });
    const less = takeStep(takeFile(takeStep(shown, hash, '3', false), hash, 'b.js', false), hash, '1', false);
    assert.deepEqual(choiceOf(less, hash), { paths: ['a.js'], without: ['1', '3', '2'] });
    const more = takeStep(takeFile(less, hash, 'b.js', true), hash, '1', true);
    assert.deepEqual(choiceOf(more, hash), { paths: ['a.js', 'b.js'], without: ['3'] });
    assert.equal(takeFile(shown, 'another', 'a.js', false), shown);
    const decided = reduce(less, { kind: 'reviewed', outcome: { kind: 'rejected', reason: 'No.' } });
    assert.equal(takeStep(decided, hash, '2', true), decided);
    assert.equal(choiceOf(decided, hash), undefined);
  });

  it('are unknown to cards that an earlier version kept', () => {
    const kept = {
      ...{ kind: 'proposal', id: 1, hash: 'h', files: [], state: 'applied', tests: null, warnings: [] },
      verdict: { kind: 'preserved', reasons: ['Yes.'] },
    };
    assert.deepEqual(chatEntry.parse(kept), kept);
  });
});
