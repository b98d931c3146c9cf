import { setTimeout as pause } from 'node:timers/promises';
import { goalMessage, standingInstructions } from '../../../src/agent/instructions.ts';
import type { InputItem } from '../../../src/responses/items.ts';
import type { TurnSettings } from '../../../src/responses/turn.ts';
import { outputOf, type OpenContender } from './contenders.ts';
import type { ServerThread } from './serverThread.ts';

/** Lengths of conversations, in calls, and how many of each; the more turns, the more there is to take the median of. */
export const lengths = [
  { turns: 1, conversations: 40 },
  { turns: 5, conversations: 12 },
  { turns: 25, conversations: 4 },
  { turns: 100, conversations: 2 },
  { turns: 400, conversations: 1 },
] as const;

/** Sizes of the outputs of calls, in bytes. */
export const outputSizes = [200, 1_000, 20_000] as const;

/** What one contender needed for conversations of one length and output size. */
export interface Cell {
  readonly contender: string;
  readonly turns: number;
  readonly outputBytes: number;
  /** Bodies of the requests of one conversation, the first left out. */
  readonly payloads: readonly number[];
  /** Bytes of the bodies of one conversation, the first included. */
  readonly payload: number;
  /** Bytes on the socket of one conversation. */
  readonly socketUp: number;
  readonly connections: number;
  /** From the terminal event sent to the next request received, in ms, all conversations together. */
  readonly waits: readonly number[];
  /** Of the thread of the client, in ms a turn. */
  readonly cpu: readonly number[];
  /** Largest request without its `input`, as the client counts it; only ours counts. */
  readonly overheadBytes?: number;
}

export type Contenders = Readonly<Record<string, OpenContender>>;

/** Measures all contenders side by side: they take turns, conversation by conversation, so that a busy machine is busy for all. */
export async function compare(
  server: ServerThread,
  contenders: Contenders,
  settings: TurnSettings,
  { turns, conversations, outputBytes }: { turns: number; conversations: number; outputBytes: number },
): Promise<Cell[]> {
  const measured = new Map<string, Conversation[]>(Object.keys(contenders).map((name) => [name, []]));
  const talk = { server, settings, turns, output: outputText(outputBytes) };
  for (let round = 0; round < conversations; round++)
    for (const [name, open] of inTurn(Object.entries(contenders), round))
      measured.get(name)?.push(await converse(open, talk));
  return [...measured].map(([contender, all]) => cellOf({ contender, turns, outputBytes }, all));
}

interface Conversation {
  readonly payloads: readonly number[];
  readonly waits: readonly number[];
  readonly socketUp: number;
  readonly connections: number;
  readonly cpuMs: number;
  readonly overheadBytes: number | undefined;
}

interface Talk {
  readonly server: ServerThread;
  readonly settings: TurnSettings;
  readonly turns: number;
  readonly output: string;
}

/** One conversation: the tool answers at once, so that what is measured is the protocol and nothing else. */
async function converse(open: OpenContender, { server, settings, turns, output }: Talk): Promise<Conversation> {
  server.begin(turns);
  const cpuBefore = process.threadCpuUsage();
  const contender = open(`http://127.0.0.1:${server.port}/v1`, settings);
  let items: readonly InputItem[] = [standingInstructions, goalMessage({ goal: 'Simplify these files.', focus: [] })];
  for (let callId = await contender.turn(items); callId !== undefined; callId = await contender.turn(items))
    items = [outputOf(callId, output)];
  const cpu = process.threadCpuUsage(cpuBefore);
  const overheads = contender.meters.map(({ bytesUpOverhead }) => bytesUpOverhead);
  await contender.close();
  const report = await server.report();
  if (report.payloads.length !== turns + 1) throw new Error(`${report.payloads.length} requests for ${turns} calls`);
  // What one conversation leaves to be collected is not charged to the next.
  await pause(5);
  return {
    payloads: report.payloads,
    waits: report.waits,
    socketUp: report.socketUp,
    connections: report.connections,
    cpuMs: (cpu.user + cpu.system) / 1_000 / (turns + 1),
    overheadBytes: overheads.length === 0 ? undefined : Math.max(...overheads),
  };
}

function cellOf(of: Pick<Cell, 'contender' | 'turns' | 'outputBytes'>, all: readonly Conversation[]): Cell {
  const last = all.at(-1);
  if (last === undefined) throw new Error('Nothing was measured.');
  return {
    ...of,
    payloads: last.payloads.slice(1),
    payload: last.payloads.reduce((sum, bytes) => sum + bytes, 0),
    socketUp: last.socketUp,
    connections: last.connections,
    waits: all.flatMap(({ waits }) => waits),
    cpu: all.map(({ cpuMs }) => cpuMs),
    ...(last.overheadBytes === undefined ? {} : { overheadBytes: last.overheadBytes }),
  };
}

/** The same list, beginning at another place every time. */
function inTurn<T>(values: readonly T[], round: number): readonly T[] {
  const start = round % values.length;
  return [...values.slice(start), ...values.slice(0, start)];
}

/** Text of exactly this many bytes that is no easier to write as JSON than source code is. */
function outputText(bytes: number): string {
  const line = 'export function total(items) {\n  return items.map((item) => item.price * "1").length;\n}\n';
  return line.repeat(Math.ceil(bytes / line.length)).slice(0, bytes);
}
