import type { RelativePath } from '../../workspace/path.ts';

/** One test that a run of the whole file surely begins, or tells to be skipped. */
export interface PlainTest {
  /** What it is called with what it stands in. */
  readonly path: readonly string[];
  /** Another runner of the language takes it for none. */
  readonly isLooseFunction?: true;
}

/** Which files hold tests, which tests these are, and how a run reports them. */
export interface TestFiles<P> {
  /** By the path. Without it no file of the language is looked at as one of tests. */
  readonly mayHoldTests?: (path: RelativePath) => boolean;
  /** Whether it holds tests of its own, and is no helper of tests. Without it none does. */
  readonly holdsTests?: (path: RelativePath, text: string) => boolean;
  /** Whether the text itself says that it is one of tests or for them. Without it none does, and the name decides. */
  readonly speaksOfTests?: (path: RelativePath, text: string) => boolean;
  /** Whether the file is not built on this machine, whatever the command is. Without it every file is. */
  readonly isForeign?: (path: RelativePath, text: string) => boolean;
  /** Tests with a title that stands there, in no condition and no loop. Without it no part of a file is said to be left out. */
  readonly plainTests?: (path: RelativePath, text: string, parsers: P) => readonly PlainTest[];
  /** What stands between the names of a test for people; without it the mark that stands in ids. */
  readonly testJoint?: string;
  /** The language itself says by which names tests are known, so that no other word makes a file one. */
  readonly hasFixedTestNames?: true;
  /** Whether code is kept in a folder, given by its segments. Without it names of folders decide. */
  readonly isSourceFolder?: (above: readonly string[], files: readonly RelativePath[]) => boolean;
  /** A report tells the package of a test and not its file. */
  readonly isReportedByPackage?: true;
  /** What a module is called where a run reports it and no test of it. Without it, it is not reported so. */
  readonly reportedModule?: (path: RelativePath) => string;
  /** Whether a reported title is that of a test. Without it the names stand at its end, joined by blanks. */
  readonly isCalled?: (title: string, names: readonly string[]) => boolean;
  /** The path without the ending that a build may change; undefined where the file is not built into another one. */
  readonly builtStem?: (path: RelativePath) => string | undefined;
}

/** What loads what in a project. */
export interface LoadGraph {
  /** Without it nothing of the language is seen to load anything, so that code is not told from what is called a test. */
  readonly edges?: (files: readonly RelativePath[], readText: (path: RelativePath) => string | undefined) => Edges;
  /** Of the open files those that manifests hand out to others. Without it none. */
  readonly handedOut?: (
    files: readonly RelativePath[],
    open: ReadonlySet<RelativePath>,
    textOf: TextOf,
  ) => Promise<readonly RelativePath[]>;
  /** For what to run first, and no more than that. Without it files of the language are not looked through. */
  readonly guessImports?: (root: string) => GuessedImports | Promise<GuessedImports>;
}

export type TextOf = (path: RelativePath) => Promise<string>;

/** What files load by their texts: rather too much than too little, as far as it can be seen at all. */
export interface Edges {
  /** Whether a file is looked through for what it reaches; pages may hold scripts. */
  isSource(path: RelativePath): boolean;
  /** Of the open files those that it loads for certain. */
  loadedAmong(path: RelativePath, text: string, open: ReadonlySet<RelativePath>): readonly RelativePath[];
  /** All that it may load or start: files, and packages as `nodeOf` gives them. */
  reached(path: RelativePath, text: string): readonly string[];
  /** Files of which the tests run as tests of this one, too. */
  takenOver(path: RelativePath, text: string): readonly RelativePath[];
  /** What stands for the package that the file is a part of; undefined for a file that is none. */
  nodeOf?(path: RelativePath): string | undefined;
  /** How runs report tests of files that are built into programs; without it by their files. */
  readonly programs?: TestPrograms;
}

/** Programs of tests that several files are built into, as far as reports name those and not the files. */
export interface TestPrograms {
  /** Whether a report calls such a program so. */
  isCalled(name: string): boolean;
  /** Whether the file is surely built into one as a part of the tests; without it, files are known by their own names. */
  isTest?(path: RelativePath): boolean;
  /** Of the tests of a file those that no program which it may be built into reported; `suite` are all files with tests. */
  missing(
    path: RelativePath,
    tests: readonly PlainTest[],
    reported: readonly ReportedTest[],
    suite: readonly RelativePath[],
  ): readonly PlainTest[];
  /** Whether nothing but tests stands in the file, so that it is left out when all of them are. */
  isWhole(path: RelativePath): boolean;
}

/** A test as a run told it: by a file or what stands there instead, and by suites and title, joined by blanks. */
export interface ReportedTest {
  readonly file: string;
  readonly title: string;
}

/** What texts seem to import. */
export interface GuessedImports {
  readonly takes: (path: RelativePath) => boolean;
  readonly importsOf: (path: RelativePath, text: string, known: ReadonlySet<string>) => readonly RelativePath[];
}
