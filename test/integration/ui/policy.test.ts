import { strict as assert } from 'node:assert';
import { after, afterEach, before, describe, it } from 'mocha';
import { testSettings } from '../../dev/userSettings.ts';
import { startScriptedGoals, type GoalTurn } from '../../support/scriptedGoals.ts';
import type { ScriptedServer } from '../../support/scriptedServer.ts';
import { TemporaryFolder } from '../../support/temporaryFolder.ts';
import { openEditorWindow, type EditorWindow } from './editorWindow.ts';
import { explainFailure } from './explainFailure.ts';
import { until } from './until.ts';

const file = 'src/price.js';
const source = `/** What all of it costs. */
export function total(prices) {
  let sum = 0;
  for (const price of prices) sum += price;
  return sum;
}

/** For the shelf. */
export function label(price) {
  return 'EUR ' + price;
}
`;
const project = {
  'package.json': '{"type":"module","scripts":{"test":"node --test"}}',
  [file]: source,
  'test/price.test.js': `import test from 'node:test';
import assert from 'node:assert';
import { total } from '../src/price.js';
test('adds up', () => assert.equal(total([1, 2]), 3));
`,
  'settings.json': '{ "size": 1 }\n',
  'tsconfig.json': '{ "compilerOptions": { "allowJs": true } }',
  'eslint.config.js': 'export default [];',
  'node_modules/typescript/package.json': '{"version":"6.0.3","bin":{"tsc":"./bin/tsc"}}',
  'node_modules/typescript/bin/tsc': "throw new Error('Nobody allowed this.')",
  'node_modules/eslint/package.json': '{"version":"10.0.0","bin":{"eslint":"./bin/eslint.js"}}',
  'node_modules/eslint/bin/eslint.js': "throw new Error('Nobody allowed this.')",
};

const replace = (old: string, now: string, step: string | null = null, path = file) =>
  [
    ['read_file', { path }],
    ['apply_edit', { step, changes: [{ action: 'edit', path, edits: [{ old, new: now }] }] }],
  ] as const;
const bothSteps = [
  ...replace('sum += price', 'sum = sum + price', 'Say it in full'),
  ...replace("'EUR ' + price", '`EUR ${price}`', 'Tidy the label').slice(1),
];
const goals: Readonly<Record<string, readonly GoalTurn[]>> = {
  'make it wrong': [[...replace('sum += price', 'sum -= price')], 'It stays like that.'],
  'tidy the label': [[...replace("'EUR ' + price", '`EUR ${price}`')], 'Tidied.'],
  'two steps': [bothSteps, 'Both are staged.'],
  'tidy both': [bothSteps, 'Both are staged.'],
  'name a schema': [
    [...replace('"size": 1', '"$schema": "https://schemas.invalid/a", "size": 1', null, 'settings.json')],
    'Named.',
  ],
  'tidy the sum and think': [
    [...replace('sum += price', 'sum = sum + price')],
    [['run_tests', {}]],
    (exchange) => exchange.created(),
  ],
  'tidy the sum': [[...replace('sum += price', 'sum = sum + price')], 'Tidied.'],
};

/** One person and three policies; the model does as the goal says. */
describe('what may be applied, seen from outside', function () {
  this.timeout(600_000);
  const closing = new AbortController();
  const folder = new TemporaryFolder();
  let model: ScriptedServer;
  let window: EditorWindow;

  before(async () => {
    for (const [path, text] of Object.entries(project)) folder.write(path, text);
    model = await startScriptedGoals(goals);
    const settings = { ...testSettings, 'whetstone.endpoint': model.baseUrl };
    window = await openEditorWindow({ settings, isTrusted: true, project: folder.path }, closing.signal);
    await window.page.getByRole('tab', { name: 'Whetstone' }).click();
  });
  after(async () => {
    closing.abort();
    await window.close();
    await model.stop();
    folder.dispose();
  });
  afterEach(function () {
    return explainFailure(window, this.currentTest);
  });

  const card = () => window.chat.getByRole('region', { name: 'Proposed change' }).last();
  const says = (word: string) => card().getByText(word, { exact: true }).first().waitFor();
  const accept = () => card().getByRole('button', { name: 'Accept' });
  const dialog = () => window.page.getByRole('dialog');
  const ask = async (goal: string): Promise<void> => {
    const field = window.chat.getByRole('textbox', { name: 'Goal' });
    await field.fill(goal);
    await field.press('Enter');
  };
  const ended = () => window.chat.getByRole('button', { name: 'Send' }).waitFor();

  it('asks once for all commands, and takes the tests alone', async () => {
    await ask('make it wrong');
    await dialog().getByText('Run these 3 commands').waitFor();
    await window.screenshot('commands');
    const shown = await dialog().innerText();
    for (const part of [
      'node --test',
      'Type check (TypeScript 6.0.3',
      'node_modules/typescript/bin/tsc -p tsconfig.json',
    ])
      assert.ok(shown.includes(part), shown);
    await dialog().getByRole('button', { name: 'Run Only the Tests' }).click();
    await says('Broken');
  });

  it('applies what is BROKEN only when that is said twice, and offers to take it back', async () => {
    await window.screenshot('broken');
    await accept().click();
    await dialog().getByText('This change is BROKEN').waitFor();
    await window.screenshot('broken-question');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await window.read(file), source);
    await window.runCommand('Whetstone: Accept');
    await dialog().getByRole('button', { name: 'Apply All the Same' }).click();
    await dialog().getByText('Roll it back?').waitFor();
    assert.match(await window.read(file), /sum -= price/);
    await dialog().getByRole('button', { name: 'Roll Back' }).click();
    await ended();
    assert.equal(await window.read(file), source);
  });

  it('applies the steps that are taken, and shows each of them in the diff', async () => {
    await ask('two steps');
    const steps = card().getByRole('list', { name: 'Steps' });
    await says('Unproven');
    await steps.getByText('Preserved').waitFor({ state: 'attached' });
    await steps.getByRole('button', { name: 'Tidy the label' }).click();
    await window.page.getByText(/^Ln 10, Col 1/).waitFor();
    await window.screenshot('steps');
    await steps.getByRole('checkbox', { name: 'Take the step Tidy the label' }).uncheck();
    await card().getByRole('button', { name: 'Accept 1 of 2 Steps' }).click();
    await says('Applied');
    await steps.getByText('left out').waitFor();
    await ended();
    assert.equal(await window.read(file), source.replace('sum += price', 'sum = sum + price'));
    await window.screenshot('steps-applied');
  });

  it('undoes one step of what was applied, then the rest', async () => {
    const applied = source.replace('sum += price', 'sum = sum + price');
    await window.runCommand('Whetstone: Undo Last Refactoring');
    await until(async () => (await window.read(file)) === source, 'the file on disk is the old one again');
    await ask('tidy both');
    await says('Unproven');
    await accept().click();
    await says('Applied');
    await ended();
    const steps = card().getByRole('list', { name: 'Steps' });
    await steps.getByRole('button', { name: 'Undo the step Tidy the label' }).click();
    // A goal could not be taken now, so none can be sent.
    await window.chat.getByRole('button', { name: 'Stop' }).waitFor();
    await steps.getByText('undone').waitFor();
    await ended();
    assert.equal(await window.read(file), applied);
    await window.screenshot('step-undone');
    await window.runCommand('Whetstone: Undo Step');
    await window.page.locator('.quick-input-list').getByText('Say it in full').click();
    await until(async () => (await window.read(file)) === source, 'nothing of the change is left');
    // Its tests run after it was written.
    await window.chat
      .getByText(/Undone: the step “Say it in full”/)
      .first()
      .waitFor();
  });

  /** A run that is stopped while the model thinks about what to say of what its tests said. */
  const stopWhileItThinks = async (): Promise<void> => {
    const silent = model.requests.length + 3;
    await ask('tidy the sum and think');
    await model.until(() => model.requests.length >= silent);
    await window.chat.getByRole('button', { name: 'Stop' }).click();
    await card().getByRole('button', { name: 'Reject' }).waitFor();
    await window.chat.getByText('Stop once more gives it up').last().waitFor();
  };

  it('keeps the diff and the card with the verdict that it has when a run is stopped, and applies it on Accept', async () => {
    await stopWhileItThinks();
    const tested = window.chat.getByText('Tests with the change');
    const before = await tested.count();
    await says('Unproven');
    await card()
      .getByText(/The tests pass; no mutant/)
      .first()
      .waitFor();
    await window.page.locator('.monaco-diff-editor').first().waitFor();
    await window.screenshot('stopped');
    assert.equal(await tested.count(), before, 'no test was started');
    assert.equal(await window.read(file), source);
    await accept().click();
    await says('Applied');
    await ended();
    assert.equal(await window.read(file), source.replace('sum += price', 'sum = sum + price'));
    await window.runCommand('Whetstone: Undo Last Refactoring');
    await until(async () => (await window.read(file)) === source, 'the file on disk is the old one again');
  });

  it('ends for good when Stop is pressed twice', async () => {
    await stopWhileItThinks();
    await window.chat.getByRole('button', { name: 'Stop' }).click();
    await ended();
    await window.screenshot('stopped-twice');
    assert.equal(await card().getByRole('button', { name: 'Accept' }).count(), 0);
    assert.equal(await window.page.locator('.monaco-diff-editor').count(), 0);
    assert.equal(await window.read(file), source);
  });

  it('applies nothing but what is PRESERVED where the policy says so, whichever way it is asked for', async () => {
    await window.configure({ 'whetstone.applyPolicy': 'preservedOnly' });
    await ask('tidy the label');
    await says('Unproven');
    await card().getByText('Your setting lets only PRESERVED changes be applied.').waitFor();
    assert.equal(await accept().isDisabled(), true);
    await card().getByRole('button', { name: 'Write Tests First' }).waitFor();
    await window.screenshot('preserved-only');
    await window.runCommand('Whetstone: Accept');
    await window.page
      .getByText(/whetstone\.applyPolicy lets only PRESERVED changes/)
      .first()
      .waitFor();
    await window.page.getByRole('button', { name: 'Change Setting' }).waitFor();
    assert.equal(await window.read(file), source);
    await card().getByRole('button', { name: 'Reject' }).click();
    await ended();
  });

  it('warns of what a diff does not tell: an address that the editor would fetch', async () => {
    await ask('name a schema');
    await window.page
      .getByText(/settings\.json gains a remote \$schema, which an editor may fetch: https:\/\/schemas\.invalid\/a/)
      .first()
      .waitFor();
    await card().getByRole('button', { name: 'Reject' }).click();
    await ended();
  });

  it('verifies on request only, and then as ever', async () => {
    await window.configure({ 'whetstone.applyPolicy': 'onRequest' });
    const tested = window.chat.getByText('Tests with the change');
    const before = await tested.count();
    await ask('tidy the sum');
    await says('Not verified yet');
    assert.equal(await tested.count(), before, 'nothing of this run was tested');
    await window.screenshot('on-request');
    await card().getByRole('button', { name: 'Verify' }).click();
    await says('Preserved');
    await accept().click();
    await says('Applied');
    await until(async () => (await window.read(file)) !== source, 'the file on disk changes');
    await ended();
  });
});
