import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { endWithParent } from '../dev/endWithParent.ts';
import { plainSettings, startSettings } from '../dev/userSettings.ts';
import { openEditorWindow, type EditorWindow } from '../integration/ui/editorWindow.ts';
import { build } from './build.ts';
import { median, milliseconds } from './figures.ts';

/**
 * `npm run bench:click [-- CLICKS]`: from the click on a lens of the sample to its diff drawn on the screen, with the embedded
 * engine, warm. Once on a copy without tests, once with the sample's tests run twice before every diff: as the code is, and with
 * the change; between clicks the project changes, so that no test result is an old one.
 */
const clicks = Number(process.argv[2] ?? 7);
const opened = { path: 'src/orders.js', line: 44 };
const { signal } = new AbortController();

endWithParent();
await build();
const without = await measure(() =>
  openEditorWindow({ settings: plainSettings, isTrusted: true, file: opened, prepare: removeTests }, signal),
);
const withTests = await measure(() =>
  openEditorWindow({ settings: startSettings, isTrusted: true, file: opened }, signal),
);
const [busy = 0] = loadavg();
console.log(`from click to diff, ${clicks} clicks each (median; lowest to highest)`);
console.log(`  without tests   ${row(without)}`);
console.log(`  with its tests  ${row(withTests)}`);
console.log(
  `  (${availableParallelism()} processors, ${busy.toFixed(1)} of them busy in the last minute, the bench itself included)`,
);
process.exit();

async function measure(open: () => Promise<EditorWindow>): Promise<number[]> {
  const window = await open();
  try {
    const lens = window.page.getByRole('button', { name: /^Optimize this/ }).first();
    await lens.waitFor({ timeout: 90_000 });
    const times: number[] = [];
    for (let click = 0; click <= clicks; click++) {
      await appendFile(join(window.workspace, 'src/lists.js'), `\n// ${click}\n`);
      const started = performance.now();
      await lens.click();
      await window.page.locator('.monaco-diff-editor .modified-in-monaco-diff-editor .char-insert').first().waitFor();
      const time = performance.now() - started;
      // The first one warms up: the engine, the connection, the tests' own files.
      if (click > 0) times.push(time);
      await decide(window);
    }
    return times;
  } finally {
    await window.close();
  }
}

async function decide({ chat, page }: EditorWindow): Promise<void> {
  const card = chat.getByRole('region', { name: 'Proposed change' }).last();
  await card.getByText(/Preserved|Unproven/).waitFor();
  await card.getByRole('button', { name: 'Reject' }).click();
  await chat.getByRole('button', { name: 'Send' }).waitFor();
  await page.locator('.monaco-diff-editor').first().waitFor({ state: 'hidden' });
}

async function removeTests(workspace: string): Promise<void> {
  await rm(join(workspace, 'test'), { recursive: true });
  const file = join(workspace, 'package.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/,\s*"test": "[^"]*"/, ''));
}

function row(times: readonly number[]): string {
  const range = `${milliseconds(Math.min(...times))} to ${milliseconds(Math.max(...times))}`;
  return `${milliseconds(median(times)).padStart(9)}   ${range}`;
}
