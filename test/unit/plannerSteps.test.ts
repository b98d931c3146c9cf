import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { DirectAnalyst } from '../../src/engine/analyst/analyst.ts';
import { analyze } from '../../src/engine/analyst/analyze.ts';
import type { Model } from '../../src/engine/server/model.ts';
import { createPlannerModel } from '../../src/engine/planner/plannerConversation.ts';
import { emptyProposal, isEmpty } from '../../src/edits/proposal.ts';
import { Talk } from '../support/plannerTalk.ts';
import { PlannerWorkspace, plannerTools, steppingTools, type FailingTests } from '../support/plannerWorkspace.ts';

const allPass = { failing: () => [], testNames: ['one'] };
const goal = (paths: readonly string[]): string =>
  `Goal: Optimize this\n\nFocus:\n${paths.map((path) => `- ${path}`).join('\n')}`;

const namesOf = (workspace: PlannerWorkspace): readonly string[] => workspace.draft.steps.map(({ name }) => name);
const turnsWith = (talk: Talk, name: string): number =>
  talk.responses.filter(({ response }) => response.calls.some((call) => call.name === name)).length;

/** Pieces of code that different refactorings change. */
const pieces = [
  'export function total(list) {\n  var sum = 0;\n  for (var i = 0; i < list.length; i++) {\n    sum = sum + list[i].price;\n  }\n  return sum;\n}\n',
  "export function label(name) {\n  return 'Hello ' + name + '!';\n}\n",
  'export function isOld(age) {\n  if (age > 60) {\n    return true;\n  } else {\n    return false;\n  }\n}\n',
  'export function copy(one) {\n  const unused = 1;\n  return Object.assign({}, one);\n}\n',
  'export const square = function (x) {\n  return Math.pow(x, 2);\n};\n',
  'export function first(list) {\n  return list.filter((one) => one.ok)[0];\n}\n',
] as const;

const realModel = (): Model => createPlannerModel(new DirectAnalyst(analyze));

describe('planner: steps', () => {
  it('stages each kind of refactoring as a step of its own, all in one turn', async () => {
    const workspace = new PlannerWorkspace({ 'a.js': 'old(1);\nold(2);\nold(1);\n', 'b.js': 'old(2);\n' }, allPass);
    const talk = new Talk(workspace, { tools: steppingTools });
    await talk.say(goal(['a.js', 'b.js']));
    assert.deepEqual(namesOf(workspace), ['2 × Renew 1', '2 × Renew 2']);
    assert.equal(turnsWith(talk, 'apply_edit'), 1);
    assert.equal(workspace.trials, 1);
    const [first, second] = workspace.draft.steps;
    assert.deepEqual(
      first?.after.changes.map((change) => change.kind === 'edit' && change.after.text),
      ['new(1);\nold(2);\nnew(1);\n'],
    );
    assert.equal(second?.after.hash, workspace.proposal.hash);
  });

  it('stages exactly what it stages at once for a client without steps, and for one that takes calls one by one', async () => {
    let longest = 0;
    const files = fc.array(fc.subarray([...pieces], { minLength: 1 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(files, async (chosen) => {
        const texts = Object.fromEntries(chosen.map((some, index) => [`f${index}.js`, some.join('\n')]));
        const results = [];
        for (const options of [
          { tools: steppingTools },
          { tools: plannerTools },
          { tools: steppingTools, isParallel: false },
        ]) {
          const workspace = new PlannerWorkspace(texts, allPass);
          await new Talk(workspace, options, realModel()).say(goal(Object.keys(texts)));
          results.push(workspace);
        }
        const [stepped, ...others] = results;
        assert.ok(stepped !== undefined);
        longest = Math.max(longest, stepped.draft.steps.length);
        for (const other of others) {
          assert.equal(other.proposal.hash, stepped.proposal.hash);
          assert.equal(other.draft.steps.length, isEmpty(other.proposal) ? 0 : 1);
        }
        assert.equal((stepped.draft.steps.at(-1)?.after ?? emptyProposal).hash, stepped.proposal.hash);
      }),
      { numRuns: 2, examples: [[[[...pieces]]]] },
    );
    assert.ok(longest > 3, `at most ${longest} steps`);
  });

  it('has the steps of what is left after it looked for what breaks the tests', async () => {
    const failing: FailingTests = (texts) => ([...texts.values()].join('').includes('new(2)') ? ['two'] : []);
    const workspace = new PlannerWorkspace(
      { 'a.js': 'old(1);\nold(2);\nold(3);\n' },
      { failing, testNames: ['one', 'two'] },
    );
    await new Talk(workspace, { tools: steppingTools }).say(goal(['a.js']));
    assert.equal(workspace.texts.get('a.js'), 'new(1);\nold(2);\nnew(3);\n');
    assert.deepEqual(namesOf(workspace), ['Renew 1', 'Renew 3']);
  });

  it('leaves nothing staged when a step is refused, and goes on without the file', async () => {
    const workspace = new PlannerWorkspace(
      { 'a.js': 'old(1);\nold(2);\n', 'config.js': 'old(2);\n' },
      {
        ...allPass,
        intercept: (name, args) =>
          name === 'apply_edit' && JSON.stringify(args).includes('config.js')
            ? 'Error: config.js is protected.'
            : undefined,
      },
    );
    const text = await new Talk(workspace, { tools: steppingTools }).say(goal(['a.js', 'config.js']));
    assert.match(text, /I go on without/);
    assert.equal(workspace.texts.get('config.js'), 'old(2);\n');
    assert.deepEqual(namesOf(workspace), ['Renew 1', 'Renew 2']);
    assert.equal(workspace.texts.get('a.js'), 'new(1);\nnew(2);\n');
  });

  it('looks again at a file that changes between two steps, and proposes for what it is then', async () => {
    let calls = 0;
    const workspace = new PlannerWorkspace(
      { 'a.js': 'old(1);\nold(2);\n', 'b.js': 'old(1);\nold(2);\n' },
      {
        ...allPass,
        intercept: (name, _args, { disk, draft }) => {
          if (name === 'apply_edit' && ++calls === 2) {
            disk.set('a.js', 'typed();\nold(3);\n');
            draft.drop(new Set(['a.js']));
          }
          return undefined;
        },
      },
    );
    const text = await new Talk(workspace, { tools: steppingTools }).say(goal(['a.js', 'b.js']));
    assert.match(text, /a\.js changed since I read it/);
    assert.equal(workspace.texts.get('a.js'), 'typed();\nnew(3);\n');
    assert.equal(workspace.texts.get('b.js'), 'new(1);\nnew(2);\n');
    assert.equal(workspace.draft.steps.at(-1)?.after.hash, workspace.proposal.hash);
  });

  it('stages what is beyond a dozen kinds together', async () => {
    const marks = Array.from({ length: 20 }, (_, index) => `old(${index});\n`).join('');
    const workspace = new PlannerWorkspace({ 'a.js': marks }, allPass);
    await new Talk(workspace, { tools: steppingTools }).say(goal(['a.js']));
    assert.equal(workspace.texts.get('a.js'), marks.replaceAll('old', 'new'));
    assert.equal(namesOf(workspace).length, 12);
    assert.equal(namesOf(workspace).at(-1), '9 other kinds');
  });
});
