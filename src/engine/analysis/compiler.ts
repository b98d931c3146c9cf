import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { hostTypes } from './hostTypes.ts';
import type { Language } from './language.ts';

const root = '/virtual/';
const hostTypesName = `${root}host.d.ts`;
const libRoot = `${root}lib/`;

const options: ts.CompilerOptions = {
  allowJs: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: [],
  noResolve: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  jsx: ts.JsxEmit.Preserve,
  experimentalDecorators: true,
};

/** Sees one file at a time, alone: its imports are unknown to it. Opening another text closes the one before. */
export interface Compiler {
  open(language: Language, text: string): { readonly fileName: string; readonly program: ts.Program };
  /** Answers about the text that was opened last. */
  readonly service: ts.LanguageService;
  /** What a formatter would change; needs no types and leaves the opened text alone. */
  formattingEdits(language: Language, text: string, settings: ts.FormatCodeSettings): readonly ts.TextChange[];
}

/** Keeps the parsed standard library between files; the first `open` reads it from disk. */
export function createCompiler(): Compiler {
  // A snapshot without a change range: what is parsed stays valid while later texts are parsed.
  let current: Opened = { fileName: '', text: '', version: 0, snapshot: ts.ScriptSnapshot.fromString('') };
  const libs = new Map<string, ts.IScriptSnapshot | undefined>();
  const snapshotOf = (fileName: string): ts.IScriptSnapshot | undefined => {
    if (fileName === current.fileName) return current.snapshot;
    if (!libs.has(fileName)) libs.set(fileName, readFixed(fileName));
    return libs.get(fileName);
  };
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [hostTypesName, current.fileName],
    getScriptVersion: (fileName) => (fileName === current.fileName ? String(current.version) : '1'),
    getScriptSnapshot: snapshotOf,
    getCurrentDirectory: () => root,
    getDefaultLibFileName: () => `${libRoot}lib.es2023.d.ts`,
    fileExists: (fileName) => snapshotOf(fileName) !== undefined,
    readFile: (fileName) => snapshotOf(fileName)?.getText(0, snapshotOf(fileName)?.getLength() ?? 0),
    directoryExists: () => false,
    getDirectories: () => [],
  };
  const service = ts.createLanguageService(host);
  const formatter = createFormatter();
  return {
    service,
    formattingEdits: formatter,
    open({ extension }, text) {
      const fileName = `${root}file${extension}`;
      if (fileName !== current.fileName || text !== current.text)
        current = { fileName, text, version: current.version + 1, snapshot: ts.ScriptSnapshot.fromString(text) };
      const program = service.getProgram();
      if (program === undefined) throw new Error('The TypeScript language service has no program.');
      return { fileName, program };
    },
  };
}

function createFormatter(): Compiler['formattingEdits'] {
  let current: Opened = { fileName: '', text: '', version: 0, snapshot: ts.ScriptSnapshot.fromString('') };
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [current.fileName],
    getScriptVersion: () => String(current.version),
    getScriptSnapshot: (fileName) => (fileName === current.fileName ? current.snapshot : undefined),
    getCurrentDirectory: () => root,
    getDefaultLibFileName: () => `${libRoot}lib.es2023.d.ts`,
    fileExists: (fileName) => fileName === current.fileName,
    readFile: () => undefined,
  };
  const service = ts.createLanguageService(host, ts.createDocumentRegistry(), ts.LanguageServiceMode.Syntactic);
  return ({ extension }, text, settings) => {
    const fileName = `${root}file${extension}`;
    current = { fileName, text, version: current.version + 1, snapshot: ts.ScriptSnapshot.fromString(text) };
    return service.getFormattingEditsForDocument(fileName, settings);
  };
}

interface Opened {
  readonly fileName: string;
  readonly text: string;
  readonly version: number;
  readonly snapshot: ts.IScriptSnapshot;
}

function readFixed(fileName: string): ts.IScriptSnapshot | undefined {
  if (fileName === hostTypesName) return ts.ScriptSnapshot.fromString(hostTypes);
  if (!fileName.startsWith(libRoot)) return undefined;
  const path = join(libFolder(), fileName.slice(libRoot.length));
  return existsSync(path) ? ts.ScriptSnapshot.fromString(readFileSync(path, 'utf8')) : undefined;
}

/** The folder of `lib.*.d.ts`: beside TypeScript itself, or in `lib` beside the bundle that holds it. */
export function libFolder(): string {
  const beside = dirname(ts.sys.getExecutingFilePath());
  const folder = [beside, join(beside, 'lib')].find((candidate) => existsSync(join(candidate, 'lib.es5.d.ts')));
  if (folder === undefined) throw new Error(`TypeScript's lib.*.d.ts files are not beside ${beside}.`);
  return folder;
}
