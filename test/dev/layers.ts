import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess, type ProcessOutcome } from '../../src/util/runProcess.ts';
import { launches } from './launches.ts';
import { root } from './paths.ts';
import { readReport, type LayerResult } from './report.ts';

export interface Layer {
  readonly name: string;
  run(signal: AbortSignal): Promise<LayerResult>;
}

const minute = 60_000;
/** Ends a layer that hangs; beside eight busy processes the longest takes about half of it. */
const layerLimitMs = 40 * minute;
const bin = (name: string): string => join(root, 'node_modules/.bin', name);

/** Each counts as one test: it passes or it fails. They do not depend on each other. */
export const checks: readonly Layer[] = [
  check('build', [[process.execPath, 'esbuild.js']]),
  check('type check', [
    [bin('tsc'), '--pretty', 'false', '-p', 'tsconfig.json'],
    [bin('tsc'), '--pretty', 'false', '-p', 'src/webview/tsconfig.json'],
  ]),
  check('lint', [
    [bin('eslint'), '.'],
    [bin('prettier'), '--check', '--log-level=warn', '.'],
    [process.execPath, 'test/dev/python.js'],
  ]),
];

/**
 * Tests under Node, one layer after the other. Files of units and scenarios share nothing: several are worked on at a time. Those of the
 * protocol count what goes over a wire while others would slow it. Scenarios wait for programs half of their time; they run the program that was
 * built, which is the one that is shipped and starts sooner.
 */
export const nodeLayers: readonly Layer[] = [
  mochaLayer('unit', 'test/unit/**/*.test.ts', ['--parallel', '--jobs', '2']),
  mochaLayer('protocol', 'test/protocol/**/*.test.ts'),
  mochaLayer('scenario', 'test/scenario/**/*.test.ts', ['--parallel', '--jobs', '4'], {
    WHETSTONE_TEST_CLI: 'dist/cli.cjs',
  }),
];

/** Tests in a real VS Code: inside its extension host, and from outside as a person would use it. */
export const hostLayers: readonly Layer[] = [
  ...launches.map(({ name }) => launchLayer(name)),
  mochaLayer('integration, from outside', 'test/integration/ui/**/*.test.ts'),
];

function check(name: string, commands: readonly (readonly [string, ...string[]])[]): Layer {
  return {
    name,
    async run(signal) {
      for (const argv of commands) {
        const outcome = await execute(argv, 10 * minute, signal);
        if (!isSuccess(outcome)) return failed(name, `${name} failed`, outcome);
      }
      return { layer: name, passed: 1, skipped: 0, failures: [] };
    },
  };
}

function mochaLayer(
  name: string,
  pattern: string,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Layer {
  const report = reportFile(name);
  const reporter = ['--reporter', 'json', '--reporter-option', `output=${report}`];
  return {
    name,
    // Once all tests have reported, something left open must not hold up the other layers.
    run: (signal) =>
      reported(
        name,
        report,
        [bin('mocha'), '--exit', '--timeout', '60000', ...more, ...reporter, pattern],
        signal,
        env,
      ),
  };
}

function launchLayer(launch: string): Layer {
  const name = `integration, ${launch}`;
  const report = reportFile(name);
  return {
    name,
    run: (signal) => reported(name, report, [process.execPath, 'test/dev/integration.ts', launch, report], signal),
  };
}

/** A layer whose report is missing or contradicts its exit code has crashed, and that counts as a failure. */
async function reported(
  name: string,
  report: string,
  argv: readonly [string, ...string[]],
  signal: AbortSignal,
  more: Readonly<Record<string, string>> = {},
): Promise<LayerResult> {
  await rm(report, { force: true });
  const outcome = await execute(argv, layerLimitMs, signal, more);
  const result = await readReport(name, report);
  if (result === undefined) return failed(name, `${name} did not finish`, outcome);
  if (isSuccess(outcome) || result.failures.length > 0) return result;
  const { failures } = failed(name, `${name} ended badly after its tests`, outcome);
  return { ...result, failures };
}

function execute(
  argv: readonly [string, ...string[]],
  timeoutMs: number,
  signal: AbortSignal,
  more: Readonly<Record<string, string>> = {},
): Promise<ProcessOutcome> {
  const env = { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1', ...more };
  return runProcess({ argv, cwd: root, env, timeoutMs, maxOutputBytes: 40_000 }, signal);
}

function failed(layer: string, title: string, outcome: ProcessOutcome): LayerResult {
  return { layer, passed: 0, skipped: 0, failures: [{ title, detail: describe(outcome) }] };
}

function isSuccess(outcome: ProcessOutcome): boolean {
  return outcome.kind === 'exited' && outcome.code === 0;
}

function describe(outcome: ProcessOutcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `exit code ${outcome.code ?? outcome.signal}\n${outcome.stdout}\n${outcome.stderr}`;
    case 'timedOut':
      return `did not end in time\n${outcome.stdout}\n${outcome.stderr}`;
    case 'notStarted':
      return `could not be started: ${outcome.detail}`;
    case 'aborted':
      return 'was stopped';
  }
}

function reportFile(name: string): string {
  return join(root, 'out/reports', `${name.replace(/\W+/g, '-')}.json`);
}
