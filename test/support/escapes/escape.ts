import { readdirSync, readFileSync } from 'node:fs';
import type { EscapeGround } from './ground.ts';

/** One way out of a sandbox. */
export interface Escape {
  readonly group: 'write' | 'read' | 'network' | 'processes' | 'kernel';
  readonly name: string;
  /** Works for root only, without any sandbox. */
  readonly needsRoot?: true;
  /** What Node runs: `f` holds the facts, `worked()` says that it is out. */
  readonly script: string;
  /** Whether it is out, seen from outside, where the script cannot tell. */
  readonly hasHappened?: (ground: EscapeGround, token: string) => boolean;
}

/** The descriptor that whoever runs these is started with, open for writing: a low one Node itself closes to others. */
export const leftOpen = 60;

/** Processes that sleep for so long; an odd number is an own one. */
export function sleepers(seconds: string): readonly number[] {
  return pids().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 2).join(' ') === `sleep ${seconds}`;
    } catch {
      return false;
    }
  });
}

/** Whether a file, seen from here, holds a text. */
export function holds(path: string, token: string): boolean {
  try {
    return readFileSync(path, 'utf8').includes(token);
  } catch {
    return false;
  }
}

/** System calls go by way of Python, which is there where Debian is. */
export function python(code: string): string {
  return `py(${JSON.stringify(code)})`;
}

function pids(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}
