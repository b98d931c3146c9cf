import type { ProgramFolder, ProgramText } from './programs/programFolder.ts';
import type { ReadReport, StepOutput } from './reports/readReport.ts';
import type { Manifest } from './scripts/projectFiles.ts';
import type { Word } from './scripts/scriptText.ts';
import type { RunnerName, TestStep } from './testPlan.ts';

/**
 * Everything that is known of one test runner. What is optional is what a runner may lack: without `bailed` it always runs in full, without
 * `without` no single test can be left out, and so on; whoever asks then does without it.
 */
export interface Runner {
  /** In plans, and in the names of private files. */
  readonly name: RunnerName;
  /** As people call it. */
  readonly title: string;

  /** The programs that start it, without folder and ending, as far as they are its own. */
  readonly programs: readonly string[];
  /** The npm packages that bring it. */
  readonly packages?: readonly string[];
  /** How it is known in the text of a command or script. */
  readonly mark?: RegExp;
  /** The command with results asked for that can be read; undefined when it is none of this runner. Starts nothing. */
  readonly recognise?: (words: readonly Word[], place: CommandPlace) => Recognised | undefined;
  /** How it is started in a project whose package.json has no script for it; undefined when the project does not use it. */
  readonly findInPackage?: (project: PackageView) => readonly string[] | undefined;
  /** How it is started in a folder that needs no package.json; undefined when nothing in it speaks of this runner. */
  readonly findInFolder?: (root: string) => readonly string[] | undefined;

  /** The step told to end at the first test that fails. */
  readonly bailed?: (step: TestStep) => TestStep;
  /** The step with nothing taken from what an earlier run showed. */
  readonly anew?: (step: TestStep) => TestStep;
  /** The step without some tests; undefined when it cannot leave these out. */
  readonly without?: (step: TestStep, left: LeftOut) => TestStep | undefined;
  /** The step with only the tests to be kept, for versions that do not understand `without`; undefined when that comes to nothing. */
  readonly withOnly?: (step: TestStep, kept: readonly TestName[], left: readonly TestName[]) => TestStep | undefined;
  /** The step with only the tests that have to do with a change; undefined when it cannot be told which. */
  readonly related?: (step: TestStep, related: RelatedTests) => TestStep | undefined;
  /** Options by which somebody chose among the tests already, beside those that several runners have. */
  readonly selects?: RegExp;
  /** Words of a step in front of those that may choose among the tests; none by default. */
  readonly startWords?: number;

  /** Its output is needed whole, since results may be in it. */
  readonly speaksResults: boolean;
  /** The program that `reporterMark` stands for. */
  readonly reporter?: ProgramText;
  /** Variables of the tests, beside those of every run; what a script sets has the last word. */
  readonly variables?: (place: StepPlace, inherited: NodeJS.ProcessEnv) => Readonly<Record<string, string>>;
  /** What is said at once to tools that find no network. */
  readonly offline?: Readonly<Record<string, string>>;
  /** Where its tools keep what they built, when they cannot work without such a folder. */
  readonly cache?: ToolCache;
  /** How it tells of tests while they run; undefined where it tells nothing before its end. */
  readonly progress?: Progress;
  /** The start with something beside the tests by which is told what each of them executes. */
  readonly measured?: (argv: Argv, beside: MeasuredFolder) => Promise<Argv>;
  /** What stands beside the probe of Python in every process that is measured, whichever runner started it. */
  readonly besideProbe?: ProgramText;
  /** Why nothing can be told of what its tests execute, one sentence; undefined where it can. */
  readonly unmeasured?: string;

  /** Reads the results of a step that ran to its end; never rejects. */
  readonly read: (output: StepOutput) => Promise<ReadReport>;

  /** Where it is told how to run. */
  readonly configuration?: Configuration;
  /** Functions that stand by themselves are tests to it, and not only those of classes. */
  readonly takesPlainFunctions?: boolean;
  /** What in texts speaks of it. */
  readonly traces?: Traces;
  /** How tests are written for it; undefined where the engine writes none. */
  readonly testIdiom?: TestIdiom;
}

/** Where a command stands. */
export interface CommandPlace {
  readonly root: string;
  /** Below the root, `''` for the root itself. */
  readonly cwd: string;
}

export type Recognised =
  /** With its machine-readable output asked for; `cwd` where the command itself names another folder below the root. */
  | { readonly kind: 'runner'; readonly runner: RunnerName; readonly argv: readonly Word[]; readonly cwd?: string }
  | { readonly kind: 'notInstalled'; readonly packageName: string }
  | { readonly kind: 'unknown' };

/** A folder with a package.json. */
export interface PackageView {
  readonly root: string;
  readonly manifest: Manifest;
  /** Names in the folder. */
  readonly names: readonly string[];
}

/** Suites and name of a test, outermost first, as its id gives them. */
export type TestName = readonly string[];

/** Tests that are not to run. */
export interface LeftOut {
  readonly names: readonly TestName[];
  /** Of the same tests. */
  readonly ids: readonly string[];
}

export interface RelatedTests {
  /** Where the tests run. */
  readonly dir: string;
  /** What is changed, as it is called there now. */
  readonly changed: readonly string[];
  /** Test files that are known to depend on it, by the imports in their texts. */
  readonly files: readonly string[];
  /** Names of the tests in these, suites first, joined by blanks. */
  readonly names: readonly string[];
  /** These files alone are wanted, and not what a runner itself takes for related. */
  readonly isExact?: boolean;
}

/** Where a step runs; both are absolute. */
export interface StepPlace {
  /** The folder that stands for the workspace. */
  readonly dir: string;
  readonly cwd: string;
}

export interface ToolCache {
  /** The name of the folder that stands for it. */
  readonly folder: string;
  /** The folder that the user's own tools keep. */
  readonly usersOwn: (env: NodeJS.ProcessEnv) => string;
  /** Folders in it that are taken over. */
  readonly holds: RegExp;
  /** What names the folder that stands for it. */
  readonly variables: (folder: string) => Readonly<Record<string, string>>;
}

export type Argv = readonly [string, ...string[]];

/** How a program is started. */
export interface ProgramStart {
  readonly argv: Argv;
  readonly env: NodeJS.ProcessEnv;
}

export interface MeasuredFolder extends ProgramFolder {
  /** Counts the steps of a run, from 1. */
  readonly step: number;
}

export type Progress =
  /** Each test that ends leaves a letter, p, f or s, in the file that `WHETSTONE_PROGRESS` names; `follow` puts beside it what does that. */
  | {
      readonly kind: 'marks';
      readonly follow?: (start: ProgramStart, beside: ProgramFolder) => Promise<ProgramStart>;
    }
  /** A line of its output tells of each test that ends; the first group says how. */
  | { readonly kind: 'speaks'; readonly line: RegExp };

export interface Configuration {
  /** Names of files that have no other purpose. */
  readonly files?: RegExp;
  /** The key of package.json. */
  readonly packageKey?: string;
  /** How sections of a TOML or INI file begin, in any case. */
  readonly sections?: readonly string[];
}

/** By what tests speak to a runner, and by what other code could find out that it is tested. All but names are sources of patterns. */
export interface Traces {
  /** Modules that tests import. */
  readonly modules?: readonly string[];
  /** Modules that speak of tests without giving means to test, as those that start it. */
  readonly starters?: readonly string[];
  /** Further modules that give means to test and nothing else. */
  readonly helpers?: readonly string[];
  /** Names of objects by which tests replace parts of the code. */
  readonly doubles?: readonly string[];
  /** How names begin whose change in a test is never a mere renaming. */
  readonly words?: readonly string[];
  /** Environment variables that it sets. */
  readonly variables?: readonly string[];
  /** Global names that are there while it runs, beside those of tests in general. */
  readonly globals?: readonly string[];
  /** Other expressions that ask whether it runs. */
  readonly questions?: readonly string[];
  /** The question that opens a block of tests in the code itself. */
  readonly inSource?: string;
  /** A comment that it acts upon begins with this. */
  readonly comment?: string;
}

/** How a test file is written, so far as runners differ. */
export interface TestIdiom {
  /** What the file imports for itself. */
  readonly imports: readonly ModuleImport[];
  /** What declares a test, with what a file has to import that does nothing else. */
  readonly test: { readonly name: string; readonly imports: readonly ModuleImport[] };
  /** What the function of a test is given; empty for nothing. */
  readonly parameter: string;
  /** Tests stand by themselves: there are no suites. */
  readonly isFlat: boolean;
  /** A statement that two values are equal; `isPlain` ones can be compared as they are. */
  readonly equal: (write: WriteCall, values: Equality) => string;
  /** A statement that a call fails with what matches `wanted`. */
  readonly fails: (write: WriteCall, failure: Failure) => string;
  /** Its reports fold or quote messages that are no single word. */
  readonly wrapsMessages: boolean;
  /** Where tests lie and how they are called when nothing else is known; beside the code, as `NAME.test`, by default. */
  readonly place?: { readonly folder: string; readonly mark?: string };
  /** The ending of a test of a file that ends so. */
  readonly ending: (ending: string) => string;
  /** It takes a file for a module where package.json says so. */
  readonly heedsPackageType: boolean;
  /** It finds TypeScript by a path without ending. */
  readonly findsBareTypeScript: boolean;
}

export interface ModuleImport {
  /** A default name, or names in curly brackets. */
  readonly names: string;
  readonly module: string;
}

/** Writes a call, over several lines where one would be too long. */
export type WriteCall = (callee: string, words: readonly string[]) => string;

export interface Equality {
  readonly actual: string;
  readonly expected: string;
  readonly isPlain: boolean;
}

export interface Failure {
  readonly call: string;
  /** An object with the name and the message of the error. */
  readonly wanted: string;
  readonly isPromise: boolean;
}
