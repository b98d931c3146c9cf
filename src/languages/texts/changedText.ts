import { contentHash, type EncodedText, type FileChange, type Proposal } from '../../edits/proposal.ts';
import type { ChangedFile } from '../../workspace/evidence.ts';
import type { RelativePath } from '../../workspace/path.ts';
import { isNamedAsTest, type IsTest } from '../../workspace/pathPolicy.ts';

/** One changed file as the checks look at it; a side that does not exist is undefined. */
export interface ChangedText {
  readonly path: RelativePath;
  /** Where the text before stands; the same path unless the file moves. */
  readonly from: RelativePath;
  readonly change: ChangedFile['change'];
  readonly role: ChangedFile['role'];
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** One of its sides is no text, and stands as a word that is equal for equal bytes. */
  readonly isBinary?: true;
}

/** The changes of a proposal as pairs of texts. */
export function changedTexts(proposal: Proposal, isTest: IsTest = isNamedAsTest): readonly ChangedText[] {
  return proposal.changes.map((change): ChangedText => {
    const { path, kind } = change;
    const from = kind === 'move' ? change.from : path;
    return {
      path,
      from,
      change: kind,
      role: isTest(path) || isTest(from) ? 'test' : 'code',
      before: kind === 'create' ? undefined : wordsOf(change.before),
      after: kind === 'delete' ? undefined : wordsOf(change.after),
      ...(isBinary(change) && { isBinary: true }),
    };
  });
}

function wordsOf(content: EncodedText): string {
  return content.base64 === undefined ? content.text : `(bytes ${contentHash(content)})`;
}

function isBinary(change: FileChange): boolean {
  const sides = [change.kind === 'create' ? [] : change.before, change.kind === 'delete' ? [] : change.after].flat();
  return sides.some(({ base64 }) => base64 !== undefined);
}

export function isScript(path: RelativePath): boolean {
  return /\.[cm]?[jt]sx?$/i.test(path);
}

export function isDeclaration(path: RelativePath): boolean {
  return /\.d\.([^./]+\.)?[cm]?ts$/i.test(path);
}

export function isPython(path: RelativePath): boolean {
  return /\.pyi?$/i.test(path);
}

export function isGo(path: string): boolean {
  return /\.go$/i.test(path);
}

export function isRust(path: string): boolean {
  return /\.rs$/i.test(path);
}

/** Code whose lines a coverage tool could tell of. */
export function isProgramText(path: RelativePath): boolean {
  return (
    isScript(path) || isPython(path) || /\.(go|rs|rb|java|kts?|cs|php|c|cc|cpp|h|hpp|swift|scala|lua|exs?)$/i.test(path)
  );
}
