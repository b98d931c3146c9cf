/**
 * What a tool-call loop costs on the wire: the real loop, the real tools and the real client against a scripted server on
 * another thread that asks for a different file of 10 KB every turn. Prints a table; fails when more
 * bytes go up than are promised. Time depends on the machine and is only printed.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
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

/** Conversations of each length; every row has at least 100 turns, so that its median means something. */
const plan = [
  { turns: 5, conversations: 20 },
  { turns: 25, conversations: 4 },
  { turns: 100, conversations: 1 },
];
const fileBytes = 10 * 1024;
const promises = { flatness: 0.02, overheadBytes: 3_000, toolBytes: 2_500, turnaroundMs: 2 };

/** One conversation. */
interface Figures {
  readonly turns: number;
  /** Tool-call turns, in order. */
  readonly bytes: readonly number[];
  /** Terminal event to next request handed to the socket, in ms, in order. */
  readonly waits: readonly number[];
  readonly overhead: number;
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
    bytes,
    waits,
    overhead: Math.max(...meters.map(({ bytesUpOverhead }) => bytesUpOverhead)),
    total: received.reduce((sum, size) => sum + size, 0),
    totalIfFull: meters.reduce((sum, { bytesUpIfFull }) => sum + bytesUpIfFull, 0),
  };
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) console.log(row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
const rows: { readonly figures: Figures; readonly waits: readonly number[] }[] = [];
let cold: Figures | undefined;
for (const { turns, conversations } of plan) {
  const measured: Figures[] = [];
  for (let round = 0; round < conversations; round++) measured.push(await measure(turns));
  cold ??= measured[0];
  const [figures] = measured;
  if (figures) rows.push({ figures, waits: measured.flatMap(({ waits }) => waits) });
}

const spreadOf = (bytes: readonly number[]): number => (Math.max(...bytes) - Math.min(...bytes)) / median(bytes);
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
    'all if resent',
  ],
  ...rows.map(({ figures: { turns, bytes, overhead, total, totalIfFull }, waits }) => [
    String(turns),
    String(bytes[0]),
    String(median(bytes)),
    String(bytes.at(-1)),
    `${(100 * spreadOf(bytes)).toFixed(2)} %`,
    `${overhead} B`,
    `${median(waits).toFixed(2)} ms`,
    `${Math.max(...waits).toFixed(1)} ms`,
    kilobytes(total),
    kilobytes(totalIfFull),
  ]),
]);

const toolBytes = Buffer.byteLength(JSON.stringify(new ToolTable(realTools('/')).definitions));
const overhead = Math.max(...rows.map(({ figures }) => figures.overhead));
const broken = [
  spreadOf(rows.flatMap(({ figures }) => figures.bytes)) > promises.flatness ? 'bytes per turn are not flat' : '',
  overhead > promises.overheadBytes ? `a request without its input takes ${overhead} bytes` : '',
  toolBytes > promises.toolBytes ? `tools take ${toolBytes} bytes` : '',
].filter((sentence) => sentence !== '');
const coldWaits = cold?.waits.map((wait) => wait.toFixed(1)).join(', ') ?? '';
console.log(
  `\nTurnaround: terminal event to next request handed to the socket, median of ${rows[0]?.waits.length ?? 0} turns.`,
);
console.log(`The very first turns of a cold process took ${coldWaits} ms.`);
console.log(`Tools: ${toolBytes} B as sent.`);
const slowest = Math.max(...rows.map(({ waits }) => median(waits)));
if (slowest > promises.turnaroundMs)
  console.log(`Slower here than the promised ${promises.turnaroundMs} ms (load average ${loadavg()[0]?.toFixed(1)}).`);
console.log(broken.length === 0 ? 'Bytes are within what is promised.' : `Broken: ${broken.join('; ')}.`);
process.exitCode = broken.length === 0 ? 0 : 1;
