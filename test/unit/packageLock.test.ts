import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import * as z from 'zod/mini';

const root = resolve(import.meta.dirname, '../..');
const names = z._default(z.record(z.string(), z.string()), {});
const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        version: z.optional(z.string()),
        resolved: z.optional(z.string()),
        dependencies: names,
        devDependencies: names,
        optionalDependencies: names,
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
const manifest = z
  .object({ dependencies: names, devDependencies: names })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

describe('the lock file', () => {
  it('knows every package that another one asks for, so that npm ci takes it', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => find(path, name)?.version === undefined)
        .map((name) => `${path} → ${name}`),
    );
    assert.deepEqual(missing, []);
  });

  it('asks for what package.json asks for', () => {
    const { dependencies, devDependencies } = lock.packages[''] ?? {};
    assert.deepEqual({ dependencies, devDependencies }, manifest);
  });

  it('names no registry', () => {
    const hosts = Object.values(lock.packages).flatMap(({ resolved }) => (resolved === undefined ? [] : [resolved]));
    assert.deepEqual(hosts, []);
  });
});

/** As Node looks for it: in the asking package's own node_modules, then in those around it. */
function find(path: string, name: string): { version?: string | undefined } | undefined {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules') - 1))) {
    const found = lock.packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`];
    if (found !== undefined || folder === '') return found;
  }
}
