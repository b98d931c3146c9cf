import * as z from 'zod/mini';
import { parseJson } from '../../../util/parseJson.ts';

/** Test runners of which the idiom is known. */
export type Runner = 'vitest' | 'jest' | 'mocha' | 'nodeTest' | 'ava';

const marks: readonly (readonly [Runner, RegExp])[] = [
  ['vitest', /\bvitest\b/],
  ['jest', /\bjest\b|\breact-scripts test\b/],
  ['ava', /\bava\b/],
  ['mocha', /\b_?mocha\b/],
  ['nodeTest', /\bnode\b.*\s--test\b|\bnode:test\b/],
];

/** The runner that a command starts, or undefined. */
export function runnerIn(command: string): Runner | undefined {
  return marks.find(([, mark]) => mark.test(command))?.[0];
}

/** What package.json says about tests. */
export interface Manifest {
  readonly runner: Runner | undefined;
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
  const runner =
    runnerIn(script) ?? runnerIn(scripts.join('\n')) ?? marks.find(([name]) => installed.includes(name))?.[0];
  return { runner, script, isModule: data?.type === 'module' };
}
