import { join } from 'node:path';
import type { TestPlan, TestStep } from '../testPlan.ts';
import { hasProjectFile, listProjectFolder, readManifest, readProjectText, type Manifest } from './projectFiles.ts';
import { pythonOf, recogniseRunner, runPackaged, type Recognised } from './recogniseRunner.ts';
import { resolveCommands } from './resolveCommands.ts';
import { plainWord, type ScriptCommand } from './scriptText.ts';

export type Detection =
  | { readonly kind: 'plan'; readonly plan: TestPlan }
  /** The project has no tests that could be run. */
  | { readonly kind: 'none'; readonly reason: string }
  /** It has, but something is missing to run them. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/**
 * Finds out how the tests of a workspace are run: the configured command, or the "test" script of package.json, or a runner that the
 * project depends on, or pytest. Reads files and starts nothing.
 */
export function detectRunner(root: string, configured: readonly [string, ...string[]] | undefined): Detection {
  const manifest = readManifest(root, '');
  const packageEnv = typeof manifest === 'object' ? npmVariables(manifest) : {};
  if (configured !== undefined) {
    return fromConfigured(root, configured, packageEnv);
  }
  const fromPackage = typeof manifest === 'object' ? detectPackage(root, manifest, packageEnv) : undefined;
  if (fromPackage !== undefined) return fromPackage;
  if (isPythonProject(root)) {
    const found = recogniseRunner([plainWord(pythonOf(root)), plainWord('-m'), plainWord('pytest')], { root, cwd: '' });
    return fromRecognised(found, {
      origin: 'pytest, found in the project',
      script: '',
      configured: undefined,
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
  return `No tests were found: ${script}, and no vitest, jest, mocha, node:test or pytest is set up here.`;
}

function detectPackage(root: string, manifest: Manifest, packageEnv: TestPlan['packageEnv']): Detection | undefined {
  const script = manifest.scripts?.test;
  if (script === undefined || isPlaceholder(script)) return detectDependency(root, manifest, [], '', packageEnv);
  const command: ScriptCommand = { env: {}, words: ['npm', 'test'].map(plainWord) };
  const resolved = resolveCommands([command], root);
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

const knownPackages: readonly { readonly name: 'vitest' | 'jest' | 'mocha'; readonly files: RegExp }[] = [
  { name: 'vitest', files: /^vitest\.(config|workspace)\./ },
  { name: 'jest', files: /^jest\.config\./ },
  { name: 'mocha', files: /^\.mocharc(\.|$)/ },
];

function detectDependency(
  root: string,
  manifest: Manifest,
  notes: readonly string[],
  script: string,
  packageEnv: TestPlan['packageEnv'],
): Detection | undefined {
  const names = listProjectFolder(root, '');
  for (const { name, files } of knownPackages) {
    const isNamed = { ...manifest.dependencies, ...manifest.devDependencies }[name] !== undefined;
    const isSet =
      (name === 'jest' && manifest.jest !== undefined) || (name === 'mocha' && manifest.mocha !== undefined);
    if (!isNamed && !isSet && !names.some((file) => files.test(file))) continue;
    return fromRecognised(runPackaged(name, [], { root, cwd: '' }), {
      origin: `${name}, found in the project`,
      script,
      notes,
      packageEnv,
    });
  }
  if (!hasNodeTests(root)) return undefined;
  const found = recogniseRunner([plainWord('node'), plainWord('--test')], { root, cwd: '' });
  return fromRecognised(found, { origin: 'node:test, found in the project', script, notes, packageEnv });
}

/** Whether one of the files that `node --test` takes by itself imports `node:test`. */
function hasNodeTests(root: string): boolean {
  return ['test', '', 'src', 'tests', '__tests__'].some((folder) =>
    listProjectFolder(root, folder).some(
      (name) =>
        /\.[cm]?[jt]s$/.test(name) &&
        (folder === 'test' || /(^test[-.]|[.\-_]test\.)/.test(name)) &&
        /['"]node:test['"]/.test(readProjectText(root, join(folder, name)) ?? ''),
    ),
  );
}

function isPythonProject(root: string): boolean {
  const marks = ['pytest.ini', 'conftest.py', 'pyproject.toml', 'setup.py', 'setup.cfg', 'tox.ini', 'requirements.txt'];
  const isTest = (name: string): boolean => /^(test_.*|.*_test)\.py$/.test(name);
  return (
    marks.some((name) => hasProjectFile(root, name)) ||
    ['', 'tests', 'test'].some((folder) => listProjectFolder(root, folder).some(isTest))
  );
}

type PlanParts = Omit<TestPlan, 'steps' | 'configured'> & Partial<Pick<TestPlan, 'configured'>>;

function fromConfigured(
  root: string,
  configured: readonly [string, ...string[]],
  packageEnv: TestPlan['packageEnv'],
): Detection {
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
      return planOf([{ runner: found.runner, argv: found.argv, env: {}, cwd: '' }], parts);
  }
}

function planOf(steps: readonly TestStep[], parts: PlanParts): Detection {
  if (steps.length === 0)
    return { kind: 'none', reason: ['The test command runs no tests.', ...parts.notes].join(' ') };
  const isBlind = steps.every((step) => step.runner === 'command' || step.runner === 'prepare');
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
