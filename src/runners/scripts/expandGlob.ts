import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** No pattern expands to more words. */
const maxMatches = 5_000;

/**
 * Expands an unquoted pattern as a POSIX shell does: sorted, `**` no more than `*`, hidden names only when asked for, and
 * the pattern itself when nothing matches.
 */
export function expandGlob(pattern: string, cwd: string): readonly string[] {
  const isAbsolute = pattern.startsWith('/');
  let found: string[] = [isAbsolute ? '/' : ''];
  const segments = pattern.split('/').filter((segment) => segment !== '');
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    found = found.flatMap((prefix) => matchesBelow(prefix, segment, isLast, cwd)).slice(0, maxMatches);
  }
  return found.length === 0 ? [pattern] : found.sort();
}

function matchesBelow(prefix: string, segment: string, isLast: boolean, cwd: string): string[] {
  const joined = (name: string): string => (prefix === '' || prefix === '/' ? `${prefix}${name}` : `${prefix}/${name}`);
  if (segment === '.' || segment === '..') return [joined(segment)];
  const matcher = segmentMatcher(segment);
  const folder = prefix.startsWith('/') ? prefix : join(cwd, prefix);
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => matcher.test(entry.name) && (segment.startsWith('.') || !entry.name.startsWith('.')))
      .filter((entry) => isLast || entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => joined(entry.name));
  } catch {
    return [];
  }
}

function segmentMatcher(segment: string): RegExp {
  let source = '';
  for (let at = 0; at < segment.length; at += 1) {
    const char = segment.charAt(at);
    const close = char === '[' ? segment.indexOf(']', at + 2) : -1;
    if (char === '*') source += source.endsWith('[^/]*') ? '' : '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (close !== -1) {
      const set = segment
        .slice(at + 1, close)
        .replace(/^!/, '^')
        .replaceAll('\\', '\\\\')
        .replaceAll('[', '\\[');
      source += `[${set}]`;
      at = close;
    } else source += char.replace(/[\\^$.|+(){}[\]]/, '\\$&');
  }
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch {
    // A set such as [z-a]: a shell matches nothing.
    return /(?!)/;
  }
}
