import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { EngineServer } from '../../src/engine/server/engineServer.ts';
import { runProcess } from '../../src/util/runProcess.ts';
import { complianceTable, TableModel } from '../support/tableModel.ts';
import { plainEnvironment, root } from './paths.ts';

/**
 * `npm run compliance -- SUITE_DIR [ARGUMENTS OF THE SUITE]`: starts the embedded server and lets the Open Responses compliance
 * suite ask it, over HTTP and WebSocket. What is tested is the server; the suite brings tools of its own, which the planner never
 * calls, so the answers come from a table. SUITE_DIR is a checkout of its repository; nothing is written there. It runs under bun
 * when there is one in SUITE_DIR or on the path, else it is bundled and runs under this Node. The exit code is the suite's.
 */
const entry = 'bin/compliance-test.ts';
const limitMs = 5 * 60_000;

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());

try {
  process.exitCode = await main(process.argv.slice(2), stopping.signal);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main([folder, ...rest]: readonly string[], signal: AbortSignal): Promise<number> {
  if (folder === undefined) throw new Error('usage: npm run compliance -- SUITE_DIR [ARGUMENTS OF THE SUITE]');
  const suite = resolve(process.env['INIT_CWD'] ?? '.', folder);
  if (!existsSync(join(suite, entry)))
    throw new Error(`There is no ${entry} in ${suite}: it is no checkout of the suite.`);
  const token = randomBytes(32).toString('base64url');
  const server = new EngineServer({ token, model: new TableModel(complianceTable) });
  const baseUrl = `http://127.0.0.1:${await server.listen()}/v1`;
  const scratch = await mkdtemp(join(tmpdir(), 'whetstone-compliance-'));
  try {
    const program = (await bunProgram(suite, signal)) ?? (await nodeProgram(suite, scratch));
    const argv = [...program, '--base-url', baseUrl, ...rest] as const;
    return await run(argv, suite, { OPENRESPONSES_API_KEY: token }, signal);
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await server.close();
  }
}

type Program = readonly [string, ...string[]];

/** Undefined where there is no bun that runs, or not what the suite imports. */
async function bunProgram(suite: string, signal: AbortSignal): Promise<Program | undefined> {
  if (!existsSync(join(suite, 'node_modules/zod'))) return undefined;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((one) => one !== '');
  for (const folder of [join(suite, 'node_modules/.bin'), ...folders]) {
    const bun = join(folder, process.platform === 'win32' ? 'bun.exe' : 'bun');
    if (existsSync(bun) && (await isRunnable(bun, suite, signal))) return [bun, 'run', entry];
  }
  return undefined;
}

async function isRunnable(bun: string, cwd: string, signal: AbortSignal): Promise<boolean> {
  const request = {
    argv: [bun, '--version'],
    cwd,
    env: plainEnvironment(),
    timeoutMs: 10_000,
    maxOutputBytes: 1_000,
  } as const;
  const outcome = await runProcess(request, signal);
  return outcome.kind === 'exited' && outcome.code === 0;
}

async function nodeProgram(suite: string, scratch: string): Promise<Program> {
  const outfile = join(scratch, 'suite.mjs');
  // What it is written for is the third version; our own package brings that along.
  const alias = existsSync(join(suite, 'node_modules/zod')) ? {} : { zod: join(root, 'node_modules/zod/v3/index.js') };
  await build({
    absWorkingDir: suite,
    entryPoints: [entry],
    outfile,
    alias,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return [process.execPath, outfile];
}

async function run(
  argv: Program,
  cwd: string,
  added: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  const onOutput = (text: string, stream: 'stdout' | 'stderr'): void => void process[stream].write(text);
  const request = { argv, cwd, env: plainEnvironment(added), timeoutMs: limitMs, maxOutputBytes: 1_000, onOutput };
  const outcome = await runProcess(request, signal);
  if (outcome.kind === 'exited') return outcome.code ?? 1;
  throw new Error(
    outcome.kind === 'notStarted'
      ? outcome.detail
      : `The suite ${outcome.kind === 'timedOut' ? 'did not end in time' : 'was stopped'}.`,
  );
}
