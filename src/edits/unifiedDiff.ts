import { structuredPatch } from 'diff';
import { contentHash, type FileChange, type Proposal } from './proposal.ts';
import { visibleText } from './visibleText.ts';

/** How many files and lines a proposal changes. */
export interface DiffStat {
  readonly files: number;
  readonly added: number;
  readonly removed: number;
}

const contextLines = 3;
/** Beyond this many changed lines the middle of a file is shown as replaced; a closer look would take seconds. */
const maxEditLength = 1_000;

type Hunk = ReturnType<typeof structuredPatch>['hunks'][number];

/**
 * A unified diff in the form that git prints, for people: hidden and control characters are shown as escapes, a carriage
 * return only where it is not simply the file's line end. Empty for an empty proposal; ends in a line feed otherwise.
 */
export function unifiedDiff(proposal: Proposal): string {
  return proposal.changes.map((change) => [...headerOf(change), ...bodyOf(change)].join('\n') + '\n').join('');
}

/** Counts changed lines as the diff shows them. */
export function diffStat(proposal: Proposal): DiffStat {
  let added = 0;
  let removed = 0;
  for (const change of proposal.changes)
    for (const hunk of hunksOf(change).hunks)
      for (const line of hunk.lines) {
        if (line.startsWith('+')) added += 1;
        else if (line.startsWith('-')) removed += 1;
      }
  return { files: proposal.changes.length, added, removed };
}

/** One line, for example `2 files changed, 5 lines added, 3 removed`. */
export function statLine(proposal: Proposal): string {
  const { files, added, removed } = diffStat(proposal);
  return `${files} ${files === 1 ? 'file' : 'files'} changed, ${added} ${added === 1 ? 'line' : 'lines'} added, ${removed} removed`;
}

function headerOf(change: FileChange): string[] {
  const path = visibleText(change.path);
  switch (change.kind) {
    case 'create':
      return [`diff --git a/${path} b/${path}`, 'new file', '--- /dev/null', `+++ b/${path}`];
    case 'delete':
      return [`diff --git a/${path} b/${path}`, 'deleted file', `--- a/${path}`, '+++ /dev/null'];
    case 'edit':
      return [`diff --git a/${path} b/${path}`, `--- a/${path}`, `+++ b/${path}`];
    case 'move': {
      const from = visibleText(change.from);
      const head = [`diff --git a/${from} b/${path}`, `rename from ${from}`, `rename to ${path}`];
      return isSame(change) ? head : [...head, `--- a/${from}`, `+++ b/${path}`];
    }
  }
}

function bodyOf(change: FileChange): string[] {
  const sides = [
    change.kind === 'create' ? undefined : change.before,
    change.kind === 'delete' ? undefined : change.after,
  ];
  if (sides.some((side) => side?.base64 !== undefined))
    return change.kind === 'move' && isSame(change) ? [] : ['A file that is no text differs.'];
  const { hunks, showsCr } = hunksOf(change);
  return hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${rangeText(oldStart, oldLines)} +${rangeText(newStart, newLines)} @@`,
    ...lines.map((line) => visibleText(showsCr ? line : line.replace(/\r$/, ''))),
  ]);
}

function hunksOf(change: FileChange): {
  readonly hunks: readonly Hunk[];
  readonly showsCr: boolean;
} {
  const before = change.kind === 'create' ? '' : withBom(change.before);
  const after = change.kind === 'delete' ? '' : withBom(change.after);
  const patch = structuredPatch('', '', before, after, '', '', { context: contextLines, maxEditLength });
  const hunks = patch ? patch.hunks : [wholeHunk(before, after)];
  const endings = new Set([before, after].filter((text) => text !== '').map(endingOf));
  return { hunks, showsCr: endings.size > 1 || endings.has('mixed') };
}

/** A byte order mark that comes or goes is a change that must be seen. */
function withBom({ text, hasBom }: { readonly text: string; readonly hasBom: boolean }): string {
  return hasBom ? `\uFEFF${text}` : text;
}

function endingOf(text: string): 'lf' | 'crlf' | 'mixed' {
  const crlf = text.split('\r\n').length - 1;
  const all = text.split('\n').length - 1;
  return crlf === 0 ? 'lf' : crlf === all ? 'crlf' : 'mixed';
}

function isSame(change: FileChange & { kind: 'move' }): boolean {
  return contentHash(change.before) === contentHash(change.after);
}

function rangeText(start: number, count: number): string {
  return count === 1 ? String(start) : `${count === 0 ? start - 1 : start},${count}`;
}

function wholeHunk(before: string, after: string): Hunk {
  const [old, next] = [markedLines(before), markedLines(after)];
  const shortest = Math.min(old.length, next.length);
  let head = 0;
  while (head < shortest && old[head] === next[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && old.at(-1 - tail) === next.at(-1 - tail)) tail += 1;
  const start = Math.max(0, head - contextLines);
  const shownTail = Math.min(tail, contextLines);
  const middle = (lines: readonly string[], mark: string): string[] =>
    lines.slice(head, lines.length - tail).map((line) => mark + line);
  const marked = [
    ...old.slice(start, head).map((line) => ` ${line}`),
    ...middle(old, '-'),
    ...middle(next, '+'),
    ...old.slice(old.length - tail, old.length - tail + shownTail).map((line) => ` ${line}`),
  ];
  return {
    oldStart: start + 1,
    oldLines: old.length - tail + shownTail - start,
    newStart: start + 1,
    newLines: next.length - tail + shownTail - start,
    lines: marked.flatMap((line) => line.split('\n')),
  };
}

/** Lines; the last one carries a second line that says so when no line end follows it. */
function markedLines(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop();
  return last === undefined || last === '' ? lines : [...lines, `${last}\n\\ No newline at end of file`];
}
