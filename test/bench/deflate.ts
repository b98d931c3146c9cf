/**
 * `npm run bench:deflate`: permessage-deflate on and off, in turn: bytes on the socket, CPU, and the time between turns. The outputs
 * are real source code, for made-up text can be compressed too well.
 */
import { goalMessage, standingInstructions } from '../../src/agent/instructions.ts';
import { ToolTable } from '../../src/agent/toolCall.ts';
import { DiskDocuments } from '../../src/disk/diskDocuments.ts';
import type { InputItem } from '../../src/responses/items.ts';
import { median } from './figures.ts';
import { tableText } from './table.ts';
import { ours, outputOf } from './wire/contenders.ts';
import { realTools } from './wire/loopConversation.ts';
import { ServerThread } from './wire/serverThread.ts';
import { SourceText } from './wire/sourceText.ts';

const calls = 100;
const rounds = 5;
const upBytesPerMs = 20_000_000 / 8 / 1_000;
const settings = {
  model: 'bench-model',
  tools: new ToolTable(realTools(new DiskDocuments({ root: '/' }))).definitions,
};
const server = await ServerThread.start({ toolsJson: JSON.stringify(settings.tools), deflate: true });
await converse(true, 1_000);
const rows: string[][] = [];
for (const outputBytes of [200, 1_000, 10_000, 20_000]) rows.push(...(await measure(outputBytes)));
await server.stop();
console.log(
  `permessage-deflate, ${calls} calls a conversation, median of ${rounds} in turn; a turn is one call. "way up": what its bytes take at 20 Mbit/s.\n`,
);
console.log(
  tableText([['output', 'deflate', 'up, a turn', 'down, a turn', 'way up', 'between turns', 'CPU, a turn'], ...rows]),
);
process.exit();

interface Figures {
  readonly up: number;
  readonly down: number;
  readonly waitMs: number;
  readonly cpuMs: number;
}

async function measure(outputBytes: number): Promise<string[][]> {
  const all = { on: [] as Figures[], off: [] as Figures[] };
  for (let round = 0; round < rounds; round++) {
    all.off.push(await converse(false, outputBytes));
    all.on.push(await converse(true, outputBytes));
  }
  return (['off', 'on'] as const).map((name) => {
    const middle = (of: (figures: Figures) => number): number => median(all[name].map(of));
    const up = middle((figures) => figures.up);
    return [
      `${outputBytes / 1_000} kB`,
      name,
      `${Math.round(up)} B`,
      `${Math.round(middle(({ down }) => down))} B`,
      `${(up / upBytesPerMs).toFixed(2)} ms`,
      `${middle(({ waitMs }) => waitMs).toFixed(2)} ms`,
      `${middle(({ cpuMs }) => cpuMs).toFixed(2)} ms`,
    ];
  });
}

async function converse(compression: boolean, outputBytes: number): Promise<Figures> {
  const source = new SourceText();
  server.begin(calls);
  // Compression works on other threads of the process: all of it counts, and the server has its share in both rows.
  const before = process.cpuUsage();
  const contender = ours({ compression })(`http://127.0.0.1:${server.port}/v1`, settings);
  let items: readonly InputItem[] = [standingInstructions, goalMessage({ goal: 'Simplify these files.', focus: [] })];
  for (let callId = await contender.turn(items); callId !== undefined; callId = await contender.turn(items))
    items = [outputOf(callId, source.next(outputBytes))];
  const { user, system } = process.cpuUsage(before);
  await contender.close();
  const { socketUp, socketDown, waits } = await server.report();
  return {
    up: socketUp / calls,
    down: socketDown / calls,
    waitMs: median(waits),
    cpuMs: (user + system) / 1_000 / calls,
  };
}
