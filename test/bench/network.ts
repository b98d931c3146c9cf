/**
 * `npm run bench:network [-- ROUNDS]`: a task of 25 calls over a line with a round trip and a narrow way up, TLS on: one WebSocket,
 * HTTP over a connection that is kept, and HTTP with a new connection for every request. The same client in all three.
 */
import { Agent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { goalMessage, standingInstructions } from '../../src/agent/instructions.ts';
import { ToolTable } from '../../src/agent/toolCall.ts';
import { DiskDocuments } from '../../src/disk/diskDocuments.ts';
import type { InputItem } from '../../src/responses/items.ts';
import { makeLoopbackCertificate } from '../support/certificates.ts';
import { median, milliseconds } from './figures.ts';
import { LineThread } from './network/lineThread.ts';
import { size, tableText } from './table.ts';
import { ours, outputOf, type OpenContender } from './wire/contenders.ts';
import { realTools } from './wire/loopConversation.ts';
import { ServerThread } from './wire/serverThread.ts';

const rounds = Number(process.argv[2] ?? 3);
const calls = 25;
const megabit = 1_000_000;
const roundTrips = [0, 40, 120];
const outputSizes = [1_000, 10_000];
const ways = ['WebSocket', 'HTTP, kept alive', 'HTTP, new connection each'] as const;
type Way = (typeof ways)[number];

const certificate = await makeLoopbackCertificate();
setDefaultCACertificates([...getCACertificates('default'), certificate.authority]);
const settings = {
  model: 'bench-model',
  tools: new ToolTable(realTools(new DiskDocuments({ root: '/' }))).definitions,
};
const tls = { key: certificate.privateKey, cert: certificate.certificate };
const server = await ServerThread.start({ toolsJson: JSON.stringify(settings.tools), tls });
const rows: string[][] = [];
for (const outputBytes of outputSizes)
  for (const roundTripMs of roundTrips) rows.push(...(await measureLine(roundTripMs, outputBytes)));
await server.stop();

console.log(
  `A task of ${calls} calls, TLS, 20 Mbit/s up, 100 Mbit/s down; the model answers at once. Median of ${rounds}, in turn.\n`,
);
console.log(
  tableText([['output', 'round trip', 'way', 'whole task', '× WebSocket', 'connections', 'bytes up'], ...rows]),
);
console.log(`
The gain is of the network only: a request carries one output instead of the whole conversation (the way up is narrow), and needs
no new handshakes (a round trip for TCP and one for TLS) where HTTP does not keep its connection. With a connection that is kept, every
turn takes one round trip either way. No gain inside a server is claimed: this one does no work, and keeps nothing in memory.
The line is a proxy in user space: it adds the time of TCP's handshake, of distance and of the rate, but no slow start, no loss and no
queues of others. Slow start would add round trips to large requests, most to those on new connections.`);
process.exit();

async function measureLine(roundTripMs: number, outputBytes: number): Promise<string[][]> {
  const line = await LineThread.start(server.port, {
    roundTripMs,
    upBitsPerSecond: 20 * megabit,
    downBitsPerSecond: 100 * megabit,
  });
  const times = new Map<Way, number[]>(ways.map((way) => [way, []]));
  const details = new Map<Way, { connections: number; up: number }>();
  for (let round = 0; round < rounds; round++)
    for (const way of ways) {
      server.begin(calls);
      const startedAt = performance.now();
      await converse(openWay(way), line.port, 'x'.repeat(outputBytes));
      times.get(way)?.push(performance.now() - startedAt);
      // The last words of a connection arrive late: they are not the next one's.
      await pause(2 * roundTripMs + 20);
      const { connections, socketUp } = await server.report();
      details.set(way, { connections, up: socketUp });
    }
  await line.stop();
  const fastest = median(times.get('WebSocket') ?? []);
  return ways.map((way) => {
    const time = median(times.get(way) ?? []);
    const { connections, up } = details.get(way) ?? { connections: NaN, up: NaN };
    return [
      `${outputBytes / 1_000} kB`,
      `${roundTripMs} ms`,
      way,
      milliseconds(time),
      (time / fastest).toFixed(2),
      String(connections),
      size(up),
    ];
  });
}

function openWay(way: Way): OpenContender {
  if (way === 'WebSocket') return ours({ transport: 'webSocket' });
  return ours({ transport: 'http', agent: new Agent({ keepAlive: way === 'HTTP, kept alive' }) });
}

async function converse(open: OpenContender, port: number, output: string): Promise<void> {
  const contender = open(`https://127.0.0.1:${port}/v1`, settings);
  let items: readonly InputItem[] = [standingInstructions, goalMessage({ goal: 'Simplify these files.', focus: [] })];
  for (let callId = await contender.turn(items); callId !== undefined; callId = await contender.turn(items))
    items = [outputOf(callId, output)];
  await contender.close();
}
