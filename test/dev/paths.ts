import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

/** The repository's folder. */
export const root: string = resolve(import.meta.dirname, '../..');

/** The sample project; never opened itself, only copies of it. */
export const sampleFolder: string = join(root, 'test/fixtures/sample');

/** Where what is too large for node_modules is installed once for all clones. */
export function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'whetstone');
}

/**
 * The environment for tools that must see the Node that runs this and nothing of the npm script around it: npm hands down
 * the version of the Node that it runs on itself, which is another one.
 */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const isOurs = ([name]: [string, unknown]): boolean => !/^(npm_|VSCODE_|CODE_SERVER_|INIT_CWD$)/i.test(name);
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  return { ...Object.fromEntries(Object.entries(process.env).filter(isOurs)), PATH: path, ...extra };
}
