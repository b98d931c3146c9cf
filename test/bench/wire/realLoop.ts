import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskDocuments } from '../../../src/disk/diskDocuments.ts';
import type { TurnMeter } from '../../../src/responses/turn.ts';
import { converse } from './loopConversation.ts';
import { LoopServerThread, writeSources } from './loopServerThread.ts';

/** Conversations of each length; every row has at least 100 turns, so that its median means something. */
export const loopPlan = [
  { turns: 5, conversations: 20 },
  { turns: 25, conversations: 4 },
  { turns: 100, conversations: 1 },
];

/** One conversation. */
export interface LoopFigures {
  readonly turns: number;
  /** Tool-call turns, in order. */
  readonly bytes: readonly number[];
  /** Terminal event to next request handed to the socket, in ms, in order. */
  readonly waits: readonly number[];
  readonly overhead: number;
  /** The same of the requests after the first. */
  readonly laterOverhead: number;
  readonly total: number;
  readonly totalIfFull: number;
}

/** One conversation of the real loop, client and tools, one `read_file` of 10 KiB a turn, without an editor. */
export async function measureLoop(turns: number): Promise<LoopFigures> {
  const root = await mkdtemp(join(tmpdir(), 'whetstone-wire-'));
  const server = await LoopServerThread.start(await writeSources(root, turns));
  try {
    const meters = await converse(server.baseUrl, new DiskDocuments({ root }));
    return figuresOf(turns, meters, await server.requestBytes());
  } finally {
    await server.stop();
    await rm(root, { recursive: true });
  }
}

/** The first request (instructions and goal) is no tool-call turn and left out; bytes are those that the server received. */
export function figuresOf(turns: number, meters: readonly TurnMeter[], received: readonly number[]): LoopFigures {
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
    laterOverhead: Math.max(...meters.slice(1).map(({ bytesUpOverhead }) => bytesUpOverhead)),
    total: received.reduce((sum, size) => sum + size, 0),
    totalIfFull: meters.reduce((sum, { bytesUpIfFull }) => sum + bytesUpIfFull, 0),
  };
}
