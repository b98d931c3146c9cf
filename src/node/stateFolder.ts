import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The user's own folder for what outlives a run (journal, confirmations); never inside a workspace. Creates nothing. */
export function stateFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'];
    return join(local !== undefined && isAbsolute(local) ? local : join(homedir(), 'AppData', 'Local'), 'whetstone');
  }
  // The XDG specification wants relative values ignored.
  const xdg = env['XDG_STATE_HOME'];
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.local', 'state'), 'whetstone');
}
