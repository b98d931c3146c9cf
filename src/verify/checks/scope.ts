import { hunkLines, lineHunks, splitLines } from '../../edits/hunks.ts';
import type { Check, Finding } from '../../workspace/evidence.ts';
import type { VerificationTask } from '../../workspace/verification.ts';
import type { ChangedText } from '../../languages/texts/changedText.ts';

interface Region {
  readonly path: string;
  readonly line: number;
  readonly isAsked: boolean;
  /** Names in the changed lines, before and after. */
  readonly names: ReadonlySet<string>;
}

/**
 * Whether all changes lie where the task points, or have to do with what changes there: they share a name with such a change, directly
 * or through others. A file without lines is meant as a whole, a folder with all that is in it.
 */
export function checkScope(texts: readonly ChangedText[], task: VerificationTask): Check {
  const { focus } = task;
  if (focus.length === 0) return { kind: 'passed', note: 'The task points nowhere in particular.' };
  const regions = texts.filter((text) => !isWanted(text, task)).flatMap((text) => regionsOf(text, focus));
  const related = new Set(regions.filter(({ isAsked }) => isAsked));
  const names = new Set([...related].flatMap((region) => [...region.names]));
  for (let hasGrown = true; hasGrown;) {
    hasGrown = false;
    for (const region of regions) {
      if (related.has(region) || ![...region.names].some((name) => names.has(name))) continue;
      related.add(region);
      for (const name of region.names) names.add(name);
      hasGrown = true;
    }
  }
  const findings = regions
    .filter((region) => !related.has(region))
    .map(({ path, line }): Finding => ({ message: 'This has nothing to do with what was asked for', path, line }));
  return findings.length === 0 ? { kind: 'passed' } : { kind: 'doubtful', findings };
}

/** Tests that somebody asked for are none of what the task points at. */
function isWanted({ path, change, role }: ChangedText, { writesTests, written }: VerificationTask): boolean {
  return change === 'create' && role === 'test' && (writesTests === true || written?.files.includes(path) === true);
}

function regionsOf({ path, from, before = '', after = '' }: ChangedText, focus: VerificationTask['focus']): Region[] {
  const own = focus.filter((target) => isWithin(from, target.path) || isWithin(path, target.path));
  const isWhole = own.some(({ startLine }) => startLine === undefined);
  const [old, now] = [splitLines(before), splitLines(after)];
  const hunks = lineHunks(before, after);
  if (hunks.length === 0)
    return [{ path, line: 1, isAsked: own.length > 0, names: new Set(wordsOf(`${from} ${path}`)) }];
  return hunks.map((hunk) => {
    const [first, last] = [hunk.beforeStart, hunk.beforeStart + Math.max(hunk.beforeCount, 1) - 1];
    const isInside = own.some(
      // A line that is put in right before or after belongs to it.
      ({ startLine = 1, endLine = Infinity }) => first <= endLine + 1 && last >= startLine - 1,
    );
    const lines = [
      ...hunkLines(hunk, 'before').map((line) => old[line - 1] ?? ''),
      ...hunkLines(hunk, 'after').map((line) => now[line - 1] ?? ''),
    ];
    return { path, line: hunk.afterStart, isAsked: isWhole || isInside, names: new Set(wordsOf(lines.join('\n'))) };
  });
}

function isWithin(path: string, target: string): boolean {
  const folder = target.endsWith('/') ? target : `${target}/`;
  return path === target || path.startsWith(folder) || target === '' || target === '.';
}

const commonWords = new Set(
  'const let var function return if else for while of in new this class import from export default async await true false null undefined def self type interface extends static public private readonly'.split(
    ' ',
  ),
);

function wordsOf(text: string): readonly string[] {
  return (text.match(/[\p{L}_$][\p{L}\p{N}_$]+/gu) ?? []).filter((word) => !commonWords.has(word));
}
