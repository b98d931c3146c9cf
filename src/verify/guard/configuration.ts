import { runners } from '../../runners/table.ts';
import type { Finding } from '../../workspace/evidence.ts';

/** What a changed file of configuration has to do with the tests. */
export type ConfigurationChange =
  | { readonly kind: 'weakens'; readonly findings: readonly Finding[] }
  | { readonly kind: 'unclear'; readonly findings: readonly Finding[] }
  | { readonly kind: 'none' };

/** Keys of package.json that say how tests are run, and those that decide with them what `npm test` does. */
const testKeys = [...runners.flatMap(({ configuration }) => configuration?.packageKey ?? []), 'tap', 'nyc', 'c8'];
const packageKeys = [...testKeys, 'type', 'exports', 'imports', 'main', 'bin'];

/** Looks at files that decide how the tests are run; other files are none of its business. */
export function inspectConfiguration(
  path: string,
  before: string | undefined,
  after: string | undefined,
): ConfigurationChange {
  if (before === after) return { kind: 'none' };
  const name = path.split('/').at(-1) ?? path;
  if (name === 'package.json') return inspectPackage(path, before, after);
  if (isContinuousIntegration(path)) return weakens(path, 'It decides what the build server runs');
  if (isTestConfiguration(name)) return weakens(path, 'It configures the tests');
  if (/^(?:pyproject\.toml|setup\.cfg|Cargo\.toml)$/i.test(name)) {
    const isSame = sections(before) === sections(after);
    return isSame ? unclear(path, 'It may configure the tests') : weakens(path, 'Its section on tests changed');
  }
  if (
    /^(?:Makefile|justfile|Taskfile\.ya?ml|go\.mod|Rakefile|build\.gradle(\.kts)?|pom\.xml|tsconfig.*\.json|\.babelrc.*|babel\.config\..*|\.swcrc)$/i.test(
      name,
    )
  )
    return unclear(path, 'It may decide how the tests are built or run');
  return { kind: 'none' };
}

/** Files whose only purpose is to say how tests are run, beside those of the runners that are known. */
const others =
  /^(?:(?:karma|playwright|cypress|wdio|web-test-runner|nightwatch|tap)\.(?:config|conf|workspace|setup|shared|preset|projects)\b.*|\.(?:nycrc|c8rc|taprc)(?:\..+)?|\.?coveragerc|tox\.ini|noxfile\.py|phpunit\.xml(?:\.dist)?|\.rspec|tests?[.-]?(?:setup|globals|environment|preset)\b.*|setup-?tests?\..+)$/i;

function isTestConfiguration(name: string): boolean {
  return others.test(name) || runners.some(({ configuration }) => configuration?.files?.test(name) === true);
}

function isContinuousIntegration(path: string): boolean {
  return /(^|\/)(?:\.github\/(?:workflows|actions)\/|\.circleci\/|\.ci\/|\.gitlab-ci\.ya?ml$|\.travis\.ya?ml$|azure-pipelines\.ya?ml$|bitbucket-pipelines\.ya?ml$|Jenkinsfile|appveyor\.ya?ml$|\.drone\.ya?ml$)/i.test(
    path,
  );
}

function inspectPackage(path: string, before: string | undefined, after: string | undefined): ConfigurationChange {
  const [old, now] = [parse(before), parse(after)];
  if (old === undefined || now === undefined) return unclear(path, 'It cannot be read as it was or as it is');
  const scripts = (manifest: Readonly<Record<string, unknown>>): string => JSON.stringify(manifest['scripts'] ?? {});
  if (scripts(old) !== scripts(now)) return weakens(path, 'Its scripts changed, of which the tests are one');
  const changed = packageKeys.filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
  if (changed.some((key) => testKeys.includes(key)))
    return weakens(path, `Its settings of the tests changed (${changed.join(', ')})`);
  return unclear(
    path,
    changed.length === 0 ? 'It decides what is installed' : `It is loaded otherwise (${changed.join(', ')})`,
  );
}

function parse(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

const sectionNames = runners.flatMap(({ configuration }) => configuration?.sections ?? []).join('|');
const ofTests = new RegExp(
  String.raw`^\[+(?:tool[.:])?["']?(?:${sectionNames}|coverage|tox|nox|test|\[?test|lib|profile\.test|dev-dependencies)`,
  'i',
);

/** The parts of a TOML or INI file that name tests. */
function sections(text = ''): string {
  return text
    .split(/^(?=\[)/m)
    .filter((section) => ofTests.test(section))
    .join('');
}

function weakens(path: string, message: string): ConfigurationChange {
  return { kind: 'weakens', findings: [{ message, path }] };
}

function unclear(path: string, message: string): ConfigurationChange {
  return { kind: 'unclear', findings: [{ message, path }] };
}
