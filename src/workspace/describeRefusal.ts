import type { CopyRefusal } from './approvals.ts';

/** A question in whole sentences, and what a yes means. */
export interface InPlaceQuestion {
  readonly question: string;
  readonly detail: string;
}

/** Why there can be no private copy, and what would be done instead. `name` is what people call the workspace. */
export function describeInPlace(name: string, refusal: CopyRefusal): InPlaceQuestion {
  return {
    question: `${reasonOf(name, refusal)} Verify in the workspace itself?`,
    detail: 'The change is written, tested, and every file is put back unless you accept.',
  };
}

function reasonOf(name: string, refusal: CopyRefusal): string {
  if (refusal.kind === 'noRoom') return `There is no room on the disk to copy ${name}.`;
  const { files, bytes } = refusal;
  return `${name} is too large to copy (${files.toLocaleString('en')} files, ${sizeText(bytes)}).`;
}

function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
