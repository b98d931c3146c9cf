import { baseName } from './recogniseRunner.ts';
import type { Word } from './scriptText.ts';

/** A command that stands for scripts of a package.json, or for a program of an installed package. */
export interface ScriptCall {
  readonly scripts: readonly string[];
  /** Further words for each script. */
  readonly args: readonly Word[];
  /** Where the package.json stands, relative to the command; undefined for right there. */
  readonly folder: string | undefined;
  /** Set instead of scripts when the command names a program (`yarn vitest`). */
  readonly program?: readonly Word[];
}

type Scripts = Readonly<Record<string, string>>;

const managers = new Set(['npm', 'pnpm', 'yarn']);
const folderOptions = new Set(['--prefix', '-C', '--dir', '--cwd']);

/** Reads `npm test`, `npm run x -- …`, `yarn x`, `pnpm run x` and the like; undefined for every other command. */
export function parsePackageManager(words: readonly Word[], scripts: Scripts): ScriptCall | undefined {
  const [program, ...rest] = words;
  const manager = baseName(program?.text ?? '');
  if (!managers.has(manager)) return undefined;
  const { folder, words: left } = takeOptions(rest);
  const [verb, ...tail] = left;
  if (verb === undefined) return undefined;
  if (['test', 't', 'tst'].includes(verb.text)) return call(manager, 'test', tail, folder);
  if (['run', 'run-script'].includes(verb.text)) {
    const { folder: inner, words: named } = takeOptions(tail);
    const [name, ...args] = named;
    return name === undefined ? undefined : call(manager, name.text, args, inner ?? folder);
  }
  if (manager === 'npm') return undefined;
  if (scripts[verb.text] !== undefined || folder !== undefined) return call(manager, verb.text, tail, folder);
  return isVerb(verb.text) ? undefined : { scripts: [], args: [], folder, program: left };
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
  return { scripts: matching, args: [], folder: undefined };
}

function call(manager: string, name: string, tail: readonly Word[], folder: string | undefined): ScriptCall {
  const marked = tail.findIndex((word) => word.text === '--');
  // npm takes options in front of `--` for itself; the others hand everything on.
  const options = (word: Word): boolean => !(manager === 'npm' && word.text.startsWith('-'));
  const own = marked === -1 ? tail.filter(options) : tail.slice(0, marked).filter(options);
  return { scripts: [name], args: [...own, ...(marked === -1 ? [] : tail.slice(marked + 1))], folder };
}

function takeOptions(words: readonly Word[]): { readonly folder: string | undefined; readonly words: readonly Word[] } {
  let folder: string | undefined;
  let at = 0;
  for (; at < words.length; at += 1) {
    const text = words[at]?.text ?? '';
    if (!text.startsWith('-') || text === '--') break;
    const [name = '', value] = text.split('=', 2);
    if (!folderOptions.has(name)) continue;
    folder = value ?? words[at + 1]?.text;
    if (value === undefined) at += 1;
  }
  return { folder, words: words.slice(at) };
}

function isVerb(text: string): boolean {
  return /^(install|i|add|ci|dlx|create|workspaces?|publish|pack|node|foreach|recursive|-r)$/.test(text);
}

function escape(text: string): string {
  return text.replace(/[\\^$.|?+(){}[\]]/g, '\\$&');
}
