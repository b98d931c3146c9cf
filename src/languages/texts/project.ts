import { isNamedAsTest, type IsTest } from '../../workspace/pathPolicy.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { isDeclaration, isScript, type ChangedText } from './changedText.ts';

export interface ProjectTexts {
  /** The text of a file of the workspace as it is on disk; undefined when there is none. */
  readonly readText: (path: RelativePath) => string | undefined;
  /** The files of the workspace without installed packages; undefined when there are too many to look through. */
  readonly listFiles: () => readonly RelativePath[] | undefined;
  /** By the names, without it. */
  readonly isTest: IsTest;
}

const endings = '.ts .tsx .mts .cts .js .jsx .mjs .cjs .json /index.ts /index.tsx /index.js'.split(' ').concat('');

/** Beyond this much text, in characters, the rest of a project is not looked through. */
const mostText = 16 * 1024 * 1024;

/** One file of the project's program. */
export interface ProjectScript {
  readonly path: RelativePath;
  readonly text: string;
  readonly isChanged: boolean;
}

/**
 * The scripts of a project that are no tests, with the changed ones as they were and as they will be. Read on first use and kept: one look at a
 * change asks several questions. Where there are too many, every question is answered by yes.
 */
export class Project {
  readonly #texts: readonly ChangedText[];
  readonly #source: Partial<ProjectTexts>;
  readonly #answers = new Map<string, boolean>();
  #scripts: readonly ProjectScript[] | undefined;
  #isWhole = true;

  /** Without a source the changed files are all there is. */
  constructor(texts: readonly ChangedText[], source: Partial<ProjectTexts> = {}) {
    this.#texts = texts;
    this.#source = source;
  }

  /** A file as it will be, if it is changed, or as it is. */
  readText(path: RelativePath): string | undefined {
    const changed = this.#texts.find((one) => one.path === path || one.from === path);
    if (changed !== undefined) return changed.path === path ? changed.after : undefined;
    return this.#source.readText?.(path);
  }

  /** The file that a path without its ending, or with that of what is built of it, leads to. */
  readModule(target: string): { readonly path: RelativePath; readonly text: string } | undefined {
    for (const base of [target, target.replace(/\.([cm]?)jsx?$/, '')])
      for (const ending of endings) {
        const text = this.readText(`${base}${ending}`);
        if (text !== undefined) return { path: `${base}${ending}`, text };
      }
    return undefined;
  }

  /** Whether some script is as described, or it cannot be known; `question` names the description. */
  some(question: string, isSo: (script: ProjectScript) => boolean): boolean {
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    const scripts = this.#read();
    const answer = !this.#isWhole || scripts.some(isSo);
    this.#answers.set(question, answer);
    return answer;
  }

  /** Names of the packages that the manifests of the project ask for. */
  dependsOn(names: ReadonlySet<string>): boolean {
    return this.#manifests().some((text) =>
      [...text.matchAll(/"([^"]+)"\s*:/g)].some(([, name = '']) => names.has(name)),
    );
  }

  #manifests(): readonly string[] {
    const files = this.#source.listFiles?.() ?? ['package.json'];
    return files
      .filter((path) => /(?:^|\/)(?:package|bower)\.json$/.test(path))
      .flatMap((path) => this.#source.readText?.(path) ?? []);
  }

  #read(): readonly ProjectScript[] {
    if (this.#scripts !== undefined) return this.#scripts;
    const found: ProjectScript[] = this.#texts
      .filter(({ path, role }) => role === 'code' && isScript(path))
      .flatMap(({ path, before = '', after = '' }) =>
        [...new Set([before, after])].map((text) => ({ path, text, isChanged: true })),
      );
    const { listFiles, readText, isTest = isNamedAsTest } = this.#source;
    const files = listFiles?.();
    if (listFiles !== undefined && files === undefined) this.#isWhole = false;
    const changed = new Set(this.#texts.flatMap(({ path, from }) => [path, from]));
    let left = mostText;
    for (const path of files ?? []) {
      if (!isPart(path, isTest) || changed.has(path)) continue;
      const text = readText?.(path) ?? '';
      left -= text.length;
      if (left < 0) this.#isWhole = false;
      if (left < 0) break;
      found.push({ path, text, isChanged: false });
    }
    return (this.#scripts = found);
  }
}

/** Tests say for themselves what they see; pages and components hold scripts. */
function isPart(path: RelativePath, isTest: IsTest): boolean {
  const isProgram = (isScript(path) && !isDeclaration(path)) || /\.(?:vue|svelte|astro|html?)$/i.test(path);
  return isProgram && !/\.min\.js$/i.test(path) && !isTest(path);
}
