import { readFile, stat } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { startCodeServer } from '../dev/codeServer.ts';
import { endWithParent } from '../dev/endWithParent.ts';
import { ensureCodeServer } from '../dev/installCodeServer.ts';
import { root } from '../dev/paths.ts';
import { copySample } from '../dev/sampleCopy.ts';
import { findBrowser } from '../dev/systemPackages.ts';
import { testSettings } from '../dev/userSettings.ts';
import { launchBrowser, runTestsInWindow, windowUrl } from '../dev/webWindow.ts';
import { build } from './build.ts';
import { median, milliseconds } from './figures.ts';

/**
 * `npm run bench:activation [-- HOSTS]`: how long the extension takes to load and to activate in extension hosts that have
 * just started (every window has a process of its own), and how large the bundles are.
 */
const hosts = Number(process.argv[2] ?? 12);
const marks = z.object({ loadMs: z.number(), activateMs: z.number() });

endWithParent();
await build();
const browserPath = findBrowser();
if (browserPath === undefined) throw new Error('No Chromium was found on PATH; npm test installs it.');
const { signal } = new AbortController();
const copy = await copySample(testSettings);
const file = join(copy.base, 'marks.jsonl');
try {
  const server = await startCodeServer(
    {
      entry: await ensureCodeServer(console.error, signal),
      userData: copy.userData,
      extensions: copy.extensions,
      isTrusted: true,
      runsTests: true,
      env: { WHETSTONE_ACTIVATION_MARKS: file },
    },
    signal,
  );
  const browser = await launchBrowser(browserPath);
  const tests = join(root, 'out/test/bench/activateInHost.cjs');
  const url = windowUrl(server.origin, { folder: copy.workspace, development: { extension: root, tests } });
  for (let host = 0; host < hosts; host++) {
    const page = await browser.newPage();
    if ((await runTestsInWindow(page, url, () => {})) !== 0) throw new Error('The extension did not activate.');
    await page.close();
  }
  await browser.close();
  server.stop();
  await report();
} finally {
  await copy.remove();
}
process.exit();

async function report(): Promise<void> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  const all = lines.map((line) => marks.parse(JSON.parse(line)));
  const total = all.map(({ loadMs, activateMs }) => loadMs + activateMs);
  console.log(`activation, ${all.length} cold hosts (median; lowest to highest)`);
  const rows: [string, number[]][] = [
    ['load', all.map(({ loadMs }) => loadMs)],
    ['activate()', all.map(({ activateMs }) => activateMs)],
    ['together', total],
  ];
  for (const [name, values] of rows) {
    const range = `${milliseconds(Math.min(...values))} to ${milliseconds(Math.max(...values))}`;
    console.log(`  ${name.padEnd(12)} ${milliseconds(median(values)).padStart(10)}   ${range}`);
  }
  const [busy = 0] = loadavg();
  console.log(
    `  (${availableParallelism()} processors, ${busy.toFixed(1)} of them busy in the last minute, the bench itself included)`,
  );
  console.log('\nsizes, minified');
  for (const name of [
    'extension.cjs',
    'workbench.cjs',
    'verifier.cjs',
    'mutantSeeder.cjs',
    'webview.js',
    'engine.cjs',
    'typescript.cjs',
    'cliMain.cjs',
  ]) {
    const { size } = await stat(join(root, 'dist', name));
    console.log(`  ${name.padEnd(16)} ${(size / 1000).toFixed(1).padStart(8)} KB`);
  }
}
