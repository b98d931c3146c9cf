import type { LineRange } from '../analysis/refactoring.ts';

/** One place that the user pointed at. */
export interface FocusEntry {
  /** Without the slash that marks a folder. */
  readonly path: string;
  readonly isFolder: boolean;
  /** One-based and inclusive. */
  readonly range?: LineRange;
}

/** What became of a proposal, as far as the text says it. */
export interface Review {
  readonly decision: 'accepted' | 'notApplied' | 'rejected' | 'testsNotTaken' | 'undecided';
  readonly verification?: 'preserved' | 'broken' | 'unproven';
  readonly isRolledBack: boolean;
  /** Ids with messages, as they stand in the text. */
  readonly brokenTests: readonly string[];
}

export type UserMessage =
  | { readonly kind: 'goal'; readonly text: string; readonly focus: readonly FocusEntry[] }
  | { readonly kind: 'review'; readonly review: Review };

const maxFocusEntries = 500;
const maxBrokenTests = 200;

/** True for the report of a review, which answers a proposal and is no goal. */
export function isReview(text: string): boolean {
  return /^\s*Review:/.test(text);
}

/** Reads a user's message; whatever is not a review is a goal, marked as one or not. Never throws. */
export function parseUserMessage(text: string): UserMessage {
  if (isReview(text)) return { kind: 'review', review: parseReview(text) };
  const body = text.replace(/^\s*Goal:[ \t]*/, '');
  const marker = body.lastIndexOf('\n\nFocus:\n');
  if (marker === -1) return { kind: 'goal', text: body.trim(), focus: [] };
  const lines = body
    .slice(marker)
    .split('\n')
    .slice(3, 3 + maxFocusEntries);
  return {
    kind: 'goal',
    text: body.slice(0, marker).trim(),
    focus: lines.flatMap((line) => parseFocus(line) ?? []),
  };
}

function parseFocus(line: string): FocusEntry | undefined {
  if (!line.startsWith('- ')) return undefined;
  const match = /^(.+?)(?: lines (\d{1,9})-(\d{1,9}))?(?: \([^()]*\))?$/.exec(line.slice(2).trimEnd());
  const [, place, first, last] = match ?? [];
  if (place === undefined) return undefined;
  const isFolder = place.endsWith('/');
  const path = isFolder ? place.replace(/\/+$/, '') : place;
  if (first === undefined || last === undefined) return { path, isFolder };
  const startLine = Math.max(1, Number(first));
  return { path, isFolder, range: { startLine, endLine: Math.max(startLine, Number(last)) } };
}

function parseReview(text: string): Review {
  const lines = text.split('\n');
  const [first = ''] = lines;
  const verification = /^Verification: (preserved|broken|unproven)\b/m.exec(text)?.[1];
  const listAt = lines.indexOf('Broken tests:');
  const listed = listAt === -1 ? [] : lines.slice(listAt + 1, listAt + 1 + maxBrokenTests);
  return {
    decision: decisionOf(first),
    ...(isVerification(verification) && { verification }),
    isRolledBack: /^Rolled back\b/m.test(text),
    brokenTests: listed.filter((line) => line.startsWith('- ')).map((line) => line.slice(2)),
  };
}

function decisionOf(line: string): Review['decision'] {
  if (/^\s*Review:\s*tests not taken\b/i.test(line)) return 'testsNotTaken';
  if (/^\s*Review:\s*rejected\b/i.test(line)) return 'rejected';
  if (/^\s*Review:\s*accepted,? but not applied\b/i.test(line)) return 'notApplied';
  if (/^\s*Review:\s*accepted\b/i.test(line)) return 'accepted';
  return 'undecided';
}

function isVerification(word: string | undefined): word is 'preserved' | 'broken' | 'unproven' {
  return word === 'preserved' || word === 'broken' || word === 'unproven';
}
