import { delimiter, join } from 'node:path';
import { runProcess } from '../../src/util/runProcess.ts';
import { isExecutable } from '../../src/util/isExecutable.ts';

const browserNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The browser that shows the web build of VS Code, or undefined when this machine has none. */
export function findBrowser(): string | undefined {
  for (const name of browserNames) {
    const found = findOnPath(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first executable of that name on PATH. */
export function findOnPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * Sees to it that these Debian packages are there: root installs what is missing, anybody else gets an error that names
 * the command to run. Systems without dpkg are left alone.
 */
export async function ensureSystemPackages(
  names: readonly string[],
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const missing = await missingPackages(names, signal);
  if (missing.length === 0) return;
  const install = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) throw new Error(`Debian packages are missing. Run: sudo ${install}`);
  say(`Installing Debian packages: ${missing.join(' ')}`);
  const first = await apt(install.split(' '), signal);
  if (first.isOk) return;
  await apt(['apt-get', 'update'], signal);
  const second = await apt(install.split(' '), signal);
  if (!second.isOk) throw new Error(`Debian packages could not be installed (${install}):\n${second.output}`);
}

async function missingPackages(names: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  if (findOnPath('dpkg-query') === undefined) return [];
  const missing: string[] = [];
  for (const name of names) {
    const outcome = await quiet(['dpkg-query', '-W', '-f=${Status}', name], 10_000, signal);
    if (outcome.kind !== 'exited' || outcome.code !== 0 || !outcome.stdout.includes('ok installed')) missing.push(name);
  }
  return missing;
}

async function apt(argv: readonly string[], signal: AbortSignal): Promise<{ isOk: boolean; output: string }> {
  const [program = 'apt-get', ...args] = argv;
  const outcome = await quiet([program, ...args], 15 * 60_000, signal);
  if (outcome.kind !== 'exited') return { isOk: false, output: outcome.kind };
  return { isOk: outcome.code === 0, output: `${outcome.stdout}\n${outcome.stderr}`.trim() };
}

function quiet(
  argv: readonly [string, ...string[]],
  timeoutMs: number,
  signal: AbortSignal,
): ReturnType<typeof runProcess> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return runProcess({ argv, cwd: '/', env, timeoutMs, maxOutputBytes: 64_000 }, signal);
}
