import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FactStore } from '../agent/endpointStore.ts';
import { stateFolder } from './stateFolder.ts';

/** What was learnt of endpoints, in the user's own state folder. What cannot be read or written is learnt again. */
export function endpointFile(env: NodeJS.ProcessEnv): FactStore {
  const path = join(stateFolder(env), 'endpoints.json');
  return {
    read: () => {
      try {
        const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
        return value;
      } catch {
        return undefined;
      }
    },
    write: (value) => {
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        const temporary = `${path}.${process.pid}`;
        writeFileSync(temporary, JSON.stringify(value), { mode: 0o600 });
        renameSync(temporary, path);
      } catch {
        // A full or read-only disk is no reason to end a run.
      }
    },
  };
}
