import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { describe, it } from 'mocha';

const root = resolve(import.meta.dirname, '../..');

/** What the build leaves for VS Code; the command line is not part of the extension. */
const built = [
  'codicon.css',
  'codicon.ttf',
  'client.cjs',
  'engine.cjs',
  'extension.cjs',
  'mutantSeeder.cjs',
  'tree-sitter.wasm',
  'tree-sitter-go.wasm',
  'tree-sitter-python.wasm',
  'treeMutants.cjs',
  'typescript.cjs',
  'verifier.cjs',
  'webview.js',
  'workbench.cjs',
];
const texts = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'package.nls.json'];

/** The top level of the repository is fixed: the product, and what the ecosystem expects there. */
const topLevel = [
  ...['package.json', 'tsconfig.json', 'esbuild.js', 'src', 'test', 'media', '.vscodeignore', 'README.md'],
  ...['package-lock.json', 'LICENSE', 'CHANGELOG.md', 'l10n', 'eslint.config.js', '.gitignore', '.ci'],
  ...['.prettierrc.json', '.prettierignore', '.gitattributes', '.editorconfig', '.nvmrc'],
  ...['ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs'],
];

describe('the package', () => {
  it('ships exactly the built extension, its pictures and its texts', async () => {
    const libs = (await readdir(join(root, 'node_modules/typescript/lib'))).filter((name) =>
      /^lib\..*d\.ts$/.test(name),
    );
    const expected = [
      ...texts,
      ...(await namesIn('package.nls', root)),
      ...(await listed('media', /\.(svg|png|css)$/)),
      ...(await listed('l10n', /\.json$/)),
      ...built.map((name) => `dist/${name}`),
      ...libs.map((name) => `dist/lib/${name}`),
    ];
    const shipped = await listFiles({ cwd: root, packageManager: PackageManager.None });
    assert.deepEqual([...shipped].sort(), [...new Set(expected)].sort(), 'is everything built (npm run build)?');
  });

  it('leaves out whatever else may lie about', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'whetstone-package-'));
    try {
      for (const name of ['.vscodeignore', ...texts]) await cp(join(root, name), join(folder, name));
      const stray = ['.env', 'id_rsa', 'src/a.ts', 'out/a.js', 'node_modules/ws/index.js', 'test/a.ts', '.git/config'];
      stray.push('dist/extension.cjs.map', 'dist/cli.cjs', 'dist/cliMain.cjs', 'dist/lib/typescript.js', 'a.vsix');
      stray.push('media/drawing.psd', 'media/old/icon.png', '.vscode/settings.json', '.npmrc', 'coverage/index.html');
      // The page of an extension follows no relative link, so what the README links to would be dead weight.
      stray.push('ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/reference.md', '.editorconfig', '.nvmrc');
      const wanted = [
        'dist/extension.cjs',
        'dist/lib/lib.d.ts',
        'media/icon.png',
        'media/icon.svg',
        'l10n/bundle.json',
      ];
      for (const name of [...stray, ...wanted]) {
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), 'x');
      }
      const shipped = await listFiles({ cwd: folder, packageManager: PackageManager.None });
      assert.deepEqual([...shipped].sort(), [...texts, ...wanted].sort());
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('can be packed', async function () {
    this.timeout(60_000);
    const folder = await mkdtemp(join(tmpdir(), 'whetstone-package-'));
    try {
      const packagePath = join(folder, 'whetstone.vsix');
      const options = { dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false };
      await createVSIX({ cwd: root, packagePath, ...options });
      assert.ok((await readdir(folder)).includes('whetstone.vsix'));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the repository', () => {
  it('has nothing at its top level but what belongs there', () => {
    const list = ['ls-files', '--cached', '--others', '--exclude-standard'];
    const names = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).trim().split('\n');
    const tops = new Set(names.map((name) => name.split('/')[0] ?? ''));
    const isAllowed = (name: string): boolean =>
      topLevel.includes(name) || /^package\.nls(\.[\w-]+)?\.json$/.test(name);
    assert.deepEqual(
      [...tops].filter((name) => !isAllowed(name)),
      [],
    );
  });
});

async function listed(folder: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(join(root, folder)).catch(() => []);
  return names.filter((name) => pattern.test(name)).map((name) => `${folder}/${name}`);
}

async function namesIn(prefix: string, folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith(prefix) && name.endsWith('.json'));
}
