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
const settings = {
  model: 'bench-model',
  tools: new ToolTable(realTools(new DiskDocuments({ root: '/' }))).definitions,
};
const server = await ServerThread.start({ toolsJson: JSON.stringify(settings.tools), deflate: true });
await converse(true, 1_000);
const rows: string[][] = [];
for (const outputBytes of [200, 1_000, 10_000, 20_000]) rows.push(...(await measure(outputBytes)));
await server.stop();
console.log(`permessage-deflate, ${calls} calls a conversation, median of ${rounds} in turn; a turn is one call.`);
console.log('"pays below": the rate of the way up at which the bytes saved take as long as compressing added.\n');
console.log(
  tableText([
    ['output', 'deflate', 'up, a turn', 'down, a turn', 'between turns', 'CPU of both ends', 'pays below'],
    ...rows,
  ]),
);
console.log(`
Chosen: off. It saves most of the bytes, and on a narrow way up a few milliseconds a turn, which nobody feels beside the seconds of a
model; it costs time at both ends and memory for every connection; and on loopback it is nothing but cost. Where bytes are dear, the
client's \`compression\` turns it on, if the endpoint agrees.`);
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
  const [off, on] = [middleOf(all.off), middleOf(all.on)];
  const paysBelow = ((off.up - on.up) * 8) / 1_000 / (on.waitMs - off.waitMs);
  return [rowOf(outputBytes, 'off', off, ''), rowOf(outputBytes, 'on', on, `${paysBelow.toFixed(0)} Mbit/s`)];
}

function middleOf(all: readonly Figures[]): Figures {
  const middle = (of: (figures: Figures) => number): number => median(all.map(of));
  return {
    up: middle(({ up }) => up),
    down: middle(({ down }) => down),
    waitMs: middle(({ waitMs }) => waitMs),
    cpuMs: middle(({ cpuMs }) => cpuMs),
  };
}

function rowOf(outputBytes: number, name: string, { up, down, waitMs, cpuMs }: Figures, paysBelow: string): string[] {
  const times = [`${waitMs.toFixed(2)} ms`, `${cpuMs.toFixed(2)} ms`];
  return [`${outputBytes / 1_000} kB`, name, `${Math.round(up)} B`, `${Math.round(down)} B`, ...times, paysBelow];
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
