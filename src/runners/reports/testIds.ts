import { isAbsolute, relative } from 'node:path';
import type { TestCaseResult } from '../../workspace/verification.ts';

/** What a reporter said of one test, before it has an id. */
export interface ReportedTest {
  /** As reported: absolute or relative, undefined when the runner does not say. */
  readonly file: string | undefined;
  /** Suites and name, outermost first. */
  readonly path: readonly string[];
  readonly outcome: TestCaseResult['outcome'];
  readonly message?: string | undefined;
  /** As in `TestCaseResult`. */
  readonly hasRun?: true | undefined;
}

/** A report's tests, or why it could not be read. Reports are untrusted: readers never throw. */
export type ParsedReport =
  | { readonly kind: 'tests'; readonly tests: readonly ReportedTest[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Where the run took place, which ids must not show: the folder under every name it has. */
export interface ReportPlace {
  /** The folder that stands for the workspace, first as it was given, then without links. */
  readonly roots: readonly string[];
  /** The folder that the runner was started in. */
  readonly cwd: string;
}

const maxNameLength = 500;
const maxMessageLength = 2_000;

/** Gives tests ids that are equal wherever the workspace stands: `file › suite › name`, the second of a kind ending in ` #2`. */
export function withIds(tests: readonly ReportedTest[], place: ReportPlace): TestCaseResult[] {
  const counts = new Map<string, number>();
  // A name may end in a number of its own.
  const taken = new Set<string>();
  return tests.map(({ file, path, outcome, message, hasRun }) => {
    const parts = [
      ...(file === undefined ? [] : [relativeFile(file, place)]),
      ...path.map((part) => withoutRoots(part, place)),
    ];
    const plain =
      parts
        .map(oneLine)
        .filter((part) => part !== '')
        .join(' › ') || '(unnamed)';
    let count = (counts.get(plain) ?? 0) + 1;
    while (taken.has(numbered(plain, count))) count += 1;
    counts.set(plain, count);
    const id = numbered(plain, count);
    taken.add(id);
    return {
      id,
      outcome,
      ...(message === undefined ? {} : { message: bounded(withoutRoots(message, place)) }),
      ...(hasRun === true ? { hasRun } : {}),
    };
  });
}

function numbered(plain: string, count: number): string {
  return count === 1 ? plain : `${plain} #${count}`;
}

/** Text without the folders that only this run knows. */
export function withoutRoots(text: string, place: ReportPlace): string {
  let clean = text;
  for (const root of place.roots) {
    if (root.length < 2) continue;
    const name = root.replace(/[\\^$.|?*+(){}[\]]/g, '\\$&');
    clean = clean.replace(new RegExp(`(?:file://)?${name}[/\\\\]`, 'g'), '');
    // Followed by its end: /copy/app is not part of /copy/apple.
    clean = clean.replace(new RegExp(`${name}(?![\\w-]|\\.\\w)`, 'g'), '.');
  }
  return clean;
}

function relativeFile(file: string, place: ReportPlace): string {
  const path = file.replace(/^file:\/\//, '');
  const absolute = isAbsolute(path) ? path : `${place.cwd}/${path}`;
  for (const root of place.roots) {
    const below = relative(root, absolute).replaceAll('\\', '/');
    if (below !== '' && below !== '..' && !below.startsWith('../') && !isAbsolute(below)) return below;
  }
  return withoutRoots(file, place).replaceAll('\\', '/');
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > maxNameLength ? `${line.slice(0, maxNameLength)}…` : line;
}

function bounded(message: string): string {
  const plain = message.replace(/\u001B\[[0-9;]*m/g, '').trim();
  return plain.length > maxMessageLength ? `${plain.slice(0, maxMessageLength)}…` : plain;
}
