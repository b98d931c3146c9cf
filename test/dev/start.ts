import { join } from 'node:path';
import { runProcess, type ProcessOutcome } from '../../src/util/runProcess.ts';
import { startCodeServer } from './codeServer.ts';
import { findDesktop, hasDisplay } from './desktop.ts';
import { ensureCodeServer } from './installCodeServer.ts';
import { installExtension } from './installExtension.ts';
import { plainEnvironment, root } from './paths.ts';
import { copySample } from './sampleCopy.ts';
import { startSettings } from './userSettings.ts';
import { windowUrl } from './webWindow.ts';

/**
 * `npm start`: builds and opens a VS Code with the extension on a copy of the sample project; without a terminal and a
 * display (or with `--headless`) the command line does the same job. Everything that it made is gone when it ends.
 */
const stopping = new AbortController();
const { signal } = stopping;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());
const say = (line: string): void => console.log(line);
const dayLong = 24 * 3_600_000;

/** Where a lens stands. */
const opened = { file: 'src/orders.js', line: 40 };

const copy = await copySample(startSettings);
try {
  process.exitCode = await start();
} catch (error) {
  if (!signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} finally {
  await copy.remove();
}

async function start(): Promise<number> {
  say('Building …');
  const built = await execute([process.execPath, 'esbuild.js'], root);
  if (built.kind !== 'exited' || built.code !== 0) throw new Error(`The build failed.\n${outputOf(built)}`);
  if (isHeadless()) return runHeadless();
  const desktop = findDesktop();
  return desktop === undefined ? openInBrowser() : openDesktop(desktop);
}

function isHeadless(): boolean {
  if (process.argv.includes('--headless')) return true;
  return !process.stdout.isTTY && !hasDisplay();
}

async function runHeadless(): Promise<number> {
  const command = ['dist/cli.cjs', 'refactor', opened.file, '--goal', 'Optimize this', '--cwd', copy.workspace];
  say(`\nwhetstone ${command.slice(1, -2).join(' ')}\n`);
  const outcome = await execute([process.execPath, join(root, 'dist/cli.cjs'), ...command.slice(1)], root, {
    onOutput: (text, stream) => process[stream].write(text),
  });
  return outcome.kind === 'exited' ? (outcome.code ?? 1) : 130;
}

async function openDesktop(program: string): Promise<number> {
  say(`Opening ${copy.workspace} in VS Code; Ctrl-C closes it.`);
  const flags = [`--user-data-dir=${copy.userData}`, `--extensions-dir=${copy.extensions}`];
  flags.push(`--extensionDevelopmentPath=${root}`, '--disable-workspace-trust', '--skip-welcome', '--no-sandbox');
  const file = `${join(copy.workspace, opened.file)}:${opened.line}`;
  await execute([program, ...flags, copy.workspace, '--goto', file], root);
  return 0;
}

async function openInBrowser(): Promise<number> {
  const entry = await ensureCodeServer(say, signal);
  await installExtension(entry, copy, signal);
  const server = await startCodeServer(
    { entry, userData: copy.userData, extensions: copy.extensions, isTrusted: true, runsTests: false },
    signal,
  );
  const file = { path: join(copy.workspace, opened.file), line: opened.line };
  say('\nVS Code with Whetstone and the sample project is ready. Open this in a browser; Ctrl-C ends it:\n');
  say(`  ${windowUrl(server.origin, { folder: copy.workspace, file })}\n`);
  await aborted();
  server.stop();
  return 0;
}

function execute(
  argv: readonly [string, ...string[]],
  cwd: string,
  more: { onOutput?: (text: string, stream: 'stdout' | 'stderr') => void } = {},
): Promise<ProcessOutcome> {
  const request = { argv, cwd, env: plainEnvironment(), timeoutMs: dayLong, maxOutputBytes: 64_000 };
  return runProcess({ ...request, ...more }, signal);
}

function aborted(): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function outputOf(outcome: ProcessOutcome): string {
  return 'stdout' in outcome ? `${outcome.stdout}\n${outcome.stderr}`.trim() : outcome.kind;
}
