import type { Finding } from '../../workspace/evidence.ts';
import { few } from '../../util/wording.ts';

/** What was found, in one sentence that begins with these words. */
export function told(words: string, findings: readonly Finding[]): string {
  return `${words}: ${few(findings.map(describeFinding), 3, ' ')}`;
}

/** A finding as a sentence with its place. */
function describeFinding({ message, path, line }: Finding): string {
  const place = path === undefined ? '' : line === undefined ? `${path}: ` : `${path}:${line}: `;
  return `${place}${message}${/[.!?]$/.test(message) ? '' : '.'}`;
}
