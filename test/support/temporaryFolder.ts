import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Disposable } from '../../src/util/disposable.ts';

/** A folder of one test, gone after `dispose`. */
export class TemporaryFolder implements Disposable {
  /** Real path. */
  readonly path: string = realpathSync(mkdtempSync(join(tmpdir(), 'whetstone-test-')));

  /** Writes a file, with its folders; returns its absolute path. */
  write(path: string, content: string | Uint8Array): string {
    const absolute = join(this.path, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, content);
    return absolute;
  }

  dispose(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
