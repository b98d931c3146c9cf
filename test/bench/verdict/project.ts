import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { isTest, type Subject } from './subject.ts';

const root = '/subject';
const format = {
  ...ts.getDefaultFormatCodeSettings('\n'),
  indentSize: 2,
  convertTabsToSpaces: true,
  semicolons: ts.SemicolonPreference.Insert,
};
const preferences: ts.UserPreferences = { quotePreference: 'single', allowTextChangesInNewFiles: true };

/** A subject under the compiler's language service, which knows refactorings and references. */
export class CompilerProject {
  readonly #subject: Subject;
  readonly #service: ts.LanguageService;

  constructor(subject: Subject) {
    this.#subject = subject;
    const scripts = [...subject.files.keys()].filter((path) => /\.[cm]?[jt]s$/.test(path));
    const read = (path: string): string | undefined => {
      const own = path.startsWith(`${root}/`) ? subject.files.get(path.slice(root.length + 1)) : undefined;
      return own ?? (path.includes('/typescript/lib/') ? ts.sys.readFile(path) : undefined);
    };
    const library = dirname(ts.getDefaultLibFilePath({}));
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => ({
        allowJs: true,
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        allowImportingTsExtensions: true,
        noEmit: true,
        strict: true,
        types: [],
      }),
      getScriptFileNames: () => scripts.map((path) => join(root, path)),
      getScriptVersion: () => '1',
      getScriptSnapshot: (path) => {
        const text = read(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: (options) => join(library, ts.getDefaultLibFileName(options)),
      fileExists: (path) => read(path) !== undefined,
      readFile: read,
    });
  }

  sourceFile(path: string): ts.SourceFile {
    const file = this.#service.getProgram()?.getSourceFile(join(root, path));
    if (file === undefined) throw new Error(`${path} is not part of ${this.#subject.name}`);
    return file;
  }

  /** The texts after a rename of everything that refers to what stands at `at`; undefined when it cannot be renamed. */
  rename(path: string, at: number, name: string): ReadonlyMap<string, string> | undefined {
    const file = join(root, path);
    if (!this.#service.getRenameInfo(file, at, {}).canRename) return undefined;
    const places = this.#service.findRenameLocations(file, at, false, false, {
      providePrefixAndSuffixTextForRename: true,
    });
    if (places === undefined || places.length === 0) return undefined;
    const changes = new Map<string, ts.TextChange[]>();
    for (const { fileName, textSpan, prefixText = '', suffixText = '' } of places)
      changes.set(fileName, [
        ...(changes.get(fileName) ?? []),
        { span: textSpan, newText: prefixText + name + suffixText },
      ]);
    return this.#applied([...changes].map(([fileName, textChanges]) => ({ fileName, textChanges })));
  }

  /** The texts after one of the compiler's refactorings; undefined where it is not offered. */
  refactor(
    path: string,
    range: ts.TextRange | number,
    refactoring: string,
    action: RegExp,
  ): ReadonlyMap<string, string> | undefined {
    const file = join(root, path);
    try {
      const offered = this.#service
        .getApplicableRefactors(file, range, preferences, 'invoked')
        .find(({ name }) => name === refactoring)
        ?.actions.find(({ name, notApplicableReason }) => action.test(name) && notApplicableReason === undefined);
      if (offered === undefined) return undefined;
      const edits = this.#service.getEditsForRefactor(file, format, range, refactoring, offered.name, preferences);
      return edits === undefined ? undefined : this.#applied(edits.edits);
    } catch {
      // The compiler asserts on some ranges; there is no such refactoring then.
      return undefined;
    }
  }

  #applied(
    changes: readonly Pick<ts.FileTextChanges, 'fileName' | 'textChanges'>[],
  ): ReadonlyMap<string, string> | undefined {
    const texts = new Map<string, string>();
    for (const { fileName, textChanges } of changes) {
      const path = resolve(fileName).slice(root.length + 1);
      // Tests are read-only during a refactoring.
      if (isTest(path)) return undefined;
      let text = this.#subject.files.get(path) ?? '';
      for (const { span, newText } of [...textChanges].sort((a, b) => b.span.start - a.span.start))
        text = text.slice(0, span.start) + newText + text.slice(span.start + span.length);
      texts.set(path, text);
    }
    return texts;
  }
}
