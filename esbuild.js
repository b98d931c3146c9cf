// Builds everything that runs: `node esbuild.js [--dev] [--metafile] [--allow-missing]`. Exits non-zero on any error or warning.
import { build } from 'esbuild';
import { chmod, copyFile, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

const root = import.meta.dirname;
const flags = new Set(process.argv.slice(2));
const isDev = flags.has('--dev');

/** Upper bounds in bytes, minified; growing past one fails the build. */
const budgets = {
  'dist/extension.cjs': 60_000,
  // Not loaded at activation, but with the first command or look at the chat.
  'dist/workbench.cjs': 340_000,
  'dist/client.cjs': 200_000,
  'dist/webview.js': 300_000,
};

const importMeta = {
  define: {
    'import.meta.url': '__bundleUrl',
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
  },
  banner: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;",
};

const nodeBundle = {
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  define: importMeta.define,
  banner: { js: importMeta.banner },
  // Its default build hides its `require` from the bundler.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};

/**
 * Marks around the extension: its first line, and the end of `activate()`. With WHETSTONE_ACTIVATION_MARKS set to a file, the
 * milliseconds of loading and of activating are appended to it, one JSON object a line; otherwise they cost nothing.
 */
const activationMarks = {
  banner: 'const __loadStart = performance.now();',
  footer: `if (process.env.WHETSTONE_ACTIVATION_MARKS) {
  const loadMs = performance.now() - __loadStart;
  const { activate, ...rest } = module.exports;
  module.exports = { ...rest, activate: async (context) => {
    const start = performance.now();
    const result = await activate(context);
    const marks = { loadMs, activateMs: performance.now() - start };
    require('node:fs').appendFileSync(process.env.WHETSTONE_ACTIVATION_MARKS, JSON.stringify(marks) + '\\n');
    return result;
  } };
}`,
};

/** Programs for other interpreters are files; their texts stand in the bundles in the place of `programText('./a.py', import.meta.url)`. */
const programsInside = {
  name: 'programs-inside',
  setup(plugin) {
    plugin.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes('programText(') || path.endsWith('programText.ts')) return undefined;
      const call = /\bprogramText\('(\.{1,2}\/[^']+)', import\.meta\.url\)/g;
      const names = [...source.matchAll(call)].map(([, name]) => name);
      const texts = await Promise.all(names.map((name) => readFile(resolve(dirname(path), name), 'utf8')));
      const contents = source.replace(call, () => JSON.stringify(texts.shift()));
      return contents.includes('programText(')
        ? { errors: [{ text: `${path} calls programText in another form than ('./name', import.meta.url)` }] }
        : { contents, loader: 'ts', watchFiles: names.map((name) => resolve(dirname(path), name)) };
    });
  },
};

/** TypeScript stands in one file beside the bundles that use it, so that it is shipped once and loaded only when used. */
const sharedTypeScript = {
  name: 'shared-typescript',
  setup(plugin) {
    plugin.onResolve({ filter: /^typescript(\/lib\/\w+(\.js)?)?$/ }, () => ({
      path: './typescript.cjs',
      external: true,
    }));
  },
};

/** What runs tests is loaded when tests are first run. */
const verifierApart = {
  name: 'verifier-apart',
  setup(plugin) {
    plugin.onResolve({ filter: /\/verify\/verifier\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './verifier.cjs', external: true } : undefined,
    );
  },
};

/** What seeds faults is large and loaded when sensitivity is first measured, for each family of languages by itself. */
const mutantSeederApart = {
  name: 'fault-seeder-apart',
  setup(plugin) {
    plugin.onResolve({ filter: /\/(mutantSeeder|treeMutants)\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.cjs`, external: true } : undefined,
    );
  },
};

/** Of the instrumenter only the mutators are used: not its parsers, nor the schema of options that it reads from a file. */
const mutatorsOnly = {
  name: 'mutators-only',
  setup(plugin) {
    const replaced = [
      [
        /instrumenter[\\/]dist[\\/]src[\\/]parsers[\\/]create-parser\.js$/,
        'export const createParser = undefined, getFormat = undefined;',
      ],
      [
        /stryker-mutator[\\/]api[\\/]dist[\\/]src[\\/]core[\\/]stryker-options-schema\.js$/,
        'export const strykerCoreSchema = {};',
      ],
    ];
    for (const [filter, contents] of replaced) plugin.onLoad({ filter }, () => ({ contents, loader: 'js' }));
  },
};

/** The linter's plugin loads its rules by path when they are first used; of these only the ones that the engine names go in. */
const namedRulesInside = {
  name: 'named-rules-inside',
  setup(plugin) {
    plugin.onLoad({ filter: /eslint-plugin-unicorn[\\/]rules[\\/]rule[\\/]to-eslint-rule\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const rules = (await ruleNames()).map((name) => `'${name}': () => require('../${name}.js')`);
      const contents = source.replace('loadModule(`../${ruleId}.js`)', `({ ${rules.join(', ')} })[ruleId]()`);
      return contents === source || rules.length === 0
        ? { errors: [{ text: 'eslint-plugin-unicorn loads its rules in a new way, or none is used' }] }
        : { contents, loader: 'js' };
    });
  },
};

/** A package that reads its own JSON files through a `require` made by hand; with the bundler's own they come along. */
const jsonInside = {
  name: 'json-inside',
  setup(plugin) {
    plugin.onLoad({ filter: /@eslint[\\/]css-tree[\\/]lib[\\/](data|data-patch|version)\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace('const require = createRequire(import.meta.url);', '');
      return contents === source ? { errors: [{ text: `${path} reads its files in a new way` }] } : { contents };
    });
  },
};

async function ruleNames() {
  const files = await readdir(join(root, 'src/engine'), { recursive: true });
  const sources = files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFile(join(root, 'src/engine', name), 'utf8'));
  const names = (await Promise.all(sources)).flatMap((text) => [...text.matchAll(/'unicorn\/([\w-]+)'/g)]);
  return [...new Set(names.map(([, name]) => name))].sort();
}

/**
 * Parts of the extension that stand in files of their own: what activation does not need is loaded with the first command or look
 * at the chat, what runs tests with the first tests, what speaks to an endpoint with the first connection.
 */
const lazyParts = {
  name: 'lazy-parts',
  setup(plugin) {
    plugin.onResolve({ filter: /\/(workbench|verifier|responses\/client)\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.cjs`, external: true } : undefined,
    );
  },
};

/** The first file of the command line must parse on any Node; the rest is loaded once the version is known to be right. */
const cliMainApart = {
  name: 'cli-main-apart',
  setup(plugin) {
    plugin.onResolve({ filter: /^\.\/(cli\.ts|cliMain\.cjs)$/ }, () => ({ path: './cliMain.cjs', external: true }));
  },
};

const targets = [
  {
    entry: 'src/vscode/extension.ts',
    output: 'dist/extension.cjs',
    options: {
      ...nodeBundle,
      external: ['vscode'],
      plugins: [lazyParts],
      banner: { js: `${activationMarks.banner}${importMeta.banner}` },
      footer: { js: activationMarks.footer },
    },
  },
  {
    entry: 'src/vscode/workbench.ts',
    output: 'dist/workbench.cjs',
    options: { ...nodeBundle, external: ['vscode'], plugins: [lazyParts] },
  },
  { entry: 'src/responses/client.ts', output: 'dist/client.cjs', options: nodeBundle },
  {
    entry: 'src/verify/verifier.ts',
    output: 'dist/verifier.cjs',
    options: { ...nodeBundle, plugins: [sharedTypeScript, mutantSeederApart] },
  },
  {
    entry: 'src/verify/mutation/script/mutantSeeder.ts',
    output: 'dist/mutantSeeder.cjs',
    // One parser for the mutators and for us.
    options: {
      ...nodeBundle,
      alias: { ...nodeBundle.alias, '@babel/parser': join(root, 'node_modules/@babel/parser/lib/index.js') },
      plugins: [mutatorsOnly],
    },
  },
  { entry: 'src/verify/mutation/treeMutants.ts', output: 'dist/treeMutants.cjs', options: nodeBundle },
  {
    entry: 'src/engine/main.ts',
    output: 'dist/engine.cjs',
    options: {
      ...nodeBundle,
      external: ['jiti', 'jiti/package.json'],
      plugins: [sharedTypeScript, namedRulesInside, jsonInside],
    },
  },
  { entry: 'node_modules/typescript/lib/typescript.js', output: 'dist/typescript.cjs', options: typeScriptOptions() },
  {
    entry: 'src/node/cliEntry.ts',
    output: 'dist/cli.cjs',
    mode: 0o755,
    options: {
      platform: 'node',
      format: 'cjs',
      target: 'es2015',
      // An old Node must never meet syntax that it cannot parse: `import()` becomes `require()`.
      supported: { 'dynamic-import': false },
      banner: { js: '#!/usr/bin/env node' },
      plugins: [cliMainApart],
      sourcemap: false,
    },
  },
  {
    entry: 'src/node/cli.ts',
    output: 'dist/cliMain.cjs',
    options: { ...nodeBundle, external: ['@vscode/ripgrep'], plugins: [sharedTypeScript, mutantSeederApart] },
  },
  {
    entry: 'src/webview/main.ts',
    output: 'dist/webview.js',
    options: { platform: 'browser', format: 'iife', target: 'chrome128', tsconfig: 'src/webview/tsconfig.json' },
  },
];

const copies = [
  ['node_modules/@vscode/codicons/dist/codicon.css', 'dist/codicon.css'],
  ['node_modules/@vscode/codicons/dist/codicon.ttf', 'dist/codicon.ttf'],
  // A parser and the grammars that it is used with.
  ...['tree-sitter', 'tree-sitter-python', 'tree-sitter-go'].map((name) => [
    `node_modules/@vscode/tree-sitter-wasm/wasm/${name}.wasm`,
    `dist/${name}.wasm`,
  ]),
];

await main().catch((error) => {
  // Errors of esbuild itself are printed by it already.
  if (!Array.isArray(error.errors)) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function main() {
  const missing = targets.filter(({ entry }) => !existsSync(join(root, entry)));
  for (const { entry } of missing) console.error(`missing entry: ${entry}`);
  if (missing.length > 0 && !flags.has('--allow-missing')) process.exitCode = 1;
  const present = targets.filter((target) => !missing.includes(target));
  const reports = await Promise.all([...present, ...(await hostTargets())].map(bundle));
  const copied = await copyAssets();
  await removeStale(new Set([...reports.flatMap(({ metafile }) => Object.keys(metafile.outputs)), ...copied]));
  for (const report of reports) await print(report);
}

async function bundle({ entry, output, mode, options }) {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    minify: !isDev && output.startsWith('dist/'),
    sourcemap: isDev || !output.startsWith('dist/') ? 'linked' : false,
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'warning',
    ...options,
    plugins: [programsInside, ...(options.plugins ?? [])],
  });
  if (result.warnings.length > 0) process.exitCode = 1;
  if (mode !== undefined) await chmod(join(root, output), mode);
  return { output, metafile: result.metafile };
}

/** TypeScript finds its lib files beside itself; here they stand in `lib/`. */
function typeScriptOptions() {
  return {
    ...nodeBundle,
    external: ['source-map-support', 'inspector', 'perf_hooks'],
    define: { __filename: '__typeScriptPath' },
    banner: { js: "const __typeScriptPath = require('node:path').join(__dirname, 'lib', 'typescript.js');" },
    sourcemap: false,
  };
}

/** What runs inside the host: benches, and the runner with each suite in a file of its own, so that a launch loads only its own. */
async function hostTargets() {
  const suites = await readdir(join(root, 'test/integration/suites')).catch(() => []);
  const entries = suites.filter((name) => name.endsWith('.test.ts')).map((name) => `integration/suites/${name}`);
  entries.push('integration/index.ts', 'bench/activateInHost.ts', 'bench/wireInHost.ts');
  const options = { ...nodeBundle, external: ['vscode', 'mocha'], plugins: [sharedTypeScript] };
  return entries
    .filter((name) => existsSync(join(root, 'test', name)))
    .map((name) => ({
      entry: `test/${name}`,
      output: `out/test/${name.replace(/\.ts$/, '.cjs')}`,
      options,
    }));
}

async function copyAssets() {
  const libFolder = 'node_modules/typescript/lib';
  const libs = (await readdir(join(root, libFolder)))
    .filter((name) => /^lib\..*\.d\.ts$|^lib\.d\.ts$/.test(name))
    .map((name) => [`${libFolder}/${name}`, `dist/lib/${name}`]);
  const all = [...copies, ...libs];
  for (const folder of new Set(all.map(([, to]) => dirname(to)))) await mkdir(join(root, folder), { recursive: true });
  await Promise.all(all.map(([from, to]) => copyFile(join(root, from), join(root, to))));
  return all.map(([, to]) => to);
}

/** What an earlier build left must not be shipped or run. */
async function removeStale(current) {
  for (const folder of ['dist', 'out/test']) {
    const names = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const item of names) {
      const path = relative(root, resolve(item.parentPath, item.name)).replaceAll('\\', '/');
      if (item.isFile() && !current.has(path)) await rm(join(root, path), { force: true });
    }
  }
}

async function print({ output, metafile }) {
  if (!output.startsWith('dist/')) return;
  const { size } = await stat(join(root, output));
  const budget = budgets[output];
  const isOver = !isDev && budget !== undefined && size > budget;
  const note = budget === undefined ? '' : ` of ${kilobytes(budget)}`;
  console.log(`${output.padEnd(22)} ${kilobytes(size).padStart(10)}${note}${isOver ? '  TOO LARGE' : ''}`);
  if (isOver) process.exitCode = 1;
  if (!flags.has('--metafile')) return;
  const inputs = Object.values(metafile.outputs).flatMap((one) => Object.entries(one.inputs));
  const largest = inputs.sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput).slice(0, 12);
  for (const [name, { bytesInOutput }] of largest) console.log(`  ${kilobytes(bytesInOutput).padStart(9)}  ${name}`);
  await mkdir(join(root, 'out/meta'), { recursive: true });
  await writeFile(join(root, 'out/meta', `${basename(output)}.json`), JSON.stringify(metafile));
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} KB`;
}
