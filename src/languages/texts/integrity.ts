import type { Finding } from '../../workspace/evidence.ts';
import type { RelativePath } from '../../workspace/path.ts';

/** What was found in one file: what makes tests weaker for certain, and what may. */
export interface TestFinds {
  readonly weaker: readonly Finding[];
  readonly unclear: readonly Finding[];
}

/** Nothing was taken from the tests. */
export const nothingFound: TestFinds = { weaker: [], unclear: [] };

/** A test, or a suite, that is called otherwise and is the same in all else. */
export interface Retitled {
  /** What it is called with the suites around it, or its name alone where tests have names. */
  readonly old: readonly string[];
  readonly now: readonly string[];
}

/** Words by which tests are counted where no parser reads them; each expression is global, and the first one captures names. */
export interface TestMarks {
  readonly test: RegExp;
  readonly assertion: RegExp;
  /** Assertions that say which value is expected. */
  readonly exact: RegExp;
  readonly skip: RegExp;
  /** Lines that decide whether the file is built at all. */
  readonly condition: RegExp;
}

/** Whether tests still test what they did. */
export interface TestIntegrity<P> {
  /** Two texts of a file of tests that differ. Undefined where they are not read: then they are counted, or the change is a doubt. */
  readonly compareTests?: (path: RelativePath, before: string, after: string, parsers: P) => TestFinds | undefined;
  /** Tests that stand in a file of code, which differs. Without it a run of them is all that speaks for them. */
  readonly compareTestsInCode?: (path: RelativePath, before: string, after: string, parsers: P) => TestFinds;
  /** What a file that is new among the tests takes from those that are there. Without it, nothing that a text shows. */
  readonly takenByNewTests?: (path: RelativePath, text: string, parsers: P) => readonly Finding[];
  /** By what tests are counted. Without it by words that are usual elsewhere. */
  readonly testMarks?: TestMarks;
  /** Whether a text of the code holds tests, to be counted there. Without it none does. */
  readonly countsTestsInCode?: (text: string) => boolean;
  /**
   * Pairs of what is called otherwise, where every other character stays; undefined when anything else differs. Without it tests that are
   * called otherwise are others, so that the old ones are gone.
   */
  readonly retitled?: (
    path: RelativePath,
    before: string,
    after: string,
    parsers: P,
  ) => readonly Retitled[] | undefined;
  /** Tests are called by titles, and not by names of functions. */
  readonly hasTitles?: true;
  /** The program without its comments, to look for words of code. Without it comments count as code. */
  readonly withoutComments?: (path: RelativePath, text: string, parsers: P) => string;
}

/** Items of the first list that the second has fewer of. */
export function missing(of: readonly string[], from: readonly string[]): readonly string[] {
  const left = [...from];
  return of.filter((item) => {
    const index = left.indexOf(item);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}
