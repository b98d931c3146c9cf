import { strict as assert } from 'node:assert';
import { after, afterEach, before, describe, it } from 'mocha';
import { startSettings } from '../../dev/userSettings.ts';
import { openEditorWindow, type EditorWindow } from './editorWindow.ts';
import { explainFailure } from './explainFailure.ts';
import { until } from './until.ts';

/** Runs in the page, as text, since it is of the page's world: loads a picture from elsewhere and gives what forbade it. */
const blockedDirective = `new Promise((resolve) => {
  document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
  document.body.append(Object.assign(document.createElement('img'), { src: 'https://example.invalid/pixel.png' }));
})`;

/** One person, one window, from the first lens to the last goal; each step begins where the one before ended. */
describe('a refactoring, seen from outside', function () {
  this.timeout(600_000);
  const closing = new AbortController();
  const file = 'src/orders.js';
  let window: EditorWindow;
  let original = '';

  before(async () => {
    const opened = { path: file, line: 44 };
    window = await openEditorWindow({ settings: startSettings, isTrusted: true, file: opened }, closing.signal);
    original = await window.read(file);
  });
  after(async () => {
    closing.abort();
    await window.close();
  });
  afterEach(function () {
    return explainFailure(window, this.currentTest);
  });

  it('offers itself above functions with findings', async () => {
    const lenses = window.page.getByRole('button', { name: /^Optimize this/ });
    await until(async () => (await lenses.count()) >= 2, 'several lenses are in view', 90_000);
    await window.screenshot('lens');
  });

  it('one click leads to a previewed change with its tests run, and the disk untouched', async () => {
    await window.page
      .getByRole('button', { name: /^Optimize this/ })
      .first()
      .click();
    await window.page.locator('.monaco-diff-editor').first().waitFor();
    const card = window.chat.getByRole('region', { name: 'Proposed change' });
    await card.locator('.card-head .badge', { hasText: 'Preserved' }).waitFor();
    await card.getByText('17 passed').first().waitFor();
    await window.screenshot('review');
    assert.equal(await window.read(file), original);
  });

  it('shows all four phases, and lets nothing load from elsewhere', async () => {
    for (const phase of ['Analyze', 'Propose', 'Apply', 'Verify'])
      await window.chat.getByText(phase, { exact: true }).waitFor();
    const blocked: unknown = await window.chat.locator('body').evaluate(blockedDirective);
    assert.equal(blocked, 'img-src');
  });

  it('Accept writes what was shown and verifies it', async () => {
    await window.chat.getByRole('button', { name: 'Accept' }).click();
    await window.chat.getByText('Applied', { exact: true }).waitFor();
    await until(async () => (await window.read(file)) !== original, 'the file on disk changes');
    assert.match(await window.read(file), /for \(const order of orders\)/);
    await window.chat.getByRole('button', { name: 'Send' }).waitFor();
    await window.screenshot('accepted');
  });

  it('Undo Last Refactoring brings every byte back', async () => {
    await window.runCommand('Whetstone: Undo Last Refactoring');
    await until(async () => (await window.read(file)) === original, 'the file on disk is the old one again');
  });

  it('takes a goal in words, and Reject leaves the disk alone', async () => {
    const goal = window.chat.getByRole('textbox', { name: 'Goal' });
    await goal.fill('use find and some');
    await goal.press('Enter');
    const card = window.chat.getByRole('region', { name: 'Proposed change' }).last();
    await card.locator('.card-head .badge', { hasText: 'Preserved' }).waitFor();
    await window.screenshot('goal');
    await card.getByRole('button', { name: 'Reject' }).click();
    await card.getByText('Rejected', { exact: true }).waitFor();
    await window.chat.getByRole('button', { name: 'Send' }).waitFor();
    assert.equal(await window.read(file), original);
  });

  it('tells turn by turn what went over the wire', async () => {
    const strip = window.chat.getByRole('banner');
    await strip.getByText('all ↑').click();
    await strip.getByRole('columnheader', { name: 'Tools' }).waitFor();
    await strip.getByText('Connections').waitFor();
    await window.screenshot('wire-meter');
    await strip.getByText('all ↑').click();
  });

  it('has several conversations at once, chosen by keyboard, each with its own change under review', async () => {
    const goal = window.chat.getByRole('textbox', { name: 'Goal' });
    const card = window.chat.getByRole('region', { name: 'Proposed change' }).last();
    await window.chat.getByRole('button', { name: 'New conversation' }).click();
    await window.chat.getByText('Refactor with proof').waitFor();
    await goal.fill('use find and some');
    await goal.press('Enter');
    await card.locator('.card-head .badge', { hasText: /Preserved|Unproven/ }).waitFor();
    await window.chat.getByRole('button', { name: 'New conversation' }).click();
    await window.chat.getByText('Refactor with proof').waitFor();
    await goal.fill('modernize the syntax');
    await goal.press('Enter');
    await card.locator('.card-head .badge', { hasText: /Preserved|Unproven/ }).waitFor();

    const list = window.chat.getByRole('navigation', { name: 'Conversations' });
    await list.getByRole('button', { expanded: false }).press('Enter');
    const waiting = list.getByRole('listitem').getByRole('button', { name: /waits for a decision/ });
    await until(async () => (await list.getByRole('listitem').count()) === 3, 'three conversations are listed');
    await until(async () => (await waiting.count()) === 2, 'two of them wait for a decision');
    await window.screenshot('conversations');
    await waiting.last().focus();
    await waiting.last().press('ArrowUp');
    await window.page.keyboard.press('Enter');
    // The list has the same words; once it is closed under the new name, what is below is that conversation's.
    await list.getByRole('button', { expanded: false, name: 'use find and some' }).waitFor();
    await card.getByRole('button', { name: 'Accept' }).click();
    await window.chat.getByText('Applied', { exact: true }).waitFor();
    await until(async () => (await window.read(file)) !== original, 'the file on disk changes');
    const written = await window.read(file);

    await list.getByRole('button', { expanded: false }).press('Enter');
    await waiting.press('Enter');
    await list.getByRole('button', { expanded: false, name: 'modernize the syntax' }).waitFor();
    await card.getByRole('button', { name: 'Accept' }).click();
    await window.chat
      .getByText(/changed since the preview, so nothing was written/)
      .first()
      .waitFor();
    assert.equal(await window.read(file), written);
    await window.runCommand('Preferences: Toggle between Light/Dark Themes');
    await list.getByRole('button', { expanded: false }).press('Enter');
    await window.screenshot('conversations-dark');
    await window.page.keyboard.press('Escape');
    await until(async () => (await list.getByRole('listitem').count()) === 0, 'Escape closes the list');
  });

  it('has its conversations again in the next window, and goes on with them', async () => {
    await window.page.reload();
    await window.page.locator('.monaco-workbench .activitybar').waitFor();
    const list = window.chat.getByRole('navigation', { name: 'Conversations' });
    // The old host may outlive its window for a while; it has to let them go first.
    await list.waitFor({ timeout: 120_000 });
    await list.getByRole('button', { expanded: false }).press('Enter');
    await until(async () => (await list.getByRole('listitem').count()) === 3, 'three conversations are listed again');
    await window.page.keyboard.press('Escape');
    const goal = window.chat.getByRole('textbox', { name: 'Goal' });
    await goal.fill('remove code that nothing uses');
    await goal.press('Enter');
    await window.chat
      .getByText(/sent again: the conversation goes on after a restart/)
      .first()
      .waitFor();
    await window.screenshot('continued');
  });

  it('takes them over from a window that was cut off, whose host still lives', async () => {
    await window.crash();
    await window.page.getByRole('tab', { name: 'Whetstone' }).click();
    const list = window.chat.getByRole('navigation', { name: 'Conversations' });
    await list.waitFor({ timeout: 120_000 });
    await list.getByRole('button', { expanded: false }).press('Enter');
    await until(async () => (await list.getByRole('listitem').count()) === 3, 'three conversations are listed again');
    await window.screenshot('taken-over');
  });
});
