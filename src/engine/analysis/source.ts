import ts from 'typescript';
import { createCompiler, type Compiler } from './compiler.ts';
import { languageOf, type Language } from './language.ts';

/** Who can see the top-level names: nobody else (`module`, `commonjs`), or every other script of a page. */
export type TopLevel = 'module' | 'commonjs' | 'script';

/** One text with everything that was asked about it so far. */
export interface Source {
  readonly language: Language;
  readonly text: string;
  readonly file: ts.SourceFile;
  readonly scope: TopLevel;
  /** Messages with one-based lines; not empty means that nothing else is known. */
  readonly syntaxErrors: readonly { readonly line: number; readonly message: string }[];
  readonly checker: ts.TypeChecker;
  /** What the compiler finds wrong with the types, imports being unknown. */
  semanticErrors(): readonly ts.Diagnostic[];
  /** What a formatter would change, with the settings that the first caller gave. */
  formattingEdits(settings: ts.FormatCodeSettings): readonly ts.TextChange[];
  /** The language service with this text opened. */
  service(): { readonly service: ts.LanguageService; readonly fileName: string };
}

/** Opens texts; the last few are kept, because steps go back and forth between them. */
export interface SourceShelf {
  /** Undefined when the path is of another language. */
  open(path: string, text: string): Source | undefined;
}

const capacity = 6;

export function createSourceShelf(): SourceShelf {
  const compiler = createCompiler();
  const shelf = new Map<string, Source>();
  return {
    open(path, text) {
      const language = languageOf(path);
      if (language === undefined) return undefined;
      const key = language.extension + text;
      const source = shelf.get(key) ?? openSource(compiler, language, text);
      shelf.delete(key);
      shelf.set(key, source);
      for (const oldest of [...shelf.keys()].slice(0, shelf.size - capacity)) shelf.delete(oldest);
      return source;
    },
  };
}

function openSource(compiler: Compiler, language: Language, text: string): Source {
  const { fileName, program } = compiler.open(language, text);
  const file = program.getSourceFile(fileName);
  if (file === undefined) throw new Error(`The compiler has no ${fileName}.`);
  let checker: ts.TypeChecker | undefined;
  let semanticErrors: readonly ts.Diagnostic[] | undefined;
  let formattingEdits: readonly ts.TextChange[] | undefined;
  return {
    language,
    text,
    file,
    scope: topLevelOf(file, language),
    syntaxErrors: program.getSyntacticDiagnostics(file).map((diagnostic) => ({
      line: file.getLineAndCharacterOfPosition(diagnostic.start).line + 1,
      message: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
    })),
    get checker() {
      return (checker ??= program.getTypeChecker());
    },
    semanticErrors: () => (semanticErrors ??= program.getSemanticDiagnostics(file)),
    formattingEdits: (settings) => (formattingEdits ??= compiler.formattingEdits(language, text, settings)),
    service: () => ({ service: compiler.service, fileName: compiler.open(language, text).fileName }),
  };
}

function topLevelOf(file: ts.SourceFile, { extension }: Language): TopLevel {
  if (extension === '.mjs' || extension === '.mts' || ts.isExternalModule(file)) return 'module';
  if (extension === '.cjs' || extension === '.cts') return 'commonjs';
  if (hasTopLevelAwait(file)) return 'module';
  const isCommonJs = /\brequire\s*\(|\bmodule\s*\.\s*exports\b|\bexports\s*[.[]/.test(file.text);
  return isCommonJs ? 'commonjs' : 'script';
}

function hasTopLevelAwait(file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean => {
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) return true;
    if (ts.isFunctionLike(node)) return false;
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(file);
}
