import type { RelativePath } from './path.ts';

/** What may be done with a path: secrets are never read; protected files are never changed; tests only when the user allows it. */
export type PathClass = 'ordinary' | 'secret' | 'protected' | 'test';

/**
 * Classifies a canonical path by its names alone, in the spelling that the most forgiving file system would take for the same
 * file (case, Unicode composition, ignorable characters, trailing dots and blanks, alternate streams). The strictest class wins.
 */
export function classifyPath(path: RelativePath): PathClass {
  const folded = path.split('/').map(foldSegment).join('/');
  const segments = folded.split('/');
  if (matches(folded, segments, secrets)) return 'secret';
  if (matches(folded, segments, protections)) return 'protected';
  return matches(folded, segments, tests) || testClass.test(path) ? 'test' : 'ordinary';
}

/**
 * True for a file that holds tests and nothing else that a test run goes by: no configuration, set-up, snapshot, double or data. It may
 * be created where tests are asked for.
 */
export function isTestFile(path: RelativePath): boolean {
  if (classifyPath(path) !== 'test') return false;
  const folded = path.split('/').map(foldSegment);
  const name = folded.at(-1) ?? '';
  if (folded.some((segment) => aside.test(segment)) || asideNames.test(name)) return false;
  return programs.test(name) || testClass.test(path);
}

const aside = /^(__mocks__|__snapshots__|__fixtures__|__image_snapshots__|fixtures?|testdata|mocks?|support|helpers?)$/;
const asideNames =
  /(^|[._-])(config|conf|setup|teardown|globals|environment|preset|workspace|shared|projects|mock|mocks|d)\.|^(conftest|noxfile|index|main|register|reporter)\.|^\./;
const programs = /\.([cm]?[jt]sx?|py|go|rb|rs|php|exs?|dart|lua)$/;

/** Tells whether a file belongs to the tests. */
export type IsTest = (path: RelativePath) => boolean;

/** As the names say, as long as nothing more is known. */
export const isNamedAsTest: IsTest = (path) => classifyPath(path) === 'test';

/**
 * True for a path that is called as tests are by words that code bears as well (`spec`, `test`, `e2e`), so that what is collected has to say
 * what it is; never for doubles, snapshots, fixtures and settings of a runner. `words` narrows it to some of these words.
 */
export function mayBeCode(path: RelativePath, words: 'all' | 'spec' = 'all'): boolean {
  if (!isNamedAsTest(path) || testClass.test(path)) return false;
  const folded = path.split('/').map(foldSegment);
  const name = folded.at(-1) ?? '';
  if (!/\.([cm]?[jt]sx?|py|go|json)$/.test(name) || /_test\.go$|^(conftest|noxfile)\./.test(name)) return false;
  const [folder, part] =
    words === 'spec'
      ? [/^specs?$/, /(^|[._-])specs?(?=[._-])/g]
      : [/^(tests?|specs?|e2e)$/, /(^|[._-])(tests?|specs?|e2e)(?=[._-])/g];
  const others = folded.map((segment) => (folder.test(segment) ? 'folder' : segment));
  return classifyPath([...others.slice(0, -1), name.replace(part, '$1name')].join('/')) === 'ordinary';
}

/** Globs for a search program that leave out most secrets; `classifyPath` decides on what is left. */
export const secretGlobs: readonly string[] = [
  '.env*',
  '*.env',
  '*.pem',
  '*.key',
  '*.p12',
  '*.pfx',
  'id_rsa*',
  'id_ed25519*',
  '.npmrc',
  '.netrc',
  '.aws/',
  '.ssh/',
  '.gnupg/',
];

interface Rules {
  /** Any file or folder of this name, and all below it. */
  readonly segments: RegExp;
  /** The last name. */
  readonly names: RegExp;
  /** The whole path from the workspace folder or from any folder in it. */
  readonly paths?: RegExp;
}

const secrets: Rules = {
  segments: /^(\.env.*|\.ssh|\.aws|\.azure|\.gnupg|\.kube|\.gcloud|\.password-store|\.secrets?)$/,
  names: new RegExp(
    [
      String.raw`^.+\.env$`,
      String.raw`\.(pem|key|p12|pfx|pkcs12|p8|jks|keystore|kdbx?|ppk|gpg|ovpn|tfstate|tfstate\.backup|tfvars)$`,
      String.raw`^id_(rsa|dsa|ecdsa|ed25519|xmss)(_sk)?([._-].*)?$`,
      String.raw`^[._](npmrc|netrc|pypirc|pgpass|my\.cnf|htpasswd|git-credentials|dockercfg|vault-token|terraformrc|s3cfg|boto)$`,
      String.raw`^(credentials?|secrets?)(\.(json|ya?ml|toml|ini|xml|csv|txt|enc|yml\.enc|properties))?$`,
      String.raw`^(service[-_]?account|client[-_]?secret|application_default_credentials).*\.json$`,
      String.raw`^(auth|oauth|access)[-_]?tokens?(\.(json|txt))?$`,
    ].join('|'),
  ),
  paths: /(^|\/)(\.config\/(gcloud|gh|hub)(\/|$)|\.docker\/config\.json$)/,
};

const protections: Rules = {
  segments:
    /^(\.git|git~\d+|\.vscode|\.vscode-server|\.idea|\.vs|\.fleet|\.zed|\.husky|\.githooks|\.devcontainer|\.circleci|\.ci|\.claude|\.codex|\.cursor|\.windsurf|\.roo|\.kiro|\.gemini|\.continue|\.cline|\.clinerules.*|\.roorules.*|\.yarn|node_modules)$/,
  names: new RegExp(
    [
      String.raw`\.code-workspace$`,
      String.raw`^(package|deno|composer|jsr)\.jsonc?$`,
      String.raw`^(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.ya?ml|bun\.lockb?|deno\.lock)$`,
      String.raw`^(cargo|poetry|pipfile|uv|pdm|composer|gemfile|mix|flake|gradle|podfile|pubspec|package|packages|conan)[.-]lock(file|\.json)?$`,
      String.raw`\.lock$|\.lockfile$|^go\.(sum|work\.sum)$|^package\.resolved$`,
      String.raw`^\.(gitmodules|gitattributes|gitconfig|gitlab-ci\.ya?ml|travis\.ya?ml|drone\.ya?ml|devcontainer\.json)$`,
      String.raw`^(\.?pre-commit-config\.ya?ml|\.?lefthook(-local)?\.(ya?ml|toml|json)|\.lintstagedrc.*|lint-staged\.config\..*|\.huskyrc.*)$`,
      String.raw`^(jenkinsfile.*|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|appveyor\.ya?ml|codeowners)$`,
      String.raw`^(agents?|claude(\.local)?|gemini|copilot|copilot-instructions|skill)\.md$`,
      String.raw`^\.(cursorrules|cursorignore|windsurfrules|goosehints|aider.*|mcp\.json)$|^mcp\.json$`,
      String.raw`^(\.yarnrc(\.ya?ml)?|\.pnpmfile\.c?js|pnpm-workspace\.ya?ml|bunfig\.toml|\.npmignore)$`,
      String.raw`^(\.(bash|zsh|k?sh)?(rc|profile)|\.bash_profile|\.zshenv)$`,
    ].join('|'),
  ),
  paths:
    /(^|\/)\.github\/(workflows|actions|instructions|prompts|chatmodes|agents|copilot-instructions\.md|codeowners|dependabot\.ya?ml)(\/|$)/,
};

const tests: Rules = {
  segments:
    /^(tests?|specs?|__tests?__|__mocks__|__snapshots__|__fixtures__|__image_snapshots__|fixtures?|e2e|testdata|cypress)$/,
  names: new RegExp(
    [
      String.raw`[._-](test|tests|spec|specs|e2e|cy)\.[^/]+$`,
      String.raw`^(test|tests|spec|specs)\.[cm]?[jt]sx?$`,
      String.raw`^(test|tests|spec)[_-].+\.(py|[cm]?[jt]sx?|rb|php|lua|sh)$`,
      String.raw`_(test|tests|spec)\.(go|py|rb|rs|c|cc|cpp|exs?|dart|php|lua)$|^conftest\.py$`,
      String.raw`\.(snap|snapshot|approved\.[^/]+|received\.[^/]+|golden|feature)$`,
      String.raw`^(vitest|jest|karma|ava|playwright|cypress|wdio|web-test-runner|nightwatch|tap)\.(config|conf|workspace|setup|shared|preset|projects)\b.*$`,
      String.raw`^(jest|vitest|test|tests)[.-]?(setup|globals|environment|preset)\b.*$|^setup-?tests?\..+$`,
      String.raw`^\.(mocharc|nycrc|c8rc|taprc|testcaferc|jestrc|avarc)(\..+)?$|^(mocha\.opts|\.?coveragerc)$`,
      String.raw`^(pytest\.ini|tox\.ini|noxfile\.py|phpunit\.xml(\.dist)?|\.rspec|nunit\.config|xunit\.runner\.json)$`,
    ].join('|'),
  ),
};

/** Java, Kotlin, C# and the like tell tests by a capital letter, so that `Latest.java` is none. */
const testClass = /[A-Za-z0-9](Test|Tests|TestCase|IT|Spec)\.(java|kt|kts|scala|groovy|cs|swift|php)$/;

function matches(path: string, segments: readonly string[], rules: Rules): boolean {
  return (
    segments.some((segment) => rules.segments.test(segment)) ||
    rules.names.test(segments.at(-1) ?? '') ||
    rules.paths?.test(path) === true
  );
}

/** One name as the most forgiving file system would compare it. */
function foldSegment(segment: string): string {
  const folded = /^[ -~]*$/.test(segment) ? segment.toLowerCase() : foldLetters(segment);
  // Windows drops trailing dots and blanks, and what follows a colon names a stream of the same file.
  const colon = folded.indexOf(':', 1);
  const named = colon === -1 ? folded : folded.slice(0, colon);
  let end = named.length;
  while (end > 1 && (named[end - 1] === '.' || named[end - 1] === ' ')) end -= 1;
  return named.slice(0, end);
}

function foldLetters(segment: string): string {
  return (
    segment
      .normalize('NFKC')
      // HFS+ ignores these in names; a `.g<zero-width>it` is a `.git` there.
      .replace(/[\p{DI}\p{Cf}]/gu, '')
      // Lower, upper, lower: letters such as the long s have only their upper case in common.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKC')
  );
}
