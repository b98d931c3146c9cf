import { join } from 'node:path';
import { runProcess } from '../../src/util/runProcess.ts';
import { plainEnvironment, root } from './paths.ts';
import type { SampleCopy } from './sampleCopy.ts';

/**
 * Installs what the last build left into a web build of VS Code as a person would: packaged, then from the file.
 * `entry` is the server's script. Throws with the tool's own words.
 */
export async function installExtension(entry: string, copy: SampleCopy, signal: AbortSignal): Promise<void> {
  const file = join(copy.base, 'whetstone.vsix');
  const vsce = join(root, 'node_modules/.bin/vsce');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file];
  await succeed('packaged', [vsce, 'package', ...flags], signal);
  const folders = ['--user-data-dir', copy.userData, '--extensions-dir', copy.extensions];
  await succeed('installed', [process.execPath, entry, ...folders, '--install-extension', file], signal);
}

async function succeed(what: string, argv: readonly [string, ...string[]], signal: AbortSignal): Promise<void> {
  const limits = { timeoutMs: 5 * 60_000, maxOutputBytes: 16_000 };
  const outcome = await runProcess({ argv, cwd: root, env: plainEnvironment(), ...limits }, signal);
  signal.throwIfAborted();
  if (outcome.kind === 'exited' && outcome.code === 0) return;
  const words = 'stderr' in outcome ? `${outcome.stdout}\n${outcome.stderr}` : outcome.kind;
  throw new Error(`The extension could not be ${what}.\n${words}`);
}
