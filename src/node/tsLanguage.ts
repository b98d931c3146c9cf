import type TypeScript from 'typescript';
import type { LanguageFeatures, OutlineSymbol } from '../workspace/language.ts';
import type { RelativePath } from '../workspace/path.ts';
import type { DiagnosticsOutcome, ProjectCompiler } from '../verify/programs/projectCompiler.ts';
import { canOutline, outlineOf } from './tsOutline.ts';

/** What can be known of code without an editor: outlines by the TypeScript parser, diagnostics by the project's compiler. */
export class TsLanguage implements LanguageFeatures {
  readonly #compiler: ProjectCompiler;
  #typescript: Promise<typeof TypeScript> | undefined;

  constructor(compiler: ProjectCompiler) {
    this.#compiler = compiler;
  }

  async outline(path: RelativePath, text: string): Promise<readonly OutlineSymbol[] | undefined> {
    if (!canOutline(path)) return undefined;
    // Loaded on first use: it takes longer than everything else of a short run.
    this.#typescript ??= import('typescript').then((module) => module.default);
    return outlineOf(await this.#typescript, path, text);
  }

  diagnostics(paths: readonly RelativePath[], signal: AbortSignal): Promise<DiagnosticsOutcome> {
    return this.#compiler.diagnostics(paths, signal);
  }
}
