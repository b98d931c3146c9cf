import { chmodSync, chownSync, statSync } from 'node:fs';

/** The devices that every program may use; inside they are those of the machine. */
const devices = ['/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom', '/dev/tty'];

/**
 * Who may use the devices, as it is now; calling the result makes it so again. Root in the sandbox owns them as root outside does, and no mount can
 * keep an owner from changing them that still lets programs write to them. Nothing is done for other users. Never throws.
 */
export function keepDeviceModes(): () => void {
  if (process.getuid?.() !== 0) return () => {};
  const before = devices.map((path) => ({ path, state: stateOf(path) }));
  return () => {
    for (const { path, state } of before) {
      const now = stateOf(path);
      if (state === undefined || now === undefined) continue;
      try {
        if (now.uid !== state.uid || now.gid !== state.gid) chownSync(path, state.uid, state.gid);
        if (now.mode !== state.mode) chmodSync(path, state.mode);
      } catch {
        // Whoever forbids this to us forbade it to what ran, too.
      }
    }
  };
}

function stateOf(path: string): { readonly mode: number; readonly uid: number; readonly gid: number } | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { mode: found.mode & 0o7777, uid: found.uid, gid: found.gid };
}
