import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '../../src/util/runProcess.ts';
import { withLock } from './installLock.js';
import { cacheFolder, plainEnvironment, root } from './paths.ts';
import { ensureSystemPackages } from './systemPackages.ts';

const version = '4.139.1';
const installTimeoutMs = 30 * 60_000;

/** What its native modules are built with. */
const buildPackages = [
  ...['python3', 'make', 'g++', 'pkg-config'],
  ...['libkrb5-dev', 'libx11-dev', 'libxkbfile-dev', 'libsecret-1-dev'],
];

/**
 * The script that starts the web build of VS Code; installs it from npm into the user's cache on first need. An install
 * counts only once its stamp is written, so one that was interrupted is done again.
 */
export async function ensureCodeServer(say: (line: string) => void, signal: AbortSignal): Promise<string> {
  const folder = join(cacheFolder(), `code-server-${version}`);
  const entry = join(folder, 'node_modules/code-server/out/node/entry.js');
  if (await isComplete(folder, entry)) return entry;
  await withLock(`code-server:${folder}`, async () => {
    if (!(await isComplete(folder, entry))) await install(folder, say, signal);
  });
  return entry;
}

async function isComplete(folder: string, entry: string): Promise<boolean> {
  const stamp = await readFile(stampIn(folder), 'utf8').catch(() => '');
  return stamp.trim() === version && existsSync(entry);
}

function stampIn(folder: string): string {
  return join(folder, '.complete');
}

async function install(folder: string, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  await ensureSystemPackages(buildPackages, say, signal);
  say(`Installing the web build of VS Code (code-server ${version}) into ${folder}; this takes a few minutes once`);
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const manifest = { private: true, dependencies: { 'code-server': version } };
  await writeFile(join(partial, 'package.json'), JSON.stringify(manifest));
  const outcome = await runProcess(
    {
      argv: ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error'],
      cwd: partial,
      env: plainEnvironment(buildEnvironment()),
      timeoutMs: installTimeoutMs,
      maxOutputBytes: 16_000,
    },
    signal,
  );
  signal.throwIfAborted();
  if (outcome.kind !== 'exited' || outcome.code !== 0)
    throw new Error(`code-server ${version} could not be installed: ${JSON.stringify(outcome, undefined, 2)}`);
  await writeFile(stampIn(partial), version);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}

/** Its native modules are its own to build; the headers come with our Node package where they are there. */
function buildEnvironment(): Record<string, string> {
  const scripts = { npm_config_dangerously_allow_all_scripts: 'true' };
  const headers = join(root, `node_modules/node/node_modules/node-${process.platform}-${process.arch}`);
  if (!existsSync(join(headers, 'include/node/node.h'))) return scripts;
  return { ...scripts, npm_config_nodedir: headers, npm_package_config_node_gyp_nodedir: headers };
}
