/**
 * `npm run bench:wire`: what a tool-call loop costs on the wire. First our client beside others on the same server in the same run,
 * with outputs made up, so that only the protocol is measured; then the real loop with the real tools. Fails when more bytes go up
 * than are promised; time depends on the machine and is only printed.
 */
import { loadavg } from 'node:os';
import { ToolTable } from '../../src/agent/toolCall.ts';
import { DiskDocuments } from '../../src/disk/diskDocuments.ts';
import { median } from './figures.ts';
import { size, tableText } from './table.ts';
import { ours, sdkOverHttp, sdkOverWebSocket } from './wire/contenders.ts';
import { realTools } from './wire/loopConversation.ts';
import { loopPlan, measureLoop, type LoopFigures } from './wire/realLoop.ts';
import { ServerThread } from './wire/serverThread.ts';
import { compare, lengths, outputSizes, type Cell, type Contenders } from './wire/sideBySide.ts';

const promises = {
  flatness: 0.02,
  overheadBytes: 3_000,
  envelopeBytes: 250,
  toolBytes: 2_500,
  turnaroundMs: 2,
  timesFloor: 2,
};
const floor = 'openai SDK, WebSocket, delta by hand';
const mine = 'Whetstone, WebSocket';
const contenders: Contenders = {
  [mine]: ours({ transport: 'webSocket' }),
  'Whetstone, HTTP fallback': ours({ transport: 'http' }),
  [floor]: sdkOverWebSocket,
  'openai SDK, HTTP': sdkOverHttp(),
};
const tools = new ToolTable(realTools(new DiskDocuments({ root: '/' }))).definitions;
const toolBytes = Buffer.byteLength(JSON.stringify(tools));
const spreadOf = (bytes: readonly number[]): number => (Math.max(...bytes) - Math.min(...bytes)) / median(bytes);

const cells = await sideBySide();
const loops = await realLoops();
const flat = [
  ...cells.filter(({ contender }) => contender === mine).map(({ payloads }) => payloads),
  loops.flatMap(({ figures }) => figures.bytes),
];
const overhead = Math.max(
  ...cells.flatMap(({ contender, overheadBytes }) =>
    contender === mine && overheadBytes !== undefined ? [overheadBytes] : [],
  ),
  ...loops.map(({ figures }) => figures.overhead),
);
const envelope = Math.max(...loops.map(({ figures }) => figures.laterOverhead)) - toolBytes;
const broken = [
  flat.some((bytes) => spreadOf(bytes) > promises.flatness) ? 'bytes per turn are not flat' : '',
  overhead > promises.overheadBytes ? `a request without its input takes ${overhead} bytes` : '',
  envelope > promises.envelopeBytes ? `a request without input and tools takes ${envelope} bytes` : '',
  toolBytes > promises.toolBytes ? `tools take ${toolBytes} bytes` : '',
].filter((sentence) => sentence !== '');
console.log(
  `\nA request without its input takes at most ${overhead} B, ${toolBytes} B of it tools; after the first ${envelope} B beside input and tools.`,
);
console.log(broken.length === 0 ? 'Bytes are within what is promised.' : `Broken: ${broken.join('; ')}.`);
process.exit(broken.length === 0 ? 0 : 1);

async function sideBySide(): Promise<readonly Cell[]> {
  const server = await ServerThread.start({ toolsJson: JSON.stringify(tools) });
  const settings = { model: 'bench-model', tools };
  // Code that has run often is faster: all contenders begin warm.
  await compare(server, contenders, settings, { turns: 60, conversations: 3, outputBytes: 1_000 });
  const all: Cell[] = [];
  for (const outputBytes of outputSizes)
    for (const length of lengths)
      all.push(...(await compare(server, contenders, settings, { ...length, outputBytes })));
  await server.stop();
  printSideBySide(all);
  return all;
}

function printSideBySide(all: readonly Cell[]): void {
  console.log(
    'Tool-call loop without tool work, all clients on one server in one run, in turn. Bytes up; the first request',
  );
  console.log(
    '(instructions, goal, tools) is left out of "a turn" and is part of "all". "overhead": terminal event sent to next',
  );
  console.log(
    'request received, median; "CPU": thread of the client, a turn; "× floor": overhead over that of the SDK\'s WebSocket.\n',
  );
  const head = [
    'output',
    'calls',
    'client',
    'a turn',
    'last turn',
    'all',
    'all on the socket',
    'connections',
    'overhead',
    '× floor',
    'CPU',
  ];
  console.log(tableText([head, ...all.map((cell) => row(cell, floorOf(cell, all)))]));
  const ratios = all
    .filter(({ contender }) => contender === mine)
    .map((cell) => median(cell.waits) / floorOf(cell, all));
  const worst = Math.max(...ratios);
  console.log(
    `\nOverhead of ${mine}: ${median(ratios).toFixed(2)} × the floor in the middle, ${worst.toFixed(2)} × at most;`,
    worst <= promises.timesFloor
      ? `within ${promises.timesFloor} ×.`
      : `promised ${promises.timesFloor} ×, not everywhere reached here.`,
  );
}

function row(cell: Cell, floorMs: number): string[] {
  const wait = median(cell.waits);
  return [
    `${cell.outputBytes / 1000} kB`,
    String(cell.turns),
    cell.contender,
    `${Math.round(median(cell.payloads))} B`,
    `${cell.payloads.at(-1) ?? 0} B`,
    size(cell.payload),
    size(cell.socketUp),
    String(cell.connections),
    `${wait.toFixed(3)} ms`,
    (wait / floorMs).toFixed(2),
    `${median(cell.cpu).toFixed(2)} ms`,
  ];
}

function floorOf({ turns, outputBytes }: Cell, all: readonly Cell[]): number {
  const cell = all.find((one) => one.contender === floor && one.turns === turns && one.outputBytes === outputBytes);
  return median(cell?.waits ?? []);
}

async function realLoops(): Promise<readonly { readonly figures: LoopFigures; readonly waits: readonly number[] }[]> {
  const rows: { readonly figures: LoopFigures; readonly waits: readonly number[] }[] = [];
  for (const { turns, conversations } of loopPlan) {
    const measured: LoopFigures[] = [];
    for (let round = 0; round < conversations; round++) measured.push(await measureLoop(turns));
    const [figures] = measured;
    if (figures) rows.push({ figures, waits: measured.flatMap(({ waits }) => waits) });
  }
  console.log(
    '\nThe real loop and tools, one read_file of 10 KiB a turn; "turnaround": terminal event to next request at the socket.\n',
  );
  console.log(
    tableText([
      ['calls', 'first', 'median', 'last', 'spread', 'without input', 'turnaround', 'slowest', 'all', 'all if resent'],
      ...rows.map(({ figures: { turns, bytes, overhead: most, total, totalIfFull }, waits }) => [
        String(turns),
        `${bytes[0] ?? 0} B`,
        `${Math.round(median(bytes))} B`,
        `${bytes.at(-1) ?? 0} B`,
        `${(100 * spreadOf(bytes)).toFixed(2)} %`,
        `${most} B`,
        `${median(waits).toFixed(2)} ms`,
        `${Math.max(...waits).toFixed(1)} ms`,
        size(total),
        size(totalIfFull),
      ]),
    ]),
  );
  const slowest = Math.max(...rows.map(({ waits }) => median(waits)));
  if (slowest > promises.turnaroundMs)
    console.log(
      `Slower here than the promised ${promises.turnaroundMs} ms (load average ${loadavg()[0]?.toFixed(1)}).`,
    );
  return rows;
}
