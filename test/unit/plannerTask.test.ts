import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Talk } from '../support/plannerTalk.ts';
import { PlannerWorkspace, plannerTools, type FailingTests } from '../support/plannerWorkspace.ts';

const names = ['adds', 'sorts', 'prints'];
const allPass = { failing: () => [], testNames: names };

/** A test fails for each of these numbers that was renewed. */
function failsWith(...numbers: readonly number[]): FailingTests {
  return (texts) => {
    const all = [...texts.values()].join('\n');
    return numbers.filter((number) => all.includes(`new(${number})`)).map((number) => `test of ${number}`);
  };
}

function lines(...numbers: readonly number[]): string {
  return numbers.map((number) => `old(${number});\n`).join('');
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}

describe('planner: one goal', () => {
  it('reads, explains, stages everything in one call and runs the tests', async () => {
    const workspace = new PlannerWorkspace({ 'src/a.js': lines(1, 2), 'src/b.js': lines(3) }, allPass);
    const text = await new Talk(workspace).say('Goal: Optimize this\n\nFocus:\n- src/a.js\n- src/b.js');
    assert.deepEqual(
      workspace.calls.map(({ name }) => name),
      ['read_file', 'read_file', 'apply_edit', 'run_tests'],
    );
    assert.equal(workspace.texts.get('src/a.js'), 'new(1);\nnew(2);\n');
    assert.equal(workspace.texts.get('src/b.js'), 'new(3);\n');
    assert.match(text, /- src\/a\.js:2 Renew 2 — It is a mark\./);
    assert.match(text, /3 passed before, 3 with the changes/);
    assert.match(text, /Proposed: 3 changes in src\/a\.js and src\/b\.js/);
  });

  it('asks for the hash that it read, and for nothing that it did not read', async () => {
    const workspace = new PlannerWorkspace({ 'a.js': lines(1) }, allPass);
    await new Talk(workspace).say('Goal: Optimize this\n\nFocus:\n- a.js');
    const edit = workspace.calls.find(({ name }) => name === 'apply_edit');
    assert.match(JSON.stringify(edit?.args), /"hash":"[0-9a-f]{16}"/);
    assert.deepEqual(workspace.calls[0], { name: 'read_file', args: { path: 'a.js', start: null, end: null } });
  });

  it('keeps to the lines that the user pointed at', async () => {
    const workspace = new PlannerWorkspace({ 'a.js': lines(1, 2, 3, 4) }, allPass);
    await new Talk(workspace).say('Goal: Simplify\n\nFocus:\n- a.js lines 2-2 (function total)\n- a.js lines 4-4');
    assert.equal(workspace.texts.get('a.js'), 'old(1);\nnew(2);\nold(3);\nnew(4);\n');
  });

  it('pages through a file that is longer than one result, and edits all of it', async () => {
    const text = range(95).map((number) => `const v${number} = ${number % 10 === 0 ? `old(${number})` : number};\r\n`);
    const workspace = new PlannerWorkspace({ 'a.js': text.join('') }, { ...allPass, pageLines: 30 });
    await new Talk(workspace).say('Goal: Modernize\n\nFocus:\n- a.js');
    assert.deepEqual(
      workspace.calls.filter(({ name }) => name === 'read_file').map(({ args }) => args['start']),
      [null, 31, 61, 91],
    );
    assert.equal(workspace.texts.get('a.js'), text.join('').replaceAll('old(', 'new('));
  });

  it('begins a file again that changes between two pages', async () => {
    let isChanged = false;
    const workspace = new PlannerWorkspace(
      { 'a.js': lines(...range(50)) },
      {
        ...allPass,
        pageLines: 30,
        intercept: (_name, args, { disk }) => {
          if (args['start'] === 31 && !isChanged) {
            isChanged = true;
            disk.set('a.js', lines(...range(40)));
          }
          return undefined;
        },
      },
    );
    await new Talk(workspace).say('Goal: Modernize\n\nFocus:\n- a.js');
    assert.equal(workspace.texts.get('a.js'), lines(...range(40)).replaceAll('old', 'new'));
  });

  it('says when there is nothing to change, names what it only reports, and stages nothing', async () => {
    const workspace = new PlannerWorkspace({ 'a.js': 'odd(7);\n' }, allPass);
    const text = await new Talk(workspace).say('Goal: Optimize this\n\nFocus:\n- a.js');
    assert.match(text, /I looked at a\.js.*nothing to change/);
    assert.match(text, /Reported only.*\n- a\.js:1 Odd 7/);
    assert.deepEqual(
      workspace.calls.map(({ name }) => name),
      ['read_file'],
    );
  });

  it('keeps an unproven proposal and says plainly that nothing proved it', async () => {
    const workspace = new PlannerWorkspace({ 'a.js': lines(1) });
    const text = await new Talk(workspace).say('Goal: Optimize this\n\nFocus:\n- a.js');
    assert.equal(workspace.texts.get('a.js'), 'new(1);\n');
    assert.match(text, /No test proves it: No tests were found\./);
  });

  it('leaves out what the goal excludes: intents, files, both', async () => {
    const workspace = new PlannerWorkspace({ 'src/a.js': lines(1, 95), 'src/b.js': lines(2) }, allPass);
    const text = await new Talk(workspace).say(
      "Goal: Optimize this, but don't organize imports. Do not touch src/b.js.",
    );
    assert.equal(workspace.texts.get('src/a.js'), 'new(1);\nold(95);\n');
    assert.equal(workspace.texts.get('src/b.js'), lines(2));
    assert.match(text, /I leave out: organize imports/);
    assert.match(text, /I leave src\/b\.js alone/);
  });

  it('answers a new goal on the same conversation', async () => {
    const workspace = new PlannerWorkspace({ 'a.js': lines(1), 'b.js': lines(2) }, allPass);
    const talk = new Talk(workspace);
    await talk.say('Goal: Optimize this\n\nFocus:\n- a.js');
    await talk.say('Goal: Simplify\n\nFocus:\n- b.js');
    assert.equal(workspace.texts.get('a.js'), 'new(1);\n');
    assert.equal(workspace.texts.get('b.js'), 'new(2);\n');
  });

  for (const goal of [
    'Write a poem',
    'Rename total to sum',
    'What does this do?',
    'Übersetze das',
    '',
    'Explain async/await',
  ]) {
    it(`says what it can do and calls nothing for "${goal}"`, async () => {
      const workspace = new PlannerWorkspace({ 'a.js': lines(1) }, allPass);
      const text = await new Talk(workspace).say(`Goal: ${goal}\n\nFocus:\n- a.js`);
      assert.match(text, /nothing was changed or proposed/);
      assert.match(text, /I can\n- optimize/);
      assert.equal(workspace.calls.length, 0);
    });
  }

  it('does its part of a goal and names the part that it cannot do', async () => {
    const workspace = new PlannerWorkspace({ 'a.js': lines(1) }, allPass);
    const text = await new Talk(workspace).say('Goal: Modernize this and rename total to sum\n\nFocus:\n- a.js');
    assert.match(text, /I cannot do this part: "rename total to sum"/);
    assert.equal(workspace.texts.get('a.js'), 'new(1);\n');
  });

  it('makes one call in a response when calls must not be parallel', async () => {
    const workspace = new PlannerWorkspace({ 'a.js': lines(1), 'b.js': lines(2) }, allPass);
    const talk = new Talk(workspace, { isParallel: false });
    await talk.say('Goal: Optimize');
    assert.ok(talk.responses.every(({ response }) => response.calls.length <= 1));
    assert.equal(workspace.texts.get('b.js'), 'new(2);\n');
  });

  for (const [missing, sentence] of [
    ['read_file', /offers no read_file tool/],
    ['apply_edit', /offers no apply_edit tool/],
    ['list_files', /offers no list_files tool/],
    ['run_tests', /No test proves it: the request offers no run_tests tool/],
  ] as const) {
    it(`never calls ${missing} when the request does not declare it, and says so`, async () => {
      const workspace = new PlannerWorkspace({ 'src/a.js': lines(1) }, allPass);
      const tools = plannerTools.filter(({ name }) => name !== missing);
      const text = await new Talk(workspace, { tools }).say('Goal: Optimize\n\nFocus:\n- src/a.js\n- src/');
      assert.match(text, sentence);
      assert.ok(workspace.calls.every(({ name }) => name !== missing));
    });
  }
});

describe('planner: a change that breaks a test', () => {
  it('is found among ten, left out by name, and the other nine are kept and proven', async () => {
    const workspace = new PlannerWorkspace(
      { 'a.js': lines(...range(6)), 'b.js': lines(6, 7, 8, 9) },
      { failing: failsWith(7), testNames: ['test of 7', 'other'] },
    );
    const text = await new Talk(workspace).say('Goal: Optimize');
    const expected = (text_: string): string => text_.replaceAll('old', 'new').replace('new(7)', 'old(7)');
    assert.equal(workspace.texts.get('a.js'), expected(lines(...range(6))));
    assert.equal(workspace.texts.get('b.js'), expected(lines(6, 7, 8, 9)));
    assert.match(text, /Left out:\n- b\.js:2 Renew 7: it broke "test of 7"/);
    assert.match(text, /Proposed: 9 changes/);
    assert.match(text, /2 passed before, 2 with the changes/);
    assert.ok(workspace.trials <= 9, `${workspace.trials} trials`);
  });

  it('takes everything back when nothing can be kept', async () => {
    const workspace = new PlannerWorkspace({ 'a.js': lines(1) }, { failing: failsWith(1), testNames: ['test of 1'] });
    const text = await new Talk(workspace).say('Goal: Optimize');
    assert.equal(workspace.proposal.changes.length, 0);
    assert.match(text, /I propose nothing/);
  });

  it('stops after a bounded number of trials, keeps what is proven and names what was not tried', async () => {
    const bad = range(40).filter((number) => number % 3 === 0);
    const workspace = new PlannerWorkspace(
      { 'a.js': lines(...range(40)) },
      { failing: failsWith(...bad), testNames: bad.map((number) => `test of ${number}`) },
    );
    const text = await new Talk(workspace).say('Goal: Optimize');
    assert.ok(workspace.trials <= 26, `${workspace.trials} trials`);
    assert.deepEqual(failsWith(...bad)(workspace.texts), []);
    assert.ok((workspace.texts.get('a.js') ?? '').includes('new('));
    assert.match(text, /Left out without having been tried on their own \(I stop after 24 trials\)/);
  });

  it('counts tests that hang only with a change as broken by it', async () => {
    const workspace = new PlannerWorkspace(
      { 'a.js': lines(1, 2, 3) },
      {
        ...allPass,
        intercept: (name, _args, { texts }) =>
          name === 'run_tests' && (texts.get('a.js') ?? '').includes('new(2)')
            ? JSON.stringify({
                proposal: null,
                verdict: 'unproven',
                reasons: ['The tests did not end within 60 seconds.'],
                before: { passed: 3, failed: 0, skipped: 0 },
                after: null,
                broken: [],
                notes: [],
              })
            : undefined,
      },
    );
    const text = await new Talk(workspace).say('Goal: Optimize');
    assert.equal(workspace.texts.get('a.js'), 'new(1);\nold(2);\nnew(3);\n');
    assert.match(text, /Renew 2: the tests did not come through with it/);
  });
});
