import { findDesktop } from './desktop.ts';
import { ensureCodeServer } from './installCodeServer.ts';
import { checks, hostLayers, nodeLayers, type Layer } from './layers.ts';
import { failureCount, printFailures, summaryLine, type LayerResult } from './report.ts';
import { ensureSystemPackages, findBrowser, findOnPath } from './systemPackages.ts';

/** `npm test`: every layer, each failure with its error, and at last how many passed and failed. */
const stopping = new AbortController();
const say = (line: string): void => console.log(line);
let stopCode = 0;
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  process.on(name, () => {
    stopCode = code;
    stopping.abort();
  });

await ensureSandbox();
const checked = await inParallel(checks);
// The tests in an editor wait for it most of their time.
const tested = await Promise.all([inOrder(nodeLayers), inRealEditor()]);
const results = [...checked, ...tested.flat()];
printFailures(results, say);
const skipped = results.reduce((sum, result) => sum + result.skipped, 0);
if (skipped > 0) say(`\n${skipped} skipped`);
say(`\n${summaryLine(results)}`);
process.exitCode = stopCode || (failureCount(results) > 0 ? 1 : 0);

/** The sandbox is tested for real where it can be had; elsewhere its tests say that they did not run. */
async function ensureSandbox(): Promise<void> {
  if (process.platform !== 'linux' || findOnPath('bwrap') !== undefined) return;
  await ensureSystemPackages(['bubblewrap'], say, stopping.signal).catch((error: unknown) =>
    say(error instanceof Error ? error.message : String(error)),
  );
}

async function inRealEditor(): Promise<LayerResult[]> {
  try {
    if (findBrowser() === undefined)
      await ensureSystemPackages(['chromium', 'fonts-dejavu-core'], say, stopping.signal);
    if (findBrowser() === undefined) throw new Error('No Chromium or Chrome was found on PATH.');
    await ensureCodeServer(say, stopping.signal);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const failures = [{ title: 'no VS Code could be started', detail }];
    return [{ layer: 'integration', passed: 0, skipped: 0, failures }];
  }
  say(`integration tests run in ${findDesktop() ?? 'the web build of VS Code'}`);
  return inOrder(hostLayers);
}

function inParallel(layers: readonly Layer[]): Promise<LayerResult[]> {
  return Promise.all(layers.map(run));
}

async function inOrder(layers: readonly Layer[]): Promise<LayerResult[]> {
  const done: LayerResult[] = [];
  for (const layer of layers) done.push(await run(layer));
  return done;
}

async function run(layer: Layer): Promise<LayerResult> {
  const started = performance.now();
  const result = await layer.run(stopping.signal);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const counts = `${result.passed} passed, ${result.failures.length} failed`;
  say(`${layer.name.padEnd(28)} ${counts.padEnd(24)} ${seconds.padStart(6)} s`);
  return result;
}
