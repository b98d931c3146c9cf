import type { ReadRefusal } from '../workspace/documents.ts';
import type { RelativePath } from '../workspace/path.ts';
import { assertNever } from '../util/exhaustive.ts';

/** One sentence that says why a file could not be read. */
export function describeRefusal(path: RelativePath, refusal: ReadRefusal): string {
  switch (refusal.kind) {
    case 'missing':
      return `${path} does not exist.`;
    case 'directory':
      return `${path} is a folder; list it with list_files.`;
    case 'binary':
      return `${path} is a binary file; only text can be read.`;
    case 'tooLarge':
      return `${path} is too large to read: ${megabytes(refusal.bytes)} MB, the limit is ${megabytes(refusal.limit)} MB.`;
    case 'undecodable':
      return `${path} is not valid UTF-8, so it cannot be read or changed safely.`;
    case 'unreadable':
      return `${path} cannot be read (${refusal.code}).`;
    case 'outside':
      return `${path} leads out of the workspace, which is not allowed.`;
    case 'secret':
      return `${path} may hold secrets and is never read.`;
    default:
      return assertNever(refusal);
  }
}

function megabytes(bytes: number): string {
  return (bytes / (1024 * 1024)).toFixed(1);
}
