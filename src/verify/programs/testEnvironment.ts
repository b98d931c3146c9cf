import { delimiter, join } from 'node:path';
import { allowedEnvironment } from '../../util/allowedEnvironment.ts';
import { isExecutable } from '../../util/isExecutable.ts';
import type { TestPlan, TestStep } from '../../runners/testPlan.ts';
import type { StepPlace } from '../../runners/runner.ts';
import { runnerOf } from '../../runners/table.ts';

/** What this process was started as; given in, so that both hosts can be tested. */
export interface Host {
  readonly execPath: string;
  readonly isElectron: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Names of variables that the user lets through to programs of the project. */
  readonly letThrough?: readonly string[];
}

export function currentHost(): Host {
  return { execPath: process.execPath, isElectron: process.versions['electron'] !== undefined, env: process.env };
}

export interface NodeProgram {
  readonly path: string;
  /** What must be set for `path` to behave as Node. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The Node that runs the tests: the one that the project itself depends on, or this process's own; in a desktop editor, where that is no
 * Node, the one on PATH, and the editor's own only when there is none.
 */
export function findNode(dir: string, host: Host): NodeProgram {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const own = join(dir, 'node_modules', '.bin', name);
  if (isExecutable(own)) return { path: own, env: {} };
  if (!host.isElectron) return { path: host.execPath, env: {} };
  for (const folder of (host.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder !== '' && isExecutable(path)) return { path, env: {} };
  }
  return { path: host.execPath, env: { ELECTRON_RUN_AS_NODE: '1' } };
}

/** What a program of the project may see of the host's environment: what is known to be harmless, and what the user lets through. */
export function inheritedEnvironment({ env, letThrough }: Host): NodeJS.ProcessEnv {
  return allowedEnvironment(env, letThrough);
}

export interface EnvironmentPlace extends StepPlace {
  /** A private folder for temporary files. */
  readonly temp: string;
}

/** The environment of one step: the host's without what must not reach tests, as npm and a build server would set it. */
export function testEnvironment(
  host: Host,
  plan: TestPlan,
  step: TestStep,
  place: EnvironmentPlace,
  node: NodeProgram,
): NodeJS.ProcessEnv {
  const { PATH = '', ...inherited } = inheritedEnvironment(host);
  return {
    ...inherited,
    ...plan.packageEnv,
    CI: 'true',
    PWD: place.cwd,
    PATH: searchPath(place, node, PATH),
    ...temporary(place.temp),
    ...runnerOf(step)?.variables?.(place, inherited),
    ...step.env,
    ...node.env,
  };
}

/** Programs of the project come first, as for npm; then the Node that runs the tests, for programs that name `node`. */
function searchPath({ dir, cwd }: EnvironmentPlace, node: NodeProgram, inherited: string): string {
  const bins: string[] = [];
  for (let folder = cwd; folder.startsWith(dir); folder = join(folder, '..'))
    bins.push(join(folder, 'node_modules', '.bin'));
  const ownFolder = node.env['ELECTRON_RUN_AS_NODE'] === undefined ? [join(node.path, '..')] : [];
  return [...bins, ...ownFolder, inherited].join(delimiter);
}

/** Long folders are not given: the path of a Unix socket has room for about 100 bytes, and tests put theirs there. */
function temporary(temp: string): NodeJS.ProcessEnv {
  return temp.length > 60 ? {} : { TMPDIR: temp, TEMP: temp, TMP: temp };
}
