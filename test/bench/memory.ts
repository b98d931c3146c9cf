/**
 * `npm run bench:memory`: the heap of the client over 1,000 turns, after a full collection and less the history that it must keep.
 * Fails when that grows by more than 10 % once the first turns have warmed everything up.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { goalMessage, standingInstructions } from '../../src/agent/instructions.ts';
import { ToolTable } from '../../src/agent/toolCall.ts';
import { DiskDocuments } from '../../src/disk/diskDocuments.ts';
import type { InputItem } from '../../src/responses/items.ts';
import type { TurnMeter } from '../../src/responses/turn.ts';
import { tableText } from './table.ts';
import { ours, outputOf } from './wire/contenders.ts';
import { realTools } from './wire/loopConversation.ts';
import { ServerThread } from './wire/serverThread.ts';

const turns = 1_000;
const step = 100;
const outputSizes = [1_000, 20_000];
const allowed = 0.1;
const megabyte = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const settings = {
  model: 'bench-model',
  tools: new ToolTable(realTools(new DiskDocuments({ root: '/' }))).definitions,
};
const server = await ServerThread.start({ toolsJson: JSON.stringify(settings.tools) });
const series: { readonly outputBytes: number; readonly samples: readonly Sample[] }[] = [];
for (const outputBytes of outputSizes) series.push({ outputBytes, samples: await measure(outputBytes) });
await server.stop();

console.log(`Memory over ${turns} turns of one conversation, after a full collection every ${step} turns; MB.\n`);
const shown = (bytes: number): string => (bytes / megabyte).toFixed(2);
console.log(
  tableText([
    ['output', 'turn', 'heap and buffers', 'history kept', 'the rest'],
    ...series.flatMap(({ outputBytes, samples }) =>
      samples.map(({ turn, used, history }) => [
        `${outputBytes / 1_000} kB`,
        String(turn),
        shown(used),
        shown(history),
        shown(used - history),
      ]),
    ),
  ]),
);
let isFlat = true;
for (const { outputBytes, samples } of series) {
  const rest = samples.map(({ used, history }) => used - history);
  const first = rest[0] ?? NaN;
  const growth = (Math.max(...rest) - first) / first;
  isFlat &&= growth <= allowed;
  console.log(
    `\nOutputs of ${outputBytes / 1_000} kB: the rest is at most ${(100 * growth).toFixed(1)} % above turn ${step} (${100 * allowed} % allowed).`,
  );
}
process.exit(isFlat ? 0 : 1);

interface Sample {
  readonly turn: number;
  /** Heap and buffers in use, in bytes. */
  readonly used: number;
  /** Items of the conversation as they go up in a full resend, in bytes. */
  readonly history: number;
}

async function measure(outputBytes: number): Promise<readonly Sample[]> {
  server.begin(turns);
  const contender = ours()(`http://127.0.0.1:${server.port}/v1`, settings);
  const samples: Sample[] = [];
  let items: readonly InputItem[] = [standingInstructions, goalMessage({ goal: 'Simplify these files.', focus: [] })];
  for (let turn = 0; turn <= turns; turn++) {
    const callId = await contender.turn(items);
    if (turn > 0 && turn % step === 0)
      samples.push({ turn, used: usedAfterCollection(), history: historyOf(contender.meters.at(-1)) });
    // Every output is a string of its own, as files that are read are.
    if (callId !== undefined) items = [outputOf(callId, `${turn} `.padEnd(outputBytes, 'x'))];
  }
  await contender.close();
  return samples;
}

function usedAfterCollection(): number {
  for (let time = 0; time < 3; time++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function historyOf(meter: TurnMeter | undefined): number {
  if (meter === undefined) throw new Error('A turn has no meter.');
  return meter.bytesUpIfFull - meter.bytesUpOverhead;
}
