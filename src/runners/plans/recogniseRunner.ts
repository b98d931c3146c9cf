import { isAbsolute, join } from 'node:path';
import { normalizePath } from '../../workspace/path.ts';
import { findPackageScript, hasProjectFile, readProjectText } from '../scripts/projectFiles.ts';
import {
  avaArguments,
  cargoTestArguments,
  goTestArguments,
  jestArguments,
  mochaArguments,
  nodeTestArguments,
  pytestArguments,
  splitNodeArguments,
  unittestArguments,
  vitestArguments,
} from './runnerArguments.ts';
import { plainWord, type Word } from '../scripts/scriptText.ts';
import type { RunnerKind } from '../testPlan.ts';

/** Where a command stands. */
export interface CommandPlace {
  readonly root: string;
  /** Below the root, `''` for the root itself. */
  readonly cwd: string;
}

export type Recognised =
  /** With its machine-readable output asked for; `cwd` where the command itself names another folder below the root. */
  | { readonly kind: 'runner'; readonly runner: RunnerKind; readonly argv: readonly Word[]; readonly cwd?: string }
  | { readonly kind: 'notInstalled'; readonly packageName: string }
  | { readonly kind: 'unknown' };

interface PackagedRunner {
  readonly runner: RunnerKind;
  readonly packages: readonly string[];
  readonly bin: string;
  readonly subcommand?: string;
  arguments(args: readonly Word[]): readonly Word[];
}

const jest = { runner: 'jest', arguments: jestArguments } as const;
const packagedRunners: readonly PackagedRunner[] = [
  { runner: 'vitest', packages: ['vitest'], bin: 'vitest', arguments: vitestArguments },
  { ...jest, packages: ['jest', 'jest-cli'], bin: 'jest' },
  { ...jest, packages: ['react-scripts'], bin: 'react-scripts', subcommand: 'test' },
  { ...jest, packages: ['react-app-rewired'], bin: 'react-app-rewired', subcommand: 'test' },
  { ...jest, packages: ['@craco/craco'], bin: 'craco', subcommand: 'test' },
  { runner: 'mocha', packages: ['mocha'], bin: 'mocha', arguments: mochaArguments },
  { runner: 'ava', packages: ['ava'], bin: 'ava', arguments: avaArguments },
  { runner: 'mocha', packages: ['ts-mocha'], bin: 'ts-mocha', arguments: mochaArguments },
];

/** Finds a known runner in a simple command and asks it for results that can be read; never starts anything. */
export function recogniseRunner(words: readonly Word[], place: CommandPlace): Recognised {
  const [program, ...args] = words;
  if (program === undefined) return { kind: 'unknown' };
  const name = baseName(program.text);
  if (name === 'node') return recogniseNode(program, args, place);
  if (name === 'tsx')
    return recogniseNode(plainWord('node'), [plainWord('--import'), plainWord('tsx'), ...withoutTsxWatch(args)], place);
  if (name === 'pytest' || name === 'py.test') return runPytest([plainWord(pythonOf(place.root))], args);
  if (/^python[0-9.]*$/.test(name) && args[0]?.text === '-m' && args[1]?.text === 'pytest')
    return runPytest([program], args.slice(2));
  if (/^python[0-9.]*$/.test(name) && args[0]?.text === '-m' && args[1]?.text === 'unittest')
    return { kind: 'runner', runner: 'unittest', argv: [program, ...unittestArguments(args.slice(2))] };
  if (name === 'go' && args[0]?.text === 'test') return recogniseGo(program, args.slice(1), place);
  if (name === 'cargo') return recogniseCargo(program, args);
  if (['uv', 'poetry', 'pipenv', 'rye', 'hatch', 'pdm'].includes(name) && args[0]?.text === 'run')
    return recogniseWrapped(program, args);
  return recognisePackaged(name, [], args, place) ?? { kind: 'unknown' };
}

/** `node` with the package's own script, as npm would start it. */
export function runPackaged(packageName: string, args: readonly Word[], place: CommandPlace): Recognised {
  return recognisePackaged(packageName, [], args, place) ?? { kind: 'unknown' };
}

/** The Python of the project's own environment when there is one, the system's otherwise. */
export function pythonOf(root: string): string {
  for (const folder of ['.venv', 'venv', 'env'])
    for (const python of ['bin/python', 'Scripts/python.exe']) {
      const path = join(folder, python).replaceAll('\\', '/');
      if (hasProjectFile(root, join(folder, 'pyvenv.cfg')) && hasProjectFile(root, path)) return path;
    }
  return process.platform === 'win32' ? 'python' : 'python3';
}

/** `-C` holds only as the first word behind `go test`, where words of ours may come: the folder is entered without it. */
function recogniseGo(program: Word, args: readonly Word[], { cwd }: CommandPlace): Recognised {
  const [, folder, isNext] = /^--?C(?:=(.*)|($))/s.exec(args[0]?.text ?? '') ?? [];
  const target = isNext === undefined ? folder : args[1]?.text;
  const entered = target === undefined ? cwd : folderBelow(cwd, target);
  if (entered === undefined) return { kind: 'unknown' };
  const own = target === undefined ? args : args.slice(isNext === undefined ? 1 : 2);
  const argv = [program, plainWord('test'), ...goTestArguments(own)];
  return { kind: 'runner', runner: 'goTest', argv, cwd: entered };
}

/** A folder as a command in another one names it, below the root; undefined elsewhere. */
export function folderBelow(cwd: string, path: string): string | undefined {
  if (isAbsolute(path)) return undefined;
  const joined = join(cwd, path);
  return joined === '.' || joined === './' ? '' : normalizePath(joined);
}

function recogniseNode(program: Word, args: readonly Word[], place: CommandPlace): Recognised {
  const { options, script } = splitNodeArguments(args);
  const [file, ...rest] = script;
  const runsTests = options.some((word) => word.text === '--test');
  if (!runsTests && file === undefined) return { kind: 'unknown' };
  if (!runsTests && file !== undefined) {
    const packaged = recognisePackaged(packagedProgram(file.text), options, rest, place);
    if (packaged !== undefined) return packaged;
    if (!importsNodeTest(file.text, place)) return { kind: 'unknown' };
  }
  return { kind: 'runner', runner: 'nodeTest', argv: [program, ...nodeTestArguments([...options, ...script])] };
}

/** A test file that is run by itself: its `node:test` reports like any other. */
function importsNodeTest(file: string, { root, cwd }: CommandPlace): boolean {
  const text = readProjectText(root, join(cwd, file));
  return text !== undefined && /['"]node:test['"]/.test(text);
}

/** The program behind a path such as `node_modules/.bin/jest` or `node_modules/mocha/bin/mocha.js`. */
function packagedProgram(path: string): string {
  const match = /(?:^|\/)node_modules\/(?:\.bin\/([^/]+)|((?:@[^/]+\/)?[^/]+)\/.*?([^/]+))$/.exec(
    path.replaceAll('\\', '/'),
  );
  if (match === null) return '';
  if (match[1] !== undefined) return match[1].replace(/\.[cm]?js$/, '');
  return packagedRunners.find((known) => known.packages.includes(match[2] ?? ''))?.bin ?? '';
}

function recognisePackaged(
  program: string,
  nodeOptions: readonly Word[],
  args: readonly Word[],
  place: CommandPlace,
): Recognised | undefined {
  const name = program === '_mocha' ? 'mocha' : program;
  const known = packagedRunners.find(
    ({ bin, subcommand }) => bin === name && (subcommand === undefined || args[0]?.text === subcommand),
  );
  // Other subcommands of vitest are no test runs.
  if (known === undefined || (name === 'vitest' && /^(bench|list|init|related)$/.test(args[0]?.text ?? '')))
    return undefined;
  for (const packageName of known.packages) {
    const script = findPackageScript(place.root, place.cwd, packageName, known.bin);
    if (script === undefined) continue;
    const lead = known.subcommand === undefined ? [] : args.slice(0, 1);
    const rest = args.slice(lead.length);
    const argv = [plainWord('node'), ...nodeOptions, plainWord(script), ...lead, ...known.arguments(rest)];
    return { kind: 'runner', runner: known.runner, argv };
  }
  return { kind: 'notInstalled', packageName: known.packages[0] ?? name };
}

/** `uv run pytest`, `poetry run python -m pytest` and the like, which bring an environment of their own. */
function recogniseWrapped(program: Word, args: readonly Word[]): Recognised {
  const at = args.findIndex((word) => ['pytest', 'py.test'].includes(baseName(word.text)));
  if (at === -1) return { kind: 'unknown' };
  const argv = [program, ...args.slice(0, at + 1), ...pytestArguments(args.slice(at + 1))];
  return { kind: 'runner', runner: 'pytest', argv };
}

/** `cargo test` and `cargo +toolchain t`. */
function recogniseCargo(program: Word, args: readonly Word[]): Recognised {
  const at = args[0]?.text.startsWith('+') === true ? 1 : 0;
  if (!['test', 't'].includes(args[at]?.text ?? '')) return { kind: 'unknown' };
  const argv = [program, ...args.slice(0, at), plainWord('test'), ...cargoTestArguments(args.slice(at + 1))];
  return { kind: 'runner', runner: 'cargoTest', argv };
}

function runPytest(python: readonly Word[], args: readonly Word[]): Recognised {
  const argv = [...python, plainWord('-m'), plainWord('pytest'), ...pytestArguments(args)];
  return { kind: 'runner', runner: 'pytest', argv };
}

function withoutTsxWatch(args: readonly Word[]): readonly Word[] {
  return args[0]?.text === 'watch' ? args.slice(1) : args;
}

/** A program's name without folder and extension. */
export function baseName(program: string): string {
  const name = program.replaceAll('\\', '/').split('/').at(-1) ?? '';
  return name.replace(/\.(cmd|exe|bat|ps1)$/i, '').toLowerCase();
}
