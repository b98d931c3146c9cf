import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What leaves the machine, in a few lines; `name` is the host. */
export function hostedNotice(name: string): string {
  return [
    `The model at ${name} works on this. Sent there: your goal, and what the model asks for through the tools:`,
    'names of files, their text, search results, compiler messages, and results of the tests. Not sent: files that may',
    'hold secrets (.env, keys), and everything that is not asked for. The endpoint is told to store nothing (store: false).',
    '',
  ].join('\n');
}

/** Runs `tell` unless it was done before for this host; remembered in `folder` by one empty file for each host. Never rejects. */
export async function tellOnce(folder: string, name: string, tell: () => void): Promise<void> {
  const mark = join(folder, createHash('sha256').update(name).digest('hex'));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(mark, '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // Told before. When it cannot be remembered, it is told again.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
  }
  tell();
}
