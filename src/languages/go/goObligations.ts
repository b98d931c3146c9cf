import { posix } from 'node:path';
import { isGo, type ChangedText } from '../texts/changedText.ts';
import type { Change, UnshownBy } from '../texts/language.ts';
import type { ProjectTexts } from '../texts/project.ts';
import { goTokens } from './goTokens.ts';

/**
 * What of changed Go files counts beside their statements: by which name and above which line a file is built at all, what other programs
 * read from comments, and what a package does when it is loaded. No line that a test executes shows any of these.
 */
export function unshownByGo({ texts }: Change<unknown>, source: Partial<ProjectTexts>): UnshownBy {
  return (text) => reasonOf(text, texts, source);
}

function reasonOf(
  { path, from, before, after }: ChangedText,
  texts: readonly ChangedText[],
  source: Partial<ProjectTexts>,
): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  if (path !== from && constraintOf(path) !== constraintOf(from))
    return 'its name says for which systems it is built, and says so otherwise now.';
  if (path !== from && isLoadedInTurn(before))
    return 'files of a package are loaded by their names, and it does something when it is loaded.';
  if (oldConstraint.test(before + after) && headerOf(before) !== headerOf(after))
    return 'where a line `// +build` stands decides whether it counts.';
  if (told(before) !== told(after))
    return 'comments that programs read differ, and no executed line shows what these do.';
  if (areSwapped(initsOf(path, before), initsOf(path, after)))
    return 'functions `init` come in another order, and no executed line shows that none needs the other.';
  const lost = lostPackage(path, before, texts, source);
  return lost === undefined ? undefined : `${lost} does something when it is loaded, and is loaded here no more.`;
}

/** As "Build constraints" of the documentation of go/build has it. */
function constraintOf(path: string): string {
  const name = posix.basename(path, '.go');
  const isTest = name.endsWith('_test');
  const parts = name
    .replace(/_test$/, '')
    .split('_')
    .slice(1)
    .slice(-2);
  return [...parts.filter((part) => systems.has(part)), isTest ? 'test' : ''].join(' ');
}

const systems = new Set(
  `aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos 386 amd64 arm arm64
  loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm sparc64 unix`.split(/\s+/),
);

/** The functions `init`, and values of the package that something has to be called for. */
function isLoadedInTurn(text: string): boolean {
  return (
    /^func init\(\)/m.test(text) || /^var [^=\n]*=[^=\n]*\(/m.test(text) || /^var \([^]*?=[^=\n]*\([^]*?^\)/m.test(text)
  );
}

const oldConstraint = /^\/\/\s*\+build\b/m;

function headerOf(text: string): string {
  const end = text.search(/^package\b/m);
  return text
    .slice(0, end === -1 ? text.length : end)
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trimStart();
}

/** What generators and servers read from comments; remarks for linters are not among it. */
function told(text: string): string {
  const directives = text.match(/^[ \t]*\/\/(?!nolint|lint:|revive:|gosec)[a-z0-9]+:[a-z0-9].*$/gm) ?? [];
  const markers = text.match(/^[ \t]*\/\/[ \t]*\+(?!build\b)[a-zA-Z][\w:.-]*.*$/gm) ?? [];
  const described = /^[ \t]*\/\/[ \t]*@(?:router|title|version|basepath)\b/im.test(text)
    ? (text.match(/^[ \t]*\/\/[ \t]*@\w+.*$/gm) ?? [])
    : [];
  return [...directives, ...markers, ...described].map((line) => line.trim()).join('\n');
}

/** The texts of the functions `init` of a file, in their order. */
function initsOf(path: string, text: string): readonly string[] {
  const words = (goTokens(path, text) ?? []).map((token) => token.text);
  const found: string[] = [];
  for (let at = words.indexOf('init'); at !== -1; at = words.indexOf('init', at + 1)) {
    if (words[at - 1] !== 'func' || words[at + 3] !== '{') continue;
    let depth = 0;
    let end = at + 3;
    for (; end < words.length; end += 1) {
      if (words[end] === '{') depth += 1;
      if (words[end] === '}') depth -= 1;
      if (depth === 0) break;
    }
    found.push(words.slice(at, end).join(' '));
  }
  return found;
}

function areSwapped(old: readonly string[], now: readonly string[]): boolean {
  const common = (list: readonly string[], other: readonly string[]): string =>
    list.filter((one) => other.includes(one)).join('\n');
  return common(old, now) !== common(now, old);
}

/** Packages of the language that enter themselves somewhere when they are loaded. */
const registering = /^(?:image\/(?:png|jpeg|gif)|net\/http\/pprof|expvar|time\/tzdata|golang\.org\/x\/image\/\w+)$/;

/** A package that is imported no more by any changed file, and that does something when it is loaded. */
function lostPackage(
  path: string,
  before: string,
  texts: readonly ChangedText[],
  source: Partial<ProjectTexts>,
): string | undefined {
  const kept = new Set(
    texts.flatMap(({ path: own, after }) => (isGo(own) && after !== undefined ? importsOf(own, after) : [])),
  );
  return importsOf(path, before).find(
    (one) => !kept.has(one) && (registering.test(one) || hasInit(one, texts, source)),
  );
}

function importsOf(path: string, text: string): readonly string[] {
  const words = (goTokens(path, text) ?? []).map((token) => token.text);
  const end = words.findIndex((word) => ['func', 'type', 'var', 'const'].includes(word));
  return words
    .slice(0, end === -1 ? words.length : end)
    .flatMap((word) => (/^["`]/.test(word) ? [word.slice(1, -1)] : []));
}

/** A folder of the project whose path ends the name of the package. */
function hasInit(name: string, texts: readonly ChangedText[], { listFiles, readText }: Partial<ProjectTexts>): boolean {
  const files = (listFiles?.() ?? []).filter((path) => isGo(path) && !path.endsWith('_test.go'));
  const touched = new Set(texts.flatMap(({ path, from }) => [path, from]));
  return files.some((path) => {
    const folder = posix.dirname(path);
    const isIn = folder !== '.' && (name === folder || name.endsWith(`/${folder}`));
    return isIn && !touched.has(path) && /^func init\(\)/m.test(readText?.(path) ?? '');
  });
}
