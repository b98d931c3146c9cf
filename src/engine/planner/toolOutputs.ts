import * as z from 'zod/mini';

/** Tool outputs are other people's text: read with bounds, never believed further than their form. */

/** The message of an output that reports an error, as one short line, or undefined. */
export function errorOf(output: string): string | undefined {
  return output.startsWith('Error:') ? quote(output.slice('Error:'.length)) : undefined;
}

/** True when a text names the path, and not only another path that holds it. */
export function names(text: string, path: string): boolean {
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w./-])${escaped}(?![\\w/-]|\\.\\w)`).test(text.slice(0, 64 * 1024));
}

/** One line of foreign text, without control characters, short enough to stand in a sentence. */
export function quote(text: string, limit = 240): string {
  const plain = text
    .slice(0, limit * 8)
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return plain.length > limit ? `${plain.slice(0, limit - 3)}...` : plain;
}

/** One result of `read_file`. Lines are one-based and inclusive. */
export interface ReadPage {
  readonly hash: string;
  readonly first: number;
  readonly last: number;
  readonly total: number;
  readonly isCut: boolean;
  /** The raw text of these lines. */
  readonly text: string;
}

const pageHeader = /^\[.{0,4200} hash=([0-9a-f]{8,64}) lines=(\d{1,8})-(\d{1,8}) of=(\d{1,8})( cut)?\]$/;

export function parsePage(output: string): ReadPage | undefined {
  const end = output.slice(0, 5_000).indexOf('\n');
  if (end === -1) return undefined;
  const match = pageHeader.exec(output.slice(0, end));
  const [, hash, first, last, total, cut] = match ?? [];
  if (hash === undefined) return undefined;
  const lines = output.slice(end + 1).match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const page = {
    hash,
    first: Number(first),
    last: Number(last),
    total: Number(total),
    isCut: cut !== undefined,
    // What follows the lines is a remark of the tool, not of the file.
    text: lines.slice(0, Math.max(0, Number(last) - Number(first) + 1)).join(''),
  };
  return page.first <= Math.max(page.last, 1) && page.last <= page.total ? page : undefined;
}

export interface Listing {
  readonly paths: readonly string[];
  readonly isCut: boolean;
}

const maxListed = 20_000;
/** Names of files may begin with a bracket, too. */
const remark = /^\[(?:no files|cut: .*|warning: .*)\]$/;

export function parseListing(output: string): Listing {
  const lines = output.split('\n', maxListed).map((line) => line.trimEnd());
  return {
    paths: lines.filter((line) => line !== '' && line.length <= 4096 && !remark.test(line)),
    isCut: lines.some((line) => line.startsWith('[cut')),
  };
}

/** The proposal's hash, or undefined when the output does not say that something was staged. */
export function parseStaged(output: string): string | undefined {
  return /^Staged as proposal ([0-9a-f]{8,64})\b/.exec(output)?.[1] ?? (output.startsWith('Staged') ? '' : undefined);
}

const counts = z.nullish(z.object({ passed: z.number(), failed: z.number(), skipped: z.optional(z.number()) }));

/** The last of them where nothing but mutants is left to be tried, which is not done before a proposal is whole. */
const verdictWords = ['preserved', 'broken', 'unproven', 'tests pass; mutants not tried yet'] as const;

const testReport = z.object({
  proposal: z.nullish(z.string()),
  verdict: z.enum(verdictWords),
  reasons: z._default(z.array(z.string()), []),
  before: counts,
  after: counts,
  broken: z._default(z.array(z.object({ id: z.string(), message: z._default(z.nullish(z.string()), '') })), []),
  notes: z._default(z.array(z.string()), []),
});

export interface TestReport {
  readonly verdict: (typeof verdictWords)[number];
  readonly reasons: readonly string[];
  readonly before: TestCounts | undefined;
  readonly after: TestCounts | undefined;
  readonly broken: readonly { readonly id: string; readonly message: string }[];
}

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

/** The messages of broken tests as they are, for a reader who put something into them. */
export function brokenMessages(output: string): readonly { readonly id: string; readonly message: string }[] {
  return (readTestReport(output)?.broken ?? []).map(({ id, message }) => ({ id, message: message ?? '' }));
}

/** Undefined for anything but the report that `run_tests` promises. */
export function parseTestReport(output: string): TestReport | undefined {
  const data = readTestReport(output);
  if (data === undefined) return undefined;
  const { verdict, reasons, before, after, broken } = data;
  return {
    verdict,
    reasons: reasons.map((reason) => quote(reason)).filter((reason) => reason !== ''),
    before: before ?? undefined,
    after: after ?? undefined,
    broken: broken.map(({ id, message }) => ({ id: quote(id, 160), message: quote(message ?? '', 160) })),
  };
}

function readTestReport(output: string): z.infer<typeof testReport> | undefined {
  if (output.length > 256 * 1024) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(output.replace(/\n\[[^\n]*\]\s*$/, ''));
  } catch {
    return undefined;
  }
  const result = z.safeParse(testReport, value);
  return result.success ? result.data : undefined;
}
