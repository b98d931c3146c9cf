import * as z from 'zod/mini';
import type { Runner, TestIdiom } from '../../../runners/runner.ts';
import { runners } from '../../../runners/table.ts';
import { parseJson } from '../../../util/parseJson.ts';

/** Runners that tests can be written for. */
const known = runners.flatMap((runner) =>
  runner.testIdiom === undefined ? [] : [{ ...runner, idiom: runner.testIdiom }],
);

/** How tests are written for the runner that a command starts, or undefined. */
export function idiomIn(command: string): TestIdiom | undefined {
  return known.find(({ mark }) => mark?.test(command) === true)?.idiom;
}

/** What those runners are called, one after the other. */
export const knownTitles: readonly string[] = known.map(({ title }) => title);

/** What package.json says about tests. */
export interface Manifest {
  /** Of the runner that it names, or that is installed. */
  readonly idiom: TestIdiom | undefined;
  /** The script that runs the tests; empty when there is none. */
  readonly script: string;
  readonly isModule: boolean;
}

const names = z.optional(z.record(z.string(), z.unknown()));
const manifest = z.object({
  type: z.optional(z.string()),
  scripts: names,
  dependencies: names,
  devDependencies: names,
});

/** Reads package.json; never throws. */
export function readManifest(text: string): Manifest {
  const { data } = z.safeParse(manifest, parseJson(text));
  const scripts = Object.values(data?.scripts ?? {}).filter((script) => typeof script === 'string');
  const test = data?.scripts?.['test'];
  const script = typeof test === 'string' ? test : '';
  const installed = [...Object.keys(data?.devDependencies ?? {}), ...Object.keys(data?.dependencies ?? {})];
  const isInstalled = ({ packages = [] }: Runner): boolean => packages.some((name) => installed.includes(name));
  const idiom = idiomIn(script) ?? idiomIn(scripts.join('\n')) ?? known.find(isInstalled)?.idiom;
  return { idiom, script, isModule: data?.type === 'module' };
}
