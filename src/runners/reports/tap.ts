import { contentLines, tapResult, type TapLine } from './tapLines.ts';
import type { ParsedReport, ReportedTest } from './testIds.ts';

const planLine = /^1\.\.(\d+)(?:\s|$)/;
const maxDepth = 100;

/** What reporters count at the end, and what announces a subtest: comments that open no group of tests. */
const remark =
  /^(?:Subtest:|(?:tests?|pass|fail|skip|todo|suites|cancelled|skipped|failed|duration_ms|time)\b[ :=]|ok$|\{ |No coverage)/;

/** True when the text looks like the Test Anything Protocol and not merely like prose with `ok` in it. */
export function looksLikeTap(text: string): boolean {
  return /^TAP version 1[234]\b/m.test(text) || (/^1\.\.\d+/m.test(text) && /^(not )?ok \d+/m.test(text));
}

interface Level {
  tests: ReportedTest[];
  ran: number;
  planned: number | undefined;
  /** A test whose subtests follow it in curly brackets, as older versions of node-tap write those that they kept back. */
  opened: TapLine | undefined;
}

/**
 * Reads TAP of versions 12 to 14: subtests by indentation, `# SKIP`, `# TODO`, the times that node-tap adds, escapes, groups by comment
 * as tape writes them, and a short plan; diagnostics in YAML are passed over. Never throws.
 */
export function parseTap(text: string): ParsedReport {
  if (!looksLikeTap(text)) return { kind: 'unreadable', reason: 'it is not TAP' };
  const levels: Level[] = [newLevel()];
  let group: string | undefined;
  for (const { depth: found, words, opens } of contentLines(text)) {
    const depth = Math.min(found, maxDepth);
    const result = tapResult(words, opens);
    if (result !== undefined) readResult(result, depth, levels, group);
    else if (planLine.test(words)) levelAt(levels, depth).planned = Number(planLine.exec(words)?.[1]);
    else if (words === '}') close(depth, levels, group);
    else if (/^Bail out!/i.test(words))
      levelAt(levels, 0).tests.push({ file: undefined, path: ['(bail out)'], outcome: 'failed', message: words });
    else if (depth === 0) group = groupOf(words) ?? group;
  }
  const [top = newLevel()] = levels;
  if (top.planned === undefined) return { kind: 'unreadable', reason: 'it has no plan, so it may be cut off' };
  return { kind: 'tests', tests: [...top.tests, ...missing(top)] };
}

function groupOf(words: string): string | undefined {
  const name = /^# (.+)$/.exec(words)?.[1];
  return name === undefined || remark.test(name) ? undefined : name;
}

function readResult(result: TapLine, depth: number, levels: Level[], group: string | undefined): void {
  const level = levelAt(levels, depth);
  if (result.opens) {
    levels.length = depth + 1;
    level.opened = result;
  } else finish(result, depth, levels, group);
}

function close(depth: number, levels: Level[], group: string | undefined): void {
  const level = levels[depth];
  if (level?.opened === undefined) return;
  const { opened } = level;
  level.opened = undefined;
  finish(opened, depth, levels, group);
}

function finish(result: TapLine, depth: number, levels: Level[], group: string | undefined): void {
  const level = levelAt(levels, depth);
  const inner = levels[depth + 1];
  levels.length = depth + 1;
  level.ran += 1;
  const { isOk, number, name, directive } = result;
  const path = [
    ...(depth === 0 && group !== undefined ? [group] : []),
    name === '' ? `(${number ?? level.ran})` : name,
  ];
  const nested = inner === undefined ? [] : [...inner.tests, ...missing(inner)];
  level.tests.push(...nested.map((test) => ({ ...test, path: [...path, ...test.path] })));
  const outcome = directive !== undefined ? 'skipped' : isOk ? 'passed' : 'failed';
  // The line of a parent only counts when its failure is not that of a child.
  if (nested.length === 0 || (outcome === 'failed' && !nested.some((test) => test.outcome === 'failed')))
    level.tests.push({ file: undefined, path, outcome, message: outcome === 'failed' ? name : undefined });
}

function missing({ planned, ran }: Level): ReportedTest[] {
  if (planned === undefined || planned <= ran) return [];
  return [
    { file: undefined, path: ['(plan)'], outcome: 'failed', message: `${planned} tests were planned, ${ran} ran.` },
  ];
}

function levelAt(levels: Level[], depth: number): Level {
  while (levels.length <= depth) levels.push(newLevel());
  return levels[depth] ?? newLevel();
}

function newLevel(): Level {
  return { tests: [], ran: 0, planned: undefined, opened: undefined };
}
