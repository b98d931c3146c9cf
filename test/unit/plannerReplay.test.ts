import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import type { Item } from '../../src/engine/server/model.ts';
import { answer, markModel, Talk, user, type Response } from '../support/plannerTalk.ts';
import { PlannerWorkspace } from '../support/plannerWorkspace.ts';

/** What a response says and does; ids of calls are new each time. */
function essence({ text, calls }: Response): unknown {
  return { text, calls: calls.map(({ name, arguments: args }) => [name, args]) };
}

const scenario = fc.record({
  files: fc.dictionary(
    fc.constantFrom('a.js', 'src/b.ts', 'src/c.js', 'src/d.test.js'),
    fc.array(fc.nat({ max: 30 }), { maxLength: 8 }).map((marks) => marks.map((mark) => `old(${mark});\n`).join('')),
  ),
  bad: fc.array(fc.nat({ max: 30 }), { maxLength: 3 }),
  hasTests: fc.boolean(),
  isParallel: fc.boolean(),
  pageLines: fc.integer({ min: 1, max: 10 }),
  goals: fc.array(
    fc.constantFrom(
      'Goal: Optimize',
      'Goal: Simplify\n\nFocus:\n- a.js lines 1-3\n- src/',
      'Goal: sing',
      'Review: accepted.\nApplied: a.js\nVerification: preserved. All fine.',
      'Review: accepted.\nApplied: a.js\nVerification: broken. One test fails.\nBroken tests:\n- test of 1: no',
      'Review: rejected',
    ),
    { minLength: 1, maxLength: 3 },
  ),
});

describe('planner: replay', () => {
  it('a full resend at any turn leads to the same response as the live conversation', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ files, bad, hasTests, isParallel, pageLines, goals }) => {
        const workspace = new PlannerWorkspace(files, {
          pageLines,
          ...(hasTests && {
            testNames: bad.map(String),
            failing: (texts) => bad.filter((mark) => [...texts.values()].join('').includes(`new(${mark})`)).map(String),
          }),
        });
        const talk = new Talk(workspace, { isParallel });
        for (const goal of goals) await talk.say(goal);
        for (const { end, response } of talk.responses) {
          const again = await answer(markModel().converse(), talk.history.slice(0, end), { isParallel });
          assert.deepEqual(essence(again), essence(response));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('goes on live after a full resend, under the call ids of the record', async () => {
    const open = (): PlannerWorkspace =>
      new PlannerWorkspace({ 'a.js': 'old(1);\n' }, { failing: () => [], testNames: ['x'] });
    const talk = new Talk(open());
    await talk.say('Goal: Optimize');
    const workspace = open();
    const conversation = markModel().converse();
    const [, second] = talk.responses;
    const resent = await answer(conversation, talk.history.slice(0, second?.end));
    const outputs: Item[] = resent.calls.map(({ callId, name, arguments: args }) => ({
      kind: 'output',
      callId,
      output: workspace.run(name, args),
    }));
    const next = await answer(conversation, outputs);
    assert.deepEqual(essence(next), essence(talk.responses[2]?.response ?? next));
    assert.equal(next.calls[0]?.name, 'apply_edit');
  });

  it("begins again at the goal when the record is another model's", async () => {
    const items: readonly Item[] = [
      { kind: 'message', role: 'developer', text: 'standing instructions' },
      user('Goal: Optimize\n\nFocus:\n- a.js'),
      { kind: 'other', source: { type: 'reasoning' } },
      { kind: 'call', callId: 'x', name: 'search_text', arguments: '{"pattern":"a"}' },
      { kind: 'output', callId: 'x', output: '[no matches]' },
    ];
    const { calls } = await answer(markModel().converse(), items);
    assert.deepEqual(
      calls.map(({ name, arguments: args }) => [name, args]),
      [['read_file', '{"path":"a.js","start":null,"end":null}']],
    );
  });

  it('answers the newest words when an answer before was never finished', async () => {
    const { calls, text } = await answer(markModel().converse(), [user('Goal: Optimize'), user('Goal: sing')]);
    assert.equal(calls.length, 0);
    assert.match(text, /I cannot serve "sing"/);
  });

  it('drops what it does when a new goal comes with the outputs', async () => {
    const conversation = markModel().converse();
    const first = await answer(conversation, [user('Goal: Optimize\n\nFocus:\n- a.js')]);
    const outputs: readonly Item[] = first.calls.map(({ callId }) => ({
      kind: 'output',
      callId,
      output: 'Error: cancelled',
    }));
    const second = await answer(conversation, [...outputs, user('Goal: Simplify\n\nFocus:\n- b.js')]);
    assert.match(second.calls[0]?.arguments ?? '', /"b\.js"/);
  });

  it('reads arguments that a client keeps with other spacing', async () => {
    const call: Item = {
      kind: 'call',
      callId: 'x',
      name: 'read_file',
      arguments: '{ "path": "a.js", "start": null, "end": null }',
    };
    const output: Item = {
      kind: 'output',
      callId: 'x',
      output: '[a.js hash=0123456789abcdef lines=1-1 of=1]\nfine();\n',
    };
    const { calls, text } = await answer(markModel().converse(), [
      user('Goal: Optimize\n\nFocus:\n- a.js'),
      call,
      output,
    ]);
    assert.equal(calls.length, 0);
    assert.match(text, /nothing to change/);
  });
});
