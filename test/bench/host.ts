/**
 * `npm run bench:host [-- CONVERSATIONS]`: the turnaround of `bench:wire`, real loop and `read_file` of 10 KiB, inside the extension
 * host of a real VS Code and without one, in one run.
 */
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
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
import { tableText } from './table.ts';
import { LoopServerThread, writeSources } from './wire/loopServerThread.ts';
import { measureLoop } from './wire/realLoop.ts';

const conversations = Number(process.argv[2] ?? 4);
const turns = 50;
const meters = z.array(z.array(z.object({ turnaroundMs: z.optional(z.number()) })));

endWithParent();
await build();
const inHost = await measureInHost();
const alone: number[] = [];
for (let round = 0; round < conversations; round++) alone.push(...(await measureLoop(turns)).waits);
console.log(
  `Turnaround with a read_file of 10 KiB, ${conversations * turns} turns each: terminal event to next request at the socket.\n`,
);
console.log(tableText([['where', 'median', '90 %', 'slowest'], row('extension host', inHost), row('headless', alone)]));
console.log(`\n(load average ${loadavg()[0]?.toFixed(1)}, the bench itself included)`);
process.exit();

async function measureInHost(): Promise<readonly number[]> {
  const browserPath = findBrowser();
  if (browserPath === undefined) throw new Error('No Chromium was found on PATH; npm test installs it.');
  const { signal } = new AbortController();
  const copy = await copySample(testSettings);
  const report = join(copy.base, 'meters.json');
  const paths = await writeSources(copy.workspace, turns);
  const servers: LoopServerThread[] = [];
  for (let count = 0; count < conversations; count++) servers.push(await LoopServerThread.start(paths));
  try {
    const server = await startCodeServer(
      {
        entry: await ensureCodeServer(console.error, signal),
        userData: copy.userData,
        extensions: copy.extensions,
        isTrusted: true,
        runsTests: true,
        env: {
          WHETSTONE_WIRE_ENDPOINTS: JSON.stringify(servers.map(({ baseUrl }) => baseUrl)),
          WHETSTONE_WIRE_METERS: report,
        },
      },
      signal,
    );
    const browser = await launchBrowser(browserPath);
    const tests = join(root, 'out/test/bench/wireInHost.cjs');
    const url = windowUrl(server.origin, { folder: copy.workspace, development: { extension: root, tests } });
    if ((await runTestsInWindow(await browser.newPage(), url, () => {})) !== 0)
      throw new Error('The conversations failed in the host.');
    await browser.close();
    server.stop();
    return meters
      .parse(JSON.parse(await readFile(report, 'utf8')))
      .flatMap((all) => all.flatMap(({ turnaroundMs }) => turnaroundMs ?? []));
  } finally {
    for (const server of servers) await server.stop();
    await copy.remove();
  }
}

function row(name: string, waits: readonly number[]): string[] {
  const sorted = waits.toSorted((a, b) => a - b);
  const ninety = sorted[Math.floor(sorted.length * 0.9)] ?? NaN;
  return [name, median(sorted), ninety, sorted.at(-1) ?? NaN].map((value) =>
    typeof value === 'string' ? value : milliseconds(value),
  );
}
