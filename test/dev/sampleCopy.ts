import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { sampleFolder } from './paths.ts';

/** A copy of the sample project and a user-data folder, both new, in one temporary folder. */
export interface SampleCopy {
  readonly workspace: string;
  readonly userData: string;
  readonly extensions: string;
  /** A place for whatever else must vanish with it. */
  readonly base: string;
  /** Deletes all of it. */
  remove(): Promise<void>;
}

/** Makes the copy, or one of another project, with these user settings in its user-data folder. */
export async function copySample(
  settings: Readonly<Record<string, unknown>>,
  project: string = sampleFolder,
): Promise<SampleCopy> {
  const base = await mkdtemp(join(tmpdir(), 'whetstone-'));
  const workspace = join(base, project === sampleFolder ? 'corner-shop' : basename(project));
  const userData = join(base, 'data');
  await cp(project, workspace, { recursive: true, verbatimSymlinks: true });
  await mkdir(join(userData, 'User'), { recursive: true });
  await writeFile(join(userData, 'User/settings.json'), JSON.stringify(settings, undefined, 2));
  return {
    workspace,
    userData,
    extensions: join(base, 'extensions'),
    base,
    // A host that is ending may still write: the folder is asked to go more than once.
    remove: () => rm(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  };
}
