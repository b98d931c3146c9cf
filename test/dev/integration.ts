import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { findDesktop } from './desktop.ts';
import { endWithParent } from './endWithParent.ts';
import { launches } from './launches.ts';
import { root } from './paths.ts';
import { copySample } from './sampleCopy.ts';
import { testSettings } from './userSettings.ts';

/** `node test/dev/integration.ts LAUNCH REPORT`: one launch of a real VS Code with its suites; the report is a mocha JSON file. */
const [name = 'normal', report = join(root, 'out/reports', `integration-${name}.json`)] = process.argv.slice(2);
const launch = launches.find((one) => one.name === name);
if (launch === undefined) throw new Error(`There is no launch ${name}.`);

endWithParent();
const copy = await copySample(testSettings);
try {
  await runTests({
    vscodeExecutablePath: join(root, 'test/dev/hostShim.ts'),
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'out/test/integration/index.cjs'),
    launchArgs: [
      ...(launch.hasFolder ? [copy.workspace] : []),
      `--user-data-dir=${copy.userData}`,
      `--extensions-dir=${copy.extensions}`,
    ],
    extensionTestsEnv: {
      WHETSTONE_TEST_LAUNCH: name,
      WHETSTONE_TEST_REPORT: report,
      WHETSTONE_KEEP_TRUST: launch.isTrusted ? '0' : '1',
      WHETSTONE_DESKTOP: findDesktop() ?? '',
    },
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await copy.remove();
}
