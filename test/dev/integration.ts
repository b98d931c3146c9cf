import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { findDesktop } from './desktop.ts';
import { endWithParent } from './endWithParent.ts';
import { launches } from './launches.ts';
import { root, sampleFolder } from './paths.ts';
import { testSettings } from './userSettings.ts';

/** `node test/dev/integration.ts LAUNCH REPORT`: one launch of a real VS Code with its suites; the report is a mocha JSON file. */
const [name = 'normal', report = join(root, 'out/reports', `integration-${name}.json`)] = process.argv.slice(2);
const launch = launches.find((one) => one.name === name);
if (launch === undefined) throw new Error(`There is no launch ${name}.`);

endWithParent();
const base = await mkdtemp(join(tmpdir(), 'whetstone-'));
try {
  const workspace = join(base, 'sample');
  const userData = join(base, 'data');
  await cp(sampleFolder, workspace, { recursive: true });
  await mkdir(join(userData, 'User'), { recursive: true });
  await writeFile(join(userData, 'User/settings.json'), JSON.stringify(testSettings, undefined, 2));
  await runTests({
    vscodeExecutablePath: join(root, 'test/dev/hostShim.ts'),
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'out/test/integration/index.cjs'),
    launchArgs: [
      ...(launch.hasFolder ? [workspace] : []),
      `--user-data-dir=${userData}`,
      `--extensions-dir=${join(base, 'extensions')}`,
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
  await rm(base, { recursive: true, force: true, maxRetries: 5 });
}
