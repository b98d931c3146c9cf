import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findOnPath } from './systemPackages.ts';

/**
 * The program of a desktop VS Code whose `code` is on PATH, or undefined when there is none or nothing to show it on.
 * `code` itself is a script that returns at once; the tests need the program behind it.
 */
export function findDesktop(): string | undefined {
  const script = findOnPath('code');
  if (script === undefined || !hasDisplay()) return undefined;
  const bin = dirname(realpathSync(script));
  const candidates = ['../code', '../../../MacOS/Electron', '../../../MacOS/Code', '../Code.exe'];
  return candidates.map((name) => join(bin, name)).find((path) => existsSync(path));
}

/** Whether a window can be shown on this machine. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}
