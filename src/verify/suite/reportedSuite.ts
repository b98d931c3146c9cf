import { posix } from 'node:path';
import type { RelativePath } from '../../workspace/path.ts';
import type { TestCaseResult, TestRun } from '../../workspace/verification.ts';
import { takesFunctions } from '../../runners/table.ts';
import { languageOf } from '../../languages/table.ts';
import type { LanguageId } from '../../languages/texts/language.ts';
import type { ReportedTest } from '../../languages/texts/tests.ts';

type Finished = Extract<TestRun, { kind: 'finished' }>;

/** What became of one test: it ran, or it was passed over and nothing of it ran. */
export type ReportedOutcome = 'ran' | 'passedOver';

interface Reported extends ReportedTest {
  readonly outcome: ReportedOutcome;
  readonly hasFailed: boolean;
}

/** What runs of the tests reported, looked at file by file. */
export class ReportedSuite {
  readonly #all: readonly Reported[];
  readonly #byFile = new Map<string, Reported[]>();
  readonly #built = new Map<string, readonly Reported[]>();
  readonly #stems: ReadonlySet<string>;
  /** A module that skips itself, or does not load, is reported by its name alone. */
  readonly #modules: ReadonlySet<string>;
  readonly #words: readonly string[];
  readonly #known: ReadonlySet<RelativePath>;
  /** Languages of which programs of tests were reported. */
  readonly built: ReadonlySet<LanguageId>;
  /** Functions that stand by themselves are tests of Python, too. */
  readonly takesFunctions: boolean;

  constructor(
    runs: readonly Finished[],
    known: ReadonlySet<RelativePath>,
    languageOfProgram: (name: string) => LanguageId | undefined,
  ) {
    const tests = runs.flatMap((run) => run.tests);
    this.#known = known;
    this.#all = tests.map(reportedOf);
    for (const one of this.#all) this.#byFile.set(one.file, [...(this.#byFile.get(one.file) ?? []), one]);
    const built = [...this.#byFile.keys()].filter((file) => !known.has(file) && builtStem(file) !== undefined);
    this.#stems = new Set(built.flatMap(tailsOf));
    this.#modules = new Set(this.#all.flatMap(({ file, title }) => [file, title]));
    this.#words = runs.flatMap(({ command }) => command.split(/[\s"'=]+/)).map((word) => word.replace(/^\.\//, ''));
    this.built = new Set([...this.#byFile.keys()].flatMap((name) => languageOfProgram(name) ?? []));
    this.takesFunctions = runs.some(({ command }) => takesFunctions(command));
  }

  /** Whether some test was reported as one of this file, or of what it was built into. */
  ranFile(path: RelativePath): boolean {
    if (this.#byFile.has(path)) return true;
    const module = moduleOf(path);
    if (module !== undefined) return this.#modules.has(module);
    return this.#stems.size > 0 && tailsOf(path).some((tail) => this.#stems.has(tail));
  }

  /** Whether the words of the command name the file, a folder that it is in, or a pattern that it matches. */
  isInCommand(path: RelativePath): boolean {
    return this.#words.some((word) => {
      if (word === '' || word.startsWith('-')) return false;
      if (word === path || path.startsWith(`${word.replace(/\/$/, '')}/`)) return true;
      return word.includes('*') && patternOf(word).test(path);
    });
  }

  /** Undefined when it was not reported at all. */
  outcomeOf(path: RelativePath, names: readonly string[]): ReportedOutcome | undefined {
    const found = this.#of(path).filter(({ title }) => isCalled(title, names, path));
    if (found.length === 0) return undefined;
    return found.some(({ outcome }) => outcome === 'ran') ? 'ran' : 'passedOver';
  }

  /** Whether any test of the file ran. Node's own runner tells of a file that it ended well, whatever ran in it. */
  hasRun(path: RelativePath): boolean {
    return this.#of(path).some(({ outcome, title }) => outcome === 'ran' && !title.endsWith(posix.basename(path)));
  }

  /** Whether it ended before its tests could be told: it did not load, or skipped itself. */
  hasNotLoaded(path: RelativePath): boolean {
    const module = moduleOf(path);
    if (module !== undefined && this.#modules.has(module)) return true;
    return this.#of(path).some(({ hasFailed }) => hasFailed);
  }

  /** Whether such a test ran under the name of a file that does not hold it: one that only loads others, one that was built, or none. */
  hasElsewhere(names: readonly string[], suite: ReadonlyMap<RelativePath, string>): boolean {
    const own = names.at(-1) ?? '';
    return this.#all.some(
      ({ file, title, outcome }) =>
        outcome === 'ran' &&
        suite.get(file)?.includes(own) !== true &&
        (isCalled(title, names, '') || isCalled(`${file} ${title}`, names, '')),
    );
  }

  /** All that was reported. */
  get tests(): readonly ReportedTest[] {
    return this.#all;
  }

  #of(path: RelativePath): readonly Reported[] {
    const own = this.#byFile.get(path) ?? this.#built.get(path);
    if (own !== undefined) return own;
    const tails = new Set(tailsOf(path));
    const found = [...this.#byFile].flatMap(([file, tests]) =>
      !this.#known.has(file) && tailsOf(file).some((tail) => tails.has(tail)) ? tests : [],
    );
    this.#built.set(path, found);
    return found;
  }
}

/** A name by which a module alone may be reported. */
function moduleOf(path: RelativePath): string | undefined {
  return languageOf(path)?.reportedModule?.(path);
}

function builtStem(path: string): string | undefined {
  return languageOf(path)?.builtStem?.(path);
}

function reportedOf({ id, outcome, hasRun }: TestCaseResult): Reported {
  const [file = '', ...names] = id.replace(/ #\d+$/, '').split(' › ');
  const isPassedOver = outcome === 'skipped' && hasRun !== true;
  return {
    file,
    title: oneLine(names.length === 0 ? file : names.join(' ')),
    hasFailed: outcome === 'failed',
    outcome: isPassedOver ? 'passedOver' : 'ran',
  };
}

function isCalled(title: string, names: readonly string[], path: RelativePath): boolean {
  const own = languageOf(path)?.isCalled?.(title, names);
  if (own !== undefined) return own;
  const wanted = oneLine(names.join(' '));
  return title === wanted || title.endsWith(` ${wanted}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The ends of a path by which what was built is known again: without its ending, and without its first folder, or two. */
function tailsOf(path: string): readonly string[] {
  const parts = (builtStem(path) ?? path).split('/');
  return parts.flatMap((_, index) => (index <= 2 && parts.length - index >= 1 ? [parts.slice(index).join('/')] : []));
}

function patternOf(glob: string): RegExp {
  const source = glob
    .replace(/[\\^$.|+()]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, (mark) => (mark.startsWith('**') ? '(?:.*/)?' : mark === '*' ? '[^/]*' : '[^/]'))
    .replace(/\{([^{}]*)\}/g, (_, list: string) => `(?:${list.replaceAll(',', '|')})`)
    .replace(/[[\]{}]/g, '\\$&');
  return new RegExp(`^${source}$`);
}
