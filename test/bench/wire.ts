/**
 * What a tool-call loop costs on the wire: the real loop, the real tools and the real client against a scripted server on
 * another thread that asks for a different file of 10 KB every turn. Prints a table; fails when a promise of the README is broken.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AgentEvent } from '../../src/agent/events.ts';
import { goalMessage, standingInstructions } from '../../src/agent/instructions.ts';
import { Budget } from '../../src/agent/limits.ts';
import { runLoop } from '../../src/agent/loop.ts';
import { defaultLimits } from '../../src/agent/run.ts';
import type { Tool } from '../../src/agent/tool.ts';
import { ToolTable } from '../../src/agent/toolCall.ts';
import { DiskDocuments } from '../../src/disk/diskDocuments.ts';
import { RipgrepSearch } from '../../src/disk/ripgrepSearch.ts';
import { Draft } from '../../src/edits/draft.ts';
import { WebSocketResponsesClient } from '../../src/responses/client.ts';
import type { TurnMeter } from '../../src/responses/turn.ts';
import { allTools } from '../../src/tools/allTools.ts';
import { ReadLedger } from '../../src/tools/readLedger.ts';
import { Deferred } from '../../src/util/deferred.ts';
import { median } from './figures.ts';
import type { WireServerInput, WireServerReport } from './wireServer.ts';

const turnCounts = [5, 25, 100];
const fileBytes = 10 * 1024;
const promises = { flatness: 0.02, overheadBytes: 3_000, toolBytes: 2_500, turnaroundMs: 2 };

interface Figures {
  readonly turns: number;
  readonly first: number;
  readonly median: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly overhead: number;
  readonly turnaround: number;
  readonly slowestTurnaround: number;
  readonly total: number;
  readonly totalIfFull: number;
}

/** A source file of exactly `fileBytes` bytes, different for every number. */
function sourceText(number: number): string {
  let text = '';
  for (let line = 0; text.length < fileBytes; line++) {
    const name = `value${String(number).padStart(3, '0')}x${String(line).padStart(3, '0')}`;
    text += `export function ${name}(items) {\n  return items.filter((item) => item.id === "${line * number}").map((item) => item.name);\n}\n`;
  }
  return `${text.slice(0, fileBytes - 1)}\n`;
}

function realTools(root: string): readonly Tool[] {
  const unused = (): never => {
    throw new Error('The scripted model only asks for read_file.');
  };
  return allTools({
    documents: new DiskDocuments({ root }),
    search: new RipgrepSearch({ root, program: 'rg' }),
    language: { outline: unused, diagnostics: unused },
    approvals: { allowsTestEdits: () => false },
    verifier: { describeCommand: unused, baseline: unused, trial: unused, applied: unused, invalidate: unused },
    draft: new Draft(),
    ledger: new ReadLedger(),
  });
}

async function measure(turns: number): Promise<Figures> {
  const root = await mkdtemp(join(tmpdir(), 'whetstone-wire-'));
  const paths = Array.from({ length: turns }, (_none, index) => `file${String(index).padStart(3, '0')}.js`);
  for (const [index, path] of paths.entries()) await writeFile(join(root, path), sourceText(index + 1));
  const input: WireServerInput = { paths };
  const worker = new Worker(new URL('./wireServer.ts', import.meta.url), { workerData: input });
  const next = async (): Promise<WireServerReport> => {
    const report = new Deferred<WireServerReport>();
    worker.once('message', (message: WireServerReport) => report.resolve(message));
    worker.once('error', (error: Error) => report.reject(error));
    return report.promise;
  };
  try {
    const listening = await next();
    if (listening.kind !== 'listening') throw new Error('The server did not start.');
    const finished = next();
    const client = new WebSocketResponsesClient({ endpoint: listening.baseUrl, bearer: async () => 'bench' });
    const failures: AgentEvent[] = [];
    const { ending } = await runLoop(
      { client, model: 'bench-model', tools: new ToolTable(realTools(root)), budget: new Budget(defaultLimits) },
      [standingInstructions, goalMessage({ goal: 'Simplify these files.', focus: [] })],
      (event) => {
        if (event.kind === 'resend' || event.kind === 'warning' || (event.kind === 'callFinished' && event.isError))
          failures.push(event);
      },
      new AbortController().signal,
    );
    const done = await finished;
    if (ending.kind !== 'answered' || failures.length > 0) throw new Error(JSON.stringify([ending, failures]));
    if (done.kind !== 'done' || done.connections !== 1) throw new Error('More than one connection was used.');
    await client.close();
    return figuresOf(turns, client.meters, done.requestBytes);
  } finally {
    worker.postMessage('stop');
    await worker.terminate();
    await rm(root, { recursive: true });
  }
}

/** The first request (instructions and goal) is no tool-call turn and left out; bytes are those that the server received. */
function figuresOf(turns: number, meters: readonly TurnMeter[], received: readonly number[]): Figures {
  if (JSON.stringify(meters.map(({ bytesUp }) => bytesUp)) !== JSON.stringify(received))
    throw new Error('The meter and the server disagree on the bytes.');
  const bytes = received.slice(1);
  const waits = meters.flatMap(({ turnaroundMs }) => (turnaroundMs === undefined ? [] : [turnaroundMs]));
  if (bytes.length !== turns || waits.length !== turns) throw new Error('Not every turn was measured.');
  return {
    turns,
    first: bytes[0] ?? NaN,
    median: median(bytes),
    last: bytes.at(-1) ?? NaN,
    min: Math.min(...bytes),
    max: Math.max(...bytes),
    overhead: Math.max(...meters.map(({ bytesUpOverhead }) => bytesUpOverhead)),
    turnaround: median(waits),
    slowestTurnaround: Math.max(...waits),
    total: received.reduce((sum, size) => sum + size, 0),
    totalIfFull: meters.reduce((sum, { bytesUpIfFull }) => sum + bytesUpIfFull, 0),
  };
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) console.log(row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const results: Figures[] = [];
for (const turns of turnCounts) results.push(await measure(turns));

console.log('Tool-call loop, one read_file of 10 KiB a turn; upstream bytes as the server received them.\n');
print([
  [
    'turns',
    'first B',
    'median B',
    'last B',
    'spread',
    'without input',
    'turnaround',
    'slowest',
    'all',
    'if all were resent',
  ],
  ...results.map((row) => [
    String(row.turns),
    String(row.first),
    String(row.median),
    String(row.last),
    `${((100 * (row.max - row.min)) / row.median).toFixed(2)} %`,
    `${row.overhead} B`,
    `${row.turnaround.toFixed(2)} ms`,
    `${row.slowestTurnaround.toFixed(1)} ms`,
    kilobytes(row.total),
    kilobytes(row.totalIfFull),
  ]),
]);

const toolBytes = Buffer.byteLength(JSON.stringify(new ToolTable(realTools('/')).definitions));
const worst = results.reduce((a, b) => (a.overhead > b.overhead ? a : b));
const all = { min: Math.min(...results.map(({ min }) => min)), max: Math.max(...results.map(({ max }) => max)) };
const broken = [
  (all.max - all.min) / all.min > promises.flatness ? 'bytes per turn are not flat' : '',
  worst.overhead > promises.overheadBytes ? `a request without its input takes ${worst.overhead} bytes` : '',
  toolBytes > promises.toolBytes ? `tools take ${toolBytes} bytes` : '',
  Math.max(...results.map(({ turnaround }) => turnaround)) > promises.turnaroundMs ? 'the turnaround is too slow' : '',
].filter((sentence) => sentence !== '');
console.log(`\nTools: ${toolBytes} B as sent. Bytes per turn over all runs: ${all.min} to ${all.max}.`);
console.log(broken.length === 0 ? 'All within what is promised.' : `Broken: ${broken.join('; ')}.`);
process.exitCode = broken.length === 0 ? 0 : 1;
