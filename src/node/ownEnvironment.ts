import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { holdsPassword, isCredentialName } from '../redaction/credentialNames.ts';

/**
 * Takes the values of credentials out of the block of memory that the system shows as our initial environment (`/proc/<pid>/environ`), which
 * removing a variable leaves as it is: whatever we start could read them there. `process.env` keeps them. Where the system shows no such
 * block nothing is done. False when a value could not be taken out. Never throws.
 */
export function hideCredentials(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform !== 'linux') return true;
  try {
    const hidden = entriesOf(readFileSync('/proc/self/environ')).filter(isHidden);
    if (hidden.length === 0) return true;
    // Written anew they stand elsewhere in memory, and nobody reads the block any more.
    for (const { name } of hidden) {
      const value = env[name];
      if (value !== undefined) env[name] = value;
    }
    overwrite(hidden);
    return !entriesOf(readFileSync('/proc/self/environ')).some(isHidden);
  } catch {
    return false;
  }
}

interface Entry {
  readonly name: string;
  readonly value: string;
  /** Where the value stands in the block, in bytes. */
  readonly at: number;
  readonly length: number;
}

function isHidden({ name, value, length }: Entry): boolean {
  return length > 0 && (isCredentialName(name) || holdsPassword(value));
}

function entriesOf(block: Buffer): readonly Entry[] {
  const entries: Entry[] = [];
  for (let start = 0; start < block.length;) {
    const end = block.indexOf(0, start);
    const until = end === -1 ? block.length : end;
    const sign = block.indexOf('=', start);
    if (sign !== -1 && sign < until) {
      const name = block.toString('utf8', start, sign);
      entries.push({ name, value: block.toString('utf8', sign + 1, until), at: sign + 1, length: until - sign - 1 });
    }
    start = until + 1;
  }
  return entries;
}

function overwrite(entries: readonly Entry[]): void {
  const start = blockStart();
  const memory = openSync('/proc/self/mem', 'r+');
  try {
    for (const { at, length } of entries) writeSync(memory, Buffer.alloc(length), 0, length, start + at);
  } finally {
    closeSync(memory);
  }
}

/** Address of the block; throws where the system does not tell it. */
function blockStart(): number {
  const text = readFileSync('/proc/self/stat', 'latin1');
  // The name in parentheses may hold blanks; what is field 50 of the whole comes as the 48th after it.
  const start = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[47]);
  if (!Number.isSafeInteger(start) || start <= 0) throw new Error('The address of the environment is not known.');
  return start;
}
