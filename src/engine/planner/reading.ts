import { contentHash } from '../../edits/proposal.ts';
import { call, type Routine } from './routine.ts';
import { errorOf, parsePage, type ReadPage } from './toolOutputs.ts';
import type { Toolset } from './toolset.ts';

/** A file as it was read, or why it could not be. */
export type ReadResult =
  | { readonly kind: 'text'; readonly path: string; readonly text: string; readonly hash: string }
  | { readonly kind: 'failed'; readonly path: string; readonly reason: string };

/** Longest text that is put together from pages, in UTF-16 units. */
const maxLength = 4 * 1024 * 1024;
const maxRounds = 200;
/** How often a file that changes while it is read is begun again. */
const maxRestarts = 2;

interface Reading {
  readonly path: string;
  pages: readonly ReadPage[];
  restarts: number;
  result?: ReadResult;
}

/** Reads all files, one page of each in every response, until each is whole or cannot be read. Keeps the order. */
export function* readFiles(tools: Toolset, paths: readonly string[]): Routine<readonly ReadResult[]> {
  const readings: readonly Reading[] = paths.map((path) => ({ path, pages: [], restarts: 0 }));
  for (let round = 0; round < maxRounds; round++) {
    const open = readings.filter(({ result }) => !result);
    if (open.length === 0) break;
    const outputs = yield* call(
      open.map(({ path, pages }) =>
        tools.call('read_file', { path, ...(pages.length > 0 && { start: nextLine(pages) }) }),
      ),
    );
    open.forEach((reading, index) => take(reading, outputs[index] ?? ''));
  }
  return readings.map(({ path, result }) => result ?? { kind: 'failed', path, reason: 'it never came to an end' });
}

function nextLine(pages: readonly ReadPage[]): number {
  return (pages.at(-1)?.last ?? 0) + 1;
}

function take(reading: Reading, output: string): void {
  const fail = (reason: string): void => {
    reading.result = { kind: 'failed', path: reading.path, reason };
  };
  const error = errorOf(output);
  if (error !== undefined) return fail(error);
  const page = parsePage(output);
  if (!page) return fail('the answer of read_file could not be understood');
  const [first] = reading.pages;
  if (first && first.hash !== page.hash) {
    reading.pages = [];
    if (++reading.restarts > maxRestarts) fail('it kept changing while it was read');
    return;
  }
  if (page.total > 0 && page.first !== nextLine(reading.pages))
    return fail('read_file gave other lines than were asked for');
  if (page.isCut && !page.text.endsWith('\n')) return fail(`line ${page.last} is too long to be read`);
  reading.pages = [...reading.pages, page];
  if (reading.pages.reduce((length, { text }) => length + text.length, 0) > maxLength) return fail('it is too long');
  if (page.last < page.total) return;
  reading.result = { kind: 'text', path: reading.path, text: joinPages(reading.pages), hash: page.hash };
}

/** The pages hold their line ends; should one have lost its last, the hash tells. */
function joinPages(pages: readonly ReadPage[]): string {
  const plain = pages.map(({ text }) => text).join('');
  const hash = pages[0]?.hash;
  const lineEnd = plain.includes('\r\n') ? '\r\n' : '\n';
  const closed = pages.map(({ text }) => (text.endsWith('\n') ? text : text + lineEnd)).join('');
  const candidates = [plain, closed, closed.slice(0, -lineEnd.length)];
  return candidates.find((text) => [false, true].some((hasBom) => contentHash({ text, hasBom }) === hash)) ?? plain;
}
