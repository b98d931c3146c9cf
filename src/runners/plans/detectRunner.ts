import { anyCommand } from '../command.ts';
import type { Recognised } from '../runner.ts';
import { runners } from '../table.ts';
import type { ConfiguredReport } from '../reports/configuredReport.ts';
import { preparing, type TestPlan, type TestStep } from '../testPlan.ts';
import { listProjectFolder, readManifest, type Manifest } from '../scripts/projectFiles.ts';
import { recogniseRunner } from './recogniseRunner.ts';
import { resolveCommands } from './resolveCommands.ts';
import { plainWord, type ScriptCommand } from '../scripts/scriptText.ts';

export type Detection =
  | { readonly kind: 'plan'; readonly plan: TestPlan }
  /** The project has no tests that could be run. */
  | { readonly kind: 'none'; readonly reason: string }
  /** It has, but something is missing to run them. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/**
 * Finds out how the tests of a workspace are run: the configured command, or the "test" script of package.json, or a runner that the
 * project depends on, or what Go, Rust and Python bring. `results` says what a configured command leaves. Reads files and starts nothing.
 */
export function detectRunner(
  root: string,
  configured: readonly [string, ...string[]] | undefined,
  results?: ConfiguredReport,
): Detection {
  const manifest = readManifest(root, '');
  const packageEnv = typeof manifest === 'object' ? npmVariables(manifest) : {};
  if (configured !== undefined) {
    return fromConfigured(root, configured, packageEnv, results);
  }
  const fromPackage = typeof manifest === 'object' ? detectPackage(root, manifest, packageEnv) : undefined;
  if (fromPackage !== undefined) return fromPackage;
  for (const runner of runners) {
    const words = runner.findInFolder?.(root);
    if (words === undefined) continue;
    const found = recogniseRunner(words.map(plainWord), { root, cwd: '' });
    return fromRecognised(found, {
      origin: `${runner.title}, found in the project`,
      script: '',
      notes: [],
      packageEnv,
    });
  }
  if (manifest === 'malformed')
    return { kind: 'unavailable', reason: 'package.json is not valid JSON, so the tests could not be found.' };
  return { kind: 'none', reason: noTestsReason(manifest) };
}

function noTestsReason(manifest: Manifest | 'missing'): string {
  const script = manifest === 'missing' ? 'there is no package.json' : 'package.json has no "test" script';
  const titles = runners.map(({ title }) => title);
  const list = [titles.slice(0, -1).join(', '), ...titles.slice(-1)].join(' or ');
  return `No tests were found: ${script}, and no ${list} is set up here.`;
}

function detectPackage(root: string, manifest: Manifest, packageEnv: TestPlan['packageEnv']): Detection | undefined {
  const script = manifest.scripts?.test;
  if (script === undefined || isPlaceholder(script)) return detectDependency(root, manifest, [], '', packageEnv);
  const test: ScriptCommand = { env: {}, words: ['npm', 'test'].map(plainWord) };
  const resolved = resolveCommands([test], root);
  switch (resolved.kind) {
    case 'notInstalled':
      return notInstalled(resolved.packageName);
    case 'notFound':
      return { kind: 'unavailable', reason: `The test command calls ${resolved.what}, which is not there.` };
    case 'steps':
      return planOf(resolved.steps, {
        origin: 'package.json, script "test"',
        script: resolved.script,
        notes: resolved.notes,
        packageEnv,
      });
    case 'needsShell': {
      const note = `The script \`${cut(resolved.script)}\` needs a shell (${resolved.what}), which is never used; the runner is started by itself.`;
      const reason = `The "test" script needs a shell (${resolved.what}), which is never used. Configure the test command as a list of words instead.`;
      return detectDependency(root, manifest, [note], script, packageEnv) ?? { kind: 'unavailable', reason };
    }
  }
}

/** The text that `npm init` leaves. */
function isPlaceholder(script: string): boolean {
  return script.trim() === '' || /no test specified/.test(script);
}

function detectDependency(
  root: string,
  manifest: Manifest,
  notes: readonly string[],
  script: string,
  packageEnv: TestPlan['packageEnv'],
): Detection | undefined {
  const names = listProjectFolder(root, '');
  for (const runner of runners) {
    const words = runner.findInPackage?.({ root, manifest, names });
    if (words === undefined) continue;
    const found = recogniseRunner(words.map(plainWord), { root, cwd: '' });
    return fromRecognised(found, { origin: `${runner.title}, found in the project`, script, notes, packageEnv });
  }
  return undefined;
}

type PlanParts = Omit<TestPlan, 'steps' | 'configured'> & Partial<Pick<TestPlan, 'configured'>>;

function fromConfigured(
  root: string,
  configured: readonly [string, ...string[]],
  packageEnv: TestPlan['packageEnv'],
  results: ConfiguredReport | undefined,
): Detection {
  if (results !== undefined) {
    const step: TestStep = { runner: anyCommand.name, argv: configured.map(plainWord), env: {}, cwd: '', results };
    return planOf([step], { origin: 'the configured test command', script: '', configured, notes: [], packageEnv });
  }
  const resolved = resolveCommands([{ env: {}, words: configured.map(plainWord) }], root);
  switch (resolved.kind) {
    case 'notInstalled':
      return notInstalled(resolved.packageName);
    case 'notFound':
      return { kind: 'unavailable', reason: `The test command calls ${resolved.what}, which is not there.` };
    case 'needsShell': {
      const reason = `${resolved.script} needs a shell (${resolved.what}), which is never used. Configure the test command as a list of words instead.`;
      return { kind: 'unavailable', reason };
    }
    case 'steps': {
      const { script, notes } = resolved;
      return planOf(resolved.steps, { origin: 'the configured test command', script, configured, notes, packageEnv });
    }
  }
}

function fromRecognised(found: Recognised, parts: PlanParts): Detection {
  switch (found.kind) {
    case 'notInstalled':
      return notInstalled(found.packageName);
    case 'unknown':
      return { kind: 'none', reason: 'No test runner that is known here was found.' };
    case 'runner':
      return planOf([{ runner: found.runner, argv: found.argv, env: {}, cwd: found.cwd ?? '' }], parts);
  }
}

function planOf(steps: readonly TestStep[], parts: PlanParts): Detection {
  if (steps.length === 0)
    return { kind: 'none', reason: ['The test command runs no tests.', ...parts.notes].join(' ') };
  const isBlind = steps.every(
    ({ runner, results }) => runner === preparing || (runner === anyCommand.name && results === undefined),
  );
  const note = 'No known test runner stands in the command, so only its exit code is compared, no single tests.';
  return {
    kind: 'plan',
    plan: { configured: undefined, ...parts, steps, notes: isBlind ? [...parts.notes, note] : parts.notes },
  };
}

function notInstalled(packageName: string): Detection {
  const reason = `${packageName} is not installed here (node_modules/${packageName} is missing). Install the project's dependencies and try again.`;
  return { kind: 'unavailable', reason };
}

function npmVariables(manifest: Manifest): Readonly<Record<string, string>> {
  return {
    npm_lifecycle_event: 'test',
    ...(manifest.name === undefined ? {} : { npm_package_name: manifest.name }),
    ...(manifest.version === undefined ? {} : { npm_package_version: manifest.version }),
  };
}

function cut(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
