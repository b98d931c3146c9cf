import { baseName } from './programName.ts';
import type { Word } from './scriptText.ts';

/** A command that stands for scripts of a package.json, or for a program of an installed package. */
export interface ScriptCall {
  readonly scripts: readonly string[];
  /** Further words for each script. */
  readonly args: readonly Word[];
  /** Where the package.json stands, relative to the command; undefined for right there. */
  readonly folder: string | undefined;
  /** Which packages of a monorepo it is for: by name or folder, or all of them; undefined for no monorepo. */
  readonly packages: 'all' | readonly string[] | undefined;
  /** True when a script that is not there is no mistake. */
  readonly isOptional: boolean;
  /** Set instead of scripts when the command names a program (`yarn vitest`). */
  readonly program?: readonly Word[];
}

type Scripts = Readonly<Record<string, string>>;

const managers = new Set(['npm', 'pnpm', 'yarn']);
const folderOptions = new Set(['--prefix', '-C', '--dir', '--cwd']);
const packageOptions = new Set(['--workspace', '-w', '--filter', '-F']);
const allPackagesOptions = new Set(['--workspaces', '-ws', '--recursive', '-r']);

/** Reads `npm test`, `npm run x -- …`, `yarn x`, `pnpm run x` and the like; undefined for every other command. */
export function parsePackageManager(words: readonly Word[], scripts: Scripts): ScriptCall | undefined {
  const [program, ...rest] = words;
  const manager = baseName(program?.text ?? '');
  if (!managers.has(manager)) return undefined;
  const before = takeOptions(rest);
  const [verb, ...tail] = before.words;
  if (verb === undefined) return undefined;
  if (['test', 't', 'tst'].includes(verb.text)) return call(manager, 'test', before, tail);
  if (['run', 'run-script'].includes(verb.text)) {
    const between = takeOptions(tail, before);
    const [name, ...args] = between.words;
    return name === undefined ? undefined : call(manager, name.text, between, args);
  }
  if (manager === 'npm') return undefined;
  if (verb.text === 'workspaces' && tail[0]?.text === 'run' && tail[1] !== undefined)
    return call(manager, tail[1].text, { ...before, packages: 'all' }, tail.slice(2));
  if (scripts[verb.text] !== undefined || before.folder !== undefined || before.packages !== undefined)
    return call(manager, verb.text, before, tail);
  return isVerb(verb.text) ? undefined : { ...before, scripts: [], args: [], program: before.words };
}

/** Reads `run-s a b`, `run-p a b` and `npm-run-all a test:*`, one script after the other; undefined for every other command. */
export function expandRunAll(words: readonly Word[], scripts: Scripts): ScriptCall | undefined {
  const [program, ...rest] = words;
  if (!['run-s', 'run-p', 'npm-run-all', 'npm-run-all2'].includes(baseName(program?.text ?? ''))) return undefined;
  const names = rest.map((word) => word.text).filter((text) => !text.startsWith('-'));
  const matching = names.flatMap((name) => {
    if (!name.includes('*')) return [name];
    const source = name.split(/(\*\*?)/).map((part) => (part === '**' ? '.*' : part === '*' ? '[^:]*' : escape(part)));
    const matcher = new RegExp(`^${source.join('')}$`);
    return Object.keys(scripts).filter((script) => matcher.test(script));
  });
  return { scripts: matching, args: [], folder: undefined, packages: undefined, isOptional: false };
}

interface Options {
  readonly folder: string | undefined;
  readonly packages: ScriptCall['packages'];
  readonly isOptional: boolean;
}

/** npm takes options in front of `--` for itself; the others hand on all that follows the script. */
function call(manager: string, name: string, before: Options, tail: readonly Word[]): ScriptCall {
  const marked = tail.findIndex((word) => word.text === '--');
  const own = marked === -1 ? tail : tail.slice(0, marked);
  const handedOn = marked === -1 ? [] : tail.slice(marked + 1);
  if (manager !== 'npm') return { ...pick(before), scripts: [name], args: [...own, ...handedOn] };
  let options = before;
  const kept: Word[] = [];
  for (let left = own; left.length > 0;) {
    const taken = takeOptions(left, options);
    options = taken;
    kept.push(...taken.words.slice(0, 1));
    left = taken.words.slice(1);
  }
  return { ...pick(options), scripts: [name], args: [...kept, ...handedOn] };
}

function pick({ folder, packages, isOptional }: Options): Options {
  return { folder, packages, isOptional };
}

const noOptions: Options = { folder: undefined, packages: undefined, isOptional: false };

/** Takes options off the beginning. */
function takeOptions(
  words: readonly Word[],
  before: Options = noOptions,
): Options & { readonly words: readonly Word[] } {
  let { folder, packages, isOptional } = before;
  let at = 0;
  for (; at < words.length; at += 1) {
    const text = words[at]?.text ?? '';
    if (!text.startsWith('-') || text === '--') break;
    const [name = '', given] = text.split('=', 2);
    if (name === '--if-present') isOptional = true;
    if (allPackagesOptions.has(name)) packages = 'all';
    const isFolder = folderOptions.has(name);
    if (!isFolder && !packageOptions.has(name)) continue;
    const value = given ?? words[at + 1]?.text ?? '';
    if (given === undefined) at += 1;
    if (isFolder) folder = value;
    else packages = [...(packages === 'all' || packages === undefined ? [] : packages), value];
  }
  return { folder, packages, isOptional, words: words.slice(at) };
}

function isVerb(text: string): boolean {
  return /^(install|i|add|ci|dlx|create|workspaces?|publish|pack|node|foreach|recursive|-r)$/.test(text);
}

function escape(text: string): string {
  return text.replace(/[\\^$.|?+(){}[\]]/g, '\\$&');
}
