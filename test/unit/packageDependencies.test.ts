import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, it } from 'mocha';
import ts from 'typescript';
import * as z from 'zod/mini';

const root = resolve(import.meta.dirname, '../..');
const names = z.record(z.string(), z.string());
const manifest = z
  .object({ scripts: names, dependencies: names, devDependencies: names })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
const declared = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)]);

/** Used without being imported: the Node that runs everything, and test runners whose output the tests read. */
const usedOtherwise = new Set(['node', 'jest', 'vitest']);

const sources = ['esbuild.js', 'eslint.config.js', ...filesBelow('src'), ...filesBelow('test')];
const buildScript = readFileSync(join(root, 'esbuild.js'), 'utf8');
const imported = new Set(sources.flatMap(packagesOf));

describe('dependencies', () => {
  it('declares every package that is imported', () => {
    const missing = [...imported].filter((name) => !declared.has(name) && !declared.has(typesOf(name)));
    assert.deepEqual(missing, []);
  });

  it('uses every package that is declared', () => {
    const scripts = Object.values(manifest.scripts).join(' ');
    const isUsed = (name: string): boolean =>
      imported.has(name) ||
      usedOtherwise.has(name) ||
      buildScript.includes(`node_modules/${name}/`) ||
      new RegExp(`\\b${name}\\b`).test(scripts) ||
      (name.startsWith('@types/') && (imported.has(name.slice(7)) || name === '@types/node'));
    assert.deepEqual(
      [...declared].filter((name) => !isUsed(name)),
      [],
    );
  });

  it('has every script that it names', () => {
    const files = Object.values(manifest.scripts).flatMap(
      (script) => script.match(/(?<=^|\s)[\w./-]+\.(js|ts)\b/g) ?? [],
    );
    assert.ok(files.length > 0);
    for (const file of files)
      assert.ok(readdirSync(resolve(root, file, '..')).includes(file.split('/').pop() ?? ''), file);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => /\.(ts|js)$/.test(name) && !name.startsWith('test/fixtures/'));
}

function packagesOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true);
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !builtinModules.includes(name))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
}

/** The package that has the types of another one, for modules that exist as types only. */
function typesOf(name: string): string {
  return `@types/${name}`;
}
