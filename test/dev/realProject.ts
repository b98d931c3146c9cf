import { strict as assert } from 'node:assert';
import { basename, resolve } from 'node:path';
import type { Locator } from 'playwright-core';
import { openEditorWindow, type EditorWindow } from '../integration/ui/editorWindow.ts';
import { until } from '../integration/ui/until.ts';
import { endWithParent } from './endWithParent.ts';
import { plainSettings } from './userSettings.ts';

/**
 * `node test/dev/realProject.ts PROJECT FILE[:LINE] TEST-ARGV-JSON [--dark] [--small]`: opens a copy of any project in a real VS Code and does what
 * a person would: every lens of the file is clicked in turn, its diff is looked at, the change accepted, verified and taken back. Prints
 * what came of each click; screenshots stand in out/screenshots. Ends with 1 when a click came to nothing without a reason.
 */
const [project, place, test = '[]'] = process.argv.slice(2);
const [file, line = '1'] = place?.split(':') ?? [];
if (project === undefined || file === undefined) throw new Error('Name a project and a file of it.');
const name = basename(project);
const { signal } = new AbortController();
const minutes = 60_000;

endWithParent();
// The editor draws only what is in view: a small font brings more of a file on screen.
const font = process.argv.includes('--small') ? { 'editor.fontSize': 8, 'editor.codeLensFontSize': 8 } : {};
const settings = {
  ...plainSettings,
  ...font,
  'whetstone.testCommand': JSON.parse(test) as unknown,
  'workbench.colorTheme': process.argv.includes('--dark') ? 'Default Dark Modern' : 'Default Light Modern',
};
const opened = { path: file, line: Number(line) };
const window = await openEditorWindow({ settings, isTrusted: true, file: opened, project: resolve(project) }, signal);
try {
  process.exitCode = await clickEveryLens(window);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await window.screenshot(`${name}-failed`);
  process.exitCode = 1;
} finally {
  await window.close();
}
process.exit();

async function clickEveryLens(window: EditorWindow): Promise<number> {
  const { page, chat } = window;
  // The project's compiler and linter are asked about by themselves.
  void allowCommands(page.locator('.monaco-dialog-box').getByRole('button', { name: 'Run', exact: true }));
  const original = await window.read(file ?? '');
  const lenses = page.getByRole('button', { name: /^Optimize this/ });
  await lenses.first().waitFor({ timeout: 2 * minutes });
  await window.screenshot(`${name}-lenses`);
  const count = await lenses.count();
  console.log(`${name}: ${count} lenses in view in ${file}`);
  let silent = 0;
  for (let index = 0; index < count; index += 1) {
    await lenses.nth(index).click();
    const outcome = await settled(
      chat.getByRole('region', { name: 'Proposed change' }).last(),
      chat.getByRole('button', { name: 'Send' }),
    );
    await window.screenshot(`${name}-${index}-review`);
    if (outcome === 'ended') {
      const said = await chat.locator('.entry').last().innerText();
      console.log(`  lens ${index}: no change. ${said.replaceAll(/\s+/g, ' ').slice(-240)}`);
      if (said.trim() === '') silent += 1;
      continue;
    }
    const card = chat.getByRole('region', { name: 'Proposed change' }).last();
    console.log(`  lens ${index}: ${(await card.innerText()).replaceAll(/\s+/g, ' ').slice(0, 200)}`);
    assert.equal(await window.read(file ?? ''), original, 'nothing is written before Accept');
    await card.getByRole('button', { name: 'Accept' }).click({ timeout: minutes });
    await until(async () => (await window.read(file ?? '')) !== original, 'the file on disk changes', minutes);
    await chat.getByRole('button', { name: 'Send' }).waitFor({ timeout: 2 * minutes });
    await window.screenshot(`${name}-${index}-accepted`);
    console.log(`    accepted: ${(await card.innerText()).replaceAll(/\s+/g, ' ').slice(0, 200)}`);
    await window.runCommand('Whetstone: Undo Last Refactoring');
    await until(async () => (await window.read(file ?? '')) === original, 'every byte is back', minutes);
    console.log('    undone, byte for byte');
  }
  return silent === 0 ? 0 : 1;
}

/** Ends with the window. */
async function allowCommands(button: Locator): Promise<void> {
  const isClicked = await button.click({ timeout: 0 }).then(
    () => true,
    () => false,
  );
  if (isClicked) await allowCommands(button);
}

/** Waits for a card with a verdict, or for the end of the run without one. */
async function settled(card: Locator, send: Locator): Promise<'proposed' | 'ended'> {
  const proposed = card
    .getByText(/Preserved|Unproven|Broken/i)
    .first()
    .waitFor({ timeout: 5 * minutes });
  // The run must have begun before its end can be seen.
  await send.waitFor({ state: 'hidden', timeout: minutes }).catch(() => {});
  const ended = send.waitFor({ timeout: 5 * minutes });
  return Promise.race([proposed.then(() => 'proposed' as const), ended.then(() => 'ended' as const)]);
}
