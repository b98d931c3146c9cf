import type { CommandPlace, Recognised, Runner } from './runner.ts';
import type { RunnerName } from './testPlan.ts';
import { nodeStart, runsTestsItself } from './scripts/nodeProgram.ts';
import { baseName } from './scripts/programName.ts';
import { findPackageScript } from './scripts/projectFiles.ts';
import { plainWord, type Word } from './scripts/scriptText.ts';

/** A program of an npm package. */
export interface PackagedProgram {
  /** Packages that bring it; the first one is asked for when none is there. */
  readonly packages: readonly string[];
  readonly bin: string;
  /** A further name of the same program. */
  readonly alias?: string;
  /** Without it the program does something else. */
  readonly subcommand?: string;
  /** Subcommands that run no tests. */
  readonly others?: RegExp;
}

/**
 * A runner that is one or several programs of npm packages, started as such or by the path of their scripts: `node` with the package's own
 * script, as npm would start it. `argumentsOf` asks for results that can be read.
 */
export function packagedIn(
  runner: RunnerName,
  programs: readonly PackagedProgram[],
  argumentsOf: (args: readonly Word[]) => readonly Word[],
): Required<Pick<Runner, 'programs' | 'packages' | 'recognise'>> {
  const recognise = (words: readonly Word[], place: CommandPlace): Recognised | undefined => {
    const { name, args, options } = startedProgram(words, programs);
    const known = programs.find(
      ({ bin, alias, subcommand }) =>
        (bin === name || alias === name) && (subcommand === undefined || args[0]?.text === subcommand),
    );
    if (known === undefined || known.others?.test(args[0]?.text ?? '') === true) return undefined;
    for (const packageName of known.packages) {
      const script = findPackageScript(place.root, place.cwd, packageName, known.bin);
      if (script === undefined) continue;
      const lead = known.subcommand === undefined ? [] : args.slice(0, 1);
      const argv = [plainWord('node'), ...options, plainWord(script), ...lead, ...argumentsOf(args.slice(lead.length))];
      return { kind: 'runner', runner, argv };
    }
    return { kind: 'notInstalled', packageName: known.packages[0] ?? name };
  };
  const names = programs.flatMap(({ bin, alias }) => (alias === undefined ? [bin] : [bin, alias]));
  return { programs: names, packages: programs.flatMap(({ packages }) => packages), recognise };
}

interface StartedProgram {
  readonly name: string;
  readonly args: readonly Word[];
  /** Of `node`. */
  readonly options: readonly Word[];
}

function startedProgram(words: readonly Word[], programs: readonly PackagedProgram[]): StartedProgram {
  const [program, ...args] = words;
  const node = nodeStart(words);
  if (node === undefined) return { name: baseName(program?.text ?? ''), args, options: [] };
  const [file, ...rest] = runsTestsItself(node) ? [] : node.script;
  return { name: programAt(file?.text ?? '', programs), args: rest, options: node.options };
}

/** The program behind a path such as `node_modules/.bin/NAME` or `node_modules/PACKAGE/bin/NAME.js`. */
function programAt(path: string, programs: readonly PackagedProgram[]): string {
  const match = /(?:^|\/)node_modules\/(?:\.bin\/([^/]+)|((?:@[^/]+\/)?[^/]+)\/.*?([^/]+))$/.exec(
    path.replaceAll('\\', '/'),
  );
  if (match === null) return '';
  if (match[1] !== undefined) return match[1].replace(/\.[cm]?js$/, '');
  return programs.find((known) => known.packages.includes(match[2] ?? ''))?.bin ?? '';
}

/** How a runner is started that the project depends on, has a key for in package.json, or a file of configuration. */
export function findDependency(
  name: string,
  files: RegExp,
  hasKey: (manifest: Parameters<NonNullable<Runner['findInPackage']>>[0]['manifest']) => boolean = () => false,
): NonNullable<Runner['findInPackage']> {
  return ({ manifest, names }) => {
    const isNamed = { ...manifest.dependencies, ...manifest.devDependencies }[name] !== undefined;
    return isNamed || hasKey(manifest) || names.some((file) => files.test(file)) ? [name] : undefined;
  };
}
