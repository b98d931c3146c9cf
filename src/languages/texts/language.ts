import type { ChangedLines, ProofObligation, Finding } from '../../workspace/evidence.ts';
import type { RelativePath } from '../../workspace/path.ts';
import type { VerificationTask } from '../../workspace/verification.ts';
import type { Bindings } from './bindings.ts';
import type { Span } from './changedSpans.ts';
import type { ChangedText } from './changedText.ts';
import type { ExportedNames } from './reExports.ts';
import type { Execution } from './execution.ts';
import type { TestIntegrity } from './integrity.ts';
import type { Token } from './lexer.ts';
import type { Project, ProjectTexts } from './project.ts';
import type { LoadGraph, TestFiles } from './tests.ts';

/** Languages of which more is known than how their files are called. */
export type LanguageId = 'script' | 'python' | 'go' | 'rust';

/**
 * What is known of one language. A member that gives undefined could not know, and what is not known never helps a verdict. A member that is
 * missing says something of the language, which stands at it: a row that leaves it out vouches for that. `P` is what the language must be
 * given of the parsers, see `Parsers`.
 */
export interface Language<P>
  extends Texts<P>, Loading<P>, Exports<P>, Proof<P>, TestFiles<P>, TestIntegrity<P>, LoadGraph, Execution {
  readonly id: LanguageId;
  /** Whether a file is of the language, by its path alone. */
  readonly takes: (path: RelativePath) => boolean;
}

/** Why a text is no program. */
export interface ParseError extends Pick<Finding, 'message'> {
  readonly line: number;
}

/** What a text says line by line. */
export interface Texts<P> {
  /** Empty for a program. Undefined where nothing at hand reads the text: then nobody says that it is one. */
  readonly parseErrors?: (path: RelativePath, text: string, parsers: P) => readonly ParseError[] | undefined;
  /** Cyclomatic complexity by the names of functions. Without it none is told. */
  readonly complexities?: (path: RelativePath, text: string, parsers: P) => ReadonlyMap<string, number>;
  /** The words without comments and layout. Undefined where these may be part of what the program does: then they are. */
  readonly tokens?: (path: RelativePath, text: string) => readonly Token[] | undefined;
  /** One-based lines on which something runs. Undefined where that is not known: then every line that is not blank is one. */
  readonly workingLines?: (path: RelativePath, text: string, parsers: P) => ReadonlySet<number> | undefined;
  /** The text with as many lines, and without the indentation that says nothing. Without it all indentation counts. */
  readonly withoutIndentation?: (path: RelativePath, text: string, parsers: P) => string;
}

/** What a text takes from other files. */
export interface Loading<P> {
  /** Undefined where the text cannot be read: then only lines that differ are asked for. Without it no import gives a name its meaning. */
  readonly bindings?: (path: RelativePath, text: string, parsers: P) => Bindings | undefined;
  /** Whether what an import leads to is the module of a file, or stands in it. Without it, it does not. */
  readonly leadsInto?: (target: string, file: RelativePath) => boolean;
  /**
   * The modules that are loaded, where one that is loaded for its effect only can be told from one whose names are used. Without it none can
   * be told by a text, so that `unshown` must doubt what is loaded no more.
   */
  readonly loads?: (path: RelativePath, text: string, parsers: P) => readonly Loaded[];
}

/** A module that a file loads. */
export interface Loaded {
  /** Equal for equal modules, whichever file loads them. */
  readonly module: string;
  /** As it is written. */
  readonly specifier: string;
  /** For nothing but what loading it does. */
  readonly isForEffect: boolean;
}

/** What others may use of a file. */
export interface Exports<P> {
  /** A text that is not there exports nothing. Undefined where nothing reads the text: then nothing is said of what others may use. */
  readonly exportedNames?: (path: RelativePath, text: string | undefined, parsers: P) => ExportedNames | undefined;
  /** Names that can be taken from the file though another one declares them, as it will be. Without it there are none. */
  readonly handedOn?: (change: ExportingChange<P>) => ExportedNames;
  /** Whether a specifier in the file `from` leads to a file. Without it, to none. */
  readonly leadsTo?: (specifier: string, from: RelativePath, path: RelativePath) => boolean;
  /** A text for the place that a specifier in a file stands for, equal for equal places. Without it the specifier itself. */
  readonly placeOf?: (specifier: string, path: RelativePath) => string;
  /** Whether a name that is not listed any more may be there all the same. Without it, it is gone. */
  readonly mayBeThere?: (missing: MissingName) => boolean;
  /** Whether a name stands for something that was put onto another one, and may be a part of that now. Without it, it does not. */
  readonly isPartOfAnother?: (name: string) => boolean;
  /** Where a name went to is looked for in all changed files, since a user names the file that it takes it from. */
  readonly isFoundAnywhere?: true;
  /** What differs for users beside the names that were listed. Without it nothing does. */
  readonly otherExports?: (text: ChangedText, sides: ExportSides, parsers: P) => readonly ExportChange[];
}

/** By path what each changed file exports; undefined for one that nothing reads. */
export type ExportingFiles = ReadonlyMap<RelativePath, ExportedNames | undefined>;

/** One changed file among all that a change touches, `after` being what these export with it. */
export interface ExportingChange<P> {
  readonly text: ChangedText;
  readonly texts: readonly ChangedText[];
  readonly after: ExportingFiles;
  readonly parsers: P;
}

/** A name that was exported, how it was declared, and what is listed of its file now. */
export interface MissingName {
  readonly name: string;
  readonly last: string | undefined;
  readonly listed: ExportedNames;
  readonly handedOn: ExportedNames;
}

/** What a file exported and what it exports. */
export interface ExportSides {
  readonly old: ExportedNames;
  readonly now: ExportedNames;
}

/** What differs for users; `isGone` where it is certain that they fail. */
export interface ExportChange {
  readonly name: string;
  readonly isGone: boolean;
  /** One sentence without its end. */
  readonly message: string;
}

/** A change as a whole: its texts, what parsers told of them, and the scripts of the project around it. */
export interface Change<P> {
  readonly texts: readonly ChangedText[];
  readonly parsers: P;
  readonly project: Project;
}

/** What must be shown of one file; `places` are those that must be executed. Undefined where all of them must, and no more is known. */
export type ObligationOf = (text: ChangedText, places: () => readonly ChangedLines[]) => ProofObligation | undefined;

/** Why something of a file that counts is shown by no line that is executed, as one sentence; undefined where nothing is known that is. */
export type UnshownBy = (text: ChangedText, demand: ProofObligation) => string | undefined;

/** Proof obligations: what must be shown before a change of a file counts as none of behaviour. */
export interface Proof<P> {
  /** Without it every place that differs must be executed. */
  readonly obligations?: (change: Change<P>) => ObligationOf;
  /** Without it executed lines show all that a file of the language does. Rejects only by cancellation. */
  readonly unshown?: (
    change: Change<P>,
    source: Partial<ProjectTexts>,
    signal: AbortSignal,
  ) => UnshownBy | Promise<UnshownBy>;
  /** What others may use beside names and may find otherwise: paths of files, and values behind names. Without it names are all. */
  readonly otherUses?: (change: Change<P>, task: VerificationTask, source: Partial<ProjectTexts>) => readonly Finding[];
  /** Parts of which counts say nothing though their line is executed. Without it there are none. */
  readonly uncountedParts?: (text: ChangedText, parsers: P) => readonly UncountedParts[];
}

/** Parts of one side of a file of which the counts say nothing, though their line is executed. */
export interface UncountedParts {
  readonly path: RelativePath;
  readonly side: 'before' | 'after';
  readonly spans: readonly Span[];
}
