import { isWritable, splitBom } from './encoding.ts';
import { locate, type MatchTolerance, type Span } from './match.ts';
import { describeMiss } from './misses.ts';
import { createProposal, type EncodedText, type Proposal } from './proposal.ts';
import { StagedTree } from './stagedTree.ts';
import { assertNever } from '../util/exhaustive.ts';

/** One place to change: `old` is located in the text that the replacements before it left, `new` takes its place. */
export interface TextReplacement {
  readonly old: string;
  readonly new: string;
}

/** One thing to do to one file; paths are canonical. */
export type StageOperation =
  | { readonly kind: 'edit'; readonly path: string; readonly edits: readonly TextReplacement[] }
  | { readonly kind: 'create'; readonly path: string; readonly content: string }
  | { readonly kind: 'delete'; readonly path: string }
  | {
      readonly kind: 'move';
      readonly path: string;
      readonly to: string;
      /** Made after the move. */
      readonly edits: readonly TextReplacement[];
    };

/** Why nothing was staged; `message` is a sentence with what to do, and may go on with excerpts on further lines. */
export interface StageProblem {
  readonly path: string;
  readonly message: string;
}

/** An old text that was found only by forgiving something. */
export interface ToleratedMatch {
  readonly path: string;
  readonly tolerance: Exclude<MatchTolerance, 'exact'>;
}

export type StageOutcome =
  | { readonly kind: 'staged'; readonly proposal: Proposal; readonly tolerated: readonly ToleratedMatch[] }
  | { readonly kind: 'refused'; readonly problems: readonly StageProblem[] };

/** How many problems of one call are looked for and told. */
export const maxProblems = 10;

/** The largest text that is staged for one file, in UTF-16 units. */
export const maxStagedLength = 2 * 1024 * 1024;

/**
 * Adds operations to a proposal, in order, all or nothing. `bases` holds every path that an operation names as it is for the
 * user now (paths that the proposal touches may be left out). The result is in its shortest form: what comes back to its
 * original vanishes, an edited creation is a creation, a moved move is one move.
 */
export function stageOperations(
  proposal: Proposal,
  operations: readonly StageOperation[],
  bases: ReadonlyMap<string, EncodedText | 'missing'>,
): StageOutcome {
  const tree = new StagedTree(proposal, bases);
  const problems: StageProblem[] = [];
  const tolerated: ToleratedMatch[] = [];
  for (const operation of operations) {
    const messages = perform(tree, operation, tolerated);
    problems.push(...messages.map((message) => ({ path: operation.path, message })));
    if (problems.length >= maxProblems) break;
  }
  if (problems.length > 0) return { kind: 'refused', problems };
  return { kind: 'staged', proposal: createProposal(tree.changes()), tolerated };
}

/** Returns what is wrong; the tree is left as it was then. */
function perform(tree: StagedTree, operation: StageOperation, tolerated: ToleratedMatch[]): readonly string[] {
  const { path } = operation;
  const current = tree.read(path);
  if (operation.kind === 'create') {
    if (current) return [`${path} exists already; change it with action "edit".`];
    const obstacle = tree.obstacleTo(path);
    if (obstacle) return [obstacle];
    const problem = unfit(operation.content);
    if (problem) return [`The content of ${path} ${problem}.`];
    tree.write(path, splitBom(operation.content));
    return [];
  }
  if (!current) return [`${path} does not exist; nothing to ${operation.kind}.`];
  switch (operation.kind) {
    case 'delete':
      tree.remove(path);
      return [];
    case 'edit':
      return edit(tree, path, operation.edits, tolerated);
    case 'move': {
      const { to } = operation;
      if (to === path) return [`${path} is to be moved to itself.`];
      if (tree.read(to)) return [`${to} exists already; ${path} cannot be moved there.`];
      const obstacle = tree.obstacleTo(to, path);
      if (obstacle) return [obstacle];
      tree.move(path, to);
      return edit(tree, to, operation.edits, tolerated);
    }
    default:
      return assertNever(operation);
  }
}

function edit(
  tree: StagedTree,
  path: string,
  edits: readonly TextReplacement[],
  tolerated: ToleratedMatch[],
): readonly string[] {
  const before = tree.read(path);
  if (!before) return [`${path} does not exist; nothing to edit.`];
  let text = before.text;
  let written: readonly Span[] = [];
  const problems: string[] = [];
  for (const [index, { old, new: replacement }] of edits.entries()) {
    if (problems.length >= maxProblems) break;
    const where = edits.length === 1 ? path : `${path}, edit ${index + 1} of ${edits.length}`;
    const problem = unfit(replacement);
    if (problem) {
      problems.push(`${where}: the new text ${problem}.`);
      continue;
    }
    const outcome = locate(text, old, replacement, written);
    if (outcome.kind !== 'found') {
      problems.push(describeMiss(where, outcome));
      continue;
    }
    const { span, tolerance } = outcome;
    text = text.slice(0, span.start) + outcome.replacement + text.slice(span.end);
    written = afterWriting(written, span, outcome.replacement.length);
    if (tolerance !== 'exact') tolerated.push({ path, tolerance });
  }
  if (text.length > maxStagedLength) problems.push(`${path} would be larger than the limit of 2 MB.`);
  if (problems.length === 0) tree.write(path, before.hasBom ? { text, hasBom: true } : splitBom(text));
  return problems;
}

/** Where written spans stand after one more was put in place of `span`. */
function afterWriting(written: readonly Span[], span: Span, length: number): readonly Span[] {
  const shift = length - (span.end - span.start);
  const moved = written.flatMap((one): Span[] => {
    if (one.end <= span.start) return [one];
    if (one.start >= span.end) return [{ start: one.start + shift, end: one.end + shift }];
    return [
      { start: one.start, end: span.start },
      { start: span.start + length, end: one.end + shift },
    ].filter(({ start, end }) => start < end);
  });
  return [...moved, { start: span.start, end: span.start + length }];
}

function unfit(text: string): string | undefined {
  if (text.length > maxStagedLength) return 'is larger than the limit of 2 MB';
  return isWritable(text) ? undefined : 'holds a NUL or half of a surrogate pair, which no text file can';
}
