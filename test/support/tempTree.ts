import { chmodSync, lstatSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryFolder } from './temporaryFolder.ts';

/** A folder of its own for one test, below the system's temporary folder; removed by `dispose`. */
export class TempTree {
  readonly #folder = new TemporaryFolder();
  /** Real path. */
  readonly root: string = this.#folder.path;

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  path(path: string): string {
    return join(this.root, path);
  }

  /** Makes the folders above it too. */
  write(path: string, content: string | Uint8Array, mode?: number): void {
    this.#folder.write(path, content);
    if (mode !== undefined) chmodSync(this.path(path), mode);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  /** Within the tree. */
  move(from: string, to: string): void {
    renameSync(this.path(from), this.path(to));
  }

  /** With all below it; need not be there. */
  remove(path: string): void {
    rmSync(this.path(path), { recursive: true, force: true });
  }

  /** Everything below: each folder, file (mode and bytes as base64) and link, sorted by path. */
  snapshot(): readonly string[] {
    return snapshotOf(this.root, '').sort();
  }

  dispose(): void {
    this.#folder.dispose();
  }
}

function snapshotOf(root: string, folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    const stat = lstatSync(join(root, path));
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isDirectory()) return [`${path}/ ${mode}`, ...snapshotOf(root, path)];
    if (stat.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(root, path))}`];
    return [`${path} ${mode} ${readFileSync(join(root, path)).toString('base64')}`];
  });
}
