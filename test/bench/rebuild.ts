/**
 * `npm run bench:rebuild`: what it costs to rebuild a conversation of 200 items on a new connection, beside an ordinary turn of it,
 * on loopback and over a line with 20 Mbit/s up.
 */
import { setImmediate as nextTick } from 'node:timers/promises';
import { goalMessage, standingInstructions } from '../../src/agent/instructions.ts';
import { ToolTable } from '../../src/agent/toolCall.ts';
import { DiskDocuments } from '../../src/disk/diskDocuments.ts';
import { WebSocketResponsesClient } from '../../src/responses/client.ts';
import { isFunctionCall, type InputItem } from '../../src/responses/items.ts';
import { median, milliseconds } from './figures.ts';
import { LineThread } from './network/lineThread.ts';
import { size, tableText } from './table.ts';
import { outputOf } from './wire/contenders.ts';
import { realTools } from './wire/loopConversation.ts';
import { ServerThread } from './wire/serverThread.ts';
import { SourceText } from './wire/sourceText.ts';

const calls = 100;
const rebuilds = 7;
const megabit = 1_000_000;
const settings = {
  model: 'bench-model',
  tools: new ToolTable(realTools(new DiskDocuments({ root: '/' }))).definitions,
};
const server = await ServerThread.start({ toolsJson: JSON.stringify(settings.tools) });
const rows: string[][] = [];
for (const outputBytes of [1_000, 10_000])
  for (const roundTripMs of [undefined, 40, 120]) rows.push(await measure(outputBytes, roundTripMs));
await server.stop();
console.log(
  `A conversation of ${2 * calls} items (${calls} calls and their outputs), its connection lost: the next turn opens a new one and`,
);
console.log(
  `sends everything, once. Median of ${rebuilds}; the model answers at once; the line is 20 Mbit/s up, without TLS.\n`,
);
console.log(
  tableText([['output', 'line', 'turn', 'its bytes up', 'turn that rebuilds', 'its bytes up', 'items'], ...rows]),
);
process.exit();

async function measure(outputBytes: number, roundTripMs: number | undefined): Promise<string[]> {
  const rates = { upBitsPerSecond: 20 * megabit, downBitsPerSecond: 100 * megabit };
  const line = roundTripMs === undefined ? undefined : await LineThread.start(server.port, { roundTripMs, ...rates });
  const endpoint = `http://127.0.0.1:${line?.port ?? server.port}/v1`;
  const client = new WebSocketResponsesClient({ endpoint, bearer: async () => 'bench' });
  const source = new SourceText();
  server.begin(Infinity);
  let items: readonly InputItem[] = [standingInstructions, goalMessage({ goal: 'Simplify these files.', focus: [] })];
  const turn = async (): Promise<number> => {
    const startedAt = performance.now();
    const outcome = await client.respond(items, settings, () => {}, new AbortController().signal);
    const took = performance.now() - startedAt;
    const call = outcome.kind === 'completed' ? outcome.output.find(isFunctionCall) : undefined;
    if (call === undefined) throw new Error(JSON.stringify(outcome));
    items = [outputOf(call.call_id, source.next(outputBytes))];
    return took;
  };
  const ordinary: number[] = [];
  for (let count = 0; count < calls; count++) ordinary.push(await turn());
  const usual = client.meters.at(-1);
  const rebuilt: number[] = [];
  for (let count = 0; count < rebuilds; count++) {
    server.drop();
    // Whether the loss is noticed before or after the next request is another question; here it is before.
    while (client.isConnected) await nextTick();
    rebuilt.push(await turn());
  }
  const full = client.meters.at(-1);
  if (full?.isFull !== true || full.handshakes !== rebuilds + 1)
    throw new Error('The connection was not lost every time.');
  await client.close();
  await line?.stop();
  return [
    `${outputBytes / 1_000} kB`,
    roundTripMs === undefined ? 'loopback' : `${roundTripMs} ms`,
    milliseconds(median(ordinary.slice(1))),
    size(usual?.bytesUp ?? NaN),
    milliseconds(median(rebuilt)),
    size(full.bytesUp),
    String(full.itemsUp),
  ];
}
