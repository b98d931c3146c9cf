import { readdirSync, readFileSync } from 'node:fs';

/** The flag of a descriptor that is closed when another program takes over, as `/proc` writes it. */
const closesOnExec = 0o2000000;

/**
 * Descriptors beside the standard streams that this process was given by whoever started it and that every program it starts would find open as
 * well. Empty where the system does not show them.
 */
export function inheritedFiles(): readonly number[] {
  return names('/proc/self/fdinfo')
    .map(Number)
    .filter((file) => file > 2 && isInherited(file));
}

function isInherited(file: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${file}`, 'latin1'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closesOnExec) === 0;
  } catch {
    // It was open to read the list only.
    return false;
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
