import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve, sep } from 'node:path';
import { withLock } from './installLock.js';

const root = resolve(import.meta.dirname, '../..');
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.whetstone-lock');
const node24 = join(modules, 'node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

const commands = {
  start: () => ['test/dev/start.ts'],
  test: () => ['test/dev/test.ts'],
  compliance: () => ['test/dev/compliance.ts'],
  bench: ([name]) => [`test/bench/${name}.ts`],
};

/** Installs what the lock file asks for when it is not there, then runs the command under Node 24 and takes over its exit code. */
export async function setUpAndRun([command, ...args]) {
  const script = Object.hasOwn(commands, command ?? '') ? commands[command](args) : undefined;
  if (script === undefined) throw new Error(`usage: bootstrap.js ${Object.keys(commands).join('|')}`);
  await withLock(`dependencies:${root}`, ensureDependencies);
  const path = [join(modules, '.bin'), ...pathWithoutModules()].join(delimiter);
  const rest = command === 'bench' ? args.slice(1) : args;
  process.exitCode = await run(node24, [join(root, script[0]), ...rest], { stdio: 'inherit', env: { PATH: path } });
}

async function ensureDependencies() {
  const lockText = await readFile(join(root, 'package-lock.json'), 'utf8');
  const stamp = createHash('sha256').update(lockText).update(process.platform).update(process.arch).digest('hex');
  const isStamped = (await readFile(stampFile, 'utf8').catch(() => '')) === stamp;
  if (!isStamped && !(await isInstalled(JSON.parse(lockText)))) await installDependencies();
  if (!(await isRunnable(node24))) await installNode();
  if (!isStamped) await writeFile(stampFile, stamp);
}

/** Whether npm's own record of what it installed agrees with the lock file. */
async function isInstalled(lock) {
  const text = await readFile(join(modules, '.package-lock.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const installed = JSON.parse(text).packages;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    const found = installed[path];
    if (path === '' || wanted.link === true) return true;
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version && existsSync(join(root, path, 'package.json'));
  });
}

async function installDependencies() {
  await withProgress('Installing dependencies with npm ci', () =>
    npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], root),
  );
}

/** Where npm may not run install scripts, the package that brings Node 24 has not fetched it yet. */
async function installNode() {
  const folder = join(modules, 'node');
  await withProgress('Fetching Node 24 from npm', async () => {
    await run(process.execPath, ['installArchSpecificPackage'], { cwd: folder, env: cleanEnvironment() });
  });
  if (!(await isRunnable(node24)))
    throw new Error(`Node 24 could not be installed: ${node24} does not run on this machine.`);
}

async function isRunnable(program) {
  const isFile = await stat(program).then(
    (found) => found.isFile(),
    () => false,
  );
  return isFile && (await run(program, ['--version'], { isQuiet: true })) === 0;
}

async function npm(args, cwd) {
  const code = await run('npm', args, { cwd, env: cleanEnvironment(), shell: process.platform === 'win32' });
  if (code !== 0) throw new Error(`npm ${args[0]} failed with exit code ${code}.`);
}

/** npm runs under the machine's own Node: the one in node_modules is about to be replaced. */
function cleanEnvironment() {
  return { PATH: pathWithoutModules().join(delimiter), NODE_ENV: '' };
}

function pathWithoutModules() {
  const ownBins = `node_modules${sep}.bin`;
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.endsWith(ownBins));
}

async function withProgress(title, work) {
  const started = Date.now();
  process.stdout.write(`${title} …\n`);
  await work();
  process.stdout.write(`${title}: done in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

/** Resolves with the exit code; a signal to this process goes on to the child, which decides when to end. */
function run(program, args, { cwd = root, env = {}, stdio, isQuiet = false, shell = false } = {}) {
  return new Promise((settle) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: stdio ?? ['ignore', isQuiet ? 'ignore' : 2, isQuiet ? 'ignore' : 2],
      shell,
    });
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', forward);
    process.on('SIGTERM', forward);
    const finish = (code) => {
      process.off('SIGINT', forward);
      process.off('SIGTERM', forward);
      settle(code);
    };
    child.once('error', () => finish(127));
    child.once('exit', (code, signal) => finish(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
