import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs inside the extension host: every suite of this launch. A suite's file name says which launch it belongs to:
 * `name.test.ts` runs in a trusted copy of the sample project, `name.restricted.test.ts` in Restricted Mode,
 * `name.noFolder.test.ts` in a window without a folder. Results go to the file named by WHETSTONE_TEST_REPORT,
 * because the console bridge between host and test runner loses formatting. Rejects when a test failed.
 */
export async function run(): Promise<void> {
  const launch = process.env['WHETSTONE_TEST_LAUNCH'] ?? 'normal';
  const output = process.env['WHETSTONE_TEST_REPORT'] ?? join(import.meta.dirname, `${launch}.json`);
  // The host loads it as an ES module, where the class is the default export.
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', timeout: 300_000, reporter: 'json', reporterOptions: { output } });
  const suites = join(import.meta.dirname, 'suites');
  for (const name of readdirSync(suites).sort()) {
    if (launchOf(name) === launch) mocha.addFile(join(suites, name));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

/** `name.restricted.test.cjs` → `restricted`; undefined for anything that is not a suite. */
function launchOf(name: string): string | undefined {
  const match = /^[^.]+(?:\.(\w+))?\.test\.cjs$/.exec(name);
  return match ? (match[1] ?? 'normal') : undefined;
}
