import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The ripgrep that the editor itself uses, or undefined when it is at none of the places where it has been seen: desktop
 * builds pack their modules, newer ones carry one binary for each platform.
 */
export function findRipgrep(
  appRoot: string,
  exists: (path: string) => boolean = existsSync,
  platform: string = process.platform,
  arch: string = process.arch,
): string | undefined {
  const program = platform === 'win32' ? 'rg.exe' : 'rg';
  const packages = [
    ['ripgrep', 'bin'],
    ['ripgrep-universal', 'bin', `${platform}-${arch}`],
    ['ripgrep', 'bin', `${platform}-${arch}`],
  ];
  const modules = ['node_modules', 'node_modules.asar.unpacked'];
  return modules
    .flatMap((folder) => packages.map((parts) => join(appRoot, folder, '@vscode', ...parts, program)))
    .find(exists);
}
