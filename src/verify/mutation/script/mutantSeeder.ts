import { Instrumenter } from '@stryker-mutator/instrumenter';
import type { RelativePath } from '../../../workspace/path.ts';
import { enclosingFunctions, type Stretch } from './enclosingFunctions.ts';
import { withMutant } from '../changes/mutant.ts';
import { type FileMutant, type LineRange } from '../changes/fileMutant.ts';
import { parseScript } from './parseScript.ts';

/**
 * Finds what could be broken in the functions that the changed lines are in; empty for a text that does not parse. Never rejects. This file
 * brings the mutators with it, 2 MB, and is loaded when sensitivity is first measured.
 */
export async function seedMutants(
  path: RelativePath,
  text: string,
  changed: readonly LineRange[],
): Promise<readonly FileMutant[]> {
  const tree = parseScript(path, text);
  if (tree === undefined) return [];
  const lines = new LineTable(text);
  const functions = enclosingFunctions(tree.program, text, changed);
  if (functions.length === 0) return [];
  const found = await libraryMutants(path, text, functions);
  const mutants = found.flatMap((mutant): readonly FileMutant[] => {
    const { start, end } = mutant;
    const home = functions.find((one) => one.start <= start && end <= one.end);
    if (home === undefined) return [];
    const [line, functionLine] = [start, home.start].map((offset) => lines.position(offset).line + 1);
    return line === undefined || functionLine === undefined ? [] : [{ ...mutant, path, line, functionLine }];
  });
  return mutants.filter(
    (mutant) => text.slice(mutant.start, mutant.end) !== mutant.replacement && parses(text, mutant),
  );
}

/** What the library of mutators makes of some stretches of a text that parses, in any order. */
export async function libraryMutants(
  path: RelativePath,
  text: string,
  stretches: readonly Stretch[],
): Promise<readonly Pick<FileMutant, 'start' | 'end' | 'replacement' | 'mutator'>[]> {
  const lines = new LineTable(text);
  const found = await mutantsOf(
    path,
    text,
    stretches.map((one) => lines.range(one)),
  );
  return found.map(({ location, mutatorName, replacement }) => ({
    start: lines.offset(location.start),
    end: lines.offset(location.end),
    replacement: mutatorName === 'LogicalOperator' ? `(${replacement})` : replacement,
    mutator: mutatorName,
  }));
}

function parses(text: string, mutant: FileMutant): boolean {
  return parseScript(mutant.path, withMutant(text, mutant)) !== undefined;
}

interface PlacedMutant {
  readonly location: { readonly start: Position; readonly end: Position };
  readonly mutatorName: string;
  readonly replacement: string;
}

/** Zero-based; the column counts UTF-16 units. */
interface Position {
  readonly line: number;
  readonly column: number;
}

type Parser = NonNullable<ConstructorParameters<typeof Instrumenter>[1]>;

async function mutantsOf(
  path: RelativePath,
  text: string,
  mutate: { start: Position; end: Position }[],
): Promise<readonly PlacedMutant[]> {
  const instrumenter = new Instrumenter(silence, ownParser);
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  try {
    const { mutants } = await instrumenter.instrument([{ name: path, content: text, mutate }], options);
    return mutants.filter(({ status }) => status === undefined);
  } catch {
    // Syntax that the mutators cannot place: nothing of this file is seeded.
    return [];
  }
}

/** The library's own parser looks for configuration in the working directory and would execute it. */
const ownParser = (() => async (rawContent: string, originFileName: string) => ({
  originFileName,
  rawContent,
  format: 'js',
  root: parseScript(originFileName, rawContent),
})) as unknown as Parser;

const silence: ConstructorParameters<typeof Instrumenter>[0] = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  fatal: () => {},
};

/** Lines as the language counts them, which knows more line ends than an editor. */
class LineTable {
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#starts = [0, ...[...text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)].map((end) => end.index + end[0].length)];
  }

  offset({ line, column }: Position): number {
    return (this.#starts[line] ?? 0) + column;
  }

  position(offset: number): Position {
    const line = this.#starts.findLastIndex((start) => start <= offset);
    return { line, column: offset - (this.#starts[line] ?? 0) };
  }

  range({ start, end }: Stretch): { start: Position; end: Position } {
    return { start: this.position(start), end: this.position(end) };
  }
}
