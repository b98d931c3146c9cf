import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Proposal } from '../../../src/edits/proposal.ts';
import { lineHunks } from '../../../src/edits/hunks.ts';
import { layOut, sourcesOf, type Subject } from './subject.ts';

/** Lines that the tests of a subject leave out, wholly or in part, one-based, by path. */
export type Gaps = ReadonlyMap<string, ReadonlySet<number>>;

const repository = resolve(import.meta.dirname, '../../..');
const limitMs = 120_000;

/**
 * What the tests of a subject leave out, by an account that has nothing of the verifier: c8 for Node, the standard library's `trace`
 * for Python. Throws when the tests do not end well. The folder must not exist.
 */
export function gapsOf(subject: Subject, folder: string): Gaps {
  const root = join(folder, 'project');
  mkdirSync(root, { recursive: true });
  layOut(subject, root);
  const counts = join(folder, 'counts');
  const isPython = subject.command[0].startsWith('python');
  const [program, ...args] = isPython ? tracedCommand(subject, counts) : countedCommand(subject, counts);
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], CI: 'true', PYTHONDONTWRITEBYTECODE: '1' };
  const run = spawnSync(program, args, { cwd: root, env, timeout: limitMs, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${subject.name}: its tests fail\n${run.stdout}\n${run.stderr}`);
  return isPython ? readTrace(subject, counts) : readCounts(subject, root, counts);
}

/** Whether a change touches no line that the tests leave out. What it only adds stands beside the lines around it. */
export function touchesOnly({ changes }: Proposal, gaps: Gaps): boolean {
  return changes.every((change) => {
    if (change.kind === 'create') return true;
    const missed = gaps.get(change.kind === 'move' ? change.from : change.path);
    if (missed === undefined) return true;
    const hunks = lineHunks(change.before.text, change.kind === 'delete' ? '' : change.after.text);
    return hunks.every(({ beforeStart, beforeCount }) => {
      const last = beforeStart + Math.max(beforeCount, 1) - 1;
      for (let line = beforeStart; line <= last; line += 1) if (missed.has(line)) return false;
      return true;
    });
  });
}

function countedCommand(subject: Subject, counts: string): readonly [string, ...string[]] {
  const [program, ...args] = subject.command;
  const c8 = join(repository, 'node_modules/c8/bin/c8.js');
  const places = ['--temp-directory', join(counts, 'raw'), '--reports-dir', counts, '--reporter', 'json'];
  // Processes of vitest end before they have counted, its threads do not.
  const more = isVitest(subject) ? ['--pool=threads'] : [];
  return [
    process.execPath,
    c8,
    ...places,
    '--clean',
    program === 'node' ? process.execPath : program,
    ...args,
    ...more,
  ];
}

function isVitest({ command }: Subject): boolean {
  return command.some((word) => word.includes('vitest'));
}

interface Place {
  readonly start: { readonly line: number };
  readonly end: { readonly line: number };
}

/** The part of Istanbul's report that is needed; statements of c8 are lines. */
interface FileCounts {
  readonly path: string;
  readonly statementMap: Readonly<Record<string, Place>>;
  readonly s: Readonly<Record<string, number>>;
  readonly branchMap: Readonly<Record<string, { readonly locations: readonly Place[] }>>;
  readonly b: Readonly<Record<string, readonly number[]>>;
}

function readCounts(subject: Subject, root: string, counts: string): Gaps {
  const report = JSON.parse(readFileSync(join(counts, 'coverage-final.json'), 'utf8')) as Record<string, FileCounts>;
  const realRoot = realpathSync(root);
  const gaps = new Map<string, ReadonlySet<number>>();
  for (const file of Object.values(report)) {
    const lines = Object.entries(file.statementMap).flatMap(([id, place]) => (file.s[id] === 0 ? [place] : []));
    const branches = Object.entries(file.branchMap).flatMap(([id, { locations }]) =>
      locations.filter((_, index) => file.b[id]?.[index] === 0),
    );
    // What vitest makes of a file has branches of its own, which stand for no place of it.
    const missed = isVitest(subject) ? lines : [...lines, ...branches];
    gaps.set(relative(realRoot, realpathSync(file.path)), new Set(missed.flatMap(linesOf)));
  }
  return withUnseen(subject, gaps);
}

function tracedCommand({ command }: Subject, counts: string): readonly [string, ...string[]] {
  const [program, ...args] = command;
  const rest = args[0] === '-m' ? ['--module', ...args.slice(1)] : args;
  return [program, '-m', 'trace', '--count', '--missing', '-C', counts, ...rest];
}

/** `trace` leaves a file for each module, in which the lines that never ran are marked. */
function readTrace(subject: Subject, counts: string): Gaps {
  const names = new Set(readdirSync(counts));
  const gaps = new Map<string, ReadonlySet<number>>();
  for (const path of sourcesOf(subject)) {
    const name = `${path.replace(/\.py$/, '').replaceAll('/', '.')}.cover`;
    if (!names.has(name)) continue;
    const lines = readFileSync(join(counts, name), 'utf8').split('\n');
    gaps.set(path, new Set(lines.flatMap((line, index) => (line.startsWith('>>>>>>') ? [index + 1] : []))));
  }
  return withUnseen(subject, gaps);
}

/** A file that was not seen at all is left out whole. */
function withUnseen(subject: Subject, seen: Gaps): Gaps {
  const all = new Map(seen);
  for (const path of sourcesOf(subject)) {
    const text = subject.files.get(path) ?? '';
    if (!all.has(path) && text.trim() !== '') all.set(path, new Set(text.split('\n').map((_, index) => index + 1)));
  }
  return all;
}

function linesOf({ start, end }: Place): readonly number[] {
  return Array.from({ length: end.line - start.line + 1 }, (_, index) => start.line + index);
}
