import { posix } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import { isNamedAsTest } from '../../workspace/pathPolicy.ts';
import { isPython, type ChangedText } from '../texts/changedText.ts';
import type { ProjectTexts } from '../texts/project.ts';

/** Beyond this much text, in characters, the rest of a project is not looked through. */
const mostText = 16 * 1024 * 1024;

/** The Python files of a project, with the changed ones as they were and as they will be; read on first use and kept. */
export class PythonProject {
  readonly #texts: readonly ChangedText[];
  readonly #source: Partial<ProjectTexts>;
  readonly #answers = new Map<RegExp, string | undefined>();
  #files: readonly RelativePath[] | undefined;
  #byName: ReadonlyMap<string, readonly RelativePath[]> | undefined;

  /** Without a source the changed files are all there is. */
  constructor(texts: readonly ChangedText[], source: Partial<ProjectTexts> = {}) {
    this.#texts = texts;
    this.#source = source;
  }

  /** All of them, those that are gone with the change included. */
  get files(): readonly RelativePath[] {
    const changed = this.#texts.flatMap(({ path, from }) => [path, from]);
    const listed = (this.#source.listFiles?.() ?? []).filter((path) => !installed.test(path));
    return (this.#files ??= [...new Set([...listed, ...changed])].filter(isPython));
  }

  /** Names of folders and modules, by which the project may be imported. */
  get names(): readonly string[] {
    return [...new Set(this.files.flatMap((path) => path.replace(/\.pyi?$/, '').split('/')))];
  }

  readText(path: RelativePath, side: 'before' | 'after'): string | undefined {
    const changed = this.#texts.find((one) => one[side === 'before' ? 'from' : 'path'] === path);
    if (changed !== undefined) return changed[side];
    return this.#texts.some((one) => one.path === path || one.from === path)
      ? undefined
      : this.#source.readText?.(path);
  }

  /** A file that is no test and holds what the pattern describes, or a word for all of them where they cannot be looked through. */
  holding(pattern: RegExp): string | undefined {
    if (!this.#answers.has(pattern)) this.#answers.set(pattern, this.#find(pattern));
    return this.#answers.get(pattern);
  }

  #find(pattern: RegExp): string | undefined {
    if (this.#source.listFiles !== undefined && this.#source.listFiles() === undefined) return 'some file';
    const { isTest = isNamedAsTest } = this.#source;
    let left = mostText;
    for (const path of this.files) {
      if (isTest(path) || aboutTheProject.test(path)) continue;
      const texts = [this.readText(path, 'before') ?? '', this.readText(path, 'after') ?? ''];
      left -= texts.join('').length;
      if (left < 0) return 'some file';
      if (texts.some((text) => pattern.test(withoutCopies(text)))) return path;
    }
    return undefined;
  }

  /** The files that a module leads to, seen from another file; the packages that it stands in first, as they are loaded. */
  modulesAt(module: string, names: readonly string[], from: RelativePath): readonly RelativePath[] {
    const [, dots = '', dotted = ''] = /^(\.*)(.*)$/.exec(module) ?? [];
    const parts = dotted === '' ? [] : dotted.split('.');
    if (dots === '') {
      const packages = parts.slice(0, -1).flatMap((_, index) => this.#absolute(parts.slice(0, index + 1)));
      return [...packages, ...this.#absolute(parts), ...names.flatMap((name) => this.#absolute([...parts, name]))];
    }
    const up = Array.from({ length: dots.length - 1 }, () => '..');
    const base = posix.join(posix.dirname(from), ...up, ...parts);
    return [base, ...names.map((name) => posix.join(base, name))].flatMap((one) => this.#at(one));
  }

  #at(base: string): readonly RelativePath[] {
    const known = this.#named(posix.basename(base));
    return [`${base}/__init__.py`, `${base}.py`].filter((path) => known.includes(path));
  }

  /** Python looks in several folders: a module is whatever ends in its name. */
  #absolute(parts: readonly string[]): readonly RelativePath[] {
    const ends = [`${parts.join('/')}.py`, `${parts.join('/')}/__init__.py`];
    return this.#named(parts.at(-1) ?? '').filter((path) =>
      ends.some((end) => path === end || path.endsWith(`/${end}`)),
    );
  }

  #named(name: string): readonly RelativePath[] {
    if (this.#byName === undefined) {
      const found = new Map<string, RelativePath[]>();
      for (const path of this.files) {
        const base = posix.basename(path, '.py');
        const own = base === '__init__' ? posix.basename(posix.dirname(path)) : base;
        found.set(own, [...(found.get(own) ?? []), path]);
      }
      this.#byName = found;
    }
    return this.#byName.get(name) ?? [];
  }
}

const installed = /(?:^|\/)(?:site-packages|dist-packages|\.tox|\.nox|\.eggs|\.?venv)\//;

/** Programs that pack it, or make pages of it. */
const aboutTheProject = /(?:^|\/)(?:setup\.py|docs?\/.*|noxfile\.py)$/;

/** Documentation that is only handed on from one thing to another is read by nobody. */
function withoutCopies(text: string): string {
  return text.replace(/[\w.]+\.__doc__\s*=\s*[\w.]+\.__doc__\b/g, '').replace(/\b[\w.]*__doc__\s*(?:\+=|=(?!=))/g, '');
}

/** Code that reads what a function, a class or a module says of itself; several packages do so with whatever they are given. */
export const readsDocumentation =
  /\b__doc__\b|\bgetdoc\b|\bgetcomments\b|\bpydoc\b|(?<![\w.])help\s*\(|^[ \t]*(?:import|from)[ \t]+(?:docopt|fire|plac|argh|clize|defopt|cyclopts|tyro|jsonargparse|simple_parsing|langchain\w*|llama_index|smolagents|mcp|fastmcp|pydantic_ai|agents|autogen\w*)\b|\btyper\.run\b|\.command\([^()]*\)\(|\badd_api_route\b|\bregister_introspection_functions\b|\bregister_function\b/m;

/** Code that reads the text of other code, in which comments and layout are content. */
export const readsSource =
  /\bgetsource(?:lines)?\b|\bgetcomments\b|\bfindsource\b|\bgetblock\b|\blinecache\b|\bopen\s*\(\s*__file__|\bPath\s*\(\s*__file__\s*\)\s*\.\s*(?:read_|open)|\bget_source\b|\b__file__\s*\)\s*\.\s*read/;
