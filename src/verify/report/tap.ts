import type { ParsedReport, ReportedTest } from './testIds.ts';

const resultLine = /^( *)(not )?ok\b(?: +(\d+))?(?: +-)? *(.*)$/;
const planLine = /^( *)1\.\.(\d+)(?:\s|$)/;
const maxDepth = 100;
const maxLineLength = 2_000;

/** True when the text looks like the Test Anything Protocol and not merely like prose with `ok` in it. */
export function looksLikeTap(text: string): boolean {
  return /^TAP version 1[234]\b/m.test(text) || (/^1\.\.\d+/m.test(text) && /^(not )?ok \d+/m.test(text));
}

interface Level {
  tests: ReportedTest[];
  ran: number;
  planned: number | undefined;
}

/** Reads TAP with subtests by indentation, `# SKIP`, `# TODO`, groups by comment as tape writes them, and a short plan. Never throws. */
export function parseTap(text: string): ParsedReport {
  if (!looksLikeTap(text)) return { kind: 'unreadable', reason: 'it is not TAP' };
  const levels: Level[] = [newLevel()];
  let group: string | undefined;
  for (const whole of text.split(/\r?\n/)) {
    const line = whole.slice(0, maxLineLength);
    const result = resultLine.exec(line);
    if (result !== null) readResult(result, levels, group);
    else if (planLine.test(line)) readPlan(line, levels);
    else if (/^Bail out!/.test(line))
      levelAt(levels, 0).tests.push({ file: undefined, path: ['(bail out)'], outcome: 'failed', message: line });
    else
      group =
        /^# (?!Subtest:|tests? |pass |fail |skip |todo |ok$|suites |cancelled |skipped |duration_ms )(.+)$/.exec(
          line,
        )?.[1] ?? group;
  }
  const [top = newLevel()] = levels;
  if (top.planned === undefined) return { kind: 'unreadable', reason: 'it has no plan, so it may be cut off' };
  return { kind: 'tests', tests: [...top.tests, ...missing(top)] };
}

function readResult(match: RegExpExecArray, levels: Level[], group: string | undefined): void {
  const depth = Math.min(Math.floor((match[1] ?? '').length / 4), maxDepth);
  const { name, directive } = splitDirective(match[4] ?? '');
  const level = levelAt(levels, depth);
  const inner = levels[depth + 1];
  levels.length = depth + 1;
  level.ran += 1;
  const path = [
    ...(depth === 0 && group !== undefined ? [group] : []),
    name === '' ? `(${match[3] ?? level.ran})` : name,
  ];
  const nested = inner === undefined ? [] : [...inner.tests, ...missing(inner)];
  level.tests.push(...nested.map((test) => ({ ...test, path: [...path, ...test.path] })));
  const outcome = directive ? 'skipped' : match[2] === undefined ? 'passed' : 'failed';
  // The line of a parent only counts when its failure is not that of a child.
  if (nested.length === 0 || (outcome === 'failed' && !nested.some((test) => test.outcome === 'failed')))
    level.tests.push({ file: undefined, path, outcome, message: outcome === 'failed' ? name : undefined });
}

function readPlan(line: string, levels: Level[]): void {
  const match = planLine.exec(line);
  const depth = Math.min(Math.floor((match?.[1] ?? '').length / 4), maxDepth);
  levelAt(levels, depth).planned = Number(match?.[2]);
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
  return { tests: [], ran: 0, planned: undefined };
}

function splitDirective(text: string): { readonly name: string; readonly directive: boolean } {
  const match = /^(.*?)\s+#\s*(?:skip|todo)\b.*$/i.exec(` ${text}`);
  return match === null ? { name: text.trim(), directive: false } : { name: (match[1] ?? '').trim(), directive: true };
}
