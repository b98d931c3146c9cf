import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Talk } from '../support/plannerTalk.ts';
import { PlannerWorkspace } from '../support/plannerWorkspace.ts';

const allPass = { failing: () => [], testNames: ['one'] };

async function proposed(): Promise<Talk> {
  const talk = new Talk(new PlannerWorkspace({ 'a.js': 'old(1);\n' }, allPass));
  await talk.say('Goal: Optimize');
  return talk;
}

/** Sentences that a person counts, file names not being ends. */
function sentences(text: string): number {
  return (text.match(/[.!?](?=\s|$)/g) ?? []).length;
}

describe('planner: what became of a proposal', () => {
  for (const [review, answer] of [
    ['Review: accepted.\nApplied: a.js\nVerification: preserved. All pass.', /in place, and the tests pass/],
    ['Review: accepted.\nApplied: a.js\nVerification: unproven. No tests.', /no test proves/],
    ['Review: rejected. Nothing was changed on disk.\nReason: no', /nothing was changed/],
    ['Review: shown only', /nothing was written/],
    ['Review: accepted, but not applied. Nothing was changed on disk.\nReason: stale', /Nothing was written/],
  ] as const) {
    it(`answers "${review.split('\n')[0] ?? ''}" in one or two sentences and calls nothing`, async () => {
      const talk = await proposed();
      const before = talk.workspace.calls.length;
      const text = await talk.say(review);
      assert.match(text, answer);
      assert.ok(sentences(text) <= 2, text);
      assert.equal(talk.workspace.calls.length, before);
    });
  }

  it('answers a review that it knows nothing of', async () => {
    const talk = new Talk(new PlannerWorkspace({}, allPass));
    assert.match(await talk.say('Review: accepted.\nVerification: broken. One test fails.'), /Undo Last Refactoring/);
    assert.equal(talk.workspace.calls.length, 0);
  });

  /** Breaks only where it really runs: what a private copy cannot show. */
  function brokenInPlace(): PlannerWorkspace {
    let isApplied = false;
    return new PlannerWorkspace(
      { 'a.js': 'old(1);\nold(2);\nold(3);\n', 'b.js': 'old(4);\n' },
      {
        testNames: ['test of 3', 'other'],
        failing: (texts) => (isApplied && (texts.get('a.js') ?? '').includes('new(3)') ? ['test of 3'] : []),
        intercept: (name, _args, workspace) => {
          if (name === 'read_file' && workspace.disk.get('b.js') === 'new(4);\n') isApplied = true;
          return undefined;
        },
      },
    );
  }

  const broken =
    'Review: accepted.\nApplied: a.js, b.js\nVerification: broken. One test fails.\nBroken tests:\n- test of 3: expected 3';

  it('proposes to take back the one change that broke a test once it was applied, and keeps the others', async () => {
    const workspace = brokenInPlace();
    const talk = new Talk(workspace);
    await talk.say('Goal: Optimize');
    workspace.accept();
    const text = await talk.say(broken);
    assert.match(
      text,
      /I propose to take back a\.js:3 Renew 3; the tests pass again without it\. 3 other changes stay/,
    );
    assert.equal(workspace.texts.get('a.js'), 'new(1);\nnew(2);\nold(3);\n');
    assert.equal(workspace.texts.get('b.js'), 'new(4);\n');
  });

  it('mends a proposal that turned out broken before it was shown', async () => {
    let isLate = false;
    const workspace = new PlannerWorkspace(
      { 'a.js': 'old(1);\nold(2);\n' },
      {
        testNames: ['x'],
        failing: (texts) => (isLate && (texts.get('a.js') ?? '').includes('new(2)') ? ['x'] : []),
      },
    );
    const talk = new Talk(workspace);
    await talk.say('Goal: Optimize');
    isLate = true;
    const text = await talk.say(
      'Review: not shown yet. The proposal is still staged.\nVerification: broken. x fails.\nBroken tests:\n- x: no',
    );
    assert.match(text, /I propose to take back a\.js:2 Renew 2/);
    assert.equal(workspace.texts.get('a.js'), 'new(1);\nold(2);\n');
  });

  it('answers the review of that, too', async () => {
    const workspace = brokenInPlace();
    const talk = new Talk(workspace);
    await talk.say('Goal: Optimize');
    workspace.accept();
    await talk.say(broken);
    workspace.accept();
    assert.match(await talk.say('Review: accepted.\nApplied: a.js\nVerification: preserved. Fine.'), /in place/);
  });

  it('says so when the tests break without its changes, and leaves nothing staged', async () => {
    let isAccepted = false;
    const workspace = new PlannerWorkspace(
      { 'a.js': 'old(1);\nold(2);\n' },
      { testNames: ['x'], failing: () => (isAccepted ? ['x'] : []) },
    );
    const talk = new Talk(workspace);
    await talk.say('Goal: Optimize');
    workspace.accept();
    isAccepted = true;
    const text = await talk.say(
      'Review: accepted.\nApplied: a.js\nVerification: broken. x fails.\nBroken tests:\n- x: no',
    );
    assert.match(text, /The tests break without these changes, too/);
    assert.equal(workspace.proposal.changes.length, 0);
  });

  it('does not touch files that are no longer what it proposed', async () => {
    const talk = await proposed();
    talk.workspace.accept();
    talk.workspace.disk.set('a.js', 'new( 1 );\n');
    const text = await talk.say('Review: accepted.\nApplied: a.js\nVerification: broken. x fails.');
    assert.match(text, /I cannot tell which change it was/);
    assert.equal(talk.workspace.proposal.changes.length, 0);
  });

  it('says what to do after a roll-back', async () => {
    const talk = await proposed();
    const before = talk.workspace.calls.length;
    const text = await talk.say(
      'Review: accepted.\nApplied: a.js\nVerification: broken. x fails.\nBroken tests:\n- x: no\nRolled back: every file is as it was before.',
    );
    assert.match(text, /everything was rolled back/);
    assert.equal(talk.workspace.calls.length, before);
  });
});
