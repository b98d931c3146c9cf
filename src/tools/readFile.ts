import * as z from 'zod/mini';
import { maxResultBytes, toolError, toolResult, type Tool, type ToolResult } from '../agent/tool.ts';
import type { Draft } from '../edits/draft.ts';
import type { Documents } from '../workspace/documents.ts';
import type { RelativePath } from '../workspace/path.ts';
import { jsonNullableInteger, jsonString, orNull, parsePath, strictObject } from './arguments.ts';
import { cutToBytes } from './bounds.ts';
import { defineTool } from './defineTool.ts';
import type { ReadLedger } from './readLedger.ts';
import { readShown } from './shownText.ts';

const argumentsSchema = z.object({
  path: z.string(),
  start: orNull(z.int().check(z.minimum(1))),
  end: orNull(z.int().check(z.minimum(1))),
});

interface LineRange {
  readonly path: RelativePath;
  /** One-based, inclusive; null for the first and the last line. */
  readonly start: number | null;
  readonly end: number | null;
}

export interface ReadFilePorts {
  readonly documents: Documents;
  readonly draft: Draft;
  readonly ledger: ReadLedger;
}

/** `read_file`: lines of a file, verbatim, under a line that gives its hash; what was shown is noted in the ledger. */
export function createReadFile(ports: ReadFilePorts): Tool {
  return defineTool({
    name: 'read_file',
    description: 'Read a file or lines start to end: a line with hash, then raw text.',
    parameters: strictObject({ path: jsonString, start: jsonNullableInteger, end: jsonNullableInteger }),
    isReadOnly: true,
    schema: argumentsSchema,
    check: ({ path: raw, start, end }) => {
      const path = parsePath(raw);
      if (!path.ok) return path;
      if (start !== null && end !== null && end < start)
        return { ok: false, message: `end (${end}) must not be before start (${start}).` };
      return { ok: true, value: { path: path.value, start, end } };
    },
    summarize: ({ path, start, end }) =>
      start === null && end === null ? path : `${path} lines ${start ?? 1}-${end ?? 'end'}`,
    execute: (range, signal) => readLines(ports, range, signal),
  });
}

async function readLines(ports: ReadFilePorts, range: LineRange, signal: AbortSignal): Promise<ToolResult> {
  const { path } = range;
  const shown = await readShown(ports.documents, ports.draft, path, signal);
  if (!shown.ok) return toolError(shown.message);
  const starts = lineStarts(shown.text);
  const total = starts.length;
  const first = range.start ?? 1;
  if (first > Math.max(total, 1)) return toolError(`${path} has ${countOf(total)}; line ${first} is past its end.`);
  const last = Math.min(range.end ?? total, total);
  for (const name of shown.paths) ports.ledger.record(name, shown.hash);
  const header = (end: number, mark: string): string =>
    `[${path} hash=${shown.hash} lines=${total === 0 ? 0 : first}-${end} of=${total}${mark}]\n`;
  const room = maxResultBytes - Buffer.byteLength(header(total, ' cut'));
  const wanted = shown.text.slice(starts[first - 1] ?? 0, starts[last] ?? shown.text.length);
  const kept = cutAtLine(wanted, room);
  const isCut = kept.length < wanted.length;
  const end = isCut ? first + countLines(kept) - 1 : last;
  const summary = `${path}, ${isCut ? `cut after line ${end} of ${total}` : countOf(Math.max(end - first + 1, 0))}`;
  return toolResult(header(end, isCut ? ' cut' : '') + kept, summary);
}

function countOf(lines: number): string {
  return lines === 1 ? '1 line' : `${lines} lines`;
}

/** Offsets at which lines start; a last line end does not start another line. */
function lineStarts(text: string): number[] {
  const starts: number[] = [];
  for (let at = 0; at < text.length;) {
    starts.push(at);
    const next = text.indexOf('\n', at);
    if (next === -1) break;
    at = next + 1;
  }
  return starts;
}

function countLines(text: string): number {
  return lineStarts(text).length;
}

/** Whole lines that fit; when not even one does, as many of its characters as do. */
function cutAtLine(text: string, maxBytes: number): string {
  const fitting = cutToBytes(text, maxBytes);
  if (fitting.length === text.length) return text;
  const lineEnd = fitting.lastIndexOf('\n');
  return lineEnd === -1 ? fitting : fitting.slice(0, lineEnd + 1);
}
