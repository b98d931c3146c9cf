/** A path below the workspace folder, with `/` separators, no leading slash, no `.` or `..` segments, NFC or not as on disk. */
export type RelativePath = string;

/**
 * Brings a path that a model or a user wrote into canonical form, or returns undefined when it leaves the workspace,
 * is absolute, empty, or contains a NUL. Accepts `\` as a separator and a leading `./`.
 */
export function normalizePath(raw: string): RelativePath | undefined {
  if (raw.includes('\0') || raw.length > 4096) return undefined;
  const slashed = raw.trim().replaceAll('\\', '/');
  if (slashed.startsWith('/') || /^[A-Za-z]:/.test(slashed)) return undefined;
  const segments: string[] = [];
  for (const segment of slashed.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else segments.push(segment);
  }
  return segments.length === 0 ? undefined : segments.join('/');
}

/** The form in which two spellings of one file compare equal on case-insensitive and normalising file systems. */
export function comparablePath(path: RelativePath): string {
  return path.normalize('NFC').toLowerCase();
}
